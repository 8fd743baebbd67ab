"""A federation over real sockets that checks every signature and answers as a test says."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from rivulet_federation import ed25519, sessions, x25519
from rivulet_federation.calls import signed_head
from rivulet_federation.messages import Enrolment, Refusal, Session, SessionOpening


@dataclass
class Request:
    """What came, and how to answer it."""

    method: str
    path: str
    offset: int
    timestamp_ms: int
    begins_at: int
    body: bytes
    handler: BaseHTTPRequestHandler = field(repr=False)

    def answer(self, octets: bytes = b"", status: int = 200) -> None:
        """Answers whole."""
        self._head(status, len(octets))
        self.handler.wfile.write(octets)

    def refuse(self, status: int, refusal: Refusal) -> None:
        """Refuses."""
        self.answer(refusal.to_bytes(), status)

    def cut(self, octets: bytes = b"", length: int | None = None, status: int = 200) -> None:
        """Breaks the connection, after some bytes of an answer that should have more."""
        if length is not None:
            self._head(status, length)
            self.handler.wfile.write(octets)
            self.handler.wfile.flush()
        self.handler.close_connection = True
        self.handler.connection.shutdown(socket.SHUT_RDWR)

    def _head(self, status: int, length: int) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Length", str(length))
        self.handler.end_headers()


class Federation:
    """Answers by a script; ``calls`` are method and path of each request, ``wrong`` what was not signed as it should.

    Openings of sessions are answered here and are none of the calls: as by a federation that has them, or that is older.
    ``in_sessions`` counts the calls that the key of a session has signed.
    """

    def __init__(self, script: Callable[[Request], None], has_sessions: bool = False, life_ms: int = 60_000) -> None:
        self.calls: list[str] = []
        self.wrong: list[str] = []
        self.openings = 0
        self.in_sessions = 0
        self.session_keys: dict[str, tuple[str, bytes]] = {}
        self.life_ms = life_ms
        #: In place of what a federation with sessions answers to an opening.
        self.answers_openings: Callable[[Request], None] | None = None
        self._has_sessions = has_sessions
        self.keys: dict[str, bytes] = {}
        self._nonces: set[str] = set()
        federation = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def _take(self) -> None:
                request = federation._verified(self)
                if request is None:
                    return
                if request.path.endswith("/session"):
                    return federation._open(request, self.headers["Rivulet-Device"])
                federation.calls.append(f"{request.method} {request.path}")
                script(request)

            do_GET = do_POST = do_PATCH = _take

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _open(self, request: Request, device: str) -> None:
        self.openings += 1
        if not self._has_sessions:
            return request.refuse(404, Refusal("not-found"))
        if self.answers_openings is not None:
            return self.answers_openings(request)
        private, other = os.urandom(32), SessionOpening.from_bytes(request.body).public_key
        half, id_ = x25519.public_half(private), f"session-{self.openings}"
        self.session_keys[id_] = device, sessions.agreed(private, other, device, other, half)
        request.answer(Session(id_, half, self.life_ms).to_bytes())

    def _holds(self, device: str, session: str | None, path: str, head: bytes, signature: bytes) -> bool:
        if session is None:
            key = self.keys.get(device, self.keys.get(""))
            return key is not None and ed25519.verify(key, head, signature)
        of, agreed = self.session_keys[session]
        self.in_sessions += 1
        return of == device and not path.endswith("/session") and sessions.sign(agreed, session, head) == signature

    def _verified(self, handler: BaseHTTPRequestHandler) -> Request | None:
        """None if the session is not known, which is answered then."""
        headers = handler.headers
        body = handler.rfile.read(int(headers.get("Content-Length", "0")))
        digest, nonce = hashlib.sha256(body).hexdigest(), headers["Rivulet-Nonce"]
        device, offset = headers.get("Rivulet-Device", ""), int(headers.get("Rivulet-Offset", "0"))
        if handler.path.endswith("/enrol"):
            self.keys[""] = Enrolment.from_bytes(body).public_key
        head = signed_head(
            device, handler.command, handler.path, offset, headers["Rivulet-Timestamp"], nonce, digest
        )
        signature = base64.urlsafe_b64decode(headers["Rivulet-Signature"] + "==")
        session = headers.get("Rivulet-Session")
        known = session is None or session in self.session_keys
        if known and (not self._holds(device, session, handler.path, head, signature) or nonce in self._nonces):
            self.wrong.append(f"{handler.command} {handler.path}")
        self._nonces.add(nonce)
        begins = headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-")
        request = Request(
            handler.command, handler.path, offset, int(headers["Rivulet-Timestamp"]), int(begins), body, handler
        )
        if not known:
            request.refuse(401, Refusal("unknown-session"))
        return request if known else None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Federation:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
