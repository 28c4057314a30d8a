from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.errors import PlatformError
from simulator.testing import Org, Simulator
from tests.simulator.conftest import Api, document


def the_flow(api: Api) -> Any:
    (flow,) = api.get("flows")["entities"]
    return flow


@pytest.fixture
def flow_id(org: Org) -> str:
    return org.add_flow(document(extra="  description: ours\n"), client="flowsync").id


def test_an_edit_is_a_new_published_version_by_somebody_else(api: Api, org: Org, flow_id: str) -> None:
    org.act("edit", "Main line", "inboundcall", user="Supervisor")
    flow = the_flow(api)
    assert flow["publishedVersion"]["id"] == "2.0"
    assert flow["publishedVersion"]["createdBy"]["name"] == flow["publishedBy"]["name"] == "Supervisor"
    assert flow["description"] == "ours (edited by Supervisor)"


def test_a_check_in_is_newer_than_what_is_published(api: Api, org: Org, flow_id: str) -> None:
    org.act("check-in", "Main line", client="Other client")
    flow = the_flow(api)
    assert (flow["publishedVersion"]["id"], flow["checkedInVersion"]["id"]) == ("1.0", "2.0")
    assert flow["checkedInVersion"]["createdByClient"]["name"] == "Other client"
    assert flow["checkedInVersion"]["type"] == "CHECKIN"


@pytest.mark.parametrize(("publishes", "published"), [(False, "1.0"), (True, "2.0")])
def test_unlocking_keeps_the_draft_as_a_version(
    api: Api, org: Org, flow_id: str, *, publishes: bool, published: str
) -> None:
    org.settings(unlock_publishes=publishes)
    org.act("save-draft", "Main line", user="Supervisor", lock=True)
    assert the_flow(api)["lockedUser"]["name"] == "Supervisor"
    api.post("flows/actions/unlock", flow=flow_id)
    flow = the_flow(api)
    assert ("lockedUser" in flow, "savedVersion" in flow) == (False, False)
    assert (flow["publishedVersion"]["id"], flow["checkedInVersion"]["id"]) == (published, "2.0")


def test_other_acts(api: Api, org: Org, flow_id: str) -> None:
    org.add("authorization/divisions", "Sales")
    org.act("set-description", "Main line", user="Supervisor", value="hers")
    org.act("set-division", "Main line", user="Supervisor", value="Sales")
    org.act("rename", "Main line", user="Supervisor", value="Other line")
    flow = the_flow(api)
    assert (flow["name"], flow["description"], flow["division"]["name"]) == ("Other line", "hers", "Sales")
    org.act("save-draft", "Other line", user="Supervisor")
    org.act("revert", "Other line", user="Supervisor")
    assert "savedVersion" not in the_flow(api)
    org.act("deactivate", "Other line", user="Supervisor")
    assert ("publishedVersion" in the_flow(api), the_flow(api)["active"]) == (False, False)
    org.act("delete", "Other line", user="Supervisor")
    assert api.call("GET", f"flows/{flow_id}").status_code == 410
    api.upload(document("Other line"))
    org.advance(60)
    assert the_flow(api)["id"] != flow_id


def test_an_act_can_wait_for_a_call(api: Api, org: Org, flow_id: str) -> None:
    org.act("edit", "Main line", user="Supervisor", at_call={"method": "GET", "path": "/flows$", "n": 2})
    assert [the_flow(api)["publishedVersion"]["id"] for _ in range(3)] == ["1.0", "2.0", "2.0"]


def test_somebody_else_can_create_a_flow(api: Api, org: Org) -> None:
    org.act("edit", "New", "workflow", user="Supervisor")
    assert the_flow(api)["publishedBy"]["name"] == "Supervisor"


def test_an_act_that_makes_no_sense_is_refused(org: Org, flow_id: str) -> None:
    for do, name in (("dance", "Main line"), ("lock", "Nobody"), ("rename", "Main line")):
        with pytest.raises(PlatformError):
            org.act(do, name, user="Supervisor")
    with pytest.raises(PlatformError):
        org.act("dance", "Main line", user="Supervisor", at_call={"path": "x"})


def test_a_checkout_of_what_somebody_else_holds_is_a_conflict(
    simulator: Simulator, api: Api, org: Org, flow_id: str
) -> None:
    org.client("other", "s3cret")
    other = Api(simulator, ("other", "s3cret"))
    assert api.post("flows/actions/checkout", flow=flow_id)["lockedClient"]["id"] == "flowsync"
    conflict = other.call("POST", "flows/actions/checkout", params={"flow": flow_id})
    assert (conflict.status_code, conflict.json()["code"]) == (409, "architect.flow.locked")
    for method, path in (("PUT", f"flows/{flow_id}"), ("DELETE", f"flows/{flow_id}")):
        assert other.call(method, path, json={"name": "Main line"}).status_code == 409
    api.post("flows/actions/revert", flow=flow_id)
    assert other.call("POST", "flows/actions/checkout", params={"flow": flow_id}).status_code == 200
    other.http.close()


