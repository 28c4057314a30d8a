"""What stands below an object at addresses of its own: which object that is, and its parts as lists."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from simulator.errors import PlatformError
from simulator.http import Call, Reply, json_reply
from simulator.kinds import KIND_OF
from simulator.objects import find
from simulator.paging import page
from simulator.state import Entity
from simulator.world import World


def owner(world: World, call: Call, path: str, parameter: str = "id") -> Entity:
    """Return the object that the path of a call names.

    Raises:
        PlatformError: 404 when there is none, 403 when the client may not see it.
    """
    return find(world, call, KIND_OF[path], call.params[parameter])


def existing(world: World, path: str, entity_id: str) -> Entity:
    """Return an object that a body names.

    Raises:
        PlatformError: 400 when there is none.
    """
    entity = world.entity(path, entity_id)
    if entity is None:
        text = f"Unable to find an object of '{path}' with the id '{entity_id}'."
        raise PlatformError(400, "general.bad.request", text, params={"id": entity_id})
    return entity


def rows_page(call: Call, rows: list[dict[str, Any]], *, maximum: int = 100, without: Collection[str] = ()) -> Reply:
    """Return a page of rows that are ready to be sent, ``without`` some of the usual attributes of a page."""
    return page(call, rows, lambda row: row, maximum=maximum, without=without)


def cursor_page(call: Call, rows: list[dict[str, Any]], *, maximum: int = 100) -> Reply:
    """Return a page by cursor: the next one begins ``after`` the last id of this one.

    Raises:
        PlatformError: 400 for a page that is too large or a cursor that is not known.
    """
    size = call.number("pageSize", 25)
    if size > maximum:
        raise PlatformError(400, message=f"The page size [{size}] exceeds the maximum of [{maximum}].")
    start = 0
    if after := call.query.get("after"):
        ids = [row["id"] for row in rows]
        if after not in ids:
            raise PlatformError(400, message=f"The cursor '{after}' is not valid.")
        start = ids.index(after) + 1
    shown = rows[start : start + size]
    rest = "".join(f"&{key}={value}" for key, value in call.query.multi_items() if key not in {"after", "pageSize"})
    base = f"{call.path}?pageSize={size}{rest}"
    body: dict[str, Any] = {"entities": shown, "selfUri": base + (f"&after={after}" if after else "")}
    if start + size < len(rows):
        body["nextUri"] = f"{base}&after={shown[-1]['id']}"
    if start > size:
        body["previousUri"] = f"{base}&after={rows[start - size - 1]['id']}"
    elif start:
        body["previousUri"] = base
    return json_reply(body)
