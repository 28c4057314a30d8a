"""Users and groups: searches, the members of a group, the skills of a user."""

from __future__ import annotations

from typing import Any

from simulator.changing import STALE
from simulator.errors import PlatformError, invalid_value
from simulator.http import Call, Endpoint, Handler, Reply, json_reply
from simulator.kinds import KIND_OF
from simulator.objects import shown, visible
from simulator.paths import GROUPS, LANGUAGES, SKILLS, USERS
from simulator.schemas import checked
from simulator.state import Entity
from simulator.subordinate import existing, owner, rows_page
from simulator.world import World, same

MOST_MEMBERS = 50
HIGHEST_PROFICIENCY = 5
TYPES = ("EXACT", "STARTS_WITH", "CONTAINS", "TERM", "TERMS", "QUERY_STRING", "REQUIRED_FIELDS", "MATCH_ALL")


def _search(path: str, model: str) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        body = checked(model, call.json())
        criteria = body.get("query") or []
        if not criteria:
            raise PlatformError(400, message="A search needs a query.", field="query")
        kind = KIND_OF[path]
        found = [one for one in world.state.objects.get(path, []) if visible(world, path, one, call.caller)]
        found = [one for one in found if all(_meets(one, criterion) for criterion in criteria)]
        found.sort(key=lambda one: same(one.name), reverse=str(body.get("sortOrder", "ASC")).upper() != "ASC")
        size, number = int(body.get("pageSize") or 25), int(body.get("pageNumber") or 1)
        rows = found[(number - 1) * size : number * size]
        answer = {
            "total": len(found),
            "pageCount": -(-len(found) // size),
            "pageSize": size,
            "pageNumber": number,
            "types": [path],
            "results": [shown(world, call, kind, one) for one in rows],
        }
        return json_reply(answer)

    return handler


def _meets(entity: Entity, criterion: dict[str, Any]) -> bool:
    kind = str(criterion.get("type"))
    if kind not in TYPES:
        raise invalid_value(kind, "Type", ", ".join(TYPES))
    if kind == "MATCH_ALL":
        return True
    values = [same(str(one)) for one in [criterion.get("value"), *(criterion.get("values") or [])] if one is not None]
    for name in criterion.get("fields") or []:
        text = same(str({"name": entity.name, "id": entity.id}.get(name, entity.attributes.get(name, ""))))
        for value in values:
            if kind in {"EXACT", "TERM", "TERMS"} and text == value:
                return True
            if kind == "STARTS_WITH" and text.startswith(value):
                return True
            if kind in {"CONTAINS", "QUERY_STRING"} and value in text:
                return True
        if kind == "REQUIRED_FIELDS" and text:
            return True
    return False


def members(world: World, call: Call) -> Reply:
    """GET /api/v2/groups/{id}/members and /individuals."""
    group = owner(world, call, GROUPS)
    users = [world.entity(USERS, one) for one in group.parts.get("members", [])]
    rows = [shown(world, call, KIND_OF[USERS], one) for one in users if one is not None]
    return rows_page(call, rows)


def add_members(world: World, call: Call) -> Reply:
    """POST /api/v2/groups/{id}/members: up to 50 users, with the version of the group."""
    group = owner(world, call, GROUPS)
    body = checked("GroupMembersUpdate", call.json())
    ids = body["memberIds"]
    _not_too_many(ids)
    if body.get("version") != group.attributes.get("version"):
        raise PlatformError(world.state.settings.version_conflict_status, "general.conflict", STALE)
    for one in ids:
        existing(world, USERS, one)
    _store(world, group, list(dict.fromkeys([*group.parts.get("members", []), *ids])))
    return json_reply({}, status=202)


def remove_members(world: World, call: Call) -> Reply:
    """DELETE /api/v2/groups/{id}/members with up to 50 ``ids``."""
    group = owner(world, call, GROUPS)
    ids = call.many("ids")
    if not ids:
        raise PlatformError(400, message="The query parameter 'ids' is required.", field="ids")
    _not_too_many(ids)
    _store(world, group, [one for one in group.parts.get("members", []) if one not in ids])
    return json_reply({}, status=202)


def _not_too_many(ids: list[str]) -> None:
    if len(ids) > MOST_MEMBERS:
        text = f"A maximum of {MOST_MEMBERS} members are allowed per request."
        raise PlatformError(400, "general.bad.request", text, field="memberIds")


def _store(world: World, group: Entity, ids: list[str]) -> None:
    group.parts["members"] = ids
    group.attributes |= {"memberCount": len(ids), "version": int(group.attributes.get("version", 1)) + 1}
    world.changed()


def _abilities(word: str, path: str) -> Handler:
    """The skills or languages of a user."""

    def handler(world: World, call: Call) -> Reply:
        return rows_page(call, _ability_rows(world, owner(world, call, USERS), word, path))

    return handler


def _ability_rows(world: World, user: Entity, word: str, path: str) -> list[dict[str, Any]]:
    uri = "skillUri" if word == "routingskills" else "languageUri"
    rows = []
    for ability_id, proficiency in user.parts.get(word, {}).items():
        ability = world.entity(path, ability_id)
        if ability is not None:
            base = {"id": ability_id, "name": ability.name, "proficiency": proficiency, "state": "active"}
            own = f"/api/v2/users/{user.id}/{word}/{ability_id}"
            rows.append({**base, uri: f"{KIND_OF[path].url}/{ability_id}", "selfUri": own})
    return rows


def _set_abilities(word: str, path: str, *, replace: bool) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        user = owner(world, call, USERS)
        given: dict[str, float] = {}
        for one in call.rows():
            if not isinstance(one, dict):
                raise PlatformError(400)
            given |= _ability(world, one, path)
        user.parts[word] = given if replace else {**user.parts.get(word, {}), **given}
        world.changed()
        return rows_page(call, _ability_rows(world, user, word, path))

    return handler


def _add_ability(word: str, path: str) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        user = owner(world, call, USERS)
        given = _ability(world, call.json(), path)
        user.parts[word] = {**user.parts.get(word, {}), **given}
        world.changed()
        rows = _ability_rows(world, user, word, path)
        return json_reply(next(row for row in rows if row["id"] in given))

    return handler


def _ability(world: World, body: dict[str, Any], path: str) -> dict[str, float]:
    proficiency = body.get("proficiency")
    if isinstance(proficiency, bool) or not isinstance(proficiency, int | float):
        raise PlatformError(400, message="The value of 'proficiency' is required.", field="proficiency")
    if not 0 <= proficiency <= HIGHEST_PROFICIENCY:
        raise PlatformError(400, message="The proficiency must be between 0 and 5.", field="proficiency")
    return {existing(world, path, str(body.get("id"))).id: float(proficiency)}


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    groups, users = "/api/v2/groups", "/api/v2/users"
    assign = {"routingskills": ("routing:skill:assign",), "routinglanguages": ("routing:skill:assign",)}
    rows = [
        Endpoint("POST", f"{groups}/search", _search(GROUPS, "GroupSearchRequest")),
        Endpoint("POST", f"{users}/search", _search(USERS, "UserSearchRequest"), ("directory:user:view",)),
        Endpoint("GET", f"{groups}/{{id}}/members", members),
        Endpoint("GET", f"{groups}/{{id}}/individuals", members),
        Endpoint("POST", f"{groups}/{{id}}/members", add_members),
        Endpoint("DELETE", f"{groups}/{{id}}/members", remove_members),
    ]
    for word, path in (("routingskills", SKILLS), ("routinglanguages", LANGUAGES)):
        one = f"{users}/{{id}}/{word}"
        rows += [
            Endpoint("GET", one, _abilities(word, path)),
            Endpoint("POST", one, _add_ability(word, path), assign[word]),
            Endpoint("PATCH", f"{one}/bulk", _set_abilities(word, path, replace=False), assign[word]),
        ]
    replace = _set_abilities("routingskills", SKILLS, replace=True)
    rows.append(Endpoint("PUT", f"{users}/{{id}}/routingskills/bulk", replace, assign["routingskills"]))
    return rows
