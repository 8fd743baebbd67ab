"""CRC-32C (RFC 3720, appendix B.4), by many lanes side by side: Python's loop is too slow for millions of bytes."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78
#: Bytes of one lane; a few lanes fewer than bytes are worth the loop.
_LANE = 512
_U32 = NDArray[np.uint32]


def _table() -> _U32:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


_TABLE = _table()
_PLAIN = [int(each) for each in _TABLE]


def _plain(register: int, octets: bytes) -> int:
    for octet in octets:
        register = register >> 8 ^ _PLAIN[(register ^ octet) & 0xFF]
    return register


@functools.cache
def _zeros() -> list[list[int]]:
    """What a lane of zeros makes of a register, for each value of each of its four bytes: the step is linear."""
    columns = [_plain(1 << bit, bytes(_LANE)) for bit in range(32)]
    tables = []
    for place in range(4):
        row = [0] * 256
        for value in range(1, 256):
            low = value & -value
            row[value] = row[value ^ low] ^ columns[8 * place + low.bit_length() - 1]
        tables.append(row)
    return tables


def crc32c(octets: bytes) -> int:
    """The checksum, 0 to 2³² − 1."""
    lanes = len(octets) // _LANE
    register = 0xFFFFFFFF
    if lanes > 1:
        rows = np.frombuffer(octets, np.uint8, lanes * _LANE).reshape(lanes, _LANE)
        registers = np.zeros(lanes, np.uint32)
        for column in np.ascontiguousarray(rows.T):
            registers = registers >> 8 ^ _TABLE[(registers ^ column) & 0xFF]
        first, second, third, fourth = _zeros()
        for lane in registers.tolist():
            register = (
                first[register & 0xFF]
                ^ second[register >> 8 & 0xFF]
                ^ third[register >> 16 & 0xFF]
                ^ fourth[register >> 24]
                ^ lane
            )
        octets = octets[lanes * _LANE :]
    return _plain(register, octets) ^ 0xFFFFFFFF
