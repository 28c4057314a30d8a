"""New objects of the lists, as the platform would make them: what a fixture does not say has its usual value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from simulator.errors import PlatformError
from simulator.model import new_id
from simulator.paths import (
    ACTIONS,
    CONTACT_LISTS,
    DIVISIONS,
    INTEGRATIONS,
    SCHEDULE_GROUPS,
    SCHEDULES,
    TRUNK_BASES,
    TRUNKS,
)
from simulator.stamps import fresh
from simulator.state import Entity
from simulator.world import World, iso

Attributes: TypeAlias = dict[str, Any]
LISTS_OF_A_GROUP = ("openSchedules", "closedSchedules", "holidaySchedules")
CONFIGURED = {"version": 1, "state": "active"}
LAST = (SCHEDULE_GROUPS, TRUNKS)


def in_order(paths: list[str]) -> list[str]:
    """Return the lists of a fixture so that what is named comes before what names it."""
    return sorted(paths, key=lambda path: (path != DIVISIONS, path in LAST))


def new_entity(world: World, path: str, name: str, attributes: Attributes) -> Entity:
    """Return a new object of a list; an attribute that is given as ``None`` is one that it does not have.

    Raises:
        PlatformError: 400 for a name or a time that cannot be understood.
    """
    given = dict(attributes)
    division = given.pop("division", None)
    entity_id = given.pop("id", None) or new_id_of(path)
    if path in MAKERS:
        given = MAKERS[path](world, name, given)
    given = {**fresh(path, at=iso(world.state.created)), **given}
    return Entity(
        id=str(entity_id),
        name=name,
        division_id=reference(world, DIVISIONS, division)["id"] if division else None,
        attributes={key: value for key, value in given.items() if value is not None},
    )


def new_id_of(path: str) -> str:
    """Return an id for a new object; those of data actions have a prefix."""
    return f"custom_-_{new_id()}" if path == ACTIONS else new_id()


def reference(world: World, path: str, given: Any) -> dict[str, str]:
    """Return id and name of the object that a fixture names; an id is taken as it is, be it of nothing.

    Raises:
        PlatformError: 400 when there is no object of this name.
    """
    if isinstance(given, dict) and "id" in given:
        return {key: str(given[key]) for key in ("id", "name") if key in given}
    name = str(given.get("name", "")) if isinstance(given, dict) else str(given)
    found = world.find_entities(path, name)
    if not found:
        raise PlatformError(400, message=f"There is no '{name}' among '{path}'.")
    return {"id": found[0].id, "name": found[0].name}


def _action(world: World, _name: str, given: Attributes) -> Attributes:
    """A data action brings the integration along that is called like its category."""
    category = str(given.setdefault("category", "Integration"))
    if "integrationId" not in given:
        found = world.find_entities(INTEGRATIONS, category)
        integration = (
            found[0] if found else world.add_entity(INTEGRATIONS, new_entity(world, INTEGRATIONS, category, {}))
        )
        given["integrationId"] = integration.id
    return given


def _schedule(_world: World, _name: str, given: Attributes) -> Attributes:
    usual = {"start": "2024-01-01T00:00:00.000", "end": "2024-01-01T23:59:59.999"}
    times = {key: _local(given[key]) for key in usual if given.get(key) is not None}
    return {**CONFIGURED, **usual, **given, **times}


def _local(value: Any) -> str:
    """A time as ``yyyy-MM-ddTHH:mm:ss.SSS``, without a zone."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise PlatformError(400, message=f"'{value}' is no time of a schedule.") from error
    if moment.tzinfo is not None:
        raise PlatformError(400, message=f"'{value}': the time of a schedule has no time zone.")
    return moment.isoformat(timespec="milliseconds")


def _schedule_group(world: World, _name: str, given: Attributes) -> Attributes:
    schedules = {
        key: [reference(world, SCHEDULES, one) for one in given.get(key) or []]
        for key in LISTS_OF_A_GROUP
        if key not in given or given[key] is not None
    }
    return {**CONFIGURED, **given, **schedules}


def _trunk_base(_world: World, _name: str, given: Attributes) -> Attributes:
    metabase = {"id": "external_sip_pcv_byoc_carrier.json", "name": "BYOC Carrier"}
    return {**CONFIGURED, "trunkType": "EXTERNAL", "managed": False, "trunkMetabase": metabase, **given}


def _trunk(world: World, name: str, given: Attributes) -> Attributes:
    """A trunk that works: in service, connected, with proxies that answer; it may bring a base of its name along."""
    since = iso(world.state.created)
    proxies = given.get("proxyAddressList") or ["sip.example.com:5061"]
    usual = {
        **CONFIGURED,
        "trunkType": "EXTERNAL",
        "enabled": True,
        "inService": True,
        "connectedStatus": {"connected": True, "connectedStateTime": since},
        "optionsEnabledStatus": "ENABLED",
        "optionsStatus": [{"proxyAddress": one, "optionState": True, "optionStateTime": since} for one in proxies],
        "registersEnabledStatus": "DISABLED",
        "registersStatus": [],
        "proxyAddressList": proxies,
    }
    if "trunkBase" not in given and not world.find_entities(TRUNK_BASES, name):
        world.add_entity(TRUNK_BASES, new_entity(world, TRUNK_BASES, name, {}))
    if (base := given.pop("trunkBase", name)) is not None:
        usual["trunkBase"] = reference(world, TRUNK_BASES, base)
    return {**usual, **given}


def _integration(_world: World, _name: str, given: Attributes) -> Attributes:
    """An integration that works."""
    kind = {"id": "custom-rest-actions", "name": "Web Services Data Actions"}
    return {"integrationType": kind, "intendedState": "ENABLED", "reportedState": {"code": "ACTIVE"}, **given}


def _contact_list(_world: World, _name: str, given: Attributes) -> Attributes:
    return {"columnNames": ["Phone"], "phoneColumns": [{"columnName": "Phone", "type": "home"}], **given}


MAKERS: dict[str, Callable[[World, str, Attributes], Attributes]] = {
    ACTIONS: _action,
    CONTACT_LISTS: _contact_list,
    INTEGRATIONS: _integration,
    SCHEDULES: _schedule,
    SCHEDULE_GROUPS: _schedule_group,
    TRUNK_BASES: _trunk_base,
    TRUNKS: _trunk,
}
