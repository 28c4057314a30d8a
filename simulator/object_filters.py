"""The filters of lists: what each query parameter leaves of the objects."""

from __future__ import annotations

from collections.abc import Callable

from simulator.errors import invalid_value
from simulator.http import Call
from simulator.kinds import Kind
from simulator.matching import name_matcher
from simulator.state import Entity
from simulator.world import World, same

TRUNK_TYPES = ("EXTERNAL", "PHONE", "EDGE")
STATES = ("active", "inactive", "deleted", "any")


def _by_name(world: World, call: Call, kind: Kind, found: list[Entity]) -> list[Entity]:
    matches = _matcher(world, kind, call.query["name"])
    return [one for one in found if matches(one.name)]


def _matcher(world: World, kind: Kind, text: str) -> Callable[[str], bool]:
    if kind.matching == "part":
        return name_matcher(f"*{text}*", "whole")
    return name_matcher(text, "beginning" if kind.matching == "beginning" else world.state.settings.name_filter)


def _by_description(world: World, call: Call, kind: Kind, found: list[Entity]) -> list[Entity]:
    wanted = call.query.get("description")
    matches = _matcher(world, kind, wanted or call.query["nameOrDescription"])
    if wanted:
        return [one for one in found if matches(str(one.attributes.get("description", "")))]
    return [one for one in found if matches(one.name) or matches(str(one.attributes.get("description", "")))]


def _by_id(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    ids = {*call.many("id"), *call.many("ids")}
    return [one for one in found if one.id in ids]


def _by_division(world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    ids = set(call.many("divisionId"))
    return [one for one in found if world.division(one.division_id).id in ids]


def _by_trunk_type(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    wanted = call.query["trunkType"]
    if wanted not in TRUNK_TYPES:
        raise invalid_value(wanted, "TrunkType", ", ".join(TRUNK_TYPES))
    return [one for one in found if one.attributes.get("trunkType") == wanted]


def _by_state(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    wanted = call.query["state"]
    if wanted not in STATES:
        raise invalid_value(wanted, "State", ", ".join(STATES))
    return [one for one in found if wanted == "any" or one.attributes.get("state", "active") == wanted]


def _by_prefix(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    return [one for one in found if same(one.name).startswith(same(call.query["libraryPrefix"]))]


def _by_schedules(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    ids = set(call.many("scheduleIds"))
    lists = ("openSchedules", "closedSchedules", "holidaySchedules")
    return [one for one in found if ids & {row["id"] for name in lists for row in one.attributes.get(name) or []}]


def _by_dnis(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    return [one for one in found if call.query["dnis"] in one.attributes.get("dnis", [])]


def _by_schedule_group(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    wanted = call.query["scheduleGroup"]
    return [one for one in found if (one.attributes.get("scheduleGroup") or {}).get("id") == wanted]


def _by_category(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    return [one for one in found if one.attributes.get("category") == call.query["category"]]


def _by_secure(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    return [one for one in found if bool(one.attributes.get("secure")) == call.flag("secure")]


def _by_type(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    wanted = call.query["integrationType"]
    return [one for one in found if (one.attributes.get("integrationType") or {}).get("id") == wanted]


def _by_reported(_world: World, call: Call, _kind: Kind, found: list[Entity]) -> list[Entity]:
    wanted = call.query["reportedState"]
    return [one for one in found if (one.attributes.get("reportedState") or {}).get("code") == wanted]


FILTERS: dict[str, Callable[[World, Call, Kind, list[Entity]], list[Entity]]] = {
    "name": _by_name,
    "description": _by_description,
    "nameOrDescription": _by_description,
    "id": _by_id,
    "ids": _by_id,
    "divisionId": _by_division,
    "trunkType": _by_trunk_type,
    "state": _by_state,
    "libraryPrefix": _by_prefix,
    "scheduleIds": _by_schedules,
    "dnis": _by_dnis,
    "scheduleGroup": _by_schedule_group,
    "category": _by_category,
    "secure": _by_secure,
    "integrationType": _by_type,
    "reportedState": _by_reported,
}
