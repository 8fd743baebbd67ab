"""Golden bytes that this package and the JVM share, and the rows that this package writes: ``python -m tests.golden`` writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rivulet_federation.update import Scheme, encode, read

CHECKOUT = Path(__file__).resolve().parents[3]
MESSAGES = CHECKOUT / "libs/federation-contract/src/test/resources/golden/0.1.0.txt"
#: Halves of a session, the key that they agree on, and what it signs.
SESSION = CHECKOUT / "libs/federation-contract/src/test/resources/golden/session.txt"
OF_PYTHON = Path(__file__).parent / "golden/updates-of-python.txt"
OF_JVM = Path(__file__).parent / "golden/updates-of-jvm.txt"
SIZES = (1, 7, 300, 70_000)
SCHEMES = {
    "all-32": Scheme(),
    "all-8": Scheme(bits=8),
    "all-4": Scheme(bits=4),
    "all-4-of-7": Scheme(bits=4, chunk=7),
    "top-32": Scheme(top=31),
    "top-8": Scheme(top=31, bits=8),
    "top-4": Scheme(top=31, bits=4, chunk=7),
}


def written() -> list[str]:
    """One row for each size and scheme: its name, its bytes, and the values that these stand for."""
    rows = []
    for size in SIZES:
        values = np.random.default_rng(size).normal(size=size).astype(np.float32)
        for name, scheme in SCHEMES.items():
            if size < 1000 or scheme.top:
                octets = encode(values, scheme, np.random.default_rng(1))
                rows.append(f"{name} {size} {octets.hex()} {shown(read(octets, size))}")
    return rows


def shown(values: np.ndarray) -> str:
    """Places that are not zero and their float32, such as ``3:0000803f``; ``-`` if all are zero."""
    places = np.flatnonzero(values)
    return ",".join(f"{place}:{values[place].astype('<f4').tobytes().hex()}" for place in places) or "-"


if __name__ == "__main__":
    OF_PYTHON.write_text("\n".join(written()) + "\n")
