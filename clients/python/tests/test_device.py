"""A device enrols once, trains, uploads the difference, and says why it does not."""

import hashlib
import stat
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np

from rivulet_federation import Declined, Device, Limits, Measured, NoPart, Nothing, Part, read
from rivulet_federation import messages as m

from .federation import Federation, Request

BASE = np.arange(6, dtype="<f4")
MODEL = m.Model(
    4, [m.Tensor("weight", [2, 2]), m.Tensor("bias", [2])], hashlib.sha256(BASE.tobytes()).digest()
)
WORK = m.Work("hub", 9, MODEL, 60_000, 5000, m.Training(3, 10, 0.5, 0.25))


class Hub:
    """One round, then no more work."""

    def __init__(self, work: m.Work = WORK) -> None:
        self.work: list[m.Work] = [work]
        self.opened = m.UploadOpening()
        self.update = bytearray()
        self.reports: list[m.Report] = []
        self.enrolments: list[m.Enrolment] = []
        self.waits: list[m.Wait] = []
        self.evaluated: list[m.Evaluated] = []

    def __call__(self, request: Request) -> None:
        path = request.path.removeprefix("/federation/v1")
        request.answer(self._answer(path, request), 204 if path == "/wait" and not self.work else 200)
        if path == "/wait" and self.work:
            self.work.pop()

    def _answer(self, path: str, request: Request) -> bytes:
        if path == "/enrol":
            self.enrolments.append(m.Enrolment.from_bytes(request.body))
            return m.Enrolled("0d9f6a0e-8f0d-4d5e-9a67-3f1a5f3a8f11", "hub", 5000).to_bytes()
        if path == "/heartbeat":
            return m.HeartbeatAnswer(60_000, True).to_bytes()
        if path == "/wait":
            self.waits.append(m.Wait.from_bytes(request.body))
            return self.work[-1].to_bytes() if self.work else b""
        if path.startswith("/models/"):
            return BASE.tobytes()
        if path.endswith("/evaluation"):
            assert path == "/versions/4/evaluation"
            self.evaluated.append(m.Evaluated.from_bytes(request.body))
            return b""
        if path.endswith("/report"):
            self.reports.append(m.Report.from_bytes(request.body))
            return b""
        if path.endswith("/finish"):
            return m.UpdateAccepted(9, 1).to_bytes()
        if path == "/uploads":
            self.opened = m.UploadOpening.from_bytes(request.body)
        else:
            self.update += request.body
        return m.Upload("9", len(self.update), 30).to_bytes()


class Adding:
    def fit(self, parameters, settings):
        self.settings = settings
        parameters["bias"] += np.float32(settings.rate)
        return parameters, 12, {"loss-before": 1.5}


class Measuring(Adding):
    def evaluate(self, parameters, settings):
        return 20, float(parameters["bias"].sum()), 0.75


class Raising:
    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def fit(self, parameters, settings):
        raise self.failure


class Diverging:
    def fit(self, parameters, settings):
        return {name: values * np.nan for name, values in parameters.items()}, 12, {}


class Shapeless:
    def fit(self, parameters, settings):
        return {"weight": parameters["weight"]}, 12, {}


class DeviceTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.key = Path(folder.name) / "device.pem"

    def device(self, federation: Federation) -> Device:
        device = Device(federation.url, "token", self.key, label="kitchen", limits=Limits(attempts=2, pause=0.001))
        self.addCleanup(device.close)
        return device

    def test_what_it_learnt_is_the_difference_to_the_base(self) -> None:
        hub, trainer = Hub(), Adding()
        with Federation(hub) as federation, self.device(federation) as device:
            took = device.take_part(trainer)
            self.assertIsInstance(took, Part)
            self.assertIsInstance(device.take_part(trainer), Nothing)
            self.assertEqual(federation.wrong, [])
        self.assertEqual(read(bytes(hub.update), 6).tolist(), [0, 0, 0, 0, 0.5, 0.5])
        opened = hub.opened
        self.assertEqual((opened.round, opened.base_version, opened.weight, opened.metrics), (9, 4, 12, {"loss-before": 1.5}))
        self.assertEqual(opened.sha256, hashlib.sha256(hub.update).digest())
        asked = trainer.settings
        self.assertEqual((asked.round, asked.version, asked.epochs, asked.batch, asked.rate, asked.mu), (9, 4, 3, 10, 0.5, 0.25))
        self.assertTrue(0 < asked.seconds <= 60)

    def test_a_version_is_measured_and_not_trained_where_the_trainer_can(self) -> None:
        hub = Hub(replace(WORK, evaluation=True))
        with Federation(hub) as federation, self.device(federation) as device:
            took = device.take_part(Measuring())
            device.take_part(Adding(), 0)
        self.assertEqual(took, Measured(4, m.Evaluated(20.0, 9.0, 0.75)))
        self.assertEqual(hub.evaluated, [m.Evaluated(20.0, 9.0, 0.75)])
        self.assertEqual([each.evaluates for each in hub.waits], [True, False])
        self.assertEqual(bytes(hub.update), b"")

    def test_it_enrols_once_and_keeps_its_key_for_itself(self) -> None:
        hub = Hub()
        with Federation(hub) as federation:
            with self.device(federation) as first, self.device(federation) as second:
                self.assertEqual(first.client.identity, second.client.identity)
        self.assertEqual([(each.token, each.label) for each in hub.enrolments], [("token", "kitchen")])
        self.assertEqual(stat.S_IMODE(self.key.stat().st_mode), 0o600)
        self.assertNotIn(first.client.identity.private.hex(), repr(first.client.identity))

    def test_a_key_that_another_program_made_is_taken(self) -> None:
        # openssl genpkey -algorithm ed25519; the key of RFC 8032, 7.1, test 1.
        self.key.write_text(
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
            "-----END PRIVATE KEY-----\n"
        )
        hub = Hub()
        with Federation(hub) as federation, self.device(federation):
            pass
        self.assertEqual(
            hub.enrolments[0].public_key.hex(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        )
        self.assertTrue(self.key.read_text().startswith("Device: 0d9f6a0e"))

    def test_something_else_in_the_file_is_no_key(self) -> None:
        self.key.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        with self.assertRaises(ValueError):
            Device("http://127.0.0.1:1", "token", self.key)

    def test_why_there_is_no_update_is_reported(self) -> None:
        cases = [
            (Raising(Declined("no-data", "none today")), "no-data", WORK),
            (Raising(KeyError("weight")), "other", WORK),
            (Diverging(), "diverged", WORK),
            (Shapeless(), "other", WORK),
            (Adding(), "unsupported", m.Work("hub", 9, MODEL, 60_000, 20, m.Training(1, 1, 1))),
            (Adding(), "unsupported", replace(WORK, control_sha256=b"1")),
            (Adding(), "unsupported", replace(WORK, secure=b"1")),
        ]
        for trainer, reason, work in cases:
            hub = Hub(work)
            with Federation(hub) as federation, self.device(federation) as device:
                federation.keys[device.client.identity.device] = device.client.identity.public
                took = device.take_part(trainer)
                assert isinstance(took, NoPart)
                self.assertEqual((took.reason, [each.reason for each in hub.reports]), (reason, [reason]))

    def test_run_counts_what_it_answered(self) -> None:
        hub = Hub()
        hub.work.append(WORK)
        with Federation(hub) as federation, self.device(federation) as device:
            self.assertEqual(device.run(Adding(), rounds=2, wait=0), 2)


if __name__ == "__main__":
    unittest.main()
