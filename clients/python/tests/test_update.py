"""Updates have the form of ``UpdateCodec``: both programs read what the other wrote."""

import unittest

import numpy as np

from rivulet_federation.crc32c import crc32c
from rivulet_federation.update import Scheme, Unreadable, choose, encode, greatest, read

from .golden import OF_JVM, OF_PYTHON, SCHEMES, shown, written


def gaussian(size: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=size).astype(np.float32)


class UpdateTest(unittest.TestCase):
    def test_the_checksum_is_the_one_of_the_standard(self) -> None:
        # RFC 3720, B.4.
        self.assertEqual(crc32c(bytes(32)), 0x8A9136AA)
        self.assertEqual(crc32c(b"\xff" * 32), 0x62A8AB43)
        self.assertEqual(crc32c(bytes(range(32))), 0x46DD794E)
        self.assertEqual(crc32c(b"123456789"), 0xE3069283)

    def test_the_checksum_of_many_lanes_is_that_of_one_byte_after_the_other(self) -> None:
        octets = gaussian(3000).tobytes()
        for length in (511, 512, 1023, 1024, 1025, 5000, 12_000):
            register = 0xFFFFFFFF
            for octet in octets[:length]:
                register ^= octet
                for _ in range(8):
                    register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
            self.assertEqual(crc32c(octets[:length]), register ^ 0xFFFFFFFF, length)

    def test_what_the_jvm_wrote_is_read(self) -> None:
        rows = OF_JVM.read_text().splitlines()
        self.assertGreater(len(rows), 10)
        for row in rows:
            name, size, octets, values = row.split(" ")
            self.assertEqual(shown(read(bytes.fromhex(octets), int(size))), values, name)

    def test_the_bytes_that_the_jvm_reads_in_its_test_are_those_written_now(self) -> None:
        self.assertEqual(OF_PYTHON.read_text().splitlines(), written())

    def test_what_is_written_is_read_and_within_the_bound_of_its_scheme(self) -> None:
        for size in (1, 2, 257, 20_000):
            values = gaussian(size)
            for name, scheme in SCHEMES.items():
                octets = encode(values, scheme, np.random.default_rng(2))
                self.assertLessEqual(len(octets), scheme.most_bytes(size), name)
                back = read(octets, size)
                if scheme.bits == 32:
                    kept = greatest(values, min(scheme.top, size)) if scheme.top else np.arange(size)
                    self.assertTrue(np.array_equal(back[kept], values[kept]))
                    self.assertEqual(np.count_nonzero(back), kept.size)

    def test_the_greatest_are_kept_and_of_equal_ones_the_first(self) -> None:
        values = np.array([1, -3, 3, 0.5, -3, 2], np.float32)
        self.assertEqual(greatest(values, 2).tolist(), [1, 2])
        self.assertEqual(greatest(values, 4).tolist(), [1, 2, 4, 5])

    def test_rounding_keeps_the_expected_value(self) -> None:
        values = gaussian(512)
        random = np.random.default_rng(3)
        for bits, most in ((8, 127), (4, 7)):
            scheme = Scheme(bits=bits)
            mean = np.mean([read(encode(values, scheme, random), 512) for _ in range(400)], axis=0)
            step = np.abs(values.reshape(2, 256)).max(axis=1) / most
            self.assertLess(np.abs(mean - values).max() / step.max(), 0.15)

    def test_little_values_don_t_overflow_and_zeros_stay(self) -> None:
        for values in (np.zeros(300, np.float32), np.full(300, 1e-44, np.float32)):
            for bits in (8, 4):
                self.assertTrue(np.isfinite(read(encode(values, Scheme(bits=bits), np.random.default_rng(1)), 300)).all())

    def test_the_scheme_is_the_one_that_loses_least(self) -> None:
        # As UploadBudgetTest of the JVM: 100,000 values in 50 KB leave 4 bits out, and take the greatest with 8 bits.
        self.assertEqual(choose(1000, 10_000, 1e12, 60), Scheme())
        self.assertEqual(choose(1000, 1100, 1e12, 60), Scheme(bits=8))
        self.assertEqual(choose(1000, 600, 1e12, 60), Scheme(bits=4))
        top = choose(100_000, 50_000, 1e12, 60)
        assert top is not None
        self.assertTrue(top.bits == 8 and 20_000 < top.top < 25_000 and top.most_bytes(100_000) <= 50_000, top)
        self.assertGreater(Scheme(top.top + 1, 8).most_bytes(100_000), 50_000)
        self.assertIsNone(choose(100_000, 64, 1e12, 60))
        self.assertEqual(choose(1000, 10_000, 100, 30), Scheme(bits=8))

    def test_values_that_are_not_finite_are_not_sent(self) -> None:
        for bad in (np.nan, np.inf, -np.inf):
            with self.assertRaises(ValueError):
                encode(np.array([1, bad], np.float32), Scheme(), np.random.default_rng(1))

    def test_whatever_the_bytes_are_they_are_an_update_or_unreadable(self) -> None:
        seeded = np.random.default_rng(5)
        good = [encode(gaussian(300), scheme, seeded) for scheme in SCHEMES.values()]
        for _ in range(3000):
            octets = bytearray(good[seeded.integers(len(good))])
            del octets[seeded.integers(1, len(octets) + 1) :]
            for _ in range(seeded.integers(3)):
                octets[seeded.integers(len(octets))] = seeded.integers(256)
            if len(octets) > 4:
                octets[-4:] = crc32c(bytes(octets[:-4])).to_bytes(4, "little")
            try:
                self.assertEqual(read(bytes(octets), 300).size, 300)
            except Unreadable:
                pass


if __name__ == "__main__":
    unittest.main()
