"""Skill groups: their lists go by cursor, their members are who meets the conditions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.kinds import KIND_OF
from simulator.objects import entity_json, listed
from simulator.paths import DIVISIONS, SKILL_GROUPS, SKILLS, USERS
from simulator.rendering import division_json
from simulator.schemas import attributes, checked
from simulator.state import Entity
from simulator.subordinate import cursor_page, existing, owner
from simulator.world import World

KIND = KIND_OF[SKILL_GROUPS]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
    "EqualTo": operator.eq,
    "NotEqualTo": operator.ne,
}


def listing(world: World, call: Call) -> Reply:
    """GET /api/v2/routing/skillgroups: a brief form, page by page with a cursor."""
    names = attributes("SkillGroupDefinition")
    rows = [entity_json(world, KIND, one) for one in listed(world, call, KIND)]
    return cursor_page(call, [{key: row[key] for key in row if key in names} for row in rows])


def divisions(world: World, call: Call) -> Reply:
    """GET /api/v2/routing/skillgroups/{id}/members/divisions."""
    group = owner(world, call, SKILL_GROUPS)
    found = [world.entity(DIVISIONS, one) for one in group.parts.get("divisions", [])]
    return json_reply({"entities": [division_json(one) for one in found if one is not None]})


def set_divisions(world: World, call: Call) -> Reply:
    """POST /api/v2/routing/skillgroups/{id}/members/divisions: adds and removes."""
    group = owner(world, call, SKILL_GROUPS)
    body = checked("SkillGroupMemberDivisions", call.json())
    added, removed = body.get("addDivisionIds") or [], body.get("removeDivisionIds") or []
    for one in added:
        existing(world, DIVISIONS, one)
    kept = [one for one in group.parts.get("divisions", []) if one not in removed]
    group.parts["divisions"] = list(dict.fromkeys([*kept, *added]))
    world.changed()
    return Reply(status=204)


def members(world: World, call: Call) -> Reply:
    """GET /api/v2/routing/skillgroups/{id}/members: the users who meet the conditions, in its member divisions."""
    group = owner(world, call, SKILL_GROUPS)
    within = set(group.parts.get("divisions", []))
    found = [
        one
        for one in world.state.objects.get(USERS, [])
        if world.division(one.division_id).id in within and _meets(world, group, one)
    ]
    rows = [{"id": one.id, "name": one.name, "selfUri": f"/api/v2/users/{one.id}"} for one in found]
    return cursor_page(call, rows)


def _meets(world: World, group: Entity, user: Entity) -> bool:
    conditions = group.attributes.get("skillConditions") or []
    return all(
        _skilled(world, row, user) for condition in conditions for row in condition.get("routingSkillConditions") or []
    )


def _skilled(world: World, row: dict[str, Any], user: Entity) -> bool:
    found = world.find_entities(SKILLS, str(row.get("routingSkill", "")))
    held = user.parts.get("routingskills", {}).get(found[0].id) if found else None
    compare: Callable[[Any, Any], bool] = COMPARE.get(str(row.get("comparator")), operator.ge)
    return held is not None and compare(held, float(row.get("proficiency") or 0))


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    view = ("routing:skillGroup:view",)
    one = f"{KIND.url}/{{id}}/members"
    return [
        Endpoint("GET", KIND.url, listing, view),
        Endpoint("GET", one, members, view),
        Endpoint("GET", f"{one}/divisions", divisions, view),
        Endpoint("POST", f"{one}/divisions", set_divisions, ("routing:skillGroup:add",)),
    ]
