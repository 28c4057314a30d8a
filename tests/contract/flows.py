"""Flows: lists, versions, actions, locks, history, and how many interactions are in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.contract.case import Case
from tests.contract.jobs import FLOW, flow_named
from tests.contract.world import workflow
from tests.simulator.native_sample import UNKNOWN, configuration, prepared


def lists(case: Case) -> None:
    """List flows by pages, by type, by name, by id, and as division views."""
    every = case.pages("GET /api/v2/flows")
    by_name = sorted(one["name"] for one in every)
    assert {"Collect", "Decide", "Main line"} <= set(by_name)
    calls = case.call(
        "GET /api/v2/flows", query={"type": ["inboundcall", "workflow"], "pageSize": 100, "sortBy": "name"}
    )
    assert {one["type"] for one in calls["entities"]} == {"INBOUNDCALL", "WORKFLOW"}
    wanted = [one["id"] for one in every[:2]]
    looked = case.call("GET /api/v2/flows/lookup", query={"id": wanted})["entities"]
    assert sorted(one["id"] for one in looked) == sorted(wanted)
    views = case.pages("GET /api/v2/flows/divisionviews")
    assert sorted(one["name"] for one in views) == by_name
    case.call("GET /api/v2/flows", query={"name": "No such flow"}, shows={"total": 0, "entities": []})


def _operation_over(case: Case, flow: str) -> Any:
    look = f"GET {FLOW}"
    return case.until(
        lambda: case.call(look, {"flowId": flow}), lambda seen: seen.get("currentOperation", {}).get("complete", True)
    )


def life(case: Case) -> None:
    """Create a flow, give it content, check it in, publish, change, deactivate and delete it."""
    name = f"Life of {case.sdk.name}"
    made = case.call("POST /api/v2/flows", body={"name": name, "type": "WORKFLOW"}, shows={"type": "WORKFLOW"})
    where = {"flowId": made["id"]}
    flow = {"flow": made["id"]}
    case.refused(404, "", f"GET {FLOW}/latestconfiguration", where)
    configuration = _configuration(case, name)
    case.call("POST /api/v2/flows/actions/checkout", query=flow, shows={"lockedClient": {}})
    saved = case.call(f"POST {FLOW}/versions", where, body=configuration, shows={"type": "SAVE"})
    case.call(f"GET {FLOW}", where, shows={"savedVersion": {"id": saved["id"]}})
    case.call("POST /api/v2/flows/actions/checkin", query=flow, shows={"actionName": "CHECKIN"})
    checked = _operation_over(case, made["id"])
    assert checked["currentOperation"]["actionStatus"] == "SUCCESS", checked
    assert "lockedClient" not in checked, checked
    case.call("POST /api/v2/flows/actions/publish", query=flow, shows={"actionName": "PUBLISH"})
    live = _operation_over(case, made["id"])
    assert live["active"], live
    _versions(case, made["id"], live["publishedVersion"]["id"])
    case.call(f"PUT {FLOW}", where, body={"name": name, "description": "Judged"}, shows={"description": "Judged"})
    case.call("POST /api/v2/flows/actions/deactivate", query=flow, shows={"active": False})
    case.call(f"DELETE {FLOW}", where)
    case.refused(410, "", f"GET {FLOW}", where)
    case.call(f"GET {FLOW}", where, {"deleted": True}, shows={"deleted": True})


def _configuration(case: Case, name: str) -> dict[str, Any]:
    """The native configuration of a flow that is there, under another name."""
    source = flow_named(case, "Collect")
    where = {"flowId": source["id"]}
    newest = case.call(f"GET {FLOW}/latestconfiguration", where)
    version = {**where, "versionId": source["publishedVersion"]["id"]}
    case.call(f"GET {FLOW}/versions/{{versionId}}/configuration", version, shows={"type": newest["type"]})
    return {**newest, "name": name}


def _versions(case: Case, flow: str, published_version: str) -> None:
    listed = case.call(f"GET {FLOW}/versions", {"flowId": flow}, {"pageSize": 5})
    assert published_version in [one["id"] for one in listed["entities"]], listed
    key = f"GET {FLOW}/versions/{{versionId}}"
    case.call(key, {"flowId": flow, "versionId": published_version}, shows={"type": "PUBLISH"})
    case.refused(404, "architect.flow.version.missing", key, {"flowId": flow, "versionId": "999.0"})


def native(case: Case) -> None:
    """Publish a native configuration: first with an id that nobody has, then as it should be; lose a draft."""
    ids = prepared(case.org)
    name = f"Native of {case.sdk.name}"
    made = case.call("POST /api/v2/flows", body={"name": name, "type": "INBOUNDCALL"}, shows={"active": False})
    where, flow = {"flowId": made["id"]}, {"flow": made["id"]}
    case.call("POST /api/v2/flows/actions/checkout", query=flow, shows={"lockedClient": {}})
    broken = configuration(replace(ids, queue=UNKNOWN), name)
    saved = case.call(f"POST {FLOW}/versions", where, body=broken, shows={"type": "SAVE"})
    key = f"GET {FLOW}/versions/{{versionId}}/configuration"
    case.call(key, {**where, "versionId": saved["id"]}, shows=broken)
    case.call("POST /api/v2/flows/actions/publish", query=flow, shows={"actionName": "PUBLISH"})
    failed = _operation_over(case, made["id"])
    operation = failed["currentOperation"]
    assert operation["actionStatus"] == "FAILURE", operation
    assert [one["entityId"] for one in operation["errorDetails"]] == [UNKNOWN], operation
    assert UNKNOWN in operation["errorMessage"], operation
    assert "publishedVersion" not in failed, failed
    assert failed["savedVersion"]["id"] == saved["id"], failed
    body = configuration(ids, name)
    case.call(f"POST {FLOW}/versions", where, body=body)
    case.call("POST /api/v2/flows/actions/publish", query=flow)
    live = _operation_over(case, made["id"])
    assert live["currentOperation"]["actionStatus"] == "SUCCESS", live
    case.call(key, {**where, "versionId": live["publishedVersion"]["id"]}, shows=body)
    case.call(f"GET {FLOW}/latestconfiguration", where, shows=body)
    case.call("POST /api/v2/flows/actions/checkout", query=flow)
    case.call("POST /api/v2/flows/actions/revert", query=flow, shows={"currentOperation": {"actionName": "REVERT"}})
    case.refused(400, "architect.flow.data.missing", f"POST {FLOW}/versions", where, body={})


def locks(case: Case) -> None:
    """Meet somebody else's lock, take it away, and give one's own back."""
    name = f"Lock of {case.sdk.name}"
    made = case.call("POST /api/v2/flows", body={"name": name, "type": "WORKFLOW"})
    flow = {"flow": made["id"]}
    case.org.act("save-draft", name, user="A colleague", document=workflow(name), lock=True)
    held = case.call(f"GET {FLOW}", {"flowId": made["id"]})
    assert held["lockedUser"]["name"] == "A colleague", held
    case.refused(409, "", "POST /api/v2/flows/actions/checkout", query=flow)
    free = case.call("POST /api/v2/flows/actions/unlock", query=flow)
    assert "lockedUser" not in free, free
    case.call("POST /api/v2/flows/actions/checkout", query=flow)
    back = case.call("POST /api/v2/flows/actions/revert", query=flow)
    assert "lockedClient" not in back, back


def batch(case: Case) -> None:
    """Delete several flows at once."""
    names = [f"{which} of {case.sdk.name}" for which in ("First", "Second")]
    ids = [case.call("POST /api/v2/flows", body={"name": one, "type": "WORKFLOW"})["id"] for one in names]
    case.call("DELETE /api/v2/flows", query={"id": ids}, shows={"actionName": "DELETE"})
    look = f"GET {FLOW}"
    case.until(lambda: [case.sdk.call(look, {"flowId": one}).status for one in ids], lambda seen: set(seen) == {410})


def history(case: Case) -> None:
    """Read who did what to a flow."""
    flow = flow_named(case, "Main line")
    where = {"flowId": flow["id"]}
    asked = case.call(f"POST {FLOW}/history", where, shows={"actionName": "HISTORY"})
    key = f"GET {FLOW}/history/{{historyId}}"
    there = {**where, "historyId": asked["id"]}
    read = case.until(lambda: case.call(key, there, {"pageSize": 100}), lambda seen: seen.get("complete"))
    assert "PUBLISH" in [one["action"] for one in read["entities"]], read
    case.call(key, there, {"action": ["publish"], "sortOrder": "asc"})


def observations(case: Case) -> None:
    """Ask how many interactions are in a flow and in a queue."""
    flow = flow_named(case, "Main line")
    queue = case.call("GET /api/v2/routing/queues", query={"name": "Queue 1"})["entities"][0]
    case.org.traffic(flow="Main line", count=7)
    case.org.queue_load("Queue 1", interacting=3, waiting=2, on_queue=5)
    shown = case.call(
        "POST /api/v2/analytics/flows/observations/query",
        body={"filter": _only("flowId", flow["id"]), "metrics": ["oFlow"], "detailMetrics": ["oFlow"]},
    )
    counts = {one["metric"]: one["stats"]["count"] for row in shown["results"] for one in row["data"]}
    assert counts == {"oFlow": 7}, shown
    shown = case.call(
        "POST /api/v2/analytics/queues/observations/query",
        body={"filter": _only("queueId", queue["id"]), "metrics": ["oInteracting", "oWaiting", "oOnQueueUsers"]},
    )
    data = [one for row in shown["results"] for one in row["data"]]
    assert {(one["metric"], one["stats"]["count"]) for one in data} >= {("oInteracting", 3), ("oWaiting", 2)}, shown
    case.refused(
        400,
        "",
        "POST /api/v2/analytics/flows/observations/query",
        body={"filter": _only("flowId", flow["id"]), "metrics": []},
    )


def _only(dimension: str, value: str) -> dict[str, Any]:
    predicate = {"type": "dimension", "dimension": dimension, "operator": "matches", "value": value}
    return {"type": "or", "predicates": [predicate]}