@pytest.mark.parametrize("accepted", [200, 202])
def test_check_in_and_publish_are_accepted_first_and_done_later(
    api: Api, org: Org, flow_id: str, accepted: int
) -> None:
    org.settings(action_accepted_status=accepted, operation_seconds=10_000)
    org.act("save-draft", "Main line", client="flowsync", lock=True)
    answer = api.call("POST", "flows/actions/publish", params={"flow": flow_id})
    assert (answer.status_code, answer.json()["complete"]) == (accepted, False)
    assert api.call("POST", "flows/actions/checkin", params={"flow": flow_id}).status_code == 409
    org.advance(60)
    flow = the_flow(api)
    assert flow["currentOperation"]["complete"] is True
    assert (flow["currentOperation"]["actionName"], flow["currentOperation"]["actionStatus"]) == ("PUBLISH", "SUCCESS")
    assert flow["publishedVersion"]["id"] == "2.0"
    api.post("flows/actions/checkin", flow=flow_id)
    org.advance(60)
    assert (the_flow(api)["checkedInVersion"]["id"], the_flow(api)["publishedVersion"]["id"]) == ("3.0", "2.0")


def test_an_older_version_can_be_published_and_an_unknown_one_fails_late(api: Api, org: Org, flow_id: str) -> None:
    org.act("edit", "Main line", user="Supervisor")
    api.post("flows/actions/publish", flow=flow_id, version="1.0")
    org.advance(60)
    assert the_flow(api)["publishedVersion"]["id"] == "1.0"
    api.post("flows/actions/publish", flow=flow_id, version="9.0")
    org.advance(60)
    operation = the_flow(api)["currentOperation"]
    assert (operation["actionStatus"], operation["errorCode"]) == ("FAILURE", "architect.flow.version.missing")


def test_history_tells_who_did_what(api: Api, org: Org, flow_id: str) -> None:
    org.act("edit", "Main line", user="Supervisor")
    operation = api.post(f"flows/{flow_id}/history")
    assert operation["actionName"] == "HISTORY"
    org.advance(60)
    history = api.get(f"flows/{flow_id}/history/{operation['id']}", action="publish")
    assert history["complete"] is True
    rows = [(one["action"], one["version"], "user" in one) for one in history["entities"]]
    assert rows == [("PUBLISH", "2.0", True), ("PUBLISH", "1.0", False)]
    assert history["entities"][0]["user"]["name"] == "Supervisor"
    assert api.call("GET", f"flows/{flow_id}/history/unknown").status_code == 404


def test_the_admin_api_offers_the_same_over_http(simulator: Simulator, api: Api) -> None:
    def admin(method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{simulator.admin}/{path}", json=body, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    fixture = {
        "organisation": {"id": "org-1", "name": "Test"},
        "clients": [{"id": "c", "secret": "s", "permissions": ["architect:flow:view"]}],
        "settings": {"jobSeconds": 1},
        "objects": {"routing/queues": ["Sales", {"name": "Support", "id": "q-2"}]},
        "flows": [{"name": "A", "type": "BOT", "publishedBy": {"name": "Supervisor"}}, {"document": document("B")}],
    }
    loaded = admin("POST", "organisation", {"fixture": fixture})
    assert [(one["name"], one["type"], one["publishCount"]) for one in loaded["flows"]] == [
        ("A", "bot", 1),
        ("B", "inboundcall", 1),
    ]
    assert [one["id"] for one in api.get("routing/queues", name="support")["entities"]] == ["q-2"]
    assert admin("PATCH", "settings", {"rateLimitHeaders": False})["jobSeconds"] == 1
    admin("POST", "objects/routing/queues", {"name": "Third"})
    assert admin("DELETE", "objects/routing/queues?name=sales") == {"removed": 1}
    act = {"as": {"user": "Supervisor"}, "do": "lock", "flow": {"name": "B", "type": "inboundcall"}}
    assert admin("POST", "act", act)["lockedBy"] == "Supervisor"
    assert admin("POST", "act", {**act, "atCall": {"path": "flows", "n": 1}}) == {}
    admin("POST", "faults", {"match": {"path": "organizations"}, "times": 1, "fault": {"status": 503}})
    assert api.call("GET", "organizations/me").status_code == 503
    admin("POST", "job-faults", {"outcome": "stuck"})
    admin("DELETE", "faults")
    admin("POST", "clients", {"id": "d", "secret": "s"})
    assert admin("GET", "calls")[-1]["path"] == "/api/v2/organizations/me"
    admin("DELETE", "calls")
    assert admin("GET", "calls") == []
    admin("POST", "clock", {"advance": 90_000})
    assert api.call("GET", "flows").status_code == 401
    assert admin("POST", "reset")["flows"] == []
    assert admin("GET", "organisation")["organisation"]["id"] != "org-1"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "organisation", {"queues": []}),
        ("POST", "organisation", {"objects": {"routing/quues": ["A"]}}),
        ("POST", "organisation", {"flows": [{"name": "A"}]}),
        ("POST", "organisation", {"settings": {"speed": 1}}),
        ("PATCH", "settings", {"nope": 1}),
        ("POST", "faults", {"fault": {"stauts": 1}}),
        ("POST", "job-faults", {"outcome": "explode"}),
        ("POST", "act", {"do": "edit"}),
        ("POST", "objects/routing/queues", {}),
    ],
)
def test_the_admin_api_refuses_what_it_does_not_know(
    simulator: Simulator, method: str, path: str, body: dict[str, Any]
) -> None:
    assert requests.request(method, f"{simulator.admin}/{path}", json=body, timeout=5).status_code == 400
