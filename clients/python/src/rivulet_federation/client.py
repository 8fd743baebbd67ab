"""The calls of the protocol. All raise OSError if the federation can't be reached, and :class:`Refused` if it refuses."""

from __future__ import annotations

import base64
import hashlib
import math
import time
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .calls import Call, Calls, Limits, Refused
from .identity import Identity
from .messages import (
    Capabilities,
    Consent,
    ConsentAnswer,
    Enrolled,
    Enrolment,
    Evaluated,
    Heartbeat,
    HeartbeatAnswer,
    Model,
    Protocol,
    Report,
    UpdateAccepted,
    Upload,
    UploadOpening,
    Wait,
    Work,
)

_BASE = "/federation/v1"
#: Of a message of work without its model.
_MOST_WORK = 1 << 22
#: Characters of an announcement in a path: what is signed has at most 2048.
_LONGEST_ANNOUNCEMENT = 1500

Tensors = dict[str, NDArray[np.float32]]


class Client:
    """A device's requests, each signed. Safe for threads."""

    def __init__(self, calls: Calls, limits: Limits, identity: Identity) -> None:
        self._calls = calls
        self._limits = limits
        self.identity = identity
        #: Digest and bytes of the model that the device last had.
        self._held: tuple[bytes, bytes] = (b"", b"")

    @staticmethod
    def enrol(calls: Calls, limits: Limits, token: str, identity: Identity, label: str = "") -> Client:
        """Enrols a key by a token; the same key again is the same device."""
        enrolment = Enrolment(token, identity.public, label).to_bytes()
        stranger = Identity(identity.private, identity.public)
        enrolled = Enrolled.from_bytes(calls.send(stranger, Call("POST", f"{_BASE}/enrol", enrolment)))
        return Client(calls, limits, identity.enrolled(enrolled.device_id, enrolled.federation))

    def protocol(self) -> Protocol:
        """What the federation speaks; not signed."""
        return Protocol.from_bytes(self._calls.send(None, Call("GET", f"{_BASE}/protocol")))

    def heartbeat(self, capabilities: Capabilities) -> HeartbeatAnswer:
        """Says that the device is there and what it can do."""
        body = Heartbeat(capabilities).to_bytes()
        return HeartbeatAnswer.from_bytes(self._send(Call("POST", f"{_BASE}/heartbeat", body)))

    def participate(self, participate: bool) -> bool:
        """Says whether the device takes part."""
        body = Consent(participate).to_bytes()
        return ConsentAnswer.from_bytes(self._send(Call("POST", f"{_BASE}/consent", body))).participating

    def wait(self, seconds: float, evaluates: bool = False) -> Work | None:
        """Waits for work, at most so long; None if there was none. A model that the device does not have may come with it.

        Where the device ``evaluates``, work may be to measure a version: :meth:`evaluated` is its answer.
        """
        most = self._limits.most_model
        body = Wait(int(seconds * 1000), self._held[0], most, evaluates).to_bytes()
        answer = self._send(Call("POST", f"{_BASE}/wait", body, waits=seconds, most_answer=most + _MOST_WORK))
        return Work.from_bytes(answer) if answer else None

    def model(self, work: Work) -> Tensors:
        """The tensors of the model to train from, by name: had, come with the work, or fetched. Their digest is checked.

        A download that breaks goes on where it was.
        """
        assert work.model is not None
        model = work.model
        sizes = [math.prod(tensor.shape) for tensor in model.tensors]
        size = 4 * sum(sizes)
        if size > self._limits.most_model or any(dimension < 1 for each in model.tensors for dimension in each.shape):
            raise OSError(f"the model has {size} bytes, the device takes {self._limits.most_model}")
        octets = self._octets(work, model, size)
        if len(octets) != size or hashlib.sha256(octets).digest() != model.sha256:
            raise OSError("the bytes of the model are not those of its digest")
        self._held = model.sha256, octets
        values = np.split(np.frombuffer(octets, "<f4").astype(np.float32), np.cumsum(sizes)[:-1])
        return {tensor.name: part.reshape(tensor.shape) for tensor, part in zip(model.tensors, values)}

    def _octets(self, work: Work, model: Model, size: int) -> bytes:
        if self._held[0] == model.sha256:
            return self._held[1]
        return work.model_bytes or self._download(f"{_BASE}/models/{model.version}", size)

    def _download(self, path: str, size: int) -> bytes:
        received = bytearray()
        failures = 0
        while len(received) < size or not size:
            before = len(received)
            call = Call("GET", path, most_answer=size - before, begins_at=before)
            try:
                self._calls.stream(self.identity, call, received)
                break
            except (OSError, Refused) as e:
                failures = 0 if len(received) > before else failures + 1
                if failures >= self._limits.attempts or (isinstance(e, Refused) and not e.again):
                    raise
                time.sleep(self._limits.pause_after(failures))
        return bytes(received)

    def upload(self, work: Work, update: bytes, weight: float, metrics: Mapping[str, float]) -> UpdateAccepted:
        """Uploads an update and has it judged: in one request if it fits one, in parts else or where that is cut."""
        opening = self._opening(work, update, weight, metrics)
        about = base64.urlsafe_b64encode(opening).rstrip(b"=").decode()
        if len(update) <= work.most_request_bytes and len(about) <= _LONGEST_ANNOUNCEMENT:
            try:
                return self._whole(f"{_BASE}/rounds/{work.round}/update?about={about}", update)
            except OSError:
                pass
        return self._in_parts(opening, update)

    def _whole(self, path: str, update: bytes) -> UpdateAccepted:
        for attempt in range(self._limits.attempts):
            try:
                return UpdateAccepted.from_bytes(self._calls.once(self.identity, Call("POST", path, update)))
            except Refused as e:
                if not e.again or attempt + 1 == self._limits.attempts:
                    raise
            time.sleep(self._limits.pause_after(attempt))
        raise AssertionError("an attempt is made")

    def _in_parts(self, opening: bytes, update: bytes) -> UpdateAccepted:
        upload = Upload.from_bytes(self._send(Call("POST", f"{_BASE}/uploads", opening)))
        path = f"{_BASE}/uploads/{upload.id}"
        part = max(1, min(self._limits.most_part, upload.most_part_bytes))
        offset, failures = upload.offset, 0
        while offset < len(update):
            try:
                offset = self._part(path, update[offset : offset + part], offset)
                failures = 0
            except OSError:
                failures += 1
                if failures >= self._limits.attempts:
                    raise
                time.sleep(self._limits.pause_after(failures))
                offset = Upload.from_bytes(self._send(Call("GET", path))).offset
        return UpdateAccepted.from_bytes(self._send(Call("POST", f"{path}/finish")))

    @staticmethod
    def _opening(work: Work, update: bytes, weight: float, metrics: Mapping[str, float]) -> bytes:
        assert work.model is not None
        return UploadOpening(
            round=work.round,
            size=len(update),
            sha256=hashlib.sha256(update).digest(),
            base_version=work.model.version,
            weight=weight,
            metrics=dict(metrics),
        ).to_bytes()

    def _part(self, path: str, octets: bytes, offset: int) -> int:
        try:
            answer = self._calls.once(self.identity, Call("PATCH", path, octets, offset=offset))
            return Upload.from_bytes(answer).offset
        except Refused as e:
            if e.code == "wrong-offset":
                return e.offset
            if e.again:
                raise OSError(str(e)) from e
            raise

    def report(self, round_: int, reason: str, detail: str = "") -> None:
        """Says that the device has no update to give for a round."""
        body = Report(reason, detail[:500]).to_bytes()
        self._send(Call("POST", f"{_BASE}/rounds/{round_}/report", body))

    def evaluated(self, version: int, found: Evaluated) -> None:
        """Says how well a version does on the device's data."""
        self._send(Call("POST", f"{_BASE}/versions/{version}/evaluation", found.to_bytes()))

    def _send(self, call: Call) -> bytes:
        return self._calls.send(self.identity, call)

    @property
    def in_session(self) -> bool:
        """Whether the key of a session stands for the device's signature now."""
        return self._calls.in_session

    def close(self) -> None:
        """Closes this thread's connection."""
        self._calls.close()
