"""Ed25519 signatures (RFC 8032, section 5.1) in pure Python.

A signature takes about a millisecond, which is enough for the few requests a device makes. Python's integers do not compute in
constant time: who can measure on the same machine how long signatures take might learn something about the key. Where that matters,
let another program sign.
"""

from __future__ import annotations

import hashlib

#: Bytes of a private key and of a public one.
KEY_BYTES = 32
#: Bytes of a signature.
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

# Extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
_Point = tuple[int, int, int, int]
_NEUTRAL: _Point = (0, 1, 1, 0)


def _add(one: _Point, other: _Point) -> _Point:
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * t1 * t2 * _D % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    result = _NEUTRAL
    while scalar > 0:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _root(y: int, sign: int) -> int | None:
    """The x of a point with this y, or None if there is none."""
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P != 0:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P != 0 or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _base() -> _Point:
    y = 4 * pow(5, _P - 2, _P) % _P
    x = _root(y, 0)
    assert x is not None
    return x, y, 1, x * y % _P


def _table(base: _Point) -> list[list[_Point]]:
    """Every digit of 4 bits at each of 64 places, times the base: a signature is then 64 additions."""
    table = []
    for _ in range(64):
        row = [_NEUTRAL]
        for _ in range(15):
            row.append(_add(row[-1], base))
        table.append(row)
        base = _add(row[-1], base)
    return table


_BASE = _base()
_TABLE = _table(_BASE)


def _times_base(scalar: int) -> _Point:
    result = _NEUTRAL
    for row in _TABLE:
        result = _add(result, row[scalar & 15])
        scalar >>= 4
    return result


def _packed(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, _P - 2, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(KEY_BYTES, "little")


def _unpacked(octets: bytes) -> _Point | None:
    number = int.from_bytes(octets, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = _root(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


def _hashed(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def _expanded(private: bytes) -> tuple[int, bytes]:
    if len(private) != KEY_BYTES:
        raise ValueError(f"an Ed25519 private key has {KEY_BYTES} bytes, not {len(private)}")
    digest = hashlib.sha512(private).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & (1 << 254) - 8 | 1 << 254, digest[32:]


def public_key(private: bytes) -> bytes:
    """The 32 bytes of the public key that belongs to the 32 bytes of a private one."""
    return _packed(_times_base(_expanded(private)[0]))


def sign(private: bytes, public: bytes, message: bytes) -> bytes:
    """The 64 bytes of the signature of a message; ``public`` must be the key that belongs to ``private``."""
    scalar, prefix = _expanded(private)
    nonce = _hashed(prefix, message) % _ORDER
    point = _packed(_times_base(nonce))
    challenge = _hashed(point, public, message) % _ORDER
    return point + ((nonce + challenge * scalar) % _ORDER).to_bytes(32, "little")


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is of this key and message; false also for what is no key or signature."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key, point = _unpacked(public), _unpacked(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or point is None or number >= _ORDER:
        return False
    challenge = _hashed(signature[:32], public, message) % _ORDER
    return _packed(_times_base(number)) == _packed(_add(point, _times(challenge, key)))
