"""Updates on the wire: the form ``RVU`` 1 of ``UpdateCodec`` in libs/federated-learning. Sketches are neither written nor read.

``"RVU" · version (1) · places (0 all, 1 some) · bits (32, 8, 4) · size of the model``, where some places are sent
``count · gaps``, then float32 numbers, or ``chunk · one float32 scale a chunk · codes``, and a CRC-32C of all before. Numbers are
little-endian, counts and gaps LEB128.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .crc32c import crc32c

Floats = NDArray[np.float32]
Octets = NDArray[np.uint8]
Indices = NDArray[np.int64]

#: Numbers that share a scale unless something else is said.
USUAL_CHUNK = 256
_MAGIC = b"RVU\1"
_ENVELOPE = 3 + 3 + 5 + 5 + 5 + 8 + 5 + 4
#: Of the time that is left, sending may take this share.
_SHARE_OF_TIME = 0.5
#: Fewer values than this share are not worth sending.
_LEAST_SHARE = 0.001
#: Smaller scales are taken for zero: their inverse would overflow.
_MIN_NORMAL = np.finfo(np.float32).tiny


class Unreadable(ValueError):
    """Bytes that are no update of the form."""


@dataclass(frozen=True)
class Scheme:
    """How an update is made small: ``top`` values of the greatest magnitude (0 for all), with 32, 8 or 4 bits each."""

    top: int = 0
    bits: int = 32
    chunk: int = USUAL_CHUNK

    def __post_init__(self) -> None:
        if self.top < 0 or self.bits not in (32, 8, 4) or self.chunk < 1:
            raise ValueError("top is not below 0, bits are 32, 8 or 4, a chunk has 1 number or more")

    def most_bytes(self, size: int) -> int:
        """The most bytes that an update of so many values takes."""
        count = min(self.top, size) if self.top else size
        indices = count + sum(min(count, size >> shift) for shift in (7, 14, 21)) if self.top else 0
        numbers = 4 * count if self.bits == 32 else 4 * -(-count // self.chunk) + -(-count * self.bits // 8)
        return _ENVELOPE + indices + numbers


_DENSE = (Scheme(), Scheme(bits=8), Scheme(bits=4), Scheme(bits=4, chunk=1024))


def choose(size: int, most_bytes: int, bytes_per_second: float, seconds: float) -> Scheme | None:
    """The scheme that loses least among those that fit the budget and half of the time; None if not even a thousandth fits."""
    in_time = bytes_per_second * _SHARE_OF_TIME * max(0.0, seconds)
    most = int(min(most_bytes, in_time))
    for dense in _DENSE:
        if dense.most_bytes(size) <= most:
            return dense
    low, high = 0, size
    while low < high:
        middle = low + (high - low + 1) // 2
        if Scheme(middle, 8).most_bytes(size) <= most:
            low = middle
        else:
            high = middle - 1
    return Scheme(low, 8) if low >= max(1.0, size * _LEAST_SHARE) else None


def encode(values: Floats, scheme: Scheme, random: np.random.Generator) -> bytes:
    """The bytes of an update; raises ValueError if a value is not finite. ``random`` rounds where numbers have few bits."""
    values = np.ascontiguousarray(values, np.float32).ravel()
    if not np.isfinite(values).all():
        raise ValueError("an update with a value that is not finite can't be sent")
    out = bytearray(_MAGIC)
    out += bytes([1 if scheme.top else 0, scheme.bits]) + _leb(np.array([values.size]))
    if scheme.top:
        indices = greatest(values, min(scheme.top, values.size))
        out += _leb(np.array([indices.size])) + _leb(np.diff(indices, prepend=-1) - 1)
        values = values[indices]
    if scheme.bits == 32:
        out += values.astype("<f4").tobytes()
    else:
        scales, codes = quantise(values, scheme, random)
        out += _leb(np.array([scheme.chunk])) + scales.astype("<f4").tobytes() + codes.tobytes()
    return bytes(out) + struct.pack("<I", crc32c(bytes(out)))


def greatest(values: Floats, count: int) -> Indices:
    """Rising indices of the greatest magnitudes; of equal ones the first."""
    magnitudes = values.view(np.uint32) & np.uint32(0x7FFFFFFF)
    threshold = np.partition(magnitudes, values.size - count)[values.size - count]
    above = np.flatnonzero(magnitudes > threshold)
    equal = np.flatnonzero(magnitudes == threshold)[: count - above.size]
    return np.sort(np.concatenate([above, equal])).astype(np.int64)


def quantise(values: Floats, scheme: Scheme, random: np.random.Generator) -> tuple[Floats, Octets]:
    """Scales and codes, rounded up or down at random so that the expected value is the number (QSGD, arXiv 1610.02132, 3.1)."""
    most = np.float32((1 << scheme.bits - 1) - 1)
    padded = np.zeros(-(-values.size // scheme.chunk) * scheme.chunk, np.float32)
    padded[: values.size] = values
    rows = padded.reshape(-1, scheme.chunk)
    scales = np.abs(rows).max(axis=1, initial=np.float32(0)) / most
    inverse = np.zeros_like(scales)
    np.divide(np.float32(1), scales, out=inverse, where=scales >= _MIN_NORMAL)
    steps = (rows * inverse[:, None]).ravel()[: values.size]
    rounded = np.floor(steps + random.random(values.size, np.float32))
    codes = np.clip(rounded, -most, most).astype(np.int8)
    return scales, codes.view(np.uint8) if scheme.bits == 8 else _nibbles(codes)


def _nibbles(codes: NDArray[np.int8]) -> Octets:
    """Two codes a byte, the first in the lower half, each plus 8."""
    raised = (codes + 8).astype(np.uint8)
    if raised.size % 2:
        raised = np.append(raised, np.uint8(0))
    return raised[0::2] | raised[1::2] << 4


def _leb(counts: NDArray[np.int64]) -> bytes:
    """LEB128 of each, one after the other."""
    lengths = 1 + sum((counts >= 1 << 7 * places).astype(np.int64) for places in range(1, 5))
    ends = np.cumsum(lengths)
    out = np.zeros(int(ends[-1]) if ends.size else 0, np.uint8)
    starts = ends - lengths
    for place in range(5):
        there = lengths > place
        more = np.where(lengths[there] > place + 1, 0x80, 0)
        out[starts[there] + place] = counts[there] >> 7 * place & 0x7F | more
    return out.tobytes()


def read(octets: bytes, size: int) -> Floats:
    """All values of an update, zeros included; raises :class:`Unreadable`."""
    if len(octets) < len(_MAGIC) + 7 or not octets.startswith(_MAGIC):
        raise Unreadable("it does not begin as an update does")
    if struct.unpack("<I", octets[-4:])[0] != crc32c(octets[:-4]):
        raise Unreadable("its checksum differs")
    rest = _Rest(octets[:-4], len(_MAGIC))
    places, bits = rest.octet(), rest.octet()
    if rest.count() != size:
        raise Unreadable("it is for a model of another size")
    if places not in (0, 1):
        raise Unreadable(f"places of kind {places} are not read")
    if places == 0:
        values = _numbers(rest, bits, size)
    else:
        values = np.zeros(size, np.float32)
        indices = rest.indices(rest.count(), size)
        values[indices] = _numbers(rest, bits, indices.size)
    rest.require_end()
    return values


def _numbers(rest: _Rest, bits: int, count: int) -> Floats:
    if bits == 32:
        return rest.floats(count)
    if bits not in (8, 4):
        raise Unreadable(f"numbers of {bits} bits are not read")
    chunk = rest.count()
    if chunk < 1:
        raise Unreadable("chunks of no numbers")
    scales = rest.floats(-(-count // chunk))
    codes = np.frombuffer(rest.octets(-(-count * bits // 8)), np.uint8)
    if bits == 4:
        codes = np.stack([codes & 15, codes >> 4], axis=1).ravel()[:count].view(np.int8) - np.int8(8)
    return codes.view(np.int8).astype(np.float32) * scales[np.arange(count) // chunk]


class _Rest:
    """What is left to be read; nothing is made before as many bytes are there."""

    def __init__(self, octets: bytes, at: int) -> None:
        self._octets = octets
        self._at = at

    def octets(self, count: int) -> bytes:
        if count > len(self._octets) - self._at:
            raise Unreadable("it ends early")
        self._at += count
        return self._octets[self._at - count : self._at]

    def octet(self) -> int:
        return self.octets(1)[0]

    def count(self) -> int:
        value = 0
        for shift in range(0, 35, 7):
            octet = self.octet()
            value |= (octet & 0x7F) << shift
            if octet < 0x80:
                return value
        raise Unreadable("a count has more than 5 bytes")

    def floats(self, count: int) -> Floats:
        values = np.frombuffer(self.octets(4 * count), "<f4").astype(np.float32)
        if not np.isfinite(values).all():
            raise Unreadable("a value is not finite")
        return values

    def indices(self, count: int, size: int) -> Indices:
        if count > min(size, len(self._octets) - self._at):
            raise Unreadable("it ends early")
        gaps = np.array([self.count() for _ in range(count)], np.int64)
        indices = np.cumsum(gaps + 1) - 1
        if count and indices[-1] >= size:
            raise Unreadable("an index is beyond the model")
        return indices

    def require_end(self) -> None:
        if self._at != len(self._octets):
            raise Unreadable("bytes follow its end")
