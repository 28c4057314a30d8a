"""Creating, updating and deleting objects, for every row of the table of kinds."""

from __future__ import annotations

from typing import Any

from simulator.access import EVERYWHERE, outside, sees
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Handler, Reply, json_reply
from simulator.kinds import KINDS, PATCH, Kind
from simulator.linking import linked
from simulator.making import new_id_of
from simulator.objects import entity_json, find, unknown
from simulator.paths import DIVISIONS, INTEGRATIONS, OUTCOMES, USERS
from simulator.rendering import operation_json
from simulator.rule import Rules
from simulator.rules import RULES
from simulator.schemas import attributes, checked, missing_value
from simulator.stamps import OWN, fresh, touched
from simulator.state import Entity, Operation
from simulator.world import World, iso, same

STALE = "The version number of the modified resource must match the version number in the database."
STALE_USER = "The version supplied does not match the current version of the user"


def _create(kind: Kind) -> Handler:
    rules = RULES.get(kind.path, Rules())

    def handler(world: World, call: Call) -> Reply:
        body = checked(kind.create, call.json())
        name = _name(kind, body)
        division = _division(world, call, kind, body)
        _unique(world, kind, name, None)
        at, by = world.now(), call.caller.actor
        given = linked(world, kind, rules.prepare(world, body, None))
        entity = Entity(
            id=new_id_of(kind.path),
            name=name,
            division_id=division,
            attributes={**fresh(kind.path, at=iso(at), by=by), **_stored(kind, given)},
            listed_from=at + world.state.settings.consistency_seconds / world.speed,
        )
        rules.made(world, entity, body)
        world.add_entity(kind.path, entity)
        return json_reply(entity_json(world, kind, entity))

    return handler


def _update(kind: Kind) -> Handler:
    rules = RULES.get(kind.path, Rules())

    def handler(world: World, call: Call) -> Reply:
        entity = _target(world, call, kind)
        body = checked(kind.update, call.json())
        _same_version(world, kind, entity, body)
        name = entity.name if kind.verb == PATCH and body.get("name") is None else _name(kind, body)
        division = _division(world, call, kind, body) if _divides(kind, body) else entity.division_id
        _unique(world, kind, name, entity)
        given = _stored(kind, linked(world, kind, rules.prepare(world, body, entity)))
        own = touched(kind, entity.attributes, at=iso(world.now()), by=call.caller.actor)
        before = entity.attributes if kind.verb == PATCH else {**kind.usual, **rules.kept(entity)}
        entity.attributes = {key: value for key, value in {**before, **given, **own}.items() if value is not None}
        entity.name, entity.division_id = name, division
        rules.made(world, entity, body)
        world.renamed(kind.path)
        if kind.path == USERS and entity.attributes.get("state") == "active":
            _restore(world, kind, entity)
        if kind.path == OUTCOMES:
            done = Operation(action="UPDATE", by=call.caller.actor, due=world.now(), status="SUCCESS", complete=True)
            return json_reply(operation_json(world, done))
        return json_reply(entity_json(world, kind, entity))

    return handler


def _restore(world: World, kind: Kind, entity: Entity) -> None:
    if world.removed(kind.path, entity.id) is not None:
        world.restore(kind.path, entity)


def _target(world: World, call: Call, kind: Kind) -> Entity:
    """Return the object to change; only a user may be a deleted one."""
    gone = world.removed(kind.path, call.params["id"])
    if gone is not None and kind.path == USERS:
        return gone
    if gone is not None:
        raise unknown(kind)
    return find(world, call, kind, call.params["id"])


def _delete(kind: Kind) -> Handler:
    rules = RULES.get(kind.path, Rules())

    def handler(world: World, call: Call) -> Reply:
        entity = _target(world, call, kind)
        if world.removed(kind.path, entity.id) is None:
            rules.guard(world, entity, call)
            if "state" in entity.attributes:
                entity.attributes["state"] = "deleted"
            world.bury(kind.path, entity)
        if kind.removed == 204:  # noqa: PLR2004 (No Content)
            return Reply(status=204)
        return json_reply(entity_json(world, kind, entity) if kind.path == INTEGRATIONS else {})

    return handler


def _name(kind: Kind, body: dict[str, Any]) -> str:
    name = body.get("name")
    if name is None and kind.nameless:
        return ""
    if not isinstance(name, str) or not name.strip():
        raise missing_value("name")
    return name


def _divides(kind: Kind, body: dict[str, Any]) -> bool:
    return kind.divided and (body.get("division") is not None or body.get("divisionId") is not None)


def _division(world: World, call: Call, kind: Kind, body: dict[str, Any]) -> str | None:
    """Return the division that a body names; the default one when it names none.

    Raises:
        PlatformError: 400 when there is no such division, 403 when the client has no grant in it.
    """
    if not kind.divided:
        return None
    wanted = body.get("divisionId") or (body.get("division") or {}).get("id")
    if wanted == EVERYWHERE and kind.path in {"routing/wrapupcodes", "architect/prompts"}:
        return EVERYWHERE
    if wanted is not None and world.entity(DIVISIONS, wanted) is None:
        raise PlatformError(400, message=f"Division '{wanted}' does not exist.", field="division.id")
    division = wanted or world.home.id
    if not sees(world, call.caller, division):
        raise outside(world, call, division)
    return str(division)


def _unique(world: World, kind: Kind, name: str, entity: Entity | None) -> None:
    if kind.duplicate is None or (entity is not None and same(entity.name) == same(name)):
        return
    if any(one is not entity for one in world.find_entities(kind.path, name)):
        duplicate = kind.duplicate
        raise PlatformError(duplicate.status, duplicate.code, duplicate.text, params={"name": name}, field="name")


def _same_version(world: World, kind: Kind, entity: Entity, body: dict[str, Any]) -> None:
    """Refuse an update of another version than the present one."""
    if not kind.locked:
        return
    given, present = body.get("version"), entity.attributes.get("version")
    if given is None:
        raise PlatformError(400, message="Version number required for updates", field="version")
    if given == present:
        return
    status = world.state.settings.version_conflict_status
    if status == 400:  # noqa: PLR2004 (HTTP status)
        text = f"The version {given} does not match the current version {present}."
        raise PlatformError(400, "general.bad.request", text, field="version")
    if kind.path == USERS:
        raise PlatformError(status, "general.conflict", STALE_USER)
    raise PlatformError(status, message=STALE)


def _stored(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a body that an answer may show, without what the platform writes itself."""
    known = attributes(kind.model)
    return {name: value for name, value in body.items() if name in known and name not in OWN and value is not None}


def endpoints() -> list[Endpoint]:
    """Return the rows of this module: for each kind what the API can do to it."""
    rows: list[Endpoint] = []
    for kind in KINDS:
        one = f"{kind.url}/{{id}}"
        if kind.create:
            rows.append(Endpoint("POST", kind.url, _create(kind), kind.rights.add, kind.path != DIVISIONS))
        if kind.update:
            rows.append(Endpoint(kind.verb, one, _update(kind), kind.rights.edit, any_permission=True))
        if kind.removed:
            rows.append(Endpoint("DELETE", one, _delete(kind), kind.rights.remove, any_permission=True))
    return rows
