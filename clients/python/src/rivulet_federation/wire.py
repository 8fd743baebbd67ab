"""The part of Protobuf's wire format (proto3) that the federation's messages use, read with every length checked.

A message is a dataclass whose fields are made by :func:`text`, :func:`octets`, :func:`integer`, :func:`boolean`, :func:`double`,
:func:`single`, :func:`integers`, :func:`message`, :func:`messages` and :func:`doubles`. Fields are written in the order of their
numbers, those that have their default are left out, as Protobuf's own writers do (one of :func:`some_double` is there or None);
unknown fields are skipped when reading.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_M = TypeVar("_M", bound="Message")


class Malformed(ValueError):
    """Bytes that are no message."""


@dataclass(frozen=True)
class _Kind:
    number: int
    kind: str
    of: type[Message] | None = None


class Message:
    """What all messages can do."""

    def to_bytes(self) -> bytes:
        """The message in Protobuf's wire format."""
        out = bytearray()
        for kind, name in _kinds(type(self)):
            _write(out, kind, getattr(self, name))
        return bytes(out)

    @classmethod
    def from_bytes(cls: type[_M], octets: bytes) -> _M:
        """Reads a message; raises :class:`Malformed`."""
        values: dict[str, Any] = {}
        known = {kind.number: (kind, name) for kind, name in _kinds(cls)}
        for number, wire_type, value in _fields(octets):
            if number in known:
                kind, name = known[number]
                values[name] = _merged(kind, wire_type, value, values.get(name))
        return cls(**values)


def _kinds(of: type[Message]) -> list[tuple[_Kind, str]]:
    fields = [(each.metadata["wire"], each.name) for each in dataclasses.fields(of)]  # type: ignore[arg-type]
    return sorted(fields, key=lambda pair: pair[0].number)


def _of(kind: _Kind, **default: Any) -> Any:
    return field(metadata={"wire": kind}, **default)


def text(number: int) -> Any:
    """A string."""
    return _of(_Kind(number, "text"), default="")


def octets(number: int) -> Any:
    """Bytes."""
    return _of(_Kind(number, "octets"), default=b"")


def integer(number: int) -> Any:
    """An int32 or int64."""
    return _of(_Kind(number, "integer"), default=0)


def boolean(number: int) -> Any:
    """A bool."""
    return _of(_Kind(number, "boolean"), default=False)


def double(number: int) -> Any:
    """A double."""
    return _of(_Kind(number, "double"), default=0.0)


def some_double(number: int) -> Any:
    """An optional double; None if it is not there."""
    return _of(_Kind(number, "some"), default=None)


def single(number: int) -> Any:
    """A float."""
    return _of(_Kind(number, "single"), default=0.0)


def integers(number: int) -> Any:
    """Repeated int32 or int64, packed when written."""
    return _of(_Kind(number, "integers"), default_factory=list)


def message(number: int, of: type[Message]) -> Any:
    """A message; None if it is not there."""
    return _of(_Kind(number, "message", of), default=None)


def messages(number: int, of: type[Message]) -> Any:
    """Repeated messages."""
    return _of(_Kind(number, "messages", of), default_factory=list)


def doubles(number: int) -> Any:
    """A map from strings to doubles."""
    return _of(_Kind(number, "doubles"), default_factory=dict)


def _varint(value: int) -> bytes:
    left = value & (1 << 64) - 1
    out = bytearray()
    while left >= 0x80:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    out.append(left)
    return bytes(out)


def _delimited(number: int, octets_: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(octets_)) + octets_


