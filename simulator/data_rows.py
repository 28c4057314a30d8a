"""Rows of a data table."""

from __future__ import annotations

from typing import Any

from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.paths import DATA_TABLES
from simulator.state import Entity
from simulator.subordinate import owner, rows_page
from simulator.world import World

JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def rows(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/datatables/{id}/rows: only the keys, unless ``showbrief=false``."""
    table = owner(world, call, DATA_TABLES)
    stored = table.parts.get("rows", {})
    keys = sorted(stored, reverse=call.query.get("sortOrder", "ascending").lower().startswith("desc"))
    return rows_page(call, [_shown(call, stored[key]) for key in keys])


def row(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/datatables/{id}/rows/{rowId}."""
    return json_reply(_shown(call, _stored(owner(world, call, DATA_TABLES), call.params["rowId"])))


def _shown(call: Call, values: dict[str, Any]) -> dict[str, Any]:
    brief = "showbrief" not in call.query or call.flag("showbrief")
    return {"key": values["key"]} if brief else values


def _stored(table: Entity, key: str) -> dict[str, Any]:
    found: dict[str, Any] | None = table.parts.get("rows", {}).get(key)
    if found is None:
        raise PlatformError(404, message=f"The row '{key}' does not exist.")
    return found


def add(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/datatables/{id}/rows."""
    table = owner(world, call, DATA_TABLES)
    values = _checked(table, call.json())
    if values["key"] in table.parts.setdefault("rows", {}):
        raise PlatformError(409, message=f"The row '{values['key']}' exists already.", field="key")
    table.parts["rows"][values["key"]] = values
    world.changed()
    return json_reply(values)


def change(world: World, call: Call) -> Reply:
    """PUT /api/v2/flows/datatables/{id}/rows/{rowId}: the whole row; its key cannot change."""
    table = owner(world, call, DATA_TABLES)
    _stored(table, call.params["rowId"])
    values = _checked(table, {"key": call.params["rowId"], **call.json()})
    if values["key"] != call.params["rowId"]:
        raise PlatformError(400, message="The key of a row cannot be changed.", field="key")
    table.parts["rows"][values["key"]] = values
    world.changed()
    return json_reply(values)


def remove(world: World, call: Call) -> Reply:
    """DELETE /api/v2/flows/datatables/{id}/rows/{rowId}."""
    table = owner(world, call, DATA_TABLES)
    _stored(table, call.params["rowId"])
    del table.parts["rows"][call.params["rowId"]]
    world.changed()
    return Reply(status=204)


def _checked(table: Entity, values: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the defaults of the schema.

    Raises:
        PlatformError: 400 for an unknown field, a missing key or a value of another type.
    """
    schema = (table.attributes.get("schema") or {}).get("properties", {})
    key = values.get("key")
    if not isinstance(key, str) or not key:
        raise PlatformError(400, message="A row needs a 'key'.", field="key")
    for name, value in values.items():
        if name not in schema:
            raise PlatformError(400, message=f"The data table has no field '{name}'.", field=name)
        wanted = schema[name].get("type", "string")
        if isinstance(value, bool) != (wanted == "boolean") or not isinstance(value, JSON_TYPES.get(wanted, (str,))):
            raise PlatformError(400, message=f"The value of '{name}' is no {wanted}.", field=name)
    return {**{name: field["default"] for name, field in schema.items() if "default" in field}, **values}


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    path = "/api/v2/flows/datatables/{id}/rows"

    def either(word: str) -> tuple[str, str]:
        return f"architect:datatable:{word}", f"architect:datatableRow:{word}"

    return [
        Endpoint("GET", path, rows, either("view"), any_permission=True),
        Endpoint("POST", path, add, either("add"), any_permission=True),
        Endpoint("GET", f"{path}/{{rowId}}", row, either("view"), any_permission=True),
        Endpoint("PUT", f"{path}/{{rowId}}", change, either("edit"), any_permission=True),
        Endpoint("DELETE", f"{path}/{{rowId}}", remove, either("delete"), any_permission=True),
    ]
