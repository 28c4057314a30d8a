from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.testing import Org, Simulator, running
from tests.simulator.conftest import Api, document

FLOWS = "analytics/flows/observations/query"
QUEUES = "analytics/queues/observations/query"
LOAD = ("oInteracting", "oWaiting", "oOnQueueUsers")


def asking(dimension: str, *ids: str, metrics: Sequence[str], kind: str = "or") -> dict[str, Any]:
    predicates = [{"type": "dimension", "dimension": dimension, "operator": "matches", "value": one} for one in ids]
    return {"filter": {"type": kind, "predicates": predicates}, "metrics": list(metrics)}


def numbers(answer: Any) -> list[tuple[str, str, str, int]]:
    """Medium, metric, qualifier and count of every datum."""
    return [
        (row["group"].get("mediaType", ""), one["metric"], one.get("qualifier", ""), one["stats"]["count"])
        for row in answer["results"]
        for one in row["data"]
    ]


@pytest.fixture
def flow_id(org: Org) -> str:
    return org.add_flow(document()).id


@pytest.fixture
def queue_id(org: Org) -> str:
    return str(org.add("routing/queues", "Sales")["id"])


def test_only_flows_that_were_asked_for_and_have_traffic_have_a_row(api: Api, org: Org, flow_id: str) -> None:
    quiet, other = (org.add_flow(document(name)).id for name in ("Quiet", "Other"))
    org.traffic(flow="Main line", count=41)
    org.traffic(flow="Main line", count=2, media_type="callback")
    org.traffic(flow="Other", count=7)
    answer = api.post(FLOWS, asking("flowId", flow_id, quiet, metrics=["oFlow"]))
    assert numbers(answer) == [("voice", "oFlow", "", 41), ("callback", "oFlow", "", 2)]
    assert {row["group"]["flowId"] for row in answer["results"]} == {flow_id}
    assert numbers(api.post(FLOWS, asking("flowId", other, metrics=["oFlow"]))) == [("voice", "oFlow", "", 7)]


def test_a_filter_joins_predicates_and_clauses(api: Api, org: Org, flow_id: str) -> None:
    org.traffic(flow="Main line", count=41)
    org.traffic(flow="Main line", count=2, media_type="email")
    email = {"dimension": "mediaType", "value": "email"}
    query = asking("flowId", flow_id, metrics=["oFlow"], kind="and")
    query["filter"]["clauses"] = [{"type": "or", "predicates": [email]}]
    assert numbers(api.post(FLOWS, query)) == [("email", "oFlow", "", 2)]
    query["filter"]["clauses"] = [{"type": "and", "predicates": [{"dimension": "mediaType", "operator": "notExists"}]}]
    assert numbers(api.post(FLOWS, query)) == []


def test_a_queue_tells_interactions_per_medium_and_agents_by_what_they_do(api: Api, org: Org, queue_id: str) -> None:
    org.queue_load("Sales", interacting=3, waiting=2, on_queue=5)
    org.queue_load("Sales", waiting=1, media_type="chat")
    answer = api.post(QUEUES, asking("queueId", queue_id, metrics=LOAD))
    assert numbers(answer) == [
        ("voice", "oInteracting", "", 3),
        ("voice", "oWaiting", "", 2),
        ("chat", "oWaiting", "", 1),
        ("", "oOnQueueUsers", "INTERACTING", 3),
        ("", "oOnQueueUsers", "IDLE", 2),
    ]
    assert "systemToOrganizationMappings" in answer
    org.settings(on_queue_by_status=False)
    assert numbers(api.post(QUEUES, asking("queueId", queue_id, metrics=LOAD[2:]))) == [("", "oOnQueueUsers", "", 5)]


def test_rows_without_traffic_are_left_out_or_zero(api: Api, org: Org, flow_id: str, queue_id: str) -> None:
    flows, queues = asking("flowId", flow_id, metrics=["oFlow"]), asking("queueId", queue_id, metrics=LOAD[:2])
    assert api.post(FLOWS, flows) == {"results": []}
    assert api.post(QUEUES, queues)["results"] == []
    org.settings(observation_zero_rows=True)
    assert numbers(api.post(FLOWS, flows)) == [("voice", "oFlow", "", 0)]
    assert numbers(api.post(QUEUES, queues)) == [("voice", "oInteracting", "", 0), ("voice", "oWaiting", "", 0)]


@pytest.mark.parametrize(("form", "body"), [("empty", {"results": []}), ("null", {"results": None}), ("missing", {})])
def test_an_answer_without_rows_has_the_form_that_a_setting_says(
    api: Api, org: Org, flow_id: str, form: str, body: Any
) -> None:
    org.settings(observation_no_results=form)
    assert api.post(FLOWS, asking("flowId", flow_id, metrics=["oFlow"])) == body


