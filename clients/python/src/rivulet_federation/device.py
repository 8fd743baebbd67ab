"""A device at work: waits, fetches the model, trains, and uploads the difference, or says why not."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from . import identity as identities
from .calls import Calls, Limits, Refused
from .client import Client
from .identity import Identity
from .messages import Capabilities, Evaluated, UpdateAccepted, Work
from .update import choose, encode

Parameters = Mapping[str, NDArray[np.float32]]
#: Of a device that has not measured: time then limits nothing.
_UNKNOWN_BANDWIDTH = 1e12
#: Between two looks whether the device is closed.
_LEAST_BEAT, _USUAL_BEAT = 0.1, 5.0
_PLUGGED = Capabilities(battery_percent=100, charging=True)


@dataclass(frozen=True)
class Settings:
    """What the federation asks of one training; ``mu`` is FedProx's pull to the parameters, ``seconds`` what is left."""

    round: int
    version: int
    epochs: int
    batch: int
    rate: float
    mu: float
    seconds: float


class Declined(Exception):
    """Raised by a trainer that has nothing to give: no-data, out-of-memory, battery, diverged, unsupported, interrupted, other."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Trainer(Protocol):
    """Trains on the device's own data, which leave it at no time."""

    def fit(self, parameters: Parameters, settings: Settings) -> tuple[Parameters, float, Mapping[str, float]]:
        """The parameters after training (of the same names and shapes), the number of examples, and metrics by name.

        ``loss-before``, the mean loss of ``parameters`` on the device's examples, tells the federation which version was best.
        ``parameters`` may be written to. Raises :class:`Declined` if there is nothing to give; any other exception is reported as
        ``other``.
        """


@runtime_checkable
class Evaluator(Protocol):
    """A trainer that measures a version, too, where its federation asks devices that do not train."""

    def evaluate(self, parameters: Parameters, settings: Settings) -> tuple[float, float, float | None]:
        """The number of examples it was measured with, the mean loss, and the accuracy from 0 to 1, or None."""


@dataclass(frozen=True)
class Nothing:
    """There was no work."""


@dataclass(frozen=True)
class Part:
    """The update counts."""

    round: int
    size: int
    answer: UpdateAccepted


@dataclass(frozen=True)
class Measured:
    """A version was measured."""

    version: int
    found: Evaluated


@dataclass(frozen=True)
class NoPart:
    """The device had no update to give."""

    round: int
    reason: str
    detail: str


