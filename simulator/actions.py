"""Check-out, check-in, publish, revert, unlock and deactivate through the API."""

from __future__ import annotations

from simulator import operations, publishing
from simulator.access import authorise, outside, sees
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.rendering import flow_json, operation_json
from simulator.state import Flow
from simulator.world import World

FORBIDDEN = 403


def _flow(world: World, call: Call) -> Flow:
    flow_id = call.query.get("flow")
    if not flow_id:
        raise PlatformError(400, "architect.query.parameter.missing", "The query parameter 'flow' is required.")
    flow = world.state.flows.get(flow_id)
    if flow is None:
        raise PlatformError(404, "architect.flow.not.found", "Could not find the flow with specified ID.")
    if flow.deleted:
        raise PlatformError(410, message=f"Flow '{flow.name}' was deleted.")
    if not sees(world, call.caller, flow.division_id):
        raise outside(world, call, flow.division_id)
    return flow


def checkout(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/checkout: 409 when somebody else holds the flow."""
    flow = _idle(world, call)
    publishing.lock(world, flow, by=call.caller.actor, at=world.now())
    return _done(world, flow, "CHECKOUT", call)


def revert(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/revert: the draft is gone, and so is the own lock (a setting)."""
    flow = _idle(world, call)
    settings = world.state.settings
    held = publishing.holder(world, flow)
    if held and held.id != call.caller.actor.id and settings.foreign_revert_status == FORBIDDEN:
        raise PlatformError(FORBIDDEN, "architect.not.admin.user", f"Flow '{flow.name}' is locked by '{held.name}'.")
    publishing.require_free(world, flow, by=call.caller.actor)
    flow.draft = None
    if not settings.revert_keeps_lock:
        flow.locked_by = None
    publishing.note(world, flow, "REVERT", by=call.caller.actor, at=world.now())
    return _done(world, flow, "REVERT", call)


def unlock(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/unlock: takes anybody's lock away and keeps the draft as a version."""
    flow = _idle(world, call)
    publishing.unlock(world, flow, by=call.caller.actor, at=world.now())
    return _done(world, flow, "STATE_CHANGE", call)


def deactivate(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/deactivate: the flow is no longer published."""
    flow = _idle(world, call)
    publishing.require_free(world, flow, by=call.caller.actor)
    flow.published = None
    publishing.note(world, flow, "DEACTIVATE", by=call.caller.actor, at=world.now())
    return _done(world, flow, "STATE_CHANGE", call)


def checkin(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/checkin: accepted now, done later."""
    return _begin(world, call, "CHECKIN")


def publish(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/publish: accepted now, done later; whether ``version`` works so is not proven."""
    return _begin(world, call, "PUBLISH")


def _idle(world: World, call: Call) -> Flow:
    flow = _flow(world, call)
    operations.require_idle(flow)
    return flow


def _done(world: World, flow: Flow, action: str, call: Call) -> Reply:
    operations.at_once(world, flow, action, by=call.caller.actor)
    return json_reply(flow_json(world, flow))


def _begin(world: World, call: Call, action: str) -> Reply:
    flow = _flow(world, call)
    if world.state.settings.checkin_needs_unlock:
        authorise(call.caller, UNLOCK)
    publishing.require_free(world, flow, by=call.caller.actor)
    operation = operations.begin(world, flow, action, by=call.caller.actor, version=call.query.get("version"))
    return json_reply(operation_json(world, operation), status=world.state.settings.action_accepted_status)


UNLOCK = Endpoint("POST", "/api/v2/flows/actions/unlock", unlock, ("architect:flow:unlock",))


def endpoints() -> list[Endpoint]:
    """Return the rows of this module; check-in and publish ask for a second permission only if a setting says so."""
    path = "/api/v2/flows/actions/"
    edit, release = ("architect:flow:edit",), ("architect:flow:publish",)
    return [
        Endpoint("POST", f"{path}checkout", checkout, edit),
        Endpoint("POST", f"{path}checkin", checkin, edit),
        Endpoint("POST", f"{path}publish", publish, release),
        Endpoint("POST", f"{path}revert", revert, edit),
        UNLOCK,
        Endpoint("POST", f"{path}deactivate", deactivate, release),
    ]
