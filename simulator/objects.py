"""Lists of objects and single objects, for every row of the table of kinds."""

from __future__ import annotations

from typing import Any

from simulator.access import EVERYWHERE, outside, sees
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Handler, Reply, json_reply
from simulator.kinds import KIND_OF, KINDS, Kind
from simulator.object_filters import FILTERS
from simulator.paging import page
from simulator.paths import (
    ACTIONS,
    CREDENTIALS,
    DID_POOLS,
    GROUPS,
    INTEGRATIONS,
    PROMPTS,
    QUEUES,
    RESPONSES,
    SITES,
    SKILL_GROUPS,
    TRUNK_BASES,
    USERS,
    WRAPUP_CODES,
)
from simulator.rendering import division_json
from simulator.schemas import attributes
from simulator.state import Client, Entity
from simulator.world import World, same

LISTINGS = KINDS
OWN_LIST = frozenset({SKILL_GROUPS, RESPONSES})
"""Kinds whose lists have their own rules."""

RESOURCE = ("resource.not.found", "The resource could not be found.")
ENTITY = ("entity.not.found", "The requested entity was not found.")
UNKNOWN = {
    QUEUES: RESOURCE,
    WRAPUP_CODES: RESOURCE,
    PROMPTS: ("architect.prompt.not.found", "Could not find prompt with specified ID."),
    USERS: ("general.resource.not.found", "Unable to find a user with that userId"),
    GROUPS: ("general.resource.not.found", "Unable to find a group with that groupId"),
    TRUNK_BASES: ENTITY,
    SITES: ("entity.not.found", "Unable to find a site with that id"),
    DID_POOLS: ("general.resource.not.found", "The DID Pool was not found."),
}
"""Code and text of the 404, where the public API description tells them."""

PATHS = frozenset(KIND_OF)

LIMITED = frozenset(kind.path for kind in KINDS if kind.divided and kind.permissions)
"""Lists of which a client sees only what is in divisions that it has a grant in."""


def entity_json(world: World, kind: Kind, entity: Entity) -> dict[str, Any]:
    """Return an object of a list."""
    body: dict[str, Any] = {"id": entity.id, "name": entity.name}
    if kind.divided:
        if entity.division_id == EVERYWHERE:
            body["division"] = {"id": EVERYWHERE, "name": EVERYWHERE}
        else:
            body["division"] = division_json(world.division(entity.division_id))
    body |= entity.attributes
    body["selfUri"] = f"{kind.url}/{entity.id}"
    return body


def visible(world: World, path: str, entity: Entity, client: Client) -> bool:
    """Return whether a client sees an object of a list."""
    return path not in LIMITED or sees(world, client, entity.division_id)


def unknown(kind: Kind) -> PlatformError:
    """Return the 404 of an object that is not there."""
    code, text = UNKNOWN.get(kind.path, ("", ""))
    return PlatformError(404, code, text)


def find(world: World, call: Call, kind: Kind, entity_id: str) -> Entity:
    """Return an object by its id; a deleted one only where the platform still shows it.

    Raises:
        PlatformError: 404 when there is none, 403 when it is in a division that the client has no grant in.
    """
    entity = world.entity(kind.path, entity_id)
    if entity is None and kind.lingers:
        entity = world.removed(kind.path, entity_id)
    if entity is None:
        raise unknown(kind)
    if not visible(world, kind.path, entity, call.caller):
        raise outside(world, call, entity.division_id)
    return entity


def listed(world: World, call: Call, kind: Kind) -> list[Entity]:
    """Return what a client sees of a list by now, after the filters of the call."""
    now = world.now()
    stored = world.state.objects.get(kind.path, [])
    if kind.path == USERS and call.query.get("state", "active") in {"deleted", "any"}:
        gone = world.state.removed.get(kind.path, [])
        stored = gone if call.query["state"] == "deleted" else [*stored, *gone]
    found = [one for one in stored if one.listed_from <= now and visible(world, kind.path, one, call.caller)]
    for name, keep in FILTERS.items():
        if name in kind.filters and call.query.get(name):
            found = keep(world, call, kind, found)
    return found


def ordered(call: Call, found: list[Entity]) -> list[Entity]:
    """Return objects in the order that the call asks for; as they were made when it asks for none."""
    if call.query.get("sortBy", "").lower() == "name" or "sortOrder" in call.query:
        backwards = call.query.get("sortOrder", "asc").lower().startswith("desc")
        return sorted(found, key=lambda one: (same(one.name), one.id), reverse=backwards)
    return found


def shown(world: World, call: Call, kind: Kind, entity: Entity) -> dict[str, Any]:
    """Return an object as a list or a single look gives it: large parts only where the call asks for them."""
    body = entity_json(world, kind, entity)
    for name in HIDDEN.get(kind.path, ()):
        if name in body and name not in call.many("expand") and not _included(call, name):
            del body[name]
    return body


HIDDEN = {
    "flows/datatables": ("schema",),
    ACTIONS: ("contract", "config"),
    USERS: ("skills", "languages", "groups"),
    INTEGRATIONS: (),
}
"""Attributes that have to be asked for with ``expand``."""


def _included(call: Call, name: str) -> bool:
    return name == "config" and call.flag("includeConfig")


def _list(kind: Kind) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        found = ordered(call, listed(world, call, kind))
        return page(call, found, lambda one: shown(world, call, kind, one), maximum=kind.maximum)

    return handler


def _one(kind: Kind) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        if kind.path == USERS and call.query.get("state") in {"deleted", "any"}:
            gone = world.removed(kind.path, call.params["id"])
            if gone is not None:
                return json_reply(shown(world, call, kind, gone))
        body = shown(world, call, kind, find(world, call, kind, call.params["id"]))
        if kind.path == CREDENTIALS:
            return json_reply({key: value for key, value in body.items() if key in attributes("Credential")})
        return json_reply(body)

    return handler


def _views(kind: Kind) -> Handler:
    """The brief list of objects in divisions that the client may search in."""
    names = ("id", "name", "division", "selfUri")

    def handler(world: World, call: Call) -> Reply:
        found = ordered(call, listed(world, call, kind))

        def brief(entity: Entity) -> dict[str, Any]:
            body = entity_json(world, kind, entity)
            return {name: body[name] for name in names if name in body}

        return page(call, found, brief, maximum=kind.maximum)

    return handler


SEARCHED = {
    "routing/queues": "routing:queue:search",
    "routing/wrapupcodes": "routing:wrapupCode:search",
    "architect/schedules": "routing:schedule:search",
    "architect/schedulegroups": "routing:scheduleGroup:search",
    "architect/emergencygroups": "routing:emergencyGroup:search",
    "architect/ivrs": "routing:callRoute:search",
    "flows/datatables": "architect:datatable:search",
    "flows/outcomes": "architect:flowOutcome:search",
    "flows/milestones": "architect:flowMilestone:search",
}
"""Lists with a brief form under ``/divisionviews``, and what that needs."""


def endpoints() -> list[Endpoint]:
    """Return the list and the single object of each row of the table; all lists first."""
    kinds = [kind for kind in KINDS if kind.path not in OWN_LIST]
    lists = [Endpoint("GET", one.url, _list(one), one.permissions, one.any_permission) for one in kinds]
    views = [
        Endpoint("GET", f"{KIND_OF[path].url}/divisionviews", _views(KIND_OF[path]), (permission,))
        for path, permission in SEARCHED.items()
    ]
    singles = [Endpoint("GET", f"{one.url}/{{id}}", _one(one), one.permissions, one.any_permission) for one in KINDS]
    return [*lists, *views, *singles]
