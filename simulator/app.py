"""The platform as one ASGI application: what every call passes on its way to an endpoint and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from simulator import (
    actions,
    admin,
    analytics,
    export_jobs,
    faults,
    flow_jobs,
    flows,
    history,
    identity,
    login,
    objects,
    storage,
)
from simulator.access import RateLimit, authenticate, authorise
from simulator.acts import perform_staged
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, Router, json_reply
from simulator.model import new_id
from simulator.progress import advance
from simulator.state import CallRecord, FaultEffect
from simulator.world import World, fresh_state

API = "/api/v2/"
ADMIN = "/_sim/"
SUCCESS = range(200, 300)


def api_endpoints() -> list[Endpoint]:
    """Return the table of the API; rows with fixed paths stand before those with an id in the same place."""
    rows = [
        *identity.endpoints(),
        *analytics.endpoints(),
        *flow_jobs.endpoints(),
        *export_jobs.endpoints(),
        *actions.endpoints(),
        *objects.endpoints(),
        *flows.endpoints(),
        *history.endpoints(),
    ]
    return sorted(rows, key=lambda row: row.path.count("{"))


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
        self._numbers = 0
        self._limit = RateLimit()
        self._connection = connection
        self._login = Router(login.endpoints())
        self._storage = Router(storage.endpoints())
        self._api = Router(api_endpoints())
        self._admin = Router(admin.endpoints(self))

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
        )
        if call.path.startswith(ADMIN):
            await _send(send, self._admin_reply(call))
            return
        at_login = self.login_port != 0 and scope["server"][1] == self.login_port
        await self._platform_call(call, scope, receive, send, listener="login" if at_login else self._listener(call))

    @staticmethod
    def _listener(call: Call) -> str:
        return "api" if call.path.startswith(API) else "storage"

    async def _platform_call(self, call: Call, scope: Scope, receive: Receive, send: Send, *, listener: str) -> None:
        world = self.world
        with world.lock:
            advance(world)
            record = self._record(call, listener)
            effect = faults.take_fault(world, call.method, call.path) or FaultEffect()
            latency = world.state.settings.latency_seconds / world.speed
        if latency or effect.delay:
            await asyncio.sleep(latency + effect.delay)
        if effect.reset == "before":
            await _drop(self._connection(scope).abort, receive)
            return
        started = time.perf_counter()
        with world.lock:
            reply = self._reply(call, record, effect)
            record.ms = round((time.perf_counter() - started) * 1000, 3)
            record.status = 0 if effect.reset else reply.status
            world.save()
        if effect.reset == "after":
            await _drop(self._connection(scope).abort, receive)
        elif effect.truncate:
            await _send(send, reply, length=len(reply.body) // 2)
            await _drop(self._connection(scope).close, receive)
        else:
            await _send(send, reply)

    def _record(self, call: Call, listener: str) -> CallRecord:
        self._numbers += 1
        record = CallRecord(
            n=self._numbers,
            listener=listener,
            method=call.method,
            path=call.path,
            query=str(call.query),
            correlation_id=call.correlation_id,
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
        admitted = replace(call, params=params, client=client, permissions=endpoint.permissions)
        reply = endpoint.handler(self.world, admitted)
        if reply.status in SUCCESS:
            return replace(reply, headers={**reply.headers, **headers})
        return reply

    def _plain(self, router: Router, call: Call) -> Reply:
        endpoint, params = router.find(call.method, call.path)
        return endpoint.handler(self.world, replace(call, params=params))

    def _admin_reply(self, call: Call) -> Reply:
        with self.world.lock:
            advance(self.world)
            try:
                reply = self._plain(self._admin, call)
            except PlatformError as error:
                reply = json_reply(error.body(call.correlation_id), status=error.status)
            self.world.save()
            return reply


async def _send(send: Send, reply: Reply, *, length: int | None = None) -> None:
    """Send an answer; with ``length`` only so many bytes of the body, although all were announced."""
    headers = {"content-length": str(len(reply.body)), **{key.lower(): value for key, value in reply.headers.items()}}
    if reply.status == 204:  # noqa: PLR2004 (No Content has no body and no length)
        del headers["content-length"]
    rows = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": rows})
    partial = length is not None
    await send({"type": "http.response.body", "body": reply.body[:length], "more_body": partial})


async def _drop(end: Callable[[], None], receive: Callable[[], Awaitable[object]]) -> None:
    """End the connection and wait until the server has noticed."""
    end()
    await receive()
