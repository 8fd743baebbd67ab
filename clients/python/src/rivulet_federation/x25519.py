"""Agreement on a key over Curve25519 (RFC 7748, sections 5 and 6.1) in pure Python.

Takes a millisecond or two, once in a session. Python's integers do not compute in constant time: see :mod:`.ed25519`. A half is made
for one session alone, so that what might be learnt of it in time is worth little.
"""

from __future__ import annotations

#: Bytes of a private half, of a public one and of what both agree on.
KEY_BYTES = 32

_P = 2**255 - 19
_A24 = 121665
_BASE = (9).to_bytes(KEY_BYTES, "little")


def public_half(private: bytes) -> bytes:
    """The 32 bytes of the public half that belongs to the 32 bytes of a private one."""
    return _times(private, _BASE)


def agreed(private: bytes, other: bytes) -> bytes:
    """The 32 bytes that both sides can reckon; raises ValueError if the other half leads to bytes that everybody knows."""
    shared = _times(private, other)
    if not any(shared):
        raise ValueError("the other half leads to a key that everybody knows")
    return shared


def _scalar(private: bytes) -> int:
    number = int.from_bytes(private, "little")
    return number & (1 << 254) - 8 | 1 << 254


def _times(private: bytes, point: bytes) -> bytes:
    """The ladder of RFC 7748, section 5."""
    if len(private) != KEY_BYTES or len(point) != KEY_BYTES:
        raise ValueError(f"a half of an X25519 key has {KEY_BYTES} bytes, not {len(private)} and {len(point)}")
    scalar, u = _scalar(private), int.from_bytes(point, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swapped = 1, 0, u, 1, 0
    for place in range(254, -1, -1):
        bit = scalar >> place & 1
        if bit != swapped:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swapped = bit
        x2, z2, x3, z3 = _step(u, x2, z2, x3, z3)
    if swapped:
        x2, z2 = x3, z3
    return (x2 * pow(z2, _P - 2, _P) % _P).to_bytes(KEY_BYTES, "little")


def _step(u: int, x2: int, z2: int, x3: int, z3: int) -> tuple[int, int, int, int]:
    a, b = x2 + z2, x2 - z2
    da, cb = (x3 - z3) * a % _P, (x3 + z3) * b % _P
    aa, bb = a * a % _P, b * b % _P
    e = aa - bb
    return aa * bb % _P, e * (aa + _A24 * e) % _P, (da + cb) ** 2 % _P, u * (da - cb) ** 2 % _P
