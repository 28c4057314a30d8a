"""The admin API below ``/_sim``: no token, for tests and demonstrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field, ValidationError

from simulator import acts, fixtures
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Handler, Reply, json_reply
from simulator.model import Model
from simulator.state import CallPattern, Client, Fault, JobFault, Message, StagedAct
from simulator.traffic import Traffic, TrafficFixture

if TYPE_CHECKING:
    from simulator.app import Platform
    from simulator.world import World

Body = TypeVar("Body", bound=Model)
DONE = json_reply({})


class FlowName(Model):
    """A flow by name and type."""

    name: str
    type: str = ""


class AtCall(CallPattern):
    """The ``n``-th call (from 1) that matches, counted from now."""

    n: int = 1


class ActRequest(Model):
    """Body of POST /_sim/act."""

    who: fixtures.Who = Field(default_factory=fixtures.Who, alias="as")
    do: str
    flow: FlowName
    document: str | None = None
    value: str | None = None
    lock: bool = False
    at_call: AtCall | None = None


class JobFaultRequest(Model):
    """Body of POST /_sim/job-faults; a message may be just its text."""

    flow: str | None = None
    job: str = "flow"
    times: int | None = 1
    outcome: str = "failure"
    messages: list[str | Message] = Field(default_factory=list)


class Advance(Model):
    """Body of POST /_sim/clock."""

    advance: float


def parsed(model: type[Body], data: Any) -> Body:
    """Return ``data`` as ``model``.

    Raises:
        PlatformError: 400 that names each key that does not fit.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise PlatformError(400, message=str(error)) from error


def endpoints(platform: Platform) -> list[Endpoint]:
    """Return the rows of the admin API of one simulator."""

    def reset(world: World, _call: Call) -> Reply:
        platform.reset()
        return json_reply(fixtures.dump(world))

    def calls(_world: World, _call: Call) -> Reply:
        return json_reply([record.model_dump(by_alias=True) for record in platform.calls])

    def forget_calls(_world: World, _call: Call) -> Reply:
        platform.calls.clear()
        return DONE

    return [
        Endpoint("POST", "/_sim/reset", reset),
        Endpoint("GET", "/_sim/calls", calls),
        Endpoint("DELETE", "/_sim/calls", forget_calls),
        *(Endpoint(method, f"/_sim/{path}", handler) for method, path, handler in ROWS),
    ]


def _load(world: World, call: Call) -> Reply:
    data = call.json()
    try:
        fixtures.load(world, parsed(fixtures.Fixture, data.get("fixture", data)))
    except ValidationError as error:
        raise PlatformError(400, message=str(error)) from error
    return json_reply(fixtures.dump(world))


def _dump(world: World, _call: Call) -> Reply:
    return json_reply(fixtures.dump(world))


def _settings(world: World, call: Call) -> Reply:
    try:
        fixtures.change_settings(world, call.json())
    except ValidationError as error:
        raise PlatformError(400, message=str(error)) from error
    return json_reply(world.state.settings.model_dump(by_alias=True))


def _client(world: World, call: Call) -> Reply:
    client = parsed(Client, call.json())
    world.state.clients[client.id] = client
    world.changed()
    return json_reply(client.model_dump(by_alias=True))


def _add_object(world: World, call: Call) -> Reply:
    attributes = call.json()
    name = str(attributes.pop("name", ""))
    return json_reply(fixtures.add_object(world, call.params["path"], name, attributes))


def _remove_object(world: World, call: Call) -> Reply:
    removed = world.remove_entity(call.params["path"], call.query.get("name", ""))
    return json_reply({"removed": removed})


def _add_fault(world: World, call: Call) -> Reply:
    world.state.faults.append(parsed(Fault, call.json()))
    world.changed()
    return DONE


def _clear_faults(world: World, _call: Call) -> Reply:
    world.state.faults.clear()
    world.state.job_faults.clear()
    world.state.staged.clear()
    world.changed()
    return DONE


def add_job_fault(world: World, data: dict[str, Any]) -> None:
    """Keep a fault for the next jobs; a message may be just its text.

    Raises:
        PlatformError: 400 for what is not known.
    """
    request = parsed(JobFaultRequest, data)
    messages = [Message(text=one) if isinstance(one, str) else one for one in request.messages]
    fault = parsed(JobFault, {**request.model_dump(exclude={"messages"}), "messages": messages})
    world.state.job_faults.append(fault)
    world.changed()


def _job_fault(world: World, call: Call) -> Reply:
    add_job_fault(world, call.json())
    return DONE


def act(world: World, request: ActRequest) -> dict[str, Any] | None:
    """Carry an act out and return the flow afterwards, or stage it and return ``None``.

    Raises:
        PlatformError: The flow or the act is not known.
    """
    made = fixtures.make_act(
        world,
        do=request.do,
        name=request.flow.name,
        flow_type=request.flow.type,
        who=request.who,
        details={"document": request.document, "value": request.value, "lock": request.lock},
    )
    if request.at_call is None:
        return fixtures.dump_flow(world, acts.perform(world, made))
    if request.do not in acts.ACTS:
        raise PlatformError(400, message=f"'{request.do}' is none of: {', '.join(acts.ACTS)}.")
    pattern = CallPattern(method=request.at_call.method, path=request.at_call.path)
    world.state.staged.append(StagedAct(match=pattern, n=request.at_call.n, act=made))
    world.changed()
    return None


def _act(world: World, call: Call) -> Reply:
    return json_reply(act(world, parsed(ActRequest, call.json())) or {})


def _clock(world: World, call: Call) -> Reply:
    world.state.clock_offset += parsed(Advance, call.json()).advance
    world.changed()
    return DONE


def _traffic(world: World, call: Call) -> Reply:
    fixtures.set_traffic(world, parsed(TrafficFixture, call.json()))
    return DONE


def _clear_traffic(world: World, _call: Call) -> Reply:
    world.state.traffic = Traffic()
    world.changed()
    return DONE


ROWS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "organisation", _dump),
    ("POST", "organisation", _load),
    ("PATCH", "settings", _settings),
    ("POST", "clients", _client),
    ("POST", "objects/{path:path}", _add_object),
    ("DELETE", "objects/{path:path}", _remove_object),
    ("POST", "faults", _add_fault),
    ("DELETE", "faults", _clear_faults),
    ("POST", "job-faults", _job_fault),
    ("POST", "act", _act),
    ("POST", "traffic", _traffic),
    ("DELETE", "traffic", _clear_traffic),
    ("POST", "clock", _clock),
)
