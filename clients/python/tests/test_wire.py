"""Messages have the bytes that the JVM's have: its golden file is read here."""

import random
import unittest

from rivulet_federation import messages as m
from rivulet_federation.wire import Malformed

from .golden import MESSAGES

BYTES = bytes.fromhex("00ff10")
SAMPLES = {
    "Protocol": m.Protocol([1], 1_790_000_000_000, 60_000, 1 << 20),
    "Enrolment": m.Enrolment("token", BYTES, "kitchen"),
    "Enrolled": m.Enrolled("device", "hub", 5000),
    "SessionOpening": m.SessionOpening(BYTES),
    "Session": m.Session("session", BYTES, 3_600_000),
    "Heartbeat": m.Heartbeat(m.Capabilities(1.5, 80, True, True, 125_000, 1000, 300)),
    "HeartbeatAnswer": m.HeartbeatAnswer(5000, True),
    "Consent": m.Consent(True),
    "ConsentAnswer": m.ConsentAnswer(True),
    "Wait": m.Wait(25_000),
    "Work": m.Work(
        "hub",
        3,
        m.Model(7, [m.Tensor("weight", [4, 3])], BYTES),
        60_000,
        50_000,
        m.Training(2, 10, 0.5, 0.25),
        control_sha256=BYTES,
        local_tensors=[m.Tensor("head", [3])],
        secure=bytes.fromhex("0a0261621002180a2007281832066465766963653a1709000000000000e03f10e807190000000000c072402001"),
    ),
    "UploadOpening": m.UploadOpening(3, 49_000, BYTES, 7, 300.0, {"loss-before": 0.5}),
    "Upload": m.Upload("upload", 1024, 1 << 18),
    "UpdateAccepted": m.UpdateAccepted(3, 4),
    "Evaluated": m.Evaluated(40.0, 0.25, 0.0, "no-data"),
    "Report": m.Report("battery", "9 %"),
    "Refusal": m.Refusal("wrong-offset", "it begins at 1024", 1_790_000_000_000, 1000, 1024),
}

#: Messages of which this package leaves the last fields out.
WITH_MORE_FIELDS = {"Enrolment"}


class WireTest(unittest.TestCase):
    def test_every_message_has_the_bytes_of_its_release_and_is_read_from_them(self) -> None:
        released = dict(line.split(" ") for line in MESSAGES.read_text().splitlines())
        for name, sample in SAMPLES.items():
            self.assertEqual(type(sample).from_bytes(bytes.fromhex(released[name])), sample, name)
            if name in WITH_MORE_FIELDS:
                self.assertTrue(released[name].startswith(sample.to_bytes().hex()), name)
            else:
                self.assertEqual(sample.to_bytes().hex(), released[name], name)

    def test_what_a_newer_federation_says_is_skipped(self) -> None:
        newer = m.Wait(7).to_bytes() + bytes.fromhex("f8060192070355555599070102030405060708a5070a0b0c0d")
        self.assertEqual(m.Wait.from_bytes(newer), m.Wait(7))

    def test_numbers_below_zero_and_lists_that_are_not_packed_are_read(self) -> None:
        self.assertEqual(m.Wait.from_bytes(m.Wait(-5).to_bytes()), m.Wait(-5))
        self.assertEqual(m.Tensor.from_bytes(bytes.fromhex("10041003")), m.Tensor("", [4, 3]))

    def test_bytes_that_are_no_message_are_told(self) -> None:
        for bad in ("08", "0880", "08" + "ff" * 10 + "01", "0b", "0000", "0a05ab", "0a01ff", "09aa", "0d00000000"):
            with self.assertRaises(Malformed, msg=bad):
                m.Refusal.from_bytes(bytes.fromhex(bad))

    def test_whatever_the_bytes_are_they_are_a_message_or_malformed(self) -> None:
        seeded = random.Random(7)
        good = [sample.to_bytes() for sample in SAMPLES.values()]
        for _ in range(5000):
            octets = bytearray(seeded.choice(good))
            for _ in range(seeded.randrange(4)):
                octets[seeded.randrange(len(octets))] = seeded.randrange(256)
            try:
                m.Work.from_bytes(bytes(octets[: seeded.randrange(len(octets) + 1)]))
            except Malformed:
                pass


if __name__ == "__main__":
    unittest.main()
