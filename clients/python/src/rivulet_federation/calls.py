"""Signed requests over HTTP/1.1, sent again where that may help, by the federation's clock."""

from __future__ import annotations

import base64
import hashlib
import http.client
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from . import sessions
from .identity import Identity
from .messages import Refusal
from .sessions import NoSessions, Sessions, Signing
from .wire import Malformed

_PROTOBUF = "application/x-protobuf"
_MOST_REFUSAL = 1 << 16
_PIECE = 1 << 16
#: The same request may be sent again, signed anew; a part at the wrong place may not.
_AGAIN = frozenset({"busy", "unavailable", "clock-skew"})


@dataclass(frozen=True)
class Limits:
    """Limits of a device's requests: times in seconds, sizes in bytes."""

    #: Until a request is answered, beyond the time that it asks to wait.
    answer: float = 30.0
    #: Of one request, or of a transfer without progress.
    attempts: int = 6
    #: Before the second attempt; doubles, up to 32 times.
    pause: float = 0.2
    #: Of one part of an upload; the federation may want less.
    most_part: int = 1 << 18
    #: Of a model that the device takes.
    most_model: int = 1 << 30
    #: Whether a key that is agreed on with the federation stands for the device's signature, where the federation can.
    sessions: bool = True

    def __post_init__(self) -> None:
        if self.answer <= 0 or self.pause < 0 or self.attempts < 1 or self.most_part < 1 or self.most_model < 1:
            raise ValueError("times are not below zero, attempts and sizes are 1 or more")

    def pause_after(self, attempt: int) -> float:
        """Before the next attempt."""
        return self.pause * (1 << min(5, attempt))


class Refused(Exception):
    """The federation refused a request; sending it again would not help, or was tried often enough."""

    def __init__(self, status: int, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code} ({status}): {refusal.detail}")
        #: HTTP status.
        self.status = status
        #: Stable code, such as ``late``; a newer federation may have others than this package knows.
        self.code = refusal.code
        #: With ``wrong-offset``: where the next bytes begin.
        self.offset = refusal.offset

    @property
    def again(self) -> bool:
        """Whether the same request may be sent again."""
        return self.code in _AGAIN or (not self.code and self.status >= 500)


@dataclass(frozen=True)
class Call:
    """A request. ``offset`` is where a part begins, ``waits`` what the federation may take beyond the usual, in seconds."""

    method: str
    path: str
    body: bytes = b""
    offset: int = 0
    waits: float = 0.0
    most_answer: int = 1 << 22
    #: Of a download that goes on: bytes that are there already.
    begins_at: int = 0


