"""Every call that simulators of this process answer, whole, and a way to change an answer before the caller sees it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.types import Message, Receive, Scope, Send

from simulator.app import Platform

API = "/api/v2/"
LOGIN = "/oauth/token"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; header names are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    request_headers: dict[str, str]
    request_body: bytes
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_api(self) -> bool:
        """Whether the API answered, and not login, storage or admin API."""
        return self.path.startswith(API)

    def sent(self) -> Any:
        """Return the JSON of the request, or ``None``."""
        return _json(self.request_body)

    def data(self) -> Any:
        """Return the JSON of the answer, or ``None``."""
        return _json(self.body)

    def with_data(self, data: Any) -> Exchange:
        """Return the same with another JSON answer."""
        return replace(self, body=json.dumps(data).encode())


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


Change = Callable[[Exchange], Exchange]


@dataclass
class Recording:
    """What was recorded, and what changes the answers meanwhile."""

    exchanges: list[Exchange] = field(default_factory=list)
    change: Change | None = None

    def api(self) -> list[Exchange]:
        """Return the calls of the API."""
        return [one for one in self.exchanges if one.is_api]


def _plain_path(path: str) -> str:
    """Return a path without the gateway's prefix."""
    for start in (API, LOGIN):
        if start in path:
            return path[path.index(start) :]
    return path


@contextlib.contextmanager
def recorded() -> Iterator[Recording]:
    """Record what simulators answer for the time of a ``with`` block.

    Answers without a whole body (an injected reset, a truncated one) are not recorded.
    """
    recording = Recording()
    answer = Platform.__call__

    async def call(platform: Platform, scope: Scope, receive: Receive, send: Send) -> None:
        request: list[bytes] = []
        messages: list[Message] = []

        async def receiving() -> Message:
            message = await receive()
            request.append(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            messages.append(message)
            if message["type"] == "http.response.body" and message.get("more_body"):
                for one in messages:
                    await send(one)
                messages.clear()

        await answer(platform, scope, receiving, sending)
        if len(messages) > 1:
            exchange = _exchange(scope, b"".join(request), messages)
            changed = recording.change(exchange) if recording.change else exchange
            recording.exchanges.append(changed)
            for one in _messages(changed) if changed is not exchange else messages:
                await send(one)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Platform, "__call__", call)
        yield recording


def _exchange(scope: Scope, request: bytes, messages: list[Message]) -> Exchange:
    return Exchange(
        method=scope["method"],
        path=_plain_path(scope["path"]),
        query=tuple(parse_qsl(scope["query_string"].decode(), keep_blank_values=True)),
        request_headers=_headers(scope["headers"]),
        request_body=request,
        status=messages[0]["status"],
        headers=_headers(messages[0]["headers"]),
        body=b"".join(one.get("body", b"") for one in messages[1:]),
    )


def _headers(rows: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in rows}


def _messages(exchange: Exchange) -> list[Message]:
    headers = {**exchange.headers, "content-length": str(len(exchange.body))}
    if exchange.status == 204:
        del headers["content-length"]
    rows = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return [
        {"type": "http.response.start", "status": exchange.status, "headers": rows},
        {"type": "http.response.body", "body": exchange.body},
    ]
