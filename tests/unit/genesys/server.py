"""A small HTTP server whose answers a test scripts: statuses, bodies, and every way to break a connection."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

CORRELATION = "c0ffee00-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    at: float

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Scripted:
    """An answer; ``drop`` closes the connection instead, ``truncate`` sends only half of the body."""

    status: int = 200
    body: bytes | object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: Literal["", "close", "reset"] = ""
    truncate: bool = False
    delay: float = 0.0
    content_type: str = "application/json"

    @property
    def payload(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Reaction = Scripted | Callable[[Request], Scripted]


class Server:
    """Answers by script; requests that no script fits get a 404 of the platform's shape."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._scripts: list[tuple[str, re.Pattern[str], list[Reaction]]] = []
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._http = _Http(self)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def on(self, method: str, path: str, *reactions: Reaction) -> None:
        """Answer in this order; the last one stays. A later script for the same path wins."""
        with self._lock:
            self._scripts.insert(0, (method, re.compile(path), list(reactions)))

    def called(self, method: str, path: str) -> list[Request]:
        return [r for r in self.requests if r.method == method and re.fullmatch(path, r.path)]

    def react(self, request: Request) -> Scripted:
        with self._lock:
            self.requests.append(request)
            for method, pattern, reactions in self._scripts:
                if method == request.method and pattern.fullmatch(request.path):
                    found = reactions.pop(0) if len(reactions) > 1 else reactions[0]
                    break
            else:
                return error(404, "not.found", f"no script for {request.method} {request.path}")
        return found(request) if callable(found) else found

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def stop(self) -> None:
        self._http.shutdown()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._http.server_close()
        self._thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, script: Server) -> None:
        self.script = script
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def setup(self) -> None:
        self.server.script.opened(self.request)
        super().setup()

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.server.script.closed(self.request)

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = urlsplit(self.path)
        scripted = self.server.script.react(
            Request(self.command, parts.path, parse_qs(parts.query), self.headers, body, time.monotonic())  # type: ignore[arg-type]
        )
        time.sleep(scripted.delay)
        if scripted.drop:
            if scripted.drop == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        payload = scripted.payload
        self.send_response(scripted.status)
        self.send_header("ININ-Correlation-Id", CORRELATION)
        if payload and "Content-Type" not in scripted.headers:
            self.send_header("Content-Type", scripted.content_type)
        for name, value in scripted.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload[: len(payload) // 2] if scripted.truncate else payload)
        self.close_connection = self.close_connection or scripted.truncate

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  (the library's names)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the library's)
        """Say nothing."""


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.stop()


def error(status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Scripted:
    """Return an error of the platform's shape."""
    body = {"message": message, "code": code, "status": status, "contextId": CORRELATION, "details": [], "errors": []}
    return Scripted(status=status, body={**body, **more}, headers=headers or {})


def too_many(seconds: int, **more: Any) -> Scripted:
    """Return the platform's 429."""
    text = f"Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"
    return error(429, "too.many.requests.retry.after", text, headers={"Retry-After": str(seconds)}, **more)
