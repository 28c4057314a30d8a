"""The page for people at ``/``: what the organisation holds, who called what, and faults to switch on and off.

It works without a script; a few lines of one only save the reload.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import jinja2

from simulator import clock, control, publishing
from simulator.errors import PlatformError
from simulator.fault import Fault, FaultEffect
from simulator.http import Call, Endpoint, Reply
from simulator.matching import name_matcher
from simulator.state import Act, Actor, Flow
from simulator.uses import uses
from simulator.world import World, same

if TYPE_CHECKING:
    from simulator.app import Platform

FLOWS = 100
CALLS = 60
NOTES = 10
NAMES = 12
HOME = "/"
BELOW = "/page/"
SEE_OTHER = 303
POLICY = "default-src 'self'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow as the table shows it; ``running`` tells that a job is publishing it."""

    flow: Flow
    division: str
    author: Actor | None
    changed: float | None
    running: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A list of objects: how many there are, and the names of the first."""

    path: str
    number: int
    names: Sequence[str]


def is_page(path: str) -> bool:
    """Return whether a path is one of the page's."""
    return path == HOME or path.startswith(BELOW)


def endpoints(platform: Platform) -> list[Endpoint]:
    """Return the rows of the page of one simulator."""

    def overview(world: World, call: Call) -> Reply:
        wanted = call.query.get("q", "")
        rows, hidden = _flow_rows(world, wanted)
        return _html(
            "overview.html",
            world=world,
            wanted=wanted,
            rows=rows,
            hidden=hidden,
            kinds=_kinds(world),
            calls=platform.calls[: -CALLS - 1 : -1],
            all_calls=len(platform.calls),
            clients={one.id: one.actor.name for one in world.state.clients.values()},
            fault_names={one.id: fault_name(one) for one in world.state.faults},
            notes=world.state.acts[: -NOTES - 1 : -1],
        )

    def forget_calls(_world: World, call: Call) -> Reply:
        _own_form(call)
        platform.calls.clear()
        return _back("calls")

    return [
        Endpoint("GET", HOME, overview),
        Endpoint("GET", f"{BELOW}flows/{{id}}", _flow),
        Endpoint("POST", f"{BELOW}forget-calls", forget_calls),
        Endpoint("POST", f"{BELOW}faults/{{id}}", _switch),
        Endpoint("POST", f"{BELOW}clock", _clock),
    ]


def _flow_rows(world: World, wanted: str) -> tuple[list[FlowRow], int]:
    """The flows that changed last, and how many more there are."""
    matches = name_matcher(f"*{wanted}*", "whole")
    flows = [flow for flow in world.state.flows.values() if not flow.deleted and matches(flow.name)]
    flows.sort(key=lambda flow: (-(flow.history[-1].at if flow.history else 0.0), same(flow.name)))
    running = _running(world)
    rows = []
    for flow in flows[:FLOWS]:
        version = flow.version(flow.published)
        rows.append(
            FlowRow(
                flow=flow,
                division=world.division(flow.division_id).name,
                author=version.by if version else None,
                changed=flow.history[-1].at if flow.history else None,
                running=(same(flow.name), flow.type) in running,
            )
        )
    return rows, len(flows) - len(rows)


def _running(world: World) -> set[tuple[str, str]]:
    """Names and types of the flows that jobs are publishing."""
    runs = (world.state.flow_jobs[one.id].runs[one.index] for one in world.state.pending if one.kind == "flow-job")
    return {(same(run.name), run.flow_type or "") for run in runs if run.name}


def _kinds(world: World) -> list[Kind]:
    filled = {path: entities for path, entities in world.state.objects.items() if entities}
    return [
        Kind(path, len(entities), [one.name for one in entities[:NAMES]]) for path, entities in sorted(filled.items())
    ]


def _flow(world: World, call: Call) -> Reply:
    flow = world.state.flows.get(call.params["id"])
    if flow is None:
        raise PlatformError(404, message=f"There is no flow '{call.params['id']}'.")
    newest = publishing.newest(flow)
    text = newest.document if newest else ""
    if newest and newest.native is not None:
        text = json.dumps(newest.native, indent=2, ensure_ascii=False)
    found = sorted(uses(world, newest), key=lambda one: (one.kind, one.name)) if newest else []
    division = world.division(flow.division_id).name
    return _html("flow.html", world=world, flow=flow, text=text, uses=found, division=division)


def _own_form(call: Call) -> dict[str, str]:
    """The fields of a form of this page.

    Raises:
        PlatformError: 403 when a page of another site sent it.
    """
    if call.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise PlatformError(403, message="The form comes from another site.")
    return {name: values[-1] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}


def _switch(world: World, call: Call) -> Reply:
    form = _own_form(call)
    control.find_fault(world, call.params["id"]).enabled = form.get("enabled") == "true"
    world.changed()
    return _back("faults")


def _clock(world: World, call: Call) -> Reply:
    form = _own_form(call)
    if "frozen" in form:
        (clock.freeze if form["frozen"] == "true" else clock.resume)(world.state)
    try:
        clock.advance(world.state, float(form.get("advance", 0)))
    except ValueError as error:
        raise PlatformError(400, message=f"'{form['advance']}' is no number of seconds.") from error
    world.changed()
    return _back("clock")


def _back(section: str) -> Reply:
    return Reply(status=SEE_OTHER, headers={"Location": f"{HOME}#{section}"})


def fault_name(fault: Fault) -> str:
    """Return what a fault is called, or else what it does."""
    return fault.name or effect_text(fault.fault)


def effect_text(effect: FaultEffect) -> str:
    """Return what a fault does to a call, in words."""
    parts = []
    if effect.status is not None or effect.body is not None:
        parts.append(f"answers {effect.status or 200}")
    if effect.reset:
        parts.append(f"drops the connection {effect.reset} the effect")
    if effect.delay:
        parts.append(f"waits {effect.delay:g} s")
    if effect.truncate:
        parts.append("cuts the body in half")
    if effect.content_type is not None:
        parts.append(f"says that it is {effect.content_type or 'nothing'}")
    if effect.drip:
        parts.append(f"lets the body drip for {effect.drip:g} s")
    return ", ".join(parts) or "does nothing"


def calls_text(fault: Fault) -> str:
    """Return which calls a fault hits, in words."""
    which = "every call"
    if fault.at is not None:
        which = "call " + ", ".join(map(str, fault.at))
    elif fault.times is not None:
        which = f"the first {fault.times}"
    chance = f", {fault.chance:.0%} of them" if fault.chance < 1 else ""
    return f"{which}{chance}"


def act_text(act: Act) -> str:
    """Return what somebody does, in words."""
    value = f" to '{act.value}'" if act.value is not None else ""
    return f"{act.by.name}: {act.do} '{act.name}'{value}"


def time_text(seconds: float) -> str:
    """Return epoch seconds as a time of day."""
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S}"


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("simulator"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    texts = (act_text, calls_text, effect_text, fault_name, time_text)
    environment.filters |= {one.__name__: one for one in texts}
    return environment


def _html(name: str, **values: Any) -> Reply:
    body = _templates().get_template(name).render(**values).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
    }
    return Reply(status=200, body=body, headers=headers)
