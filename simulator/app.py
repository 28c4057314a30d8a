"""The platform as one ASGI application: what every call passes on its way to an endpoint and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from simulator import admin, faults, login, page, storage
from simulator.access import RateLimit, authenticate, authorise, within
from simulator.errors import PlatformError
from simulator.fault import FaultEffect
from simulator.http import Call, Reply, Router, json_reply
from simulator.model import new_id
from simulator.progress import advance
from simulator.schedule import perform_staged
from simulator.state import CallRecord
from simulator.table import api_endpoints
from simulator.world import World, fresh_state

API = "/api/v2/"
ADMIN = "/_sim/"
GATEWAY = {"/login/": "login", "/platform/": "api"}
"""Prefixes of the gateway's paths, and the listener that each stands for."""

SUCCESS = range(200, 300)
PIECES = 20
"""Into how many pieces a body is cut that drips."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The one thing that ASGI cannot do: end a connection without an answer."""

    close: Callable[[], None]
    abort: Callable[[], None]


class Platform:
    """One simulated platform: its world, its endpoints, and the calls that it received.

    Args:
        world: The organisation.
        connection: Finds the connection of a request.
    """

    def __init__(self, world: World, *, connection: Callable[[Scope], Connection]) -> None:
        self.world = world
        self.calls: list[CallRecord] = []
        self.login_port = 0
        self.gateway_port = 0
        self._numbers = 0
        self._limit = RateLimit()
        self._connection = connection
        self._login = Router(login.endpoints())
        self._storage = Router(storage.endpoints())
        self._api = Router(api_endpoints())
        self._admin = Router(admin.endpoints(self))
        self._page = Router(page.endpoints(self))

    def reset(self) -> None:
        """Forget everything: back to an organisation with only its division and the default client."""
        with self.world.lock:
            self.world.replace(fresh_state())
            self.calls.clear()
            self._limit.reset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        call = Call(
            method=request.method,
            path=scope["path"],
            query=QueryParams(request.url.query),
            headers=request.headers,
            body=body,
            base=f"{request.url.scheme}://{request.headers.get('host', '')}",
            correlation_id=new_id(),
            settings=self.world.state.settings,
        )
        if call.path.startswith(ADMIN):
            await _send(send, self._own_reply(self._admin, call))
            return
        if page.is_page(call.path) and scope["server"][1] not in {self.login_port, self.gateway_port}:
            await _send(send, self._own_reply(self._page, call))
            return
        call, listener = self._listener(call, scope["server"][1])
        await self._platform_call(call, scope, receive, send, listener=listener)

    def _listener(self, call: Call, port: int) -> tuple[Call, str]:
        """Return where a call came in; what came through the gateway has no prefix any more."""
        if port == self.login_port:
            return call, "login"
        if port == self.gateway_port:
            for prefix, listener in GATEWAY.items():
                if call.path.startswith(prefix):
                    return replace(call, path=call.path.removeprefix(prefix.rstrip("/"))), listener
            return call, "storage"
        return call, "api" if call.path.startswith(API) else "storage"

    async def _platform_call(self, call: Call, scope: Scope, receive: Receive, send: Send, *, listener: str) -> None:
        world = self.world
        arrived = time.perf_counter()
        with world.lock:
            advance(world)
            record = self._record(call, listener)
            fault = faults.take_fault(world, call.method, call.path)
            effect = fault.fault if fault else FaultEffect()
            wait = world.state.settings.latency_seconds / world.speed + effect.delay
            record.fault, record.wait = fault.id if fault else None, round(wait * 1000, 3)
        if wait:
            await asyncio.sleep(wait)
        if effect.reset == "before":
            await _drop(self._connection(scope).abort, receive)
            return
        with world.lock:
            reply = self._reply(call, record, effect)
            record.status = 0 if effect.reset else reply.status
            world.save()
        record.ms = round((time.perf_counter() - arrived - wait) * 1000, 3)
        if effect.reset == "after":
            await _drop(self._connection(scope).abort, receive)
        elif effect.truncate:
            await _send(send, reply, length=len(reply.body) // 2)
            await _drop(self._connection(scope).close, receive)
        else:
            await _send(send, reply, drip=effect.drip)

    def _record(self, call: Call, listener: str) -> CallRecord:
        self._numbers += 1
        record = CallRecord(
            n=self._numbers,
            listener=listener,
            method=call.method,
            path=call.path,
            query=str(call.query),
            correlation_id=call.correlation_id,
            at=self.world.now(),
        )
        self.calls.append(record)
        return record

    def _reply(self, call: Call, record: CallRecord, effect: FaultEffect) -> Reply:
        """The answer to a call of the platform, with the correlation id that every answer carries."""
        faulty = effect.status is not None or effect.body is not None
        try:
            perform_staged(self.world, call.method, call.path)
            reply = Reply() if faulty and not effect.process else self._answer(call, record)
        except PlatformError as error:
            reply = json_reply(error.body(call.correlation_id), status=error.status, headers=error.headers)
        if faulty:
            reply = faults.replaced(effect, call.correlation_id)
        if effect.content_type is not None:
            reply = replace(reply, headers={**reply.headers, "Content-Type": effect.content_type})
        return replace(reply, headers={"ININ-Correlation-Id": call.correlation_id, **reply.headers})

    def _answer(self, call: Call, record: CallRecord) -> Reply:
        advance(self.world)
        if record.listener == "login":
            return self._plain(self._login, call)
        if record.listener == "storage":
            return self._plain(self._storage, call)
        token, client = authenticate(self.world, call.headers.get("authorization", ""))
        record.client = client.id
        headers = self._limit.admit(self.world, token, call)
        endpoint, params = self._api.find(call.method, call.path)
        authorise(client, endpoint)
        narrowed = within(client, endpoint.permissions, any_permission=endpoint.any_permission)
        admitted = replace(call, params=params, client=narrowed, permissions=endpoint.permissions)
        reply = endpoint.handler(self.world, admitted)
        if reply.status in SUCCESS:
            return replace(reply, headers={**reply.headers, **headers})
        return reply

    def _plain(self, router: Router, call: Call) -> Reply:
        endpoint, params = router.find(call.method, call.path)
        return endpoint.handler(self.world, replace(call, params=params))

    def _own_reply(self, router: Router, call: Call) -> Reply:
        """The answer to a call that the platform would not know: the admin API, or the page."""
        with self.world.lock:
            advance(self.world)
            try:
                reply = self._plain(router, call)
            except PlatformError as error:
                reply = json_reply(error.body(call.correlation_id), status=error.status)
            self.world.save()
            return reply


async def _send(send: Send, reply: Reply, *, length: int | None = None, drip: float = 0.0) -> None:
    """Send an answer; with ``length`` only so many bytes of the body, although all were announced.

    With ``drip`` the body takes so many seconds.
    """
    headers = {"content-length": str(len(reply.body)), **{key.lower(): value for key, value in reply.headers.items()}}
    if reply.status == 204:  # noqa: PLR2004 (No Content has no body and no length)
        del headers["content-length"]
    rows = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": rows})
    for piece in _pieces(reply.body) if drip else ():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(drip / PIECES)
    if drip:
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    partial = length is not None
    await send({"type": "http.response.body", "body": reply.body[:length], "more_body": partial})


def _pieces(body: bytes) -> list[bytes]:
    size = max(1, -(-len(body) // PIECES))
    return [body[start : start + size] for start in range(0, len(body), size)]


async def _drop(end: Callable[[], None], receive: Callable[[], Awaitable[object]]) -> None:
    """End the connection and wait until the server has noticed."""
    end()
    await receive()
