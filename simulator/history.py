"""The history of a flow: asked for first, read when it is ready."""

from __future__ import annotations

from typing import Any

from simulator import flows
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.paging import page
from simulator.rendering import client_json, operation_json, user_json
from simulator.state import HistoryEntry, HistoryQuery, Operation
from simulator.world import World, iso

LINKS = ("selfUri", "firstUri", "lastUri", "nextUri", "previousUri")


def ask(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/{flowId}/history: an Operation whose id is the id of the history."""
    flow = flows.find(world, call)
    due = world.after(world.state.settings.history_seconds)
    query = HistoryQuery(flow_id=flow.id, by=call.caller.actor, due=due)
    world.state.histories[query.id] = query
    world.changed()
    return json_reply(operation_json(world, _operation(world, query)))


def _operation(world: World, query: HistoryQuery) -> Operation:
    over = query.due <= world.now()
    status = "SUCCESS" if over else "STARTED"
    return Operation(id=query.id, action="HISTORY", by=query.by, due=query.due, status=status, complete=over)


def listing(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/{flowId}/history/{historyId}: newest entries first, none while it is not complete."""
    flow = flows.find(world, call)
    query = world.state.histories.get(call.params["historyId"])
    if query is None or query.flow_id != flow.id:
        raise PlatformError(404)
    operation = operation_json(world, _operation(world, query))
    if not operation["complete"]:
        return json_reply(operation)
    wanted = {one.upper() for one in call.many("action")}
    entries = [entry for entry in flow.history if not wanted or entry.action in wanted]
    entries.sort(key=lambda entry: entry.at)
    if not call.query.get("sortOrder", "desc").lower().startswith("asc"):
        entries.reverse()
    extra = {**operation, "name": flow.name, "system": False}
    return page(call, entries, _entry_json, maximum=100, extra=extra, without=LINKS)


def _entry_json(entry: HistoryEntry) -> dict[str, Any]:
    body: dict[str, Any] = {"action": entry.action, "timestamp": iso(entry.at), "secure": False}
    if entry.by.kind == "user":
        body["user"] = user_json(entry.by)
    else:
        body["client"] = client_json(entry.by)
    if entry.version:
        body["version"] = entry.version
    return body


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    path = "/api/v2/flows/{flowId}/history"
    return [
        Endpoint("POST", path, ask, flows.VIEW),
        Endpoint("GET", f"{path}/{{historyId}}", listing, flows.VIEW),
    ]
