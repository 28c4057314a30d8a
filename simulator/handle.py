"""A handle on a running simulator's organisation, for tests."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from simulator import clock, control, fixtures
from simulator.app import Platform
from simulator.fault import Fault
from simulator.http import parsed
from simulator.progress import advance
from simulator.state import ActNote, CallRecord, Client, Flow, Grant
from simulator.traffic import VOICE, FlowLoad, QueueLoad, TrafficFixture
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
            fixtures.load(world, parsed(fixtures.Fixture, fixture))

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
        native: dict[str, Any] | None = None,
        name: str | None = None,
        flow_type: str | None = None,
        user: str | None = None,
        client: str | None = None,
    ) -> Flow:
        """Add a flow that a user or client published before, from a document or a native configuration."""
        who = fixtures.Who(user=user, client=client)
        row = fixtures.FixtureFlow(document=document, native=native, name=name, type=flow_type, published_by=who)
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
        divisions: Iterable[str] = ("*",),
        grants: Iterable[Grant] = (),
        lifetime: float = 86400,
        name: str = "",
    ) -> Client:
        """Add or replace an OAuth client.

        Args:
            client_id: Its id.
            secret: Its secret.
            permissions: What it may do; patterns such as ``architect:flow:*`` are permitted.
            divisions: Where it may do so: names or ids of divisions, or ``*``.
            grants: What it may do besides, each in divisions of its own.
            lifetime: Of its tokens, in seconds.
            name: How it is called.
        """
        client = Client(
            id=client_id,
            secret=secret,
            name=name,
            permissions=list(permissions),
            divisions=list(divisions),
            grants=list(grants),
            token_lifetime_seconds=lifetime,
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
        chance: float = 1.0,
        seed: int = 0,
        **effect: Any,
    ) -> None:
        """Add a fault for calls that match; ``effect`` are the attributes of ``FaultEffect``."""
        calls = {"match": {"method": method, "path": path}, "at": at, "times": times}
        with self._now() as world:
            world.state.faults.append(parsed(Fault, {**calls, "chance": chance, "seed": seed, "fault": effect}))
            world.changed()

    def faults(self) -> list[Fault]:
        """Return copies of all faults, with how many calls they saw and hit."""
        with self._now() as world:
            return [fault.model_copy(deep=True) for fault in world.state.faults]

    def job_fault(self, **fault: Any) -> None:
        """Say what becomes of the next jobs or operations; the attributes are those of ``JobFault``."""
        with self._now() as world:
            control.add_job_fault(world, parsed(control.JobFaultRequest, fault))

    def clear_faults(self) -> None:
        """Take back all faults, and all acts that still wait."""
        with self._now() as world:
            control.clear(world)

    def traffic(
        self,
        *,
        flow: str,
        count: int,
        flow_type: str = "",
        media_type: str = VOICE,
        falls_to: int | None = None,
        after_calls: int = 1,
    ) -> None:
        """Say how many interactions are in a flow; see :meth:`queue_load` for how they fall."""
        load = FlowLoad(count=count, type=flow_type, media_type=media_type, falls_to=falls_to, after_calls=after_calls)
        with self._now() as world:
            fixtures.set_traffic(world, TrafficFixture(flows={flow: load}))

    def queue_load(
        self,
        queue: str,
        *,
        interacting: int = 0,
        waiting: int = 0,
        on_queue: int | None = None,
        media_type: str = VOICE,
        falls_to: int | None = None,
        after_calls: int = 1,
    ) -> None:
        """Say how busy a queue is.

        Args:
            queue: The queue's name.
            interacting: Interactions that are with an agent.
            waiting: Interactions that wait.
            on_queue: Agents on queue; without it they stay as they were.
            media_type: The medium of these interactions; other media of the queue stay as they are.
            falls_to: How many interactions are left, all with agents, once ``after_calls`` queries saw the load.
            after_calls: See ``falls_to``.
        """
        load = QueueLoad(
            interacting=interacting,
            waiting=waiting,
            on_queue=on_queue,
            media_type=media_type,
            falls_to=falls_to,
            after_calls=after_calls,
        )
        with self._now() as world:
            fixtures.set_traffic(world, TrafficFixture(queues={queue: load}))

    def act(
        self,
        do: str,
        name: str,
        flow_type: str = "",
        *,
        user: str | None = None,
        client: str | None = None,
        at_call: dict[str, Any] | None = None,
        after: float | None = None,
        every: float | None = None,
        **details: Any,
    ) -> None:
        """Do something to a flow as another user or client: now, when a call arrives, or at a time.

        Args:
            do: One of ``simulator.acts.ACTS``, for example ``edit``.
            name: The flow's name.
            flow_type: The flow's type; may be empty when the name is unique.
            user: Who does it.
            client: Who does it, when it is a client.
            at_call: ``method``, ``path`` (regular expression) and ``n`` of the call that it waits for.
            after: In how many simulated seconds it happens.
            every: After how many simulated seconds it happens again, and again.
            details: ``document``, ``native``, ``value`` or ``lock``.
        """
        request = {
            "as": {"user": user, "client": client},
            "do": do,
            "flow": {"name": name, "type": flow_type},
            "atCall": at_call,
            "after": after,
            "every": every,
            **details,
        }
        with self._now() as world:
            control.act(world, parsed(control.ActRequest, request))

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
            clock.advance(world.state, seconds)
            world.changed()

    def freeze(self) -> None:
        """Let the clock stand still until :meth:`resume`; :meth:`advance` moves it all the same."""
        with self._now() as world:
            clock.freeze(world.state)
            world.changed()

    def resume(self) -> None:
        """Let the clock go on from where it stands."""
        with self._now() as world:
            clock.resume(world.state)
            world.changed()

    def acts(self) -> list[ActNote]:
        """Return notes of the acts that waited and were carried out or refused since, oldest first."""
        with self._now() as world:
            return [note.model_copy(deep=True) for note in world.state.acts]
