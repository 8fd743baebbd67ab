"""Requests are signed, go on where they were cut, and are sent again only where that helps."""

import base64
import dataclasses
import hashlib
import time
import unittest
from collections.abc import Callable

import numpy as np

from rivulet_federation import Capabilities, Client, Identity, Limits, Refused
from rivulet_federation import messages as m
from rivulet_federation.calls import Calls

from .federation import Federation, Request

QUICK = Limits(answer=10, attempts=3, pause=0.001, most_part=40)
DEVICE = "0d9f6a0e-8f0d-4d5e-9a67-3f1a5f3a8f11"
WORK = m.Work("hub", 3, m.Model(5), 60_000, 5000, m.Training(1, 10, 0.1))


def of(model: m.Model, octets: bytes = b"") -> m.Work:
    return m.Work("hub", 3, model, model_bytes=octets)


class ClientTest(unittest.TestCase):
    """At a federation that knows no sessions: each request is signed."""

    has_sessions = False

    def federation(self, script: Callable[[Request], None]) -> Federation:
        federation = Federation(script, self.has_sessions)
        self.addCleanup(lambda: self.assertEqual(federation.in_sessions, len(federation.calls) * self.has_sessions))
        return federation

    def client(self, federation: Federation, clock=time.time) -> Client:
        identity = Identity.new().enrolled(DEVICE, "hub")
        federation.keys[DEVICE] = identity.public
        client = Client(Calls(federation.url, QUICK, clock=clock), QUICK, identity)
        self.addCleanup(client.close)
        return client

    def test_an_upload_that_is_cut_goes_on_where_the_federation_has_it(self) -> None:
        received, parts = bytearray(), []
        update = bytes(range(100))

        def script(request: Request) -> None:
            if request.method == "PATCH":
                parts.append(request.offset)
                if len(parts) == 2:
                    received.extend(request.body[:7])
                    return request.cut()
                self.assertEqual(request.offset, len(received))
                received.extend(request.body)
            if request.path.endswith("/finish"):
                return request.answer(m.UpdateAccepted(3, 1).to_bytes())
            request.answer(m.Upload("3", len(received), 64).to_bytes())

        with self.federation(script) as federation:
            self.assertEqual(self.client(federation).upload(WORK, update, 10, {}), m.UpdateAccepted(3, 1))
            self.assertEqual(bytes(received), update)
            self.assertEqual(parts, [0, 40, 47, 87])
            self.assertIn("GET /federation/v1/uploads/3", federation.calls)
            self.assertEqual(federation.wrong, [])

    def test_an_upload_that_the_federation_has_in_part_goes_on_there(self) -> None:
        received = bytearray(range(60))

        def script(request: Request) -> None:
            if request.method == "PATCH":
                received.extend(request.body)
            answer = m.UpdateAccepted(3, 2) if request.path.endswith("/finish") else m.Upload("3", len(received), 64)
            request.answer(answer.to_bytes())

        with self.federation(script) as federation:
            self.client(federation).upload(WORK, bytes(range(100)), 10, {"loss-before": 0.5})
            self.assertEqual(bytes(received), bytes(range(100)))
            self.assertEqual(sum(call.startswith("PATCH") for call in federation.calls), 1)

    def test_a_device_whose_clock_is_wrong_signs_by_the_federations_time(self) -> None:
        federation_time, signed = 2_000_000_000_000, []

        def script(request: Request) -> None:
            signed.append(request.timestamp_ms)
            if request.timestamp_ms < federation_time:
                return request.refuse(401, m.Refusal("clock-skew", server_time_ms=federation_time))
            request.answer(m.HeartbeatAnswer(7).to_bytes())

        with self.federation(script) as federation:
            device = self.client(federation, clock=lambda: 1_600_000_000.0)
            self.assertEqual(device.heartbeat(Capabilities()).next_within_ms, 7)
            self.assertEqual(signed, [1_600_000_000_000, federation_time])
            self.assertEqual(federation.wrong, [])

    def test_what_is_refused_for_good_is_not_sent_again_and_what_is_busy_is(self) -> None:
        busy = []

        def script(request: Request) -> None:
            if request.path.endswith("/consent"):
                return request.refuse(410, m.Refusal("late", "over"))
            busy.append(1)
            if len(busy) < 3:
                return request.refuse(429, m.Refusal("busy"))
            request.answer(status=204)

        with self.federation(script) as federation:
            device = self.client(federation)
            with self.assertRaises(Refused) as refused:
                device.participate(True)
            self.assertEqual((refused.exception.code, refused.exception.status), ("late", 410))
            self.assertIsNone(device.wait(1))
            self.assertEqual(len(federation.calls), 4)

    def test_each_kind_of_bad_update_is_told_by_its_code_and_sent_once(self) -> None:
        kinds = {
            "not-finite": 422,
            "wrong-shape": 422,
            "too-large": 413,
            "replayed": 401,
            "forged": 401,
            "late": 410,
        }
        for code, status in kinds.items():
            for most_request_bytes in (100, 0):

                def script(request: Request, code: str = code, status: int = status) -> None:
                    if request.path.endswith("/uploads") or request.method == "PATCH":
                        return request.answer(m.Upload("3", 0 if request.method == "POST" else 100, 100).to_bytes())
                    request.refuse(status, m.Refusal(code, "why"))

                with self.federation(script) as federation:
                    work = dataclasses.replace(WORK, most_request_bytes=most_request_bytes)
                    with self.assertRaises(Refused) as refused:
                        self.client(federation).upload(work, bytes(100), 10, {})
                    self.assertEqual((refused.exception.code, refused.exception.status), (code, status))
                    judged = [call for call in federation.calls if "/update?" in call or call.endswith("/finish")]
                    self.assertEqual(len(judged), 1, code)

    def test_a_federation_that_never_answers_is_tried_as_often_as_said(self) -> None:
        with self.federation(lambda request: request.cut()) as federation:
            with self.assertRaises(OSError):
                self.client(federation).wait(0)
            self.assertEqual(len(federation.calls), QUICK.attempts)

    def test_a_model_whose_download_is_cut_goes_on_and_is_taken_only_with_its_digest(self) -> None:
        values = np.arange(6, dtype="<f4")
        octets = values.tobytes()
        tensors = [m.Tensor("weight", [2, 2]), m.Tensor("bias", [2])]
        begun = []

        def script(request: Request) -> None:
            begun.append(request.begins_at)
            if len(begun) == 1:
                return request.cut(octets[:10], len(octets))
            rest = octets[request.begins_at :]
            request.answer(rest, 206 if request.begins_at else 200)

        with self.federation(script) as federation:
            device = self.client(federation)
            model = device.model(of(m.Model(5, tensors, hashlib.sha256(octets).digest())))
            self.assertEqual(begun, [0, 10])
            self.assertEqual(list(model), ["weight", "bias"])
            self.assertEqual(model["weight"].tolist(), [[0, 1], [2, 3]])
            self.assertEqual(model["bias"].tolist(), [4, 5])
            with self.assertRaises(OSError):
                device.model(of(m.Model(5, tensors, hashlib.sha256(b"other").digest())))
            with self.assertRaises(OSError):
                device.model(of(m.Model(5, tensors[:1], hashlib.sha256(octets).digest())))

    def test_a_model_that_came_with_the_work_or_is_there_is_not_fetched(self) -> None:
        octets = np.arange(4, dtype="<f4").tobytes()
        model = m.Model(5, [m.Tensor("w", [4])], hashlib.sha256(octets).digest())
        asked = []

        def script(request: Request) -> None:
            asked.append(m.Wait.from_bytes(request.body))
            request.answer(of(model, octets if len(asked) == 1 else b"").to_bytes())

        with self.federation(script) as federation:
            device = self.client(federation)
            for _ in range(2):
                work = device.wait(1)
                assert work is not None
                self.assertEqual(device.model(work)["w"].tolist(), [0, 1, 2, 3])
            self.assertEqual([wait.model_sha256 for wait in asked], [b"", model.sha256])
            self.assertEqual({wait.most_model_bytes for wait in asked}, {QUICK.most_model})
            self.assertEqual(federation.calls, ["POST /federation/v1/wait"] * 2)

    def test_an_update_that_fits_goes_in_one_request_and_in_parts_where_that_is_cut(self) -> None:
        update, work = bytes(range(100)), dataclasses.replace(WORK, most_request_bytes=100)
        for cut in (False, True):
            received = bytearray()

            def script(request: Request) -> None:
                if "/update?about=" in request.path:
                    about = m.UploadOpening.from_bytes(base64.urlsafe_b64decode(request.path.split("=")[1] + "=="))
                    self.assertEqual((about.size, about.metrics), (100, {"loss-before": 0.5}))
                    return request.cut() if cut else request.answer(m.UpdateAccepted(3, 1).to_bytes())
                received.extend(request.body if request.method == "PATCH" else b"")
                answer = m.UpdateAccepted(3, 2) if request.path.endswith("/finish") else m.Upload("3", len(received), 64)
                request.answer(answer.to_bytes())

            with self.federation(script) as federation:
                accepted = self.client(federation).upload(work, update, 10, {"loss-before": 0.5})
                self.assertEqual(accepted.counted, 2 if cut else 1)
                self.assertEqual(bytes(received), update if cut else b"")
                self.assertEqual(federation.wrong, [])
                self.assertEqual(len(federation.calls), 6 if cut else 1)

    def test_an_update_beyond_one_request_goes_in_parts(self) -> None:
        def script(request: Request) -> None:
            self.assertNotIn("/update", request.path)
            request.answer((m.UpdateAccepted(3, 1) if "finish" in request.path else m.Upload("3", 101, 64)).to_bytes())

        with self.federation(script) as federation:
            self.client(federation).upload(dataclasses.replace(WORK, most_request_bytes=100), bytes(101), 10, {})
            self.assertEqual(len(federation.calls), 2)

    def test_a_model_beyond_the_devices_limit_is_not_asked_for(self) -> None:
        with self.federation(lambda request: request.answer()) as federation:
            with self.assertRaises(OSError):
                self.client(federation).model(of(m.Model(5, [m.Tensor("w", [1 << 20, 1 << 20])], b"")))
            self.assertEqual(federation.calls, [])


class InSessionsTest(ClientTest):
    """The same at a federation that has sessions: the key of one signs each request."""

    has_sessions = True


if __name__ == "__main__":
    unittest.main()
