"""Who a device is: its key, and the id that the federation gave it, in one file."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import ed25519

#: DER of an Ed25519 private key (RFC 8410, section 7) before its 32 bytes.
_DER = bytes.fromhex("302e020100300506032b657004220420")
_BEGIN, _END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
_PEM = re.compile(_BEGIN + r"\s+([A-Za-z0-9+/=\s]+)" + _END)
_SAID = re.compile(r"^(Device|Federation): (\S+)$", re.MULTILINE)


@dataclass(frozen=True, repr=False)
class Identity:
    """The key of a device; ``device`` and ``federation`` are empty before it has enrolled."""

    private: bytes
    public: bytes
    device: str = ""
    federation: str = ""

    @staticmethod
    def new() -> Identity:
        """A new key."""
        return Identity.of(os.urandom(ed25519.KEY_BYTES))

    @staticmethod
    def of(private: bytes, device: str = "", federation: str = "") -> Identity:
        """The identity of the 32 bytes of a private key."""
        return Identity(private, ed25519.public_key(private), device, federation)

    def enrolled(self, device: str, federation: str) -> Identity:
        """The same key with what the federation calls it."""
        return Identity(self.private, self.public, device, federation)

    def sign(self, message: bytes) -> bytes:
        """The signature of a message."""
        return ed25519.sign(self.private, self.public, message)

    def __repr__(self) -> str:
        return f"Identity(device={self.device!r}, federation={self.federation!r})"


def load(file: Path) -> Identity | None:
    """The identity in a file: PEM of PKCS #8, as ``openssl genpkey -algorithm ed25519`` writes it, after lines that say who it is.

    None if there is no file; raises ValueError if there is something else in it.
    """
    try:
        content = file.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None
    found = _PEM.search(content)
    if found is None:
        raise ValueError(f"{file} has no private key in PEM")
    der = base64.b64decode("".join(found.group(1).split()))
    if len(der) != len(_DER) + ed25519.KEY_BYTES or not der.startswith(_DER):
        raise ValueError(f"the key in {file} is no Ed25519 key")
    said = dict(_SAID.findall(content[: found.start()]))
    return Identity.of(der[len(_DER) :], said.get("Device", ""), said.get("Federation", ""))


def save(file: Path, identity: Identity) -> None:
    """Writes an identity beside, readable by its owner alone, and moves it into its place."""
    lines = [_BEGIN, base64.b64encode(_DER + identity.private).decode(), _END, ""]
    if identity.device:
        lines = [f"Device: {identity.device}", f"Federation: {identity.federation}", *lines]
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write("\n".join(lines))
        out.flush()
        os.fsync(out.fileno())
    os.replace(beside, file)
