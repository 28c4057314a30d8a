"""Lists of objects that flows name: one table, one row per list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.access import outside, sees
from simulator.errors import PlatformError, invalid_value
from simulator.http import Call, Endpoint, Handler, Reply, json_reply
from simulator.making import ACTIONS, INTEGRATIONS, TRUNK_BASES, TRUNKS
from simulator.matching import name_matcher
from simulator.paging import page
from simulator.rendering import division_json
from simulator.state import Client, Entity
from simulator.world import World

EDGES = "telephony/providers/edges"
TRUNK_TYPES = ("EXTERNAL", "PHONE", "EDGE")
BY_ATTRIBUTE = ("category", "trunkType")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its path below ``/api/v2/``, what it needs, and how it behaves.

    ``address`` is where the list is when that is not its ``path``. ``filters`` are the query parameters that the
    platform documents for it, ``divided`` tells whether its objects belong to a division.
    """

    path: str
    permissions: tuple[str, ...] = ()
    any_permission: bool = False
    maximum: int = 100
    filters: tuple[str, ...] = ("name", "id")
    divided: bool = False
    address: str = ""

    @property
    def url(self) -> str:
        """The path of the list in the API."""
        return f"/api/v2/{self.address or self.path}"


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
    Listing(
        TRUNK_BASES,
        ("telephony:plugin:all",),
        filters=("name",),
        address=f"{EDGES}/trunkbasesettings",
    ),
    Listing(TRUNKS, ("telephony:plugin:all",), filters=("trunkType",), address=f"{EDGES}/trunks"),
)

PATHS = frozenset(listing.path for listing in LISTINGS)

LIMITED = frozenset(listing.path for listing in LISTINGS if listing.divided and listing.permissions)
"""Lists of which a client sees only what is in divisions that it has a grant in."""


def entity_json(world: World, listing: Listing, entity: Entity) -> dict[str, Any]:
    """Return an object of a list."""
    body: dict[str, Any] = {"id": entity.id, "name": entity.name}
    if listing.divided:
        body["division"] = division_json(world.division(entity.division_id))
    return body | entity.attributes | {"selfUri": f"{listing.url}/{entity.id}"}


def visible(world: World, path: str, entity: Entity, client: Client) -> bool:
    """Return whether a client sees an object of a list."""
    return path not in LIMITED or sees(world, client, entity.division_id)


def _list(listing: Listing) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        stored = world.state.objects.get(listing.path, [])
        found = [entity for entity in stored if visible(world, listing.path, entity, call.caller)]
        if "name" in listing.filters and (name := call.query.get("name")):
            matches = name_matcher(name, world.state.settings.name_filter)
            found = [entity for entity in found if matches(entity.name)]
        for key in ("id", "ids"):
            if key in listing.filters and (ids := call.many(key)):
                found = [entity for entity in found if entity.id in ids]
        if "trunkType" in listing.filters and (kind := call.query.get("trunkType")) and kind not in TRUNK_TYPES:
            raise invalid_value(kind, "TrunkType", ", ".join(TRUNK_TYPES))
        for key in BY_ATTRIBUTE:
            if key in listing.filters and (value := call.query.get(key)):
                found = [entity for entity in found if entity.attributes.get(key) == value]
        return page(call, found, lambda entity: entity_json(world, listing, entity), maximum=listing.maximum)

    return handler


def _one(listing: Listing) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        wanted = call.params["id"]
        for entity in world.state.objects.get(listing.path, []):
            if entity.id == wanted:
                if not visible(world, listing.path, entity, call.caller):
                    raise outside(world, call, entity.division_id)
                return json_reply(entity_json(world, listing, entity))
        raise PlatformError(404)

    return handler


def endpoints() -> list[Endpoint]:
    """Return the list and the single object of each row of the table; all lists first."""
    lists = [Endpoint("GET", one.url, _list(one), one.permissions, one.any_permission) for one in LISTINGS]
    singles = [Endpoint("GET", f"{one.url}/{{id}}", _one(one), one.permissions, one.any_permission) for one in LISTINGS]
    return lists + singles