class Device:
    """A device of the federation at an address.

    ``token`` enrols it once; its key and its id are then in ``key_file``, and the token is not looked at any more. ``capabilities``
    is asked before each heartbeat. Heartbeats are sent while the device is open: use it in a ``with`` statement, or close it.
    """

    def __init__(
        self,
        url: str,
        token: str,
        key_file: str | Path,
        *,
        label: str = "",
        capabilities: Callable[[], Capabilities] = lambda: _PLUGGED,
        limits: Limits = Limits(),
        tls: ssl.SSLContext | None = None,
        random: np.random.Generator | None = None,
    ) -> None:
        calls = Calls(url, limits, tls)
        self._capabilities = capabilities
        self._random = random or np.random.default_rng()
        self._closed = threading.Event()
        self.client = _client(calls, limits, token, Path(key_file), label)
        self._beats = threading.Thread(target=self._beat, name="federation-heartbeats", daemon=True)
        self._beats.start()

    def run(self, trainer: Trainer, rounds: int | None = None, wait: float = 20.0) -> int:
        """Takes part until the device is closed or has answered so many rounds; returns how many of its updates count.

        A federation that can't be reached is waited for; a refusal ends the part in a round, and one of the device itself ends this.
        """
        answered = counted = 0
        while not self._closed.is_set() and (rounds is None or answered < rounds):
            try:
                took = self.take_part(trainer, wait)
            except Refused as e:
                if e.code in ("unknown-device", "forged", "opted-out"):
                    raise
                answered += 1
            except OSError:
                self._closed.wait(_USUAL_BEAT)
            else:
                answered += not isinstance(took, Nothing)
                counted += isinstance(took, Part)
        return counted

    def take_part(self, trainer: Trainer, wait: float = 20.0) -> Nothing | Part | Measured | NoPart:
        """Waits for work, at most so many seconds, and does it."""
        work = self.client.wait(wait, isinstance(trainer, Evaluator))
        if work is None:
            return Nothing()
        received = time.monotonic()
        if work.evaluation:
            return self._measured(trainer, work, received)
        try:
            return self._trained(trainer, work, received)
        except Declined as e:
            self.client.report(work.round, e.reason, e.detail)
            return NoPart(work.round, e.reason, e.detail)

    def _measured(self, trainer: Trainer, work: Work, received: float) -> Measured | NoPart:
        assert work.model is not None and isinstance(trainer, Evaluator)
        version, model = work.model.version, self.client.model(work)
        try:
            examples, loss, accuracy = trainer.evaluate(model, _settings(work, received))
        except Exception as e:
            declined = e if isinstance(e, Declined) else Declined("other", repr(e))
            self.client.evaluated(version, Evaluated(reason=declined.reason))
            return NoPart(work.round, declined.reason, declined.detail)
        found = Evaluated(float(examples), float(loss), accuracy)
        self.client.evaluated(version, found)
        return Measured(version, found)

    def _trained(self, trainer: Trainer, work: Work, received: float) -> Part:
        if work.model is None or work.training is None:
            raise Declined("unsupported", "the work has no model or no training")
        if work.control_sha256 or work.secure:
            what = "masks updates" if work.secure else "needs control variates"
            raise Declined("unsupported", f"the federation {what}, which this client can't")
        base = self.client.model(work)
        given = {name: values.copy() for name, values in base.items()}
        try:
            after, weight, metrics = trainer.fit(given, _settings(work, received))
        except Declined:
            raise
        except Exception as e:
            raise Declined("other", repr(e)) from e
        delta = _difference(after, base)
        scheme = choose(delta.size, work.most_update_bytes, self._bandwidth(), _left(work, received))
        if scheme is None:
            raise Declined("unsupported", "no update fits the budget and the time")
        update = encode(delta, scheme, self._random)
        answer = self.client.upload(work, update, float(weight), {key: float(each) for key, each in metrics.items()})
        return Part(work.round, len(update), answer)

    def _bandwidth(self) -> float:
        return self._capabilities().upload_bytes_per_second or _UNKNOWN_BANDWIDTH

    def participate(self, participate: bool) -> bool:
        """Says whether the device takes part: its owner's consent."""
        return self.client.participate(participate)

    def _beat(self) -> None:
        pause = 0.0
        while not self._closed.wait(pause):
            try:
                answer = self.client.heartbeat(self._capabilities())
                pause = max(_LEAST_BEAT, answer.next_within_ms / 2000)
            except Refused as e:
                if not e.again:
                    break
                pause = _USUAL_BEAT
            except OSError:
                pause = _USUAL_BEAT
        self.client.close()

    def close(self) -> None:
        """Ends the heartbeats; a training under way ends by itself."""
        self._closed.set()
        self.client.close()

    def __enter__(self) -> Device:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _client(calls: Calls, limits: Limits, token: str, file: Path, label: str) -> Client:
    """The key is on the disk before the federation hears of it: a device that dies in between enrols again as the same one."""
    identity = identities.load(file)
    if identity is None:
        identity = Identity.new()
        identities.save(file, identity)
    if identity.device:
        return Client(calls, limits, identity)
    client = Client.enrol(calls, limits, token, identity, label)
    identities.save(file, client.identity)
    return client


def _settings(work: Work, received: float) -> Settings:
    training = work.training
    assert training is not None and work.model is not None
    left = _left(work, received)
    return Settings(
        work.round, work.model.version, training.epochs, training.batch, training.rate, training.mu, left
    )


def _left(work: Work, received: float) -> float:
    return work.due_in_ms / 1000 - (time.monotonic() - received)


def _difference(after: Parameters, base: Parameters) -> NDArray[np.float32]:
    parts = []
    for name, before in base.items():
        values = np.asarray(after[name], np.float32) if name in after else None
        if values is None or values.shape != before.shape:
            raise Declined("other", f"the trainer gave no tensor {name} of the shape {before.shape}")
        parts.append((values - before).ravel())
    delta = np.concatenate(parts)
    if not np.isfinite(delta).all():
        raise Declined("diverged", "the model after training is not finite")
    return delta
