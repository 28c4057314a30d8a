"""Lists of objects that flows name: one table, one row per list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Handler, Reply, json_reply
from simulator.matching import name_matcher
from simulator.paging import page
from simulator.rendering import division_json
from simulator.state import Entity, new_id
from simulator.world import World

ACTIONS = "integrations/actions"
INTEGRATIONS = "integrations"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its path below ``/api/v2/``, what it needs, and how it behaves.

    ``filters`` are the query parameters that the platform documents for it, ``divided`` tells whether its objects
    belong to a division.
    """

    path: str
    permissions: tuple[str, ...] = ()
    any_permission: bool = False
    maximum: int = 100
    filters: tuple[str, ...] = ("name", "id")
    divided: bool = False


LISTINGS = (
    Listing("routing/queues", ("routing:queue:view",), maximum=500, divided=True),
    Listing("routing/skills", ("routing:skill:view",), maximum=500),
    Listing("routing/languages", maximum=500),
    Listing("routing/wrapupcodes", ("routing:wrapupCode:view",), divided=True),
    Listing("users", filters=("id",), divided=True),
    Listing("groups", filters=("id",)),
    Listing("architect/schedules", ("routing:schedule:view",), filters=("name",), divided=True),
    Listing("architect/schedulegroups", ("routing:scheduleGroup:view",), filters=("name",), divided=True),
    Listing("architect/emergencygroups", ("routing:emergencyGroup:view",), filters=("name",), divided=True),
    Listing("architect/prompts", ("architect:userPrompt:view",), filters=("name",), divided=True),
    Listing("flows/datatables", ("architect:datatable:view",), filters=("name",), divided=True),
    Listing("flows/outcomes", ("architect:flowOutcome:view",), divided=True),
    Listing("flows/milestones", ("architect:flowMilestone:view",), divided=True),
    Listing(INTEGRATIONS, ("integrations:integration:view",), filters=("ids",)),
    Listing(
        ACTIONS,
        ("integrations:action:view", "bridge:actions:view"),
        any_permission=True,
        filters=("name", "ids", "category"),
    ),
    Listing("scripts", ("scripter:script:view",), filters=("name",), divided=True),
    Listing("outbound/contactlists", ("outbound:contactList:view",), divided=True),
    Listing("authorization/divisions"),
)

PATHS = frozenset(listing.path for listing in LISTINGS)


def new_entity(world: World, path: str, name: str, attributes: dict[str, Any]) -> Entity:
    """Return a new object of a list, as the platform would make it.

    A data action gets an id of its own form, and an integration that is called like its category.
    """
    given = dict(attributes)
    entity_id = given.pop("id", None) or (f"custom_-_{new_id()}" if path == ACTIONS else new_id())
    if path == ACTIONS:
        category = str(given.setdefault("category", "Integration"))
        if "integrationId" not in given:
            found = world.find_entities(INTEGRATIONS, category)
            integration = found[0] if found else world.add_entity(INTEGRATIONS, Entity(name=category))
            given["integrationId"] = integration.id
    return Entity(id=str(entity_id), name=name, attributes=given)


def entity_json(world: World, listing: Listing, entity: Entity) -> dict[str, Any]:
    """Return an object of a list."""
    body: dict[str, Any] = {"id": entity.id, "name": entity.name}
    if listing.divided:
        body["division"] = division_json(world.home)
    return body | entity.attributes | {"selfUri": f"/api/v2/{listing.path}/{entity.id}"}


def _list(listing: Listing) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        found = world.state.objects.get(listing.path, [])
        if "name" in listing.filters and (name := call.query.get("name")):
            matches = name_matcher(name, world.state.settings.name_filter)
            found = [entity for entity in found if matches(entity.name)]
        for key in ("id", "ids"):
            if key in listing.filters and (ids := call.many(key)):
                found = [entity for entity in found if entity.id in ids]
        if "category" in listing.filters and (category := call.query.get("category")):
            found = [entity for entity in found if entity.attributes.get("category") == category]
        return page(call, found, lambda entity: entity_json(world, listing, entity), maximum=listing.maximum)

    return handler


def _one(listing: Listing) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        wanted = call.params["id"]
        for entity in world.state.objects.get(listing.path, []):
            if entity.id == wanted:
                return json_reply(entity_json(world, listing, entity))
        raise PlatformError(404)

    return handler


def endpoints() -> list[Endpoint]:
    """Return the list and the single object of each row of the table; all lists first."""
    lists = [
        Endpoint("GET", f"/api/v2/{one.path}", _list(one), one.permissions, one.any_permission) for one in LISTINGS
    ]
    singles = [
        Endpoint("GET", f"/api/v2/{one.path}/{{id}}", _one(one), one.permissions, one.any_permission)
        for one in LISTINGS
    ]
    return lists + singles