class Calls:
    """Sends calls of one federation; each thread has its own connection. ``clock`` tells seconds since 1970."""

    def __init__(
        self, url: str, limits: Limits, tls: ssl.SSLContext | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"{url} is no address of a federation")
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/")
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._limits = limits
        self._clock = clock
        self._clock_offset_ms = 0
        self._sessions: Sessions | None = None
        self._local = threading.local()

    def send(self, identity: Identity | None, call: Call) -> bytes:
        """Sends a call until it is answered; raises OSError if it was not, each time, and :class:`Refused`."""
        for attempt in range(self._limits.attempts):
            try:
                return self.once(identity, call)
            except (OSError, Refused) as e:
                last = attempt + 1 == self._limits.attempts
                if last or (isinstance(e, Refused) and not e.again):
                    raise
            time.sleep(self._limits.pause_after(attempt))
        raise AssertionError("an attempt is made")

    def once(self, identity: Identity | None, call: Call) -> bytes:
        """Sends a call once."""
        received = bytearray()
        self.stream(identity, call, received)
        return bytes(received)

    def stream(self, identity: Identity | None, call: Call, into: bytearray) -> None:
        """Sends a call once; what has come of its answer is in ``into`` although the rest does not come."""
        session = self._session(identity, call)
        try:
            self._stream(identity, session, call, into)
        except Refused as e:
            if session is None or e.code != "unknown-session" or self._sessions is None:
                raise
            self._sessions.lost(session)
            self._stream(identity, None, call, into)

    @property
    def in_session(self) -> bool:
        """Whether the key of a session would sign the next request of a device."""
        return self._sessions is not None and self._sessions.current() is not None

    def _session(self, identity: Identity | None, call: Call) -> Signing | None:
        """None where the device's key signs: while it enrols, for what is about keys, and where there is no session."""
        if not self._limits.sessions or identity is None or not identity.device:
            return None
        if call.path.endswith(("/session", "/key")):
            return None
        if self._sessions is None or self._sessions.device != identity.device:
            self._sessions = Sessions(identity.device, self._clock, lambda body: self._opened(identity, body))
        return self._sessions.current()

    def _opened(self, identity: Identity, body: bytes) -> bytes:
        try:
            return self.once(identity, Call("POST", "/federation/v1/session", body))
        except Refused as e:
            if e.code == "not-found":
                raise NoSessions from e
            raise OSError(str(e)) from e

    def _stream(self, identity: Identity | None, session: Signing | None, call: Call, into: bytearray) -> None:
        connection = self._connection(self._limits.answer + call.waits)
        try:
            connection.request(call.method, self._path + call.path, call.body, self._headers(identity, session, call))
            response = connection.getresponse()
            if response.status >= 400:
                raise self._refused(response.status, response.read(_MOST_REFUSAL))
            if call.begins_at and response.status != 206:
                raise OSError("the federation sends the whole again, not the rest")
            self._read(response, call.most_answer, into)
        except http.client.HTTPException as e:
            self.close()
            raise OSError(f"{call.method} {call.path}: {e!r}") from e
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _read(response: http.client.HTTPResponse, most: int, into: bytearray) -> None:
        before = len(into)
        while piece := response.read(_PIECE):
            if len(into) - before + len(piece) > most:
                raise OSError(f"the answer has more than {most} bytes")
            into += piece
        if response.length:
            raise OSError(f"{response.length} bytes of the answer are missing")

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = (
                http.client.HTTPConnection(self._host, self._port)
                if self._tls is None
                else http.client.HTTPSConnection(self._host, self._port, context=self._tls)
            )
            self._local.connection = connection
        connection.timeout = timeout
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        return connection

    def close(self) -> None:
        """Closes this thread's connection; the next call opens another."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            self._local.connection = None
            connection.close()

    def _refused(self, status: int, body: bytes) -> Refused:
        try:
            refusal = Refusal.from_bytes(body)
        except Malformed:
            refusal = Refusal(detail="something between answered")
        if refusal.code == "clock-skew":
            self._clock_offset_ms = refusal.server_time_ms - int(self._clock() * 1000)
        return Refused(status, refusal)

    def _headers(self, identity: Identity | None, session: Signing | None, call: Call) -> dict[str, str]:
        headers = {"Content-Length": str(len(call.body))}
        if call.body:
            headers["Content-Type"] = _PROTOBUF
        if call.begins_at:
            headers["Range"] = f"bytes={call.begins_at}-"
        if identity is not None:
            headers |= self._signature(identity, session, call)
        return headers

    def _signature(self, identity: Identity, session: Signing | None, call: Call) -> dict[str, str]:
        timestamp = str(int(self._clock() * 1000) + self._clock_offset_ms)
        nonce = secrets.token_urlsafe(18)
        digest = hashlib.sha256(call.body).hexdigest()
        head = signed_head(
            identity.device, call.method, self._path + call.path, call.offset, timestamp, nonce, digest
        )
        signed = identity.sign(head) if session is None else sessions.sign(session.key, session.id, head)
        signature = base64.urlsafe_b64encode(signed).rstrip(b"=").decode()
        headers = {
            "Rivulet-Timestamp": timestamp,
            "Rivulet-Nonce": nonce,
            "Rivulet-Body-SHA256": digest,
            "Rivulet-Signature": signature,
        }
        if identity.device:
            headers["Rivulet-Device"] = identity.device
        if session is not None:
            headers["Rivulet-Session"] = session.id
        if call.offset:
            headers["Rivulet-Offset"] = str(call.offset)
        return headers


def signed_head(device: str, method: str, target: str, offset: int, timestamp: str, nonce: str, digest: str) -> bytes:
    """The bytes that are signed of a request: docs/federation-protocol.md."""
    lines = ["rivulet-federation-1", device, method, target, str(offset), timestamp, nonce, digest]
    return "\n".join(lines).encode("ascii")
