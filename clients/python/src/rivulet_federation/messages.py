"""The messages of the federation's protocol, version 1: docs/federation-protocol.md tells what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from . import wire
from .wire import Message


@dataclass
class Protocol(Message):
    """What a federation speaks; its clock and its limits."""

    versions: list[int] = wire.integers(1)
    server_time_ms: int = wire.integer(2)
    most_clock_skew_ms: int = wire.integer(3)
    most_body_bytes: int = wire.integer(4)


@dataclass
class Enrolment(Message):
    """Asks to be let in."""

    token: str = wire.text(1)
    public_key: bytes = wire.octets(2)
    label: str = wire.text(3)


@dataclass
class Enrolled(Message):
    """Who the device is from now on."""

    device_id: str = wire.text(1)
    federation: str = wire.text(2)
    heartbeat_every_ms: int = wire.integer(3)


@dataclass
class SessionOpening(Message):
    """The device's half of a key that is to stand for its signature: X25519, made for this session alone."""

    public_key: bytes = wire.octets(1)


@dataclass
class Session(Message):
    """The federation's half, and after which time it forgets the session."""

    id: str = wire.text(1)
    public_key: bytes = wire.octets(2)
    life_ms: int = wire.integer(3)


@dataclass
class Capabilities(Message):
    """What a device can do, and what training would cost it."""

    #: Training steps a second on the device's own measure; 0 if not known.
    compute: float = wire.double(1)
    #: 0 to 100; 100 where there is no battery.
    battery_percent: int = wire.integer(2)
    charging: bool = wire.boolean(3)
    #: Whether bytes cost money.
    metered: bool = wire.boolean(4)
    #: 0 if not known.
    upload_bytes_per_second: int = wire.integer(5)
    data_age_ms: int = wire.integer(6)
    examples: int = wire.integer(7)


@dataclass
class Heartbeat(Message):
    """Says that the device is there."""

    capabilities: Capabilities | None = wire.message(1, Capabilities)


@dataclass
class HeartbeatAnswer(Message):
    """When to say it again."""

    next_within_ms: int = wire.integer(1)
    participating: bool = wire.boolean(2)


@dataclass
class Consent(Message):
    """Whether the device takes part."""

    participate: bool = wire.boolean(1)


@dataclass
class ConsentAnswer(Message):
    """Whether the device takes part, as the federation has it now."""

    participating: bool = wire.boolean(1)


@dataclass
class Wait(Message):
    """Asks for work; 0 asks without waiting."""

    most_ms: int = wire.integer(1)
    #: Of the bytes of the model that the device still has; empty if it has none.
    model_sha256: bytes = wire.octets(2)
    #: Of a model that the device takes with its work; 0: it fetches the model by itself.
    most_model_bytes: int = wire.integer(3)
    #: Whether the device measures a version when it is asked to.
    evaluates: bool = wire.boolean(4)


@dataclass
class Tensor(Message):
    """Name and shape of a tensor."""

    name: str = wire.text(1)
    shape: list[int] = wire.integers(2)


@dataclass
class Model(Message):
    """A version: its tensors in the order of their bytes, and the digest of these."""

    version: int = wire.integer(1)
    tensors: list[Tensor] = wire.messages(2, Tensor)
    sha256: bytes = wire.octets(3)


@dataclass
class Training(Message):
    """What is asked of the training."""

    epochs: int = wire.integer(1)
    batch: int = wire.integer(2)
    rate: float = wire.single(3)
    #: FedProx's pull to the model it began with; 0 for none.
    mu: float = wire.single(4)


@dataclass
class Work(Message):
    """What a round wants of the device."""

    federation: str = wire.text(1)
    round: int = wire.integer(2)
    model: Model | None = wire.message(3, Model)
    due_in_ms: int = wire.integer(4)
    most_update_bytes: int = wire.integer(5)
    training: Training | None = wire.message(6, Training)
    #: Set where devices correct their steps by SCAFFOLD's control variates, which this client does not know.
    control_sha256: bytes = wire.octets(7)
    #: Tensors that stay on the device.
    local_tensors: list[Tensor] = wire.messages(8, Tensor)
    #: An update of at most so many bytes may be sent in one request; 0: it is sent in parts.
    most_request_bytes: int = wire.integer(9)
    #: The model's bytes, where the device asked for them and has another model.
    model_bytes: bytes = wire.octets(10)
    #: The model is to be measured and not trained.
    evaluation: bool = wire.boolean(11)
    #: Set where updates are masked, which this client can't; not read further.
    secure: bytes = wire.octets(20)


@dataclass
class Evaluated(Message):
    """How well a version does on the device's data, or why the device can't say."""

    examples: float = wire.double(1)
    loss: float = wire.double(2)
    accuracy: float | None = wire.some_double(3)
    reason: str = wire.text(4)


@dataclass
class UploadOpening(Message):
    """Announces an update before its bytes."""

    round: int = wire.integer(1)
    size: int = wire.integer(2)
    sha256: bytes = wire.octets(3)
    base_version: int = wire.integer(4)
    weight: float = wire.double(5)
    metrics: dict[str, float] = wire.doubles(6)


@dataclass
class Upload(Message):
    """Where the next bytes of an upload begin."""

    id: str = wire.text(1)
    offset: int = wire.integer(2)
    most_part_bytes: int = wire.integer(3)


@dataclass
class UpdateAccepted(Message):
    """The update counts."""

    round: int = wire.integer(1)
    counted: int = wire.integer(2)


@dataclass
class Report(Message):
    """The device has no update to give."""

    reason: str = wire.text(1)
    detail: str = wire.text(2)


@dataclass
class ReportAnswer(Message):
    """Nothing."""


@dataclass
class Refusal(Message):
    """Body of every answer of status 400 or above."""

    code: str = wire.text(1)
    detail: str = wire.text(2)
    server_time_ms: int = wire.integer(3)
    retry_after_ms: int = wire.integer(4)
    offset: int = wire.integer(5)
