"""Keys that stand for a device's signature for a while: docs/federation-protocol.md, "Sessions"."""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from . import x25519
from .messages import Session, SessionOpening

#: Seconds before a session that was not to be had is asked for again.
_AGAIN = 30.0


@dataclass(frozen=True, repr=False)
class Signing:
    """What signs now: a session's id and key, and when it is to be begun anew, in seconds since 1970."""

    id: str
    key: bytes
    renewal: float


class NoSessions(Exception):
    """The federation knows no sessions."""


class Sessions:
    """The session of one device: begun when it is first needed and again at half of its life. Safe for threads.

    ``opening`` sends a message that the device's own key signs and returns its answer; it raises :class:`NoSessions` where the
    federation has none, and any ``OSError`` or ``ValueError`` where it has none now. The device then signs each request.
    """

    def __init__(self, device: str, clock: Callable[[], float], opening: Callable[[bytes], bytes]) -> None:
        self.device = device
        self._clock = clock
        self._opening = opening
        self._one = threading.Lock()
        self._current: Signing | None = None
        self._not_before = float("-inf")

    def current(self) -> Signing | None:
        """The session to sign in; None if the device signs itself. While one thread begins it, the others sign themselves."""
        known, now = self._current, self._clock()
        due = known is None or now >= known.renewal
        if due and now >= self._not_before and self._one.acquire(blocking=False):
            try:
                self._current = known = self._begun(now)
            finally:
                self._one.release()
        return known

    def _begun(self, now: float) -> Signing | None:
        self._not_before = now + _AGAIN
        private = os.urandom(x25519.KEY_BYTES)
        half = x25519.public_half(private)
        try:
            session = Session.from_bytes(self._opening(SessionOpening(half).to_bytes()))
            key = agreed(private, session.public_key, self.device, half, session.public_key)
            return Signing(session.id, key, now + session.life_ms / 2000)
        except NoSessions:
            self._not_before = float("inf")
        except (OSError, ValueError):
            pass
        return None

    def lost(self, session: Signing) -> None:
        """The federation does not know it any more."""
        known = self._current
        if known is not None and known.id == session.id:
            self._current = None


def agreed(private: bytes, other: bytes, device: str, of_device: bytes, of_federation: bytes) -> bytes:
    """The 32 bytes of the key of a session; raises ValueError if the other half is none.

    HKDF-SHA256 (RFC 5869) without salt, of one block.
    """
    drawn = hmac.digest(bytes(hashlib.sha256().digest_size), x25519.agreed(private, other), "sha256")
    info = f"rivulet-session-1\n{device}\n".encode("ascii") + of_device + of_federation
    return hmac.digest(drawn, info + b"\1", "sha256")


def sign(key: bytes, session: str, head: bytes) -> bytes:
    """What stands for the signature of a request's head: HMAC-SHA256."""
    return hmac.digest(key, f"rivulet-session-1\n{session}\n".encode("ascii") + head, "sha256")
