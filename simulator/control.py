"""The part of the admin API that makes life hard: faults, other users, the clock."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from simulator import acts, clock, fixtures, schedule
from simulator.errors import PlatformError
from simulator.fault import CallPattern, Fault
from simulator.http import Call, Handler, Reply, json_reply, parsed
from simulator.model import Model
from simulator.state import JobFault, JobKind, Message, StagedAct
from simulator.world import World, iso

DONE = json_reply({})


class FlowName(Model):
    """A flow by name and type."""

    name: str
    type: str = ""


class AtCall(CallPattern):
    """The ``n``-th call (from 1) that matches, counted from now."""

    n: int = Field(default=1, ge=1)


class ActRequest(Model):
    """What another user or client does: now, ``after`` simulated seconds (and ``every`` so many), or at a call."""

    who: fixtures.Who = Field(default_factory=fixtures.Who, alias="as")
    do: str
    flow: FlowName
    document: str | None = None
    native: dict[str, Any] | None = None
    value: str | None = None
    lock: bool = False
    at_call: AtCall | None = None
    after: float | None = Field(default=None, ge=0)
    every: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_time(self) -> ActRequest:
        if self.at_call and (self.after is not None or self.every):
            raise ValueError("an act waits for a call or for a time, not for both")
        return self


class JobFaultRequest(Model):
    """What becomes of the next jobs or operations; a message may be just its text."""

    flow: str | None = None
    job: JobKind = "flow"
    code: str | None = None
    times: int | None = 1
    outcome: Literal["failure", "stuck", "success", "lost"] = "failure"
    messages: list[str | Message] = Field(default_factory=list)

    @property
    def fault(self) -> JobFault:
        """The fault that it asks for."""
        messages = [Message(text=one) if isinstance(one, str) else one for one in self.messages]
        given = {name: getattr(self, name) for name in ("flow", "job", "code", "times", "outcome")}
        return JobFault(**given, messages=messages)


class ClockRequest(Model):
    """Body of POST /_sim/clock: seconds to advance by, and whether the clock stands still from now on."""

    advance: float = 0.0
    frozen: bool | None = None


class Switch(Model):
    """Body of PATCH /_sim/faults/{id}."""

    enabled: bool


def add_job_fault(world: World, request: JobFaultRequest) -> None:
    """Keep a fault for the next jobs."""
    world.state.job_faults.append(request.fault)
    world.changed()


def act(world: World, request: ActRequest) -> dict[str, Any] | None:
    """Carry an act out and return the flow afterwards, or keep it for later and return ``None``.

    Raises:
        PlatformError: The act is not known, or the flow of one that happens now.
    """
    if request.do not in acts.ACTS:
        raise PlatformError(400, message=f"'{request.do}' is none of: {', '.join(acts.ACTS)}.")
    made = fixtures.make_act(
        world,
        do=request.do,
        name=request.flow.name,
        flow_type=request.flow.type,
        who=request.who,
        details=request.model_dump(include={"document", "native", "value", "lock"}),
    )
    if request.at_call:
        pattern = CallPattern(method=request.at_call.method, path=request.at_call.path)
        world.state.staged.append(StagedAct(match=pattern, n=request.at_call.n, act=made))
        world.changed()
    elif request.after is not None or request.every:
        first = request.after if request.after is not None else request.every or 0.0
        schedule.plan(world, made, after=first, every=request.every)
    else:
        return fixtures.dump_flow(world, acts.perform(world, made))
    return None


def clear(world: World) -> None:
    """Take back all faults, and all acts that still wait."""
    for waiting in (world.state.faults, world.state.job_faults, world.state.staged, world.state.planned):
        waiting.clear()
    world.changed()


def find_fault(world: World, fault_id: str) -> Fault:
    """Return a fault by id.

    Raises:
        PlatformError: 404.
    """
    for fault in world.state.faults:
        if fault.id == fault_id:
            return fault
    raise PlatformError(404, message=f"There is no fault '{fault_id}'.")


def _add_fault(world: World, call: Call) -> Reply:
    fault = parsed(Fault, call.json())
    world.state.faults.append(fault)
    world.changed()
    return json_reply(fault.model_dump(by_alias=True))


def _faults(world: World, _call: Call) -> Reply:
    return json_reply([fault.model_dump(by_alias=True) for fault in world.state.faults])


def _switch_fault(world: World, call: Call) -> Reply:
    fault = find_fault(world, call.params["id"])
    fault.enabled = parsed(Switch, call.json()).enabled
    world.changed()
    return json_reply(fault.model_dump(by_alias=True))


def _remove_fault(world: World, call: Call) -> Reply:
    world.state.faults.remove(find_fault(world, call.params["id"]))
    world.changed()
    return DONE


def _clear(world: World, _call: Call) -> Reply:
    clear(world)
    return DONE


def _job_fault(world: World, call: Call) -> Reply:
    add_job_fault(world, parsed(JobFaultRequest, call.json()))
    return DONE


def _act(world: World, call: Call) -> Reply:
    return json_reply(act(world, parsed(ActRequest, call.json())) or {})


def _acts(world: World, _call: Call) -> Reply:
    done = [{**note.model_dump(by_alias=True), "at": iso(note.at)} for note in world.state.acts]
    planned = [{"due": iso(one.due), "act": one.act.model_dump(by_alias=True)} for one in world.state.planned]
    staged = [one.model_dump(by_alias=True) for one in world.state.staged]
    return json_reply({"done": done, "planned": planned, "staged": staged})


def _clock(world: World, call: Call) -> Reply:
    request = parsed(ClockRequest, call.json())
    clock.advance(world.state, request.advance)
    if request.frozen is not None:
        (clock.freeze if request.frozen else clock.resume)(world.state)
    world.changed()
    return _time(world, call)


def _time(world: World, _call: Call) -> Reply:
    now = world.now()
    return json_reply({"now": iso(now), "epochSeconds": now, "frozen": world.state.frozen_at is not None})


ROWS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "faults", _faults),
    ("POST", "faults", _add_fault),
    ("DELETE", "faults", _clear),
    ("PATCH", "faults/{id}", _switch_fault),
    ("DELETE", "faults/{id}", _remove_fault),
    ("POST", "job-faults", _job_fault),
    ("GET", "acts", _acts),
    ("POST", "act", _act),
    ("GET", "clock", _time),
    ("POST", "clock", _clock),
)
