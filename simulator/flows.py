"""Flows and their versions, as the API lists and changes them."""

from __future__ import annotations

from typing import Any

from simulator.access import outside, sees
from simulator.documents import FLOW_TYPES, name_refusal
from simulator.errors import PlatformError, invalid_value
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.matching import name_matcher
from simulator.paging import page
from simulator.publishing import note, require_free
from simulator.rendering import flow_json, version_json
from simulator.state import Flow
from simulator.uses import uses
from simulator.world import World

MAXIMUM = 500
KNOWN_TYPES = frozenset(FLOW_TYPES.values())
VIEW = ("architect:flow:view",)


def find(world: World, call: Call) -> Flow:
    """Return the flow of the path.

    Raises:
        PlatformError: 404 when there is none, 410 when it was deleted and ``deleted=true`` was not asked for, 403
            when it is in a division that the client has no grant in.
    """
    flow = world.state.flows.get(call.params["flowId"])
    if flow is None:
        raise PlatformError(404, "architect.flow.not.found", "Could not find the flow with specified ID.")
    if flow.deleted and not call.flag("deleted"):
        raise PlatformError(410, message=f"Flow '{flow.name}' was deleted.")
    if not sees(world, call.caller, flow.division_id):
        raise outside(world, call, flow.division_id)
    return flow


def _listed(world: World, call: Call) -> list[Flow]:
    """Return the flows that lists show by now, in divisions that the client has a grant in."""
    now = world.now()
    return [
        flow
        for flow in world.state.flows.values()
        if flow.listed_from <= now and sees(world, call.caller, flow.division_id)
    ]


def list_flows(world: World, call: Call) -> Reply:
    """GET /api/v2/flows; the deprecated ``id`` makes every other filter void."""
    flows = _listed(world, call)
    if ids := set(call.many("id")):
        flows = [flow for flow in flows if flow.id in ids and not flow.deleted]
    else:
        flows = _filtered(world, call, flows)
    return page(call, _ordered(call, flows), lambda flow: flow_json(world, flow), maximum=MAXIMUM)


