"""Dependency tracking: what a flow uses, who uses an object, and the state of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.access import sees
from simulator.documents import FLOW_TYPES
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.kinds import KIND_OF
from simulator.matching import name_matcher
from simulator.model import new_id
from simulator.paging import page
from simulator.rendering import client_json
from simulator.state import Build, Flow, Version
from simulator.uses import PATHS, TYPES, Use, flow_kind, tracked, uses
from simulator.world import World, iso

BASE = "/api/v2/architect/dependencytracking"
VERSIONED = frozenset(flow_kind(one) for one in FLOW_TYPES.values())
KNOWN = frozenset(TYPES.values()) | VERSIONED | {"IVRCONFIGURATION", "SYSTEMPROMPT", "RESPONSE", "TTSENGINE"}
PARTIAL = 206


def status_now(world: World) -> str:
    """Return the state of the index."""
    build = world.state.build
    if build.status == "BUILDINPROGRESS" and build.due <= world.now():
        build.status, build.completed = "OPERATIONAL", build.due
        world.changed()
    return build.status


def _partial(world: World, reply: Reply) -> Reply:
    """The answer with 206 while the index is built or needs to be: it may lack something."""
    complete = status_now(world) == "OPERATIONAL"
    return reply if complete else Reply(status=PARTIAL, body=reply.body, headers=reply.headers)


def _json(use: Use) -> dict[str, Any]:
    body: dict[str, Any] = {"id": use.id, "name": use.name, "type": use.kind, "deleted": use.gone, "updated": False}
    if use.version:
        body["version"] = use.version
    return body | {"stateUnknown": False, "selfUri": _uri(use)}


def _uri(use: Use) -> str:
    if use.kind in VERSIONED:
        return f"/api/v2/flows/{use.id}"
    return f"{KIND_OF[PATHS[use.kind]].url}/{use.id}" if use.kind in PATHS else f"{BASE}/object?id={use.id}"


def _required(call: Call, name: str) -> str:
    value = call.query.get(name)
    if not value:
        text = "A required query parameter is missing or empty."
        raise PlatformError(400, "architect.query.parameter.missing", text, field=name)
    return value


def _kinds(call: Call, name: str, *, required: bool = False) -> list[str]:
    kinds = [one.upper() for one in (call.many(name) if not required else [_required(call, name)])]
    if unknown := [one for one in kinds if one not in KNOWN]:
        text = f"An invalid dependency object type was specified: {unknown[0]}."
        raise PlatformError(400, "architect.dependency.object.invalid.type", text, field=name)
    return kinds


def _page(world: World, call: Call, found: Iterable[Use]) -> Reply:
    rows = sorted(dict.fromkeys(found), key=lambda use: (use.kind, use.name, use.id))
    return _partial(world, page(call, rows, _json, maximum=100))


def _as_use(flow: Flow, version: Version) -> Use:
    return Use(flow_kind(flow.type), flow.id, flow.name, version.id, flow.deleted)


def consumed(world: World, call: Call) -> Reply:
    """GET .../consumedresources: what a version of a flow uses."""
    (kind,) = _kinds(call, "objectType", required=True)
    flow = world.state.flows.get(_required(call, "id"))
    if kind in VERSIONED and not call.query.get("version"):
        text = "A version was not specified for the dependency object."
        raise PlatformError(400, "architect.dependency.object.version.not.specified", text, field="version")
    if flow is None or not sees(world, call.caller, flow.division_id):
        raise PlatformError(404, "architect.dependency.object.not.found", "Could not find the dependency object.")
    version = flow.version(call.query["version"])
    if version is None:
        raise PlatformError(404, "architect.flow.version.missing", "Specified flow version is missing.")
    wanted = _kinds(call, "resourceType")
    return _page(world, call, [one for one in uses(world, version) if not wanted or one.kind in wanted])


def consuming(world: World, call: Call) -> Reply:
    """GET .../consumingresources: which flow versions, and call routes, use an object."""
    (kind,) = _kinds(call, "objectType", required=True)
    wanted_id = _required(call, "id")
    wanted = _kinds(call, "resourceType")
    found = _consumers(world, call, kind, wanted_id, call.query.get("flowFilter", ""))
    return _page(world, call, [one for one in found if not wanted or one.kind in wanted])


def _consumers(world: World, call: Call, kind: str, wanted_id: str, which: str) -> Iterator[Use]:
    for flow, version in tracked(world, which):
        if sees(world, call.caller, flow.division_id) and any(
            one.kind == kind and one.id == wanted_id for one in uses(world, version)
        ):
            yield _as_use(flow, version)
    for ivr in world.state.objects.get("architect/ivrs", []):
        held = [ivr.attributes.get(name) or {} for name in ("openHoursFlow", "closedHoursFlow", "holidayHoursFlow")]
        group = ivr.attributes.get("scheduleGroup") or {}
        used = any(one.get("id") == wanted_id for one in held) and kind in VERSIONED
        if used or (group.get("id") == wanted_id and kind == "SCHEDULEGROUP"):
            yield Use("IVRCONFIGURATION", ivr.id, ivr.name)


def search(world: World, call: Call) -> Reply:
    """GET .../dependencytracking: objects by name; they tell what they use and who uses them on request."""
    text = call.query.get("name")
    if not text:
        message = "A name was not specified for the dependency object search."
        raise PlatformError(400, "architect.dependency.object.name.not.specified", message, field="name")
    matches = name_matcher(text, "beginning")
    kinds = _kinds(call, "objectType")
    found = [one for one in _everything(world, call) if matches(one.name) and (not kinds or one.kind in kinds)]
    rows = sorted(dict.fromkeys(found), key=lambda use: (use.kind, use.name, use.id))
    return _partial(world, page(call, rows, lambda use: _object(world, call, use), maximum=100))


def _everything(world: World, call: Call) -> Iterator[Use]:
    for flow, version in tracked(world):
        if sees(world, call.caller, flow.division_id):
            yield _as_use(flow, version)
    for kind, path in PATHS.items():
        for entity in world.state.objects.get(path, []):
            yield Use(kind, entity.id, entity.name)


def look(world: World, call: Call) -> Reply:
    """GET .../object: one object."""
    wanted = _required(call, "id")
    kinds = _kinds(call, "objectType")
    version = call.query.get("version")
    for one in _everything(world, call):
        if one.id == wanted and (not kinds or one.kind in kinds) and (not version or one.version == version):
            return _partial(world, json_reply(_object(world, call, one)))
    raise PlatformError(404, "architect.dependency.object.not.found", "Could not find the dependency object.")


def _object(world: World, call: Call, use: Use) -> dict[str, Any]:
    body = _json(use)
    if call.flag("consumedResources"):
        flow = world.state.flows.get(use.id)
        version = flow.version(use.version) if flow else None
        wanted = _kinds(call, "consumedResourceType")
        found = uses(world, version) if version else []
        body["consumedResources"] = [_json(one) for one in found if not wanted or one.kind in wanted]
    if call.flag("consumingResources"):
        wanted = _kinds(call, "consumingResourceType")
        users = _consumers(world, call, use.kind, use.id, "")
        body["consumingResources"] = [_json(one) for one in users if not wanted or one.kind in wanted]
    return body


def deleted_consumers(world: World, call: Call) -> Reply:
    """GET .../deletedresourceconsumers: flow versions that use something that was deleted."""
    return _with_uses(world, call, gone=True)


def updated_consumers(world: World, call: Call) -> Reply:
    """GET .../updatedresourceconsumers: flow versions whose objects changed; nothing here changes them."""
    return _with_uses(world, call, gone=False)


def _with_uses(world: World, call: Call, *, gone: bool) -> Reply:
    kinds, wanted = _kinds(call, "objectType"), _kinds(call, "consumedResourceType")
    matches = name_matcher(call.query.get("name", "*"), "beginning")
    rows: list[tuple[Use, list[Use]]] = []
    for flow, version in tracked(world, call.query.get("flowFilter", "")):
        own = _as_use(flow, version)
        if (
            not matches(flow.name)
            or (kinds and own.kind not in kinds)
            or not sees(world, call.caller, flow.division_id)
        ):
            continue
        found = [one for one in uses(world, version) if gone and one.gone and (not wanted or one.kind in wanted)]
        if found:
            rows.append((own, found))
    shown = call.flag("consumedResources")

    def render(row: tuple[Use, list[Use]]) -> dict[str, Any]:
        return _json(row[0]) | ({"consumedResources": [_json(one) for one in row[1]]} if shown else {})

    return _partial(world, page(call, rows, render, maximum=100))


def types(_world: World, call: Call) -> Reply:
    """GET .../types."""
    return page(call, sorted(KNOWN), _type_json, maximum=100)


def one_type(_world: World, call: Call) -> Reply:
    """GET .../types/{typeId}."""
    if call.params["typeId"].upper() not in KNOWN:
        raise PlatformError(404, "architect.dependency.invalid.type", "An invalid dependency type was specified.")
    return json_reply(_type_json(call.params["typeId"].upper()))


def _type_json(kind: str) -> dict[str, Any]:
    return {"id": kind, "name": kind, "versioned": kind in VERSIONED, "selfUri": f"{BASE}/types/{kind}"}


def build(world: World, _call: Call) -> Reply:
    """GET .../build."""
    status, state = status_now(world), world.state.build
    body: dict[str, Any] = {"id": state.id, "buildId": state.id, "status": status, "failedObjects": []}
    body["dateStarted"] = iso(state.started or world.state.created)
    if status == "OPERATIONAL":
        body["dateCompleted"] = iso(state.completed or world.state.created)
    if state.by is not None:
        body["client"] = client_json(state.by)
    return json_reply({**body, "selfUri": f"{BASE}/build"})


def rebuild(world: World, call: Call) -> Reply:
    """POST .../build: accepted now; until it is over, every answer is partial."""
    due = world.after(world.state.settings.dependency_build_seconds)
    by = call.caller.actor
    world.state.build = Build(id=new_id(), status="BUILDINPROGRESS", due=due, by=by, started=world.now())
    world.changed()
    return Reply(status=202)


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    view = ("architect:dependencyTracking:view",)
    return [
        Endpoint("GET", BASE, search, view),
        Endpoint("GET", f"{BASE}/build", build, view),
        Endpoint("POST", f"{BASE}/build", rebuild, ("architect:dependencyTracking:rebuild",)),
        Endpoint("GET", f"{BASE}/consumedresources", consumed, view),
        Endpoint("GET", f"{BASE}/consumingresources", consuming, view),
        Endpoint("GET", f"{BASE}/deletedresourceconsumers", deleted_consumers, view),
        Endpoint("GET", f"{BASE}/updatedresourceconsumers", updated_consumers, view),
        Endpoint("GET", f"{BASE}/object", look, view),
        Endpoint("GET", f"{BASE}/types", types, view),
        Endpoint("GET", f"{BASE}/types/{{typeId}}", one_type, view),
    ]