_WRITERS: dict[str, Callable[[int, Any], bytes]] = {
    "text": lambda number, value: _delimited(number, value.encode()) if value else b"",
    "octets": lambda number, value: _delimited(number, value) if value else b"",
    "integer": lambda number, value: _varint(number << 3) + _varint(value) if value else b"",
    "boolean": lambda number, value: _varint(number << 3) + b"\1" if value else b"",
    "double": lambda number, value: _fixed(number, _FIXED64, struct.pack("<d", value)),
    "some": lambda number, value: b"" if value is None else _varint(number << 3 | _FIXED64) + struct.pack("<d", value),
    "single": lambda number, value: _fixed(number, _FIXED32, struct.pack("<f", value)),
    "integers": lambda number, value: _delimited(number, b"".join(map(_varint, value))) if value else b"",
    "message": lambda number, value: b"" if value is None else _delimited(number, value.to_bytes()),
    "messages": lambda number, value: b"".join(_delimited(number, each.to_bytes()) for each in value),
    "doubles": lambda number, value: b"".join(_entry(number, *each) for each in value.items()),
}


def _fixed(number: int, wire_type: int, octets_: bytes) -> bytes:
    """Zero is left out, minus zero is not."""
    return _varint(number << 3 | wire_type) + octets_ if any(octets_) else b""


def _entry(number: int, key: str, value: float) -> bytes:
    """An entry of a map has its key and its value, whatever they are."""
    written = _delimited(1, key.encode()) + _varint(2 << 3 | _FIXED64) + struct.pack("<d", value)
    return _delimited(number, written)


def _write(out: bytearray, kind: _Kind, value: Any) -> None:
    out += _WRITERS[kind.kind](kind.number, value)


def _read_varint(octets_: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(_LONGEST_VARINT):
        if at + i >= len(octets_):
            raise Malformed("a number ends early")
        octet = octets_[at + i]
        value |= (octet & 0x7F) << 7 * i
        if octet < 0x80:
            return value & (1 << 64) - 1, at + i + 1
    raise Malformed("a number has more than 10 bytes")


def _fields(octets_: bytes) -> Iterator[tuple[int, int, Any]]:
    at = 0
    while at < len(octets_):
        tag, at = _read_varint(octets_, at)
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise Malformed("a field has the number 0")
        if wire_type == _VARINT:
            value, at = _read_varint(octets_, at)
            yield number, wire_type, value
            continue
        if wire_type == _BYTES:
            length, at = _read_varint(octets_, at)
        elif wire_type in (_FIXED64, _FIXED32):
            length = 8 if wire_type == _FIXED64 else 4
        else:
            raise Malformed(f"fields of kind {wire_type} are not read")
        if length > len(octets_) - at:
            raise Malformed("a field ends early")
        yield number, wire_type, octets_[at : at + length]
        at += length


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _merged(kind: _Kind, wire_type: int, value: Any, before: Any) -> Any:
    if wire_type != _wire_type(kind.kind) and not (kind.kind == "integers" and wire_type == _VARINT):
        raise Malformed(f"field {kind.number} is of another kind")
    if kind.kind == "text":
        return _text(value)
    if kind.kind == "integer":
        return _signed(value)
    if kind.kind == "boolean":
        return value != 0
    if kind.kind in ("double", "some", "single"):
        return struct.unpack("<f" if kind.kind == "single" else "<d", value)[0]
    if kind.kind == "integers":
        return (before or []) + ([_signed(value)] if wire_type == _VARINT else _unpacked(value))
    if kind.kind == "doubles":
        entry = _Entry.from_bytes(value)
        return (before or {}) | {entry.key: entry.value}
    if kind.kind == "octets":
        return value
    assert kind.of is not None
    read = kind.of.from_bytes(value)
    return (before or []) + [read] if kind.kind == "messages" else read


def _wire_type(kind: str) -> int:
    if kind in ("integer", "boolean"):
        return _VARINT
    return {"double": _FIXED64, "some": _FIXED64, "single": _FIXED32}.get(kind, _BYTES)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as e:
        raise Malformed("a text is not UTF-8") from e


def _unpacked(octets_: bytes) -> list[int]:
    values, at = [], 0
    while at < len(octets_):
        value, at = _read_varint(octets_, at)
        values.append(_signed(value))
    return values


@dataclass
class _Entry(Message):
    key: str = text(1)
    value: float = double(2)
