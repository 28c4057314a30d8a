"""Flows that are created without a document, and deleted several at a time."""

from __future__ import annotations

from simulator import operations, publishing
from simulator.access import outside, sees
from simulator.documents import FLOW_TYPES, name_refusal
from simulator.errors import PlatformError, invalid_value
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.rendering import flow_json, operation_json
from simulator.schemas import checked
from simulator.state import Operation
from simulator.world import DIVISIONS, World

LARGEST_BATCH = 100
KNOWN_TYPES = frozenset(FLOW_TYPES.values())


def create(world: World, call: Call) -> Reply:
    """POST /api/v2/flows: a flow without any version; its document comes with the first check-in or job."""
    body = checked("Flow", call.json(), partial=True)
    name, flow_type = body.get("name"), str(body.get("type") or "").lower()
    if not isinstance(name, str) or not name.strip():
        text = "Failed to validate flow due to missing name."
        raise PlatformError(400, "architect.flow.validate.failed.missing.name", text, field="name")
    if not flow_type:
        text = "Failed to validate flow due to missing type."
        raise PlatformError(400, "architect.flow.validate.failed.missing.type", text, field="type")
    if flow_type not in KNOWN_TYPES:
        raise invalid_value(flow_type, "FlowType", ", ".join(sorted(KNOWN_TYPES)))
    if refusal := name_refusal(name):
        raise PlatformError(400, refusal_code(name), f"Failed to validate flow due to invalid name.  {refusal}")
    if world.find_flow(name, flow_type) is not None:
        raise PlatformError(409, message=f"A flow of this type is already called '{name}'.")
    division = (body.get("division") or {}).get("id") or world.home.id
    if world.entity(DIVISIONS, division) is None:
        raise PlatformError(400, message=f"Division '{division}' does not exist.", field="division.id")
    if not sees(world, call.caller, division):
        raise outside(world, call, division)
    flow = publishing.create(world, name=name, flow_type=flow_type, by=call.caller.actor, at=world.now())
    flow.description, flow.division_id = str(body.get("description") or ""), division
    if world.state.settings.created_flow_locked:
        flow.locked_by = call.caller.actor
    operations.at_once(world, flow, "CREATE", by=call.caller.actor)
    return json_reply(flow_json(world, flow))


def refusal_code(name: str) -> str:
    """Return the code of a name that is refused."""
    base = "architect.flow.validate.failed"
    if "/" in name:
        return f"{base}.invalid.name.contains.slash"
    return f"{base}.invalid.name.contains.debug" if name.lower().endswith("-debug") else base


def delete(world: World, call: Call) -> Reply:
    """DELETE /api/v2/flows?id=: an operation that is over at once; nothing is deleted when one flow cannot be."""
    ids = call.many("id")
    if not ids:
        raise PlatformError(400, "architect.query.parameter.missing", "A required query parameter is missing or empty.")
    if len(ids) > LARGEST_BATCH:
        raise PlatformError(400, "architect.batch.too.large", "Batch size exceeds the maximum allowable size.")
    found = [world.state.flows.get(one) for one in dict.fromkeys(ids)]
    flows = [flow for flow in found if flow is not None and not flow.deleted]
    by = call.caller.actor
    free = all((held := publishing.holder(world, flow)) is None or held.id == by.id for flow in flows)
    allowed = all(sees(world, call.caller, flow.division_id) for flow in flows)
    if len(flows) < len(found) or not free or not allowed:
        text = "At least one flow could not be deleted as requested."
        raise PlatformError(400, "architect.batch.delete.failed", text)
    for flow in flows:
        flow.deleted = True
        publishing.note(world, flow, "DELETE", by=by, at=world.now())
    world.index()
    operation = Operation(action="DELETE", by=by, due=world.now(), status="SUCCESS", complete=True)
    return json_reply(operation_json(world, operation))


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    return [
        Endpoint("POST", "/api/v2/flows", create, ("architect:flow:add",)),
        Endpoint("DELETE", "/api/v2/flows", delete, ("architect:flow:delete",)),
    ]
