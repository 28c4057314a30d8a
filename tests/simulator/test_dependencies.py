from __future__ import annotations

import pytest

from simulator.testing import Org
from tests.simulator.conftest import Api, document

TRACKING = "architect/dependencytracking"


@pytest.fixture
def queue_id(org: Org) -> str:
    return str(org.add("routing/queues", "Sales")["id"])


def test_a_version_tells_what_it_uses(api: Api, org: Org, queue_id: str) -> None:
    flow = org.add_flow(document(queue="Sales"))
    found = api.get(f"{TRACKING}/consumedresources", id=flow.id, version="1.0", objectType="INBOUNDCALLFLOW")
    (queue,) = found["entities"]
    assert (queue["id"], queue["type"], queue["deleted"]) == (queue_id, "QUEUE", False)
    assert api.get(f"{TRACKING}/consumedresources", id=flow.id, version="1.0", objectType="INBOUNDCALLFLOW",
                   resourceType="USER")["total"] == 0  # fmt: skip


def test_an_object_tells_who_uses_it(api: Api, org: Org, queue_id: str) -> None:
    flow = org.add_flow(document(queue="Sales"))
    org.add_flow(document("Without"))
    org.act("check-in", "Main line", user="Author", document=document(queue="Sales", extra="  description: x\n"))
    path = f"{TRACKING}/consumingresources"
    found = api.get(path, id=queue_id, objectType="QUEUE")["entities"]
    assert [(one["id"], one["version"]) for one in found] == [(flow.id, "1.0"), (flow.id, "2.0")]
    (published,) = api.get(path, id=queue_id, objectType="QUEUE", flowFilter="published")["entities"]
    assert (published["version"], published["type"]) == ("1.0", "INBOUNDCALLFLOW")


def test_a_call_route_uses_its_flows(api: Api, org: Org) -> None:
    flow = org.add_flow(name="Hours", flow_type="inboundcall")
    ivr = api.post("architect/ivrs", {"name": "Line", "openHoursFlow": {"id": flow.id}})
    (found,) = api.get(f"{TRACKING}/consumingresources", id=flow.id, objectType="INBOUNDCALLFLOW")["entities"]
    assert (found["id"], found["type"]) == (ivr["id"], "IVRCONFIGURATION")


def test_who_uses_a_deleted_object_is_told(api: Api, org: Org, queue_id: str) -> None:
    flow = org.add_flow(document(queue="Sales"))
    path = f"{TRACKING}/deletedresourceconsumers"
    assert api.get(path)["total"] == 0
    api.call("DELETE", f"routing/queues/{queue_id}")
    (found,) = api.get(path, consumedResources="true")["entities"]
    assert found["id"] == flow.id
    assert [(one["id"], one["deleted"]) for one in found["consumedResources"]] == [(queue_id, True)]
    assert api.get(f"{TRACKING}/updatedresourceconsumers")["total"] == 0


def test_while_the_index_is_built_answers_are_partial(api: Api, org: Org, queue_id: str) -> None:
    assert api.get(f"{TRACKING}/build")["status"] == "OPERATIONAL"
    assert api.call("POST", f"{TRACKING}/build").status_code == 202
    assert api.get(f"{TRACKING}/build")["status"] == "BUILDINPROGRESS"
    query = {"id": queue_id, "objectType": "QUEUE"}
    assert api.call("GET", f"{TRACKING}/consumingresources", params=query).status_code == 206
    org.advance(60)
    assert api.get(f"{TRACKING}/build")["dateCompleted"]
    assert api.call("GET", f"{TRACKING}/consumingresources", params=query).status_code == 200


def test_objects_are_found_by_name_and_looked_at(api: Api, org: Org, queue_id: str) -> None:
    flow = org.add_flow(document("Sales line", queue="Sales"))
    found = api.get(TRACKING, name="sales", consumedResources="true", consumingResources="true")["entities"]
    by_type = {one["type"]: one for one in found}
    assert [one["id"] for one in by_type["INBOUNDCALLFLOW"]["consumedResources"]] == [queue_id]
    assert [one["id"] for one in by_type["QUEUE"]["consumingResources"]] == [flow.id]
    assert api.get(f"{TRACKING}/object", id=queue_id, objectType="QUEUE")["name"] == "Sales"


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("", {}, 400, "architect.dependency.object.name.not.specified"),
        ("/consumingresources", {"id": "x"}, 400, "architect.query.parameter.missing"),
        ("/consumingresources", {"id": "x", "objectType": "CAR"}, 400, "architect.dependency.object.invalid.type"),
        (
            "/consumedresources",
            {"id": "x", "objectType": "BOTFLOW"},
            400,
            "architect.dependency.object.version.not.specified",
        ),
        ("/object", {"id": "x"}, 404, "architect.dependency.object.not.found"),
        ("/types/CAR", {}, 404, "architect.dependency.invalid.type"),
    ],
)
def test_questions_that_do_not_fit_are_refused(
    api: Api, path: str, query: dict[str, str], status: int, code: str
) -> None:
    answer = api.call("GET", TRACKING + path, params=query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_types_tell_whether_they_have_versions(api: Api) -> None:
    found = {one["id"]: one["versioned"] for one in api.get(f"{TRACKING}/types", pageSize=100)["entities"]}
    assert (found["QUEUE"], found["WORKFLOW"], found["INBOUNDCALLFLOW"]) == (False, True, True)
    assert api.get(f"{TRACKING}/types/QUEUE")["versioned"] is False
