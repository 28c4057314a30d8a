"""The simulator inside a test: a server in a thread, and a handle on its organisation."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator import admin, fixtures
from simulator.app import Platform
from simulator.progress import advance
from simulator.server import Service
from simulator.state import CallRecord, Client, Fault, Flow
from simulator.world import World


class Org:
    """A thread-safe handle on the organisation, with what the admin API offers.

    Args:
        platform: The running platform.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._world = platform.world

    @contextlib.contextmanager
    def _now(self) -> Iterator[World]:
        with self._world.lock:
            advance(self._world)
            yield self._world
            self._world.save()

    @property
    def id(self) -> str:
        """The organisation's id."""
        return self._world.state.organisation.id

    def reset(self) -> None:
        """Forget everything; tokens too."""
        self._platform.reset()

    def load(self, fixture: dict[str, Any]) -> None:
        """Add a fixture to the organisation."""
        with self._now() as world:
            fixtures.load(world, admin.parsed(fixtures.Fixture, fixture))

    def dump(self) -> dict[str, Any]:
        """Return the whole organisation as JSON data."""
        with self._now() as world:
            return fixtures.dump(world)

    def add(self, kind: str, name: str, **attributes: Any) -> dict[str, Any]:
        """Add an object to a list, for example ``add("routing/queues", "Sales")``, and return it."""
        with self._now() as world:
            return fixtures.add_object(world, kind, name, attributes)

    def remove(self, kind: str, name: str) -> int:
        """Take the objects of this name away; return how many there were."""
        with self._now() as world:
            return world.remove_entity(kind, name)

    def add_flow(
        self,
        document: str | None = None,
        *,
        name: str | None = None,
        flow_type: str | None = None,
        user: str | None = None,
        client: str | None = None,
    ) -> Flow:
        """Add a flow that a user or client published before."""
        who = fixtures.Who(user=user, client=client)
        row = fixtures.FixtureFlow(document=document, name=name, type=flow_type, published_by=who)
        with self._now() as world:
            return fixtures.add_flow(world, row).model_copy(deep=True)

    def flows(self) -> list[Flow]:
        """Return copies of all flows that were not deleted."""
        with self._now() as world:
            return [flow.model_copy(deep=True) for flow in world.state.flows.values() if not flow.deleted]

    def flow(self, name: str, flow_type: str = "") -> Flow:
        """Return a copy of one flow.

        Raises:
            KeyError: There is none.
        """
        with self._now() as world:
            flow = world.find_flow(name, flow_type)
            if flow is None:
                raise KeyError(name)
            return flow.model_copy(deep=True)

    def client(
        self,
        client_id: str,
        secret: str,
        *,
        permissions: Iterable[str] = ("*",),
        lifetime: float = 86400,
        name: str = "",
    ) -> Client:
        """Add or replace an OAuth client; lifetime of its tokens in seconds."""
        client = Client(
            id=client_id, secret=secret, name=name, permissions=list(permissions), token_lifetime_seconds=lifetime
        )
        with self._now() as world:
            world.state.clients[client.id] = client
            world.changed()
        return client

    def expire_tokens(self) -> None:
        """Make every token that was given out invalid."""
        with self._now() as world:
            world.state.tokens.clear()
            world.changed()

    def settings(self, **changes: Any) -> None:
        """Change settings of the platform's behaviour."""
        with self._now() as world:
            fixtures.change_settings(world, changes)

    def fault(
        self,
        *,
        method: str = "",
        path: str = "",
        at: list[int] | None = None,
        times: int | None = None,
        **effect: Any,
    ) -> None:
        """Add a fault for calls that match; ``effect`` are the attributes of ``FaultEffect``."""
        data = {"match": {"method": method, "path": path}, "at": at, "times": times, "fault": effect}
        with self._now() as world:
            world.state.faults.append(admin.parsed(Fault, data))
            world.changed()

    def job_fault(self, **fault: Any) -> None:
        """Say what becomes of the next jobs; the attributes are those of ``JobFault``."""
        with self._now() as world:
            admin.add_job_fault(world, fault)

    def clear_faults(self) -> None:
        """Take back all faults and staged acts."""
        with self._now() as world:
            world.state.faults.clear()
            world.state.job_faults.clear()
            world.state.staged.clear()
            world.changed()

    def act(
        self,
        do: str,
        name: str,
        flow_type: str = "",
        *,
        user: str | None = None,
        client: str | None = None,
        at_call: dict[str, Any] | None = None,
        **details: Any,
    ) -> None:
        """Do something to a flow as another user or client, now or when a call arrives.

        Args:
            do: One of ``simulator.acts.ACTS``, for example ``edit``.
            name: The flow's name.
            flow_type: The flow's type; may be empty when the name is unique.
            user: Who does it.
            client: Who does it, when it is a client.
            at_call: ``method``, ``path`` (regular expression) and ``n`` of the call that it waits for.
            details: ``document``, ``value`` or ``lock``.
        """
        request = {
            "as": {"user": user, "client": client},
            "do": do,
            "flow": {"name": name, "type": flow_type},
            "atCall": at_call,
            **details,
        }
        with self._now() as world:
            admin.act(world, admin.parsed(admin.ActRequest, request))

    def calls(self, *, method: str = "", path: str = "") -> list[CallRecord]:
        """Return the calls received so far, in order; ``path`` is a part of the path."""
        with self._now():
            return [
                record.model_copy()
                for record in self._platform.calls
                if record.method.startswith(method) and path in record.path
            ]

    def reset_calls(self) -> None:
        """Forget the calls received so far."""
        with self._now():
            self._platform.calls.clear()

    def now(self) -> float:
        """Return the simulator's time in epoch seconds."""
        return self._world.now()

    def advance(self, seconds: float) -> None:
        """Set the clock forward, in real seconds: tokens expire, jobs end."""
        with self._now() as world:
            world.state.clock_offset += seconds
            world.changed()


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator: its URLs and a handle on its organisation."""

    api: str
    login: str
    admin: str
    org: Org


@contextlib.contextmanager
def running(
    *,
    speed: float = 200.0,
    fixture: dict[str, Any] | None = None,
    persist: Path | None = None,
    clients: Iterable[Client] = (),
    api_port: int = 0,
    login_port: int = 0,
) -> Iterator[Simulator]:
    """Run a simulator on 127.0.0.1 for the time of a ``with`` block.

    Args:
        speed: By how much simulated delays are shortened.
        fixture: What to add to the organisation.
        persist: The file that holds the state between two lives.
        clients: OAuth clients besides ``flowsync`` with the secret ``secret-of-flowsync``.
        api_port: The port of the API; 0 for a free one.
        login_port: The port of the login host; 0 for a free one.
    """
    world = World(speed=speed, persist=persist)
    if fixture:
        fixtures.load(world, admin.parsed(fixtures.Fixture, fixture))
    for client in clients:
        world.state.clients[client.id] = client
    world.save()
    service = Service(world, api_port=api_port, login_port=login_port)
    org = Org(service.platform)
    thread = threading.Thread(target=lambda: asyncio.run(service.serve()), name="simulator", daemon=True)
    thread.start()
    try:
        service.wait_until_ready()
        yield Simulator(api=service.urls.api, login=service.urls.login, admin=service.urls.admin, org=org)
    finally:
        service.stop()
        thread.join(timeout=10)
