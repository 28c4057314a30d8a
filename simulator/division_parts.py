"""What stands beside divisions: the home division, the list by cursor, moving objects."""

from __future__ import annotations

from simulator.access import outside, sees
from simulator.errors import PlatformError, invalid_value
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.kinds import KIND_OF
from simulator.matching import name_matcher
from simulator.objects import entity_json
from simulator.paging import page
from simulator.paths import (
    CONTACT_LISTS,
    DATA_TABLES,
    DIVISIONS,
    EMERGENCY_GROUPS,
    FLOWS,
    IVRS,
    MILESTONES,
    OUTCOMES,
    PROMPTS,
    QUEUES,
    SCHEDULE_GROUPS,
    SCHEDULES,
    SKILL_GROUPS,
    USERS,
)
from simulator.subordinate import cursor_page
from simulator.world import World

MOVED = {
    "QUEUE": QUEUES, "USER": USERS, "FLOW": FLOWS, "SCHEDULES": SCHEDULES, "SCHEDULEGROUPS": SCHEDULE_GROUPS,
    "EMERGENCYGROUPS": EMERGENCY_GROUPS, "ROUTINGSCHEDULES": SCHEDULES, "CALLROUTE": IVRS, "DATATABLES": DATA_TABLES,
    "FLOWOUTCOME": OUTCOMES, "FLOWMILESTONE": MILESTONES, "CONTACTLIST": CONTACT_LISTS, "SKILLGROUP": SKILL_GROUPS,
    "PROMPT": PROMPTS,
}  # fmt: skip
"""Object types in the path, and their lists."""

KIND = KIND_OF[DIVISIONS]
LARGEST_CURSOR_PAGE = 200


def home(world: World, _call: Call) -> Reply:
    """GET /api/v2/authorization/divisions/home."""
    return json_reply(entity_json(world, KIND, world.home))


def query(world: World, call: Call) -> Reply:
    """GET /api/v2/authorization/divisions/query: page by page with a cursor."""
    found = list(world.state.objects[DIVISIONS])
    if ids := set(call.many("id")):
        found = [one for one in found if one.id in ids]
    if name := call.query.get("name"):
        matches = name_matcher(name, world.state.settings.name_filter)
        found = [one for one in found if matches(one.name)]
    return cursor_page(call, [entity_json(world, KIND, one) for one in found], maximum=LARGEST_CURSOR_PAGE)


def permitted(world: World, call: Call) -> Reply:
    """GET /api/v2/authorization/divisionspermitted/paged/me: where the client has its permissions."""
    if not call.query.get("permission"):
        raise PlatformError(400, message="The query parameter 'permission' is required.", field="permission")
    found = [one for one in world.state.objects[DIVISIONS] if sees(world, call.caller, one.id)]
    extra = {"allDivsPermitted": len(found) == len(world.state.objects[DIVISIONS])}
    return page(call, found, lambda one: entity_json(world, KIND, one), maximum=KIND.maximum, extra=extra)


def move(world: World, call: Call) -> Reply:
    """POST /api/v2/authorization/divisions/{id}/objects/{objectType}: the ids in the body go to the division."""
    division = call.params["id"]
    if world.entity(DIVISIONS, division) is None:
        raise PlatformError(404)
    path = MOVED.get(call.params["objectType"].upper())
    if path is None:
        raise invalid_value(call.params["objectType"], "ObjectType", ", ".join(sorted(MOVED)))
    found = [world.state.flows.get(str(one)) if path == FLOWS else world.entity(path, str(one)) for one in call.rows()]
    present = [one for one in found if one is not None]
    if len(present) < len(found):
        raise PlatformError(404, message="An object of the list does not exist.")
    for place in [division, *(one.division_id for one in present)]:
        if not sees(world, call.caller, place):
            raise outside(world, call, place)
    for one in present:
        one.division_id = division
    world.changed()
    return Reply(status=204)


def endpoints() -> list[Endpoint]:
    """Return the rows of this module; none of them needs a permission of its own."""
    return [
        Endpoint("GET", f"{KIND.url}/home", home),
        Endpoint("GET", f"{KIND.url}/query", query),
        Endpoint("GET", "/api/v2/authorization/divisionspermitted/paged/me", permitted),
        Endpoint("POST", f"{KIND.url}/{{id}}/objects/{{objectType}}", move),
    ]
