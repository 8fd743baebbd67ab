"""Signatures are those of RFC 8032."""

import unittest

from rivulet_federation import ed25519

# Section 7.1: private key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]


class Ed25519Test(unittest.TestCase):
    def test_keys_and_signatures_are_those_of_the_standard(self) -> None:
        for private, public, message, signature in VECTORS:
            key = bytes.fromhex(private)
            self.assertEqual(ed25519.public_key(key).hex(), public)
            self.assertEqual(ed25519.sign(key, bytes.fromhex(public), bytes.fromhex(message)).hex(), signature)
            self.assertTrue(ed25519.verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)))

    def test_a_signature_holds_for_nothing_else(self) -> None:
        private, public, message, signature = (bytes.fromhex(each) for each in VECTORS[2])
        for bit in range(0, 512, 37):
            other = bytearray(signature)
            other[bit // 8] ^= 1 << bit % 8
            self.assertFalse(ed25519.verify(public, message, bytes(other)), bit)
        self.assertFalse(ed25519.verify(public, message + b"\0", signature))
        self.assertFalse(ed25519.verify(bytes.fromhex(VECTORS[0][1]), message, signature))
        self.assertFalse(ed25519.verify(public, message, b""))
        self.assertFalse(ed25519.verify(b"\xff" * 32, message, signature))
        with self.assertRaises(ValueError):
            ed25519.sign(private[1:], public, message)


if __name__ == "__main__":
    unittest.main()
