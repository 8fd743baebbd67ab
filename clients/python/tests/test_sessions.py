"""A key that was agreed on stands for the device's signature, and where there is none the device signs."""

import hashlib
import threading
import unittest
from collections.abc import Callable

from rivulet_federation import Capabilities, Client, Identity, Limits, sessions, x25519
from rivulet_federation import messages as m
from rivulet_federation.calls import Calls, signed_head

from .federation import Federation, Request
from .golden import SESSION

DEVICE = "0d9f6a0e-8f0d-4d5e-9a67-3f1a5f3a8f11"
QUICK = Limits(answer=10, attempts=2, pause=0.001)


def answered(request: Request) -> None:
    request.answer(m.HeartbeatAnswer(7).to_bytes())


class X25519Test(unittest.TestCase):
    def test_products_are_those_of_the_standard(self) -> None:
        # RFC 7748, section 5.2.
        for scalar, u, product in (
            (
                "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
                "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
            ),
            (
                "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
                "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
            ),
        ):
            self.assertEqual(x25519.agreed(bytes.fromhex(scalar), bytes.fromhex(u)).hex(), product)

    def test_both_sides_agree_as_in_the_standard(self) -> None:
        # RFC 7748, section 6.1.
        one = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
        other = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
        halves = x25519.public_half(one), x25519.public_half(other)
        self.assertEqual(
            [half.hex() for half in halves],
            [
                "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
                "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
            ],
        )
        for shared in (x25519.agreed(one, halves[1]), x25519.agreed(other, halves[0])):
            self.assertEqual(shared.hex(), "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")

    def test_what_is_no_half_or_leads_to_a_key_that_everybody_knows_is_refused(self) -> None:
        for bad in (bytes(31), bytes(33), bytes(32), (1).to_bytes(32, "little"), (2**255 - 19).to_bytes(32, "little")):
            with self.assertRaises(ValueError, msg=bad.hex()):
                x25519.agreed(bytes(range(32)), bad)


class SessionsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 1_790_000_000.0
        self.identity = Identity.new().enrolled(DEVICE, "hub")

    def client(self, federation: Federation, limits: Limits = QUICK) -> Client:
        federation.keys[DEVICE] = self.identity.public
        client = Client(Calls(federation.url, limits, clock=lambda: self.now), limits, self.identity)
        self.addCleanup(client.close)
        return client

    def beats(self, client: Client, times: int = 1) -> None:
        for _ in range(times):
            self.assertEqual(client.heartbeat(Capabilities()).next_within_ms, 7)

    def test_keys_and_signatures_are_those_of_the_jvm(self) -> None:
        golden = dict(line.split(" ", 1) for line in SESSION.read_text().splitlines())
        private, half, other = (bytes.fromhex(golden[name]) for name in ("device-private", "device", "federation"))
        self.assertEqual(x25519.public_half(private), half)
        key = sessions.agreed(private, other, DEVICE, half, other)
        self.assertEqual(key.hex(), golden["key"])
        head = signed_head(DEVICE, "POST", "/federation/v1/wait", 0, "1790000000000", "nonce-of-16-letters", "ab" * 32)
        self.assertEqual(sessions.sign(key, "session", head).hex(), golden["signature"])

    def test_one_session_signs_all_requests_until_half_of_its_life_is_over(self) -> None:
        with Federation(answered, has_sessions=True, life_ms=60_000) as federation:
            client = self.client(federation)
            self.beats(client, 3)
            self.assertTrue(client.in_session)
            self.now += 29
            self.beats(client)
            self.assertEqual(federation.openings, 1)
            self.now += 2
            self.beats(client, 2)
            self.assertEqual((federation.openings, federation.in_sessions, federation.wrong), (2, 6, []))

    def test_a_federation_that_forgot_the_session_has_the_devices_signature_and_a_new_session_after_a_while(self) -> None:
        with Federation(answered, has_sessions=True) as federation:
            client = self.client(federation)
            self.beats(client)
            federation.session_keys.clear()
            self.beats(client, 2)
            self.assertEqual((federation.openings, federation.in_sessions), (1, 1))
            self.assertFalse(client.in_session)
            self.now += 31
            self.beats(client)
            self.assertEqual((federation.openings, federation.in_sessions, federation.wrong), (2, 2, []))
            self.assertEqual(len(federation.calls), 4)

    def test_a_federation_that_knows_no_sessions_is_asked_once(self) -> None:
        with Federation(answered) as federation:
            client = self.client(federation)
            self.beats(client, 2)
            self.now += 10_000
            self.beats(client)
            self.assertEqual((federation.openings, federation.in_sessions, federation.wrong), (1, 0, []))

    def test_an_opening_that_fails_leaves_the_devices_signature(self) -> None:
        bad: list[Callable[[Request], None]] = [
            lambda request: request.cut(),
            lambda request: request.answer(b"\xff\xff"),
            lambda request: request.answer(m.Session("zero", bytes(32), 60_000).to_bytes()),
            lambda request: request.answer(m.Session("short", bytes(5), 60_000).to_bytes()),
            lambda request: request.refuse(429, m.Refusal("busy")),
        ]
        with Federation(answered, has_sessions=True) as federation:
            client = self.client(federation)
            for answer in bad:
                federation.answers_openings = answer
                self.now += 31
                self.beats(client, 2)
            self.assertEqual((federation.openings, federation.in_sessions, federation.wrong), (len(bad), 0, []))
            federation.answers_openings = None
            self.now += 31
            self.beats(client)
            self.assertEqual(federation.in_sessions, 1)

    def test_a_device_that_wants_none_signs_itself(self) -> None:
        with Federation(answered, has_sessions=True) as federation:
            self.beats(self.client(federation, Limits(answer=10, sessions=False)), 2)
            self.assertEqual((federation.openings, federation.in_sessions, federation.wrong), (0, 0, []))

    def test_while_one_thread_begins_a_session_the_others_sign_themselves(self) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def slow(request: Request) -> None:
            begun.set()
            go_on.wait(20)
            request.refuse(429, m.Refusal("busy"))

        with Federation(answered, has_sessions=True) as federation:
            federation.answers_openings = slow
            client = self.client(federation)
            first = threading.Thread(target=lambda: (self.beats(client), client.close()))
            first.start()
            self.assertTrue(begun.wait(20))
            self.beats(client)
            self.assertEqual(len(federation.calls), 1)
            go_on.set()
            first.join(20)
            self.assertEqual((len(federation.calls), federation.openings), (2, 1))

    def test_what_was_signed_holds_for_that_request_and_session_alone(self) -> None:
        key = hashlib.sha256(b"key").digest()
        one = sessions.sign(key, "one", b"head")
        for other in (
            sessions.sign(key, "two", b"head"),
            sessions.sign(key, "one", b"heat"),
            sessions.sign(hashlib.sha256(b"other").digest(), "one", b"head"),
        ):
            self.assertNotEqual(one, other)


if __name__ == "__main__":
    unittest.main()