def test_traffic_falls_after_as_many_queries_as_were_asked_for(api: Api, org: Org, flow_id: str, queue_id: str) -> None:
    other = org.add_flow(document("Other")).id
    org.traffic(flow="Main line", count=41, falls_to=3, after_calls=2)
    org.queue_load("Sales", interacting=4, waiting=9, on_queue=4, falls_to=1)
    api.post(FLOWS, asking("flowId", other, metrics=["oFlow"]))
    seen = [numbers(api.post(FLOWS, asking("flowId", flow_id, metrics=["oFlow"])))[0][-1] for _ in range(4)]
    assert seen == [41, 41, 3, 3]
    loads = [numbers(api.post(QUEUES, asking("queueId", queue_id, metrics=LOAD[:2]))) for _ in range(2)]
    assert loads[0] == [("voice", "oInteracting", "", 4), ("voice", "oWaiting", "", 9)]
    assert loads[1] == [("voice", "oInteracting", "", 1)]


def test_details_list_single_interactions_up_to_a_limit(api: Api, org: Org, flow_id: str) -> None:
    org.traffic(flow="Main line", count=60)
    query = {**asking("flowId", flow_id, metrics=["oFlow"]), "detailMetrics": ["oFlow"]}
    (datum,) = api.post(FLOWS, query)["results"][0]["data"]
    assert (datum["stats"]["count"], datum["truncated"]) == (60, True)
    assert len({one["conversationId"] for one in datum["observations"]}) == len(datum["observations"]) < 60


def changed(query: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {key: value for key, value in {**query, **parts}.items() if value is not None}


GOOD = asking("flowId", "one", metrics=["oFlow"])
REFUSED = {
    "no body": {},
    "no filter": changed(GOOD, filter=None),
    "no metrics": changed(GOOD, metrics=None),
    "empty metrics": changed(GOOD, metrics=[]),
    "no predicates": changed(GOOD, filter={"type": "or"}),
    "no type of the filter": changed(GOOD, filter={"predicates": GOOD["filter"]["predicates"]}),
    "a metric of queues": changed(GOOD, metrics=["oWaiting"]),
    "an unknown detail": changed(GOOD, detailMetrics=["nFlow"]),
    "an unknown dimension": asking("flowName", "one", metrics=["oFlow"]),
    "a dimension of queues": asking("queueId", "one", metrics=["oFlow"]),
    "no value": asking("flowId", "", metrics=["oFlow"]),
    "an unknown part": changed(GOOD, groupBy=["flowId"]),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_query_that_is_not_legal_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.call("POST", FLOWS, json=body).status_code == 400


@pytest.mark.parametrize(("path", "entity"), [(FLOWS, "flowObservation"), (QUEUES, "queueObservation")])
def test_a_query_needs_its_permission(simulator: Simulator, org: Org, path: str, entity: str) -> None:
    org.client("poor", "s3cret", permissions=["architect:*"])
    api = Api(simulator, ("poor", "s3cret"))
    answer = api.call("POST", path, json={})
    assert (answer.status_code, answer.json()["messageParams"]["permissions"]) == (403, f"analytics:{entity}:view")
    api.http.close()


def test_traffic_comes_from_a_fixture_or_the_admin_api_and_survives_the_process(tmp_path: Path) -> None:
    fixture = {
        "objects": {"routing/queues": ["Sales"]},
        "flows": [{"id": "f1", "document": document()}, {"id": "f2", "document": document("Second")}],
        "traffic": {
            "flows": {"Main line": 5, "Second": {"count": 9, "fallsTo": 1, "afterCalls": 0}},
            "queues": {"sales": {"interacting": 1, "waiting": 2, "onQueue": 1}},
        },
    }
    flows = asking("flowId", "f1", "f2", metrics=["oFlow"])
    state = tmp_path / "state.json"
    with running(fixture=fixture, persist=state) as simulator:
        api = Api(simulator)
        assert [row[-1] for row in numbers(api.post(FLOWS, flows))] == [5, 1]
        requests.post(f"{simulator.admin}/traffic", json={"flows": {"Main line": 6}}, timeout=5).raise_for_status()
        api.http.close()
    with running(persist=state) as simulator:
        api = Api(simulator)
        assert [row[-1] for row in numbers(api.post(FLOWS, flows))] == [6, 1]
        unknown = requests.post(f"{simulator.admin}/traffic", json={"flows": {"None": 6}}, timeout=5)
        assert unknown.status_code == 400
        requests.delete(f"{simulator.admin}/traffic", timeout=5).raise_for_status()
        assert numbers(api.post(FLOWS, flows)) == []
        api.http.close()
