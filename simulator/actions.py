"""Check-out, check-in, publish, revert, unlock and deactivate through the API."""

from __future__ import annotations

from simulator import publishing
from simulator.access import authorise, outside, sees
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.native import unknown_ids
from simulator.rendering import flow_json, operation_json
from simulator.state import Flow, Operation, Pending, Version
from simulator.world import World


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
    flow = _flow(world, call)
    publishing.lock(world, flow, by=call.caller.actor, at=world.now())
    return json_reply(flow_json(world, flow))


def revert(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/revert: the draft and the own lock are gone."""
    flow = _flow(world, call)
    publishing.require_free(world, flow, by=call.caller.actor)
    flow.draft, flow.locked_by = None, None
    publishing.note(world, flow, "REVERT", by=call.caller.actor, at=world.now())
    return json_reply(flow_json(world, flow))


def unlock(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/unlock: takes anybody's lock away and keeps the draft as a version."""
    flow = _flow(world, call)
    publishing.unlock(world, flow, by=call.caller.actor, at=world.now())
    return json_reply(flow_json(world, flow))


def deactivate(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/deactivate: the flow is no longer published."""
    flow = _flow(world, call)
    publishing.require_free(world, flow, by=call.caller.actor)
    flow.published = None
    publishing.note(world, flow, "DEACTIVATE", by=call.caller.actor, at=world.now())
    return json_reply(flow_json(world, flow))


def checkin(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/checkin: accepted now, done later."""
    return _begin(world, call, "CHECKIN")


def publish(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/actions/publish: accepted now, done later; whether ``version`` works so is not proven."""
    return _begin(world, call, "PUBLISH")


def _begin(world: World, call: Call, action: str) -> Reply:
    flow = _flow(world, call)
    if world.state.settings.checkin_needs_unlock:
        authorise(call.caller, UNLOCK)
    publishing.require_free(world, flow, by=call.caller.actor)
    if flow.operation and not flow.operation.complete:
        raise PlatformError(409, message=f"Flow '{flow.name}' has an operation in progress.")
    operation = Operation(
        action=action,
        by=call.caller.actor,
        due=world.after(world.state.settings.operation_seconds),
        version=call.query.get("version"),
    )
    flow.operation = operation
    world.state.pending.append(Pending(due=operation.due, kind="operation", id=flow.id))
    world.changed()
    return json_reply(operation_json(operation), status=world.state.settings.action_accepted_status)


def finish(world: World, pending: Pending) -> None:
    """End the operation of a flow: the failure of one shows up only here."""
    flow = world.state.flows[pending.id]
    operation = flow.operation
    if operation is None or operation.complete:
        return
    operation.complete = True
    operation.status = "SUCCESS"
    world.changed()
    newest = publishing.newest_text(flow)
    if operation.version and not _publishable(world, flow, operation.version):
        _fail(operation, "architect.flow.version.missing", "The flow version does not exist.")
    elif not newest:
        _fail(operation, "architect.flow.data.missing", "The flow has no data.")
    elif operation.action == "CHECKIN":
        _check_in(world, flow, operation)
        flow.locked_by = None
    else:
        _publish(world, flow, operation)


def _check_in(world: World, flow: Flow, operation: Operation) -> Version:
    native = (flow.draft or flow.versions[-1]).native
    text = publishing.newest_text(flow)
    return publishing.check_in(world, flow, text, by=operation.by, at=operation.due, native=native)


def _publish(world: World, flow: Flow, operation: Operation) -> None:
    """Publish a version or the newest content; a native configuration only when every id in it is known."""
    republished = world.state.settings.publish_version == "republish"
    version = flow.version(operation.version) if republished else None
    content = version or flow.draft or flow.versions[-1]
    if unknown := unknown_ids(world, content.native or {}):
        _fail(operation, "architect.external.publish.error", " ".join(unknown))
        return
    if version is None:
        version = _check_in(world, flow, operation)
    publishing.publish_version(world, flow, version, by=operation.by, at=operation.due)
    flow.locked_by = None


def _publishable(world: World, flow: Flow, version: str) -> bool:
    if world.state.settings.publish_version == "refuse" and version != flow.versions[-1].id:
        return False
    return flow.version(version) is not None


def _fail(operation: Operation, code: str, message: str) -> None:
    operation.status = "FAILURE"
    operation.error_code, operation.error_message = code, message


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