def lookup(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/lookup: flows by id; an unknown one is left out."""
    ids = call.many("id")
    if not ids:
        raise PlatformError(400, "architect.query.parameter.missing", "The query parameter 'id' is required.")
    found = [world.state.flows[one] for one in dict.fromkeys(ids) if one in world.state.flows]
    flows = [flow for flow in found if not flow.deleted and sees(world, call.caller, flow.division_id)]
    return page(call, _ordered(call, flows), lambda flow: flow_json(world, flow), maximum=MAXIMUM)


def division_views(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/divisionviews: the same flows with few attributes."""
    shown = ("id", "name", "division", "type", "publishedVersion", "selfUri")

    def brief(flow: Flow) -> dict[str, Any]:
        return {key: value for key, value in flow_json(world, flow).items() if key in shown}

    return page(call, _ordered(call, _filtered(world, call, _listed(world, call))), brief, maximum=MAXIMUM)


def _filtered(world: World, call: Call, flows: list[Flow]) -> list[Flow]:
    if not call.flag("deleted"):
        flows = [flow for flow in flows if not flow.deleted]
    if types := {one.lower() for one in call.many("type")}:
        if unknown := types - KNOWN_TYPES:
            raise invalid_value(min(unknown), "FlowType", ", ".join(sorted(KNOWN_TYPES)))
        flows = [flow for flow in flows if flow.type in types]
    if name := call.query.get("name"):
        matches = name_matcher(name, world.state.settings.name_filter)
        flows = [flow for flow in flows if matches(flow.name)]
    if text := call.query.get("nameOrDescription"):
        matches = name_matcher(text, world.state.settings.name_filter)
        flows = [flow for flow in flows if matches(flow.name) or matches(flow.description)]
    if divisions := call.many("divisionId"):
        flows = [flow for flow in flows if flow.division_id in divisions]
    for parameter, kind in (("lockedBy", "user"), ("lockedByClientId", "client")):
        if wanted := call.query.get(parameter):
            flows = [
                flow for flow in flows if flow.locked_by and flow.locked_by.kind == kind and flow.locked_by.id == wanted
            ]
    return flows


def _ordered(call: Call, flows: list[Flow]) -> list[Flow]:
    backwards = call.query.get("sortOrder", "asc").lower().startswith("desc")
    by_name = call.query.get("sortBy", "id").lower() == "name"
    return sorted(flows, key=lambda flow: (flow.name.casefold(), flow.id) if by_name else flow.id, reverse=backwards)


def get_flow(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/{flowId}."""
    return json_reply(flow_json(world, find(world, call)))


def put_flow(world: World, call: Call) -> Reply:
    """PUT /api/v2/flows/{flowId}: name, description and division; never the logic."""
    flow = find(world, call)
    data = call.json()
    name = data.get("name")
    if not isinstance(name, str) or not name.strip():
        raise PlatformError(400, "architect.flow.validate.failed.missing.name", "Flow name is missing.")
    if refusal := name_refusal(name):
        raise PlatformError(400, "architect.flow.validate.failed", refusal)
    if str(data.get("type", flow.type)).lower() != flow.type:
        raise PlatformError(400, "architect.flow.validate.failed", "The type of a flow cannot be changed.")
    require_free(world, flow, by=call.caller.actor)
    other = world.find_flow(name, flow.type)
    if other is not None and other is not flow:
        raise PlatformError(409, message=f"A flow of this type is already called '{name}'.")
    division = (data.get("division") or {}).get("id", flow.division_id)
    if world.division(division).id != division:
        raise PlatformError(400, message=f"Division '{division}' does not exist.")
    flow.name, flow.description, flow.division_id = name, str(data.get("description") or ""), division
    world.index()
    note(world, flow, "UPDATE", by=call.caller.actor, at=world.now())
    return json_reply(flow_json(world, flow))


def delete_flow(world: World, call: Call) -> Reply:
    """DELETE /api/v2/flows/{flowId}: the flow can still be seen with ``deleted=true``."""
    flow = find(world, call)
    require_free(world, flow, by=call.caller.actor)
    if world.state.settings.delete_blocked_by_use and (user := _user_of(world, flow)):
        raise PlatformError(409, message=f"Flow '{flow.name}' is used by flow '{user.name}'.")
    flow.deleted = True
    world.index()
    note(world, flow, "DELETE", by=call.caller.actor, at=world.now())
    return Reply(status=204)


def _user_of(world: World, wanted: Flow) -> Flow | None:
    """Another flow whose published version names this one."""
    for flow in world.state.flows.values():
        version = flow.version(flow.published)
        used = uses(world, version) if version and flow is not wanted and not flow.deleted else []
        if any(one.id == wanted.id for one in used):
            return flow
    return None


def list_versions(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/{flowId}/versions, newest first."""
    flow = find(world, call)
    return page(call, flow.versions[::-1], lambda version: version_json(flow, version), maximum=100)


def get_version(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/{flowId}/versions/{versionId}."""
    flow = find(world, call)
    version = flow.version(call.params["versionId"])
    if version is None:
        raise PlatformError(404, "architect.flow.version.missing", "The flow version does not exist.")
    return json_reply(version_json(flow, version))


def endpoints() -> list[Endpoint]:
    """Return the rows of this module; fixed paths before the ones with an id."""
    one = "/api/v2/flows/{flowId}"
    return [
        Endpoint("GET", "/api/v2/flows", list_flows, VIEW),
        Endpoint("GET", "/api/v2/flows/lookup", lookup, VIEW),
        Endpoint("GET", "/api/v2/flows/divisionviews", division_views, ("architect:flow:search",)),
        Endpoint("GET", one, get_flow, VIEW),
        Endpoint("PUT", one, put_flow, ("architect:flow:edit",)),
        Endpoint("DELETE", one, delete_flow, ("architect:flow:delete",)),
        Endpoint("GET", f"{one}/versions", list_versions, VIEW),
        Endpoint("GET", f"{one}/versions/{{versionId}}", get_version, VIEW),
    ]
