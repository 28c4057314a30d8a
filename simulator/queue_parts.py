"""Members and wrap-up codes of a queue."""

from __future__ import annotations

from typing import Any

from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.kinds import KIND_OF
from simulator.objects import entity_json
from simulator.paths import QUEUES, USERS, WRAPUP_CODES
from simulator.schemas import checked
from simulator.state import Entity
from simulator.subordinate import existing, owner, rows_page
from simulator.world import World

MOST_MEMBERS = 100
SEE = ("routing:queue:view", "routing:queue:edit", "routing:queue:readonly", "routing:queueMember:manage")
MANAGE = ("routing:queue:edit", "routing:queueMember:manage")


def _member_json(world: World, queue: Entity, row: dict[str, Any]) -> dict[str, Any]:
    user = world.entity(USERS, row["id"])
    name = user.name if user else ""
    return {
        "id": row["id"],
        "name": name,
        "user": {"id": row["id"], "name": name, "selfUri": f"/api/v2/users/{row['id']}"},
        "ringNumber": row["ringNumber"],
        "joined": row["joined"],
        "memberBy": "user",
        "selfUri": f"/api/v2/routing/queues/{queue.id}/members/{row['id']}",
    }


def members(world: World, call: Call) -> Reply:
    """GET /api/v2/routing/queues/{id}/members."""
    queue = owner(world, call, QUEUES)
    rows = [_member_json(world, queue, row) for row in queue.parts.get("members", [])]
    if name := call.query.get("name"):
        rows = [row for row in rows if name.casefold() in row["name"].casefold()]
    if "joined" in call.query:
        rows = [row for row in rows if row["joined"] == call.flag("joined")]
    lacking = ("total", "pageCount", "lastUri") if call.path.endswith("/members") else ()
    return rows_page(call, rows, without=lacking)


def change_members(world: World, call: Call) -> Reply:
    """POST /api/v2/routing/queues/{id}/members: up to 100 users are added, or removed with ``delete=true``."""
    queue = owner(world, call, QUEUES)
    ids = [str(checked("WritableEntity", one).get("id")) for one in call.rows() if isinstance(one, dict)]
    if len(ids) > MOST_MEMBERS:
        raise PlatformError(400, "general.bad.request", f"Only {MOST_MEMBERS} members can be changed at a time.")
    for one in ids:
        existing(world, USERS, one)
    rows = [row for row in queue.parts.get("members", []) if not (call.flag("delete") and row["id"] in ids)]
    if not call.flag("delete"):
        present = {row["id"] for row in rows}
        rows += [{"id": one, "ringNumber": 1, "joined": True} for one in dict.fromkeys(ids) if one not in present]
    _store(world, queue, rows)
    return json_reply({})


def patch_members(world: World, call: Call) -> Reply:
    """PATCH /api/v2/routing/queues/{id}/members: ring number and whether the user joined."""
    queue = owner(world, call, QUEUES)
    for one in call.rows():
        if not isinstance(one, dict):
            raise PlatformError(400)
        _patch(queue, str(one.get("id")), checked("QueueMember", one))
    world.changed()
    rows = [_member_json(world, queue, row) for row in queue.parts.get("members", [])]
    body: dict[str, Any] = {"entities": rows, "pageNumber": 1, "pageSize": max(len(rows), 1), "selfUri": call.path}
    if call.path.endswith("/users"):
        body |= {"total": len(rows), "pageCount": 1}
    return json_reply(body)


def patch_member(world: World, call: Call) -> Reply:
    """PATCH /api/v2/routing/queues/{id}/members/{memberId}."""
    _patch(owner(world, call, QUEUES), call.params["memberId"], checked("QueueMember", call.json()))
    world.changed()
    return json_reply({})


def remove_member(world: World, call: Call) -> Reply:
    """DELETE /api/v2/routing/queues/{id}/members/{memberId}."""
    queue = owner(world, call, QUEUES)
    rows = queue.parts.get("members", [])
    left = [row for row in rows if row["id"] != call.params["memberId"]]
    if len(left) == len(rows):
        raise PlatformError(404, "resource.not.found", "The resource could not be found.")
    _store(world, queue, left)
    return json_reply({})


def _patch(queue: Entity, member_id: str, body: dict[str, Any]) -> None:
    row = next((one for one in queue.parts.get("members", []) if one["id"] == member_id), None)
    if row is None:
        raise PlatformError(404, "resource.not.found", "The resource could not be found.")
    row |= {key: body[key] for key in ("ringNumber", "joined") if body.get(key) is not None}


def _store(world: World, queue: Entity, rows: list[dict[str, Any]]) -> None:
    queue.parts["members"] = rows
    joined = sum(1 for row in rows if row["joined"])
    queue.attributes |= {"memberCount": len(rows), "userMemberCount": len(rows), "joinedMemberCount": joined}
    world.changed()


def _codes_json(world: World, queue: Entity) -> list[dict[str, Any]]:
    found = [world.entity(WRAPUP_CODES, one) for one in queue.parts.get("wrapupCodes", [])]
    return [entity_json(world, KIND_OF[WRAPUP_CODES], one) for one in found if one is not None]


def codes(world: World, call: Call) -> Reply:
    """GET /api/v2/routing/queues/{id}/wrapupcodes."""
    return rows_page(call, _codes_json(world, owner(world, call, QUEUES)))


def add_codes(world: World, call: Call) -> Reply:
    """POST /api/v2/routing/queues/{id}/wrapupcodes: all that the queue has now are told."""
    queue = owner(world, call, QUEUES)
    ids = [str(checked("WrapUpCodeReference", one).get("id")) for one in call.rows() if isinstance(one, dict)]
    for one in ids:
        existing(world, WRAPUP_CODES, one)
    queue.parts["wrapupCodes"] = list(dict.fromkeys([*queue.parts.get("wrapupCodes", []), *ids]))
    world.changed()
    return json_reply(_codes_json(world, queue))


def remove_code(world: World, call: Call) -> Reply:
    """DELETE /api/v2/routing/queues/{id}/wrapupcodes/{codeId}."""
    queue = owner(world, call, QUEUES)
    if call.params["codeId"] not in queue.parts.get("wrapupCodes", []):
        raise PlatformError(404, "resource.not.found", "The resource could not be found.")
    queue.parts["wrapupCodes"].remove(call.params["codeId"])
    world.changed()
    return json_reply({})


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    queue = "/api/v2/routing/queues/{id}"
    edit = ("routing:queue:edit",)
    rows = [
        Endpoint("GET", f"{queue}/wrapupcodes", codes, ("routing:queue:view",)),
        Endpoint("POST", f"{queue}/wrapupcodes", add_codes, edit),
        Endpoint("DELETE", f"{queue}/wrapupcodes/{{codeId}}", remove_code, edit),
    ]
    for word in ("members", "users"):
        rows += [
            Endpoint("GET", f"{queue}/{word}", members, SEE, any_permission=True),
            Endpoint("POST", f"{queue}/{word}", change_members, MANAGE, any_permission=True),
            Endpoint("PATCH", f"{queue}/{word}", patch_members, MANAGE, any_permission=True),
            Endpoint("PATCH", f"{queue}/{word}/{{memberId}}", patch_member, MANAGE, any_permission=True),
            Endpoint("DELETE", f"{queue}/{word}/{{memberId}}", remove_member, MANAGE, any_permission=True),
        ]
    return rows
