from __future__ import annotations

from typing import Any

import pytest

from simulator.objects import LISTINGS, OWN_LIST
from simulator.testing import Org
from tests.simulator.conftest import Api


@pytest.mark.parametrize(
    "listing", [one for one in LISTINGS if one.path not in OWN_LIST], ids=lambda listing: listing.path
)
def test_every_list_gives_what_was_added_and_refuses_too_large_pages(api: Api, org: Org, listing: Any) -> None:
    added = org.add(listing.path, "One of them")
    path = listing.url.removeprefix("/api/v2/")
    names = {entity["name"]: entity for entity in api.get(path)["entities"]}
    assert names["One of them"]["id"] == added["id"]
    assert api.get(f"{path}/{added['id']}")["name"] == "One of them"
    assert api.call("GET", f"{path}/unknown").status_code == 404
    assert api.call("GET", path, params={"pageSize": listing.maximum}).status_code == 200
    refused = api.call("GET", path, params={"pageSize": listing.maximum + 1})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad.request")


def test_pages_hold_25_and_lead_to_each_other(api: Api, org: Org) -> None:
    for number in range(60):
        org.add("routing/queues", f"Queue {number:02}")
    first = api.get("routing/queues", name="queue*")
    assert (len(first["entities"]), first["pageSize"], first["pageNumber"]) == (25, 25, 1)
    assert (first["total"], first["pageCount"]) == (60, 3)
    assert "previousUri" not in first
    seen = [entity["name"] for entity in first["entities"]]
    page = first
    while "nextUri" in page:
        page = api.get(page["nextUri"].removeprefix("/api/v2/"))
        seen += [entity["name"] for entity in page["entities"]]
    assert seen == [f"Queue {number:02}" for number in range(60)]
    assert page["previousUri"].endswith("pageNumber=2")
    assert page["lastUri"] == page["selfUri"]


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5"])
def test_a_page_size_that_is_no_number_is_refused(api: Api, value: str) -> None:
    answer = api.call("GET", "flows", params={"pageSize": value})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid.value")


def test_an_empty_list_is_a_list(api: Api) -> None:
    body = api.get("routing/skills")
    assert (body["entities"], body["total"], body["pageCount"]) == ([], 0, 0)


@pytest.mark.parametrize(("mode", "found"), [("whole", ["Sales"]), ("beginning", ["Sales", "Sales EMEA"])])
def test_the_name_filter_does_not_look_at_case(api: Api, org: Org, mode: str, found: list[str]) -> None:
    org.settings(name_filter=mode)
    for name in ("Sales", "Sales EMEA", "Presales"):
        org.add("routing/queues", name)
    assert [one["name"] for one in api.get("routing/queues", name="sALES")["entities"]] == found
    assert len(api.get("routing/queues", name="*sales*")["entities"]) == 3


def test_lists_without_a_name_filter_ignore_it(api: Api, org: Org) -> None:
    org.add("groups", "A")
    org.add("groups", "B")
    assert len(api.get("groups", name="A")["entities"]) == 2


def test_a_data_action_belongs_to_an_integration_of_its_category(api: Api, org: Org) -> None:
    org.add("integrations/actions", "Look up", category="CRM")
    org.add("integrations/actions", "Store", category="CRM")
    actions = api.get("integrations/actions", category="CRM")["entities"]
    assert all(one["id"].startswith("custom_-_") for one in actions)
    (integration,) = api.get("integrations")["entities"]
    assert integration["name"] == "CRM"
    assert {one["integrationId"] for one in actions} == {integration["id"]}


def test_an_organisation_has_a_home_division(api: Api) -> None:
    (home,) = api.get("authorization/divisions")["entities"]
    assert (home["name"], home["homeDivision"]) == ("Home", True)


def test_flows_are_filtered_and_paged_by_the_server(api: Api, org: Org) -> None:
    one = org.add_flow(name="A", flow_type="inboundcall")
    org.add_flow(name="A", flow_type="bot")
    org.add_flow(name="B", flow_type="workflow")
    assert api.get("flows", type="inboundcall,bot")["total"] == 2
    assert api.get("flows", type=["BOT", "workflow"])["total"] == 2
    assert api.get("flows", name="a")["total"] == 2
    assert [flow["id"] for flow in api.get("flows", id=one.id, name="B")["entities"]] == [one.id]
    assert [flow["name"] for flow in api.get("flows", sortBy="name", sortOrder="desc")["entities"]] == ["B", "A", "A"]
    assert api.call("GET", "flows", params={"type": "ivr"}).json()["code"] == "invalid.value"
    assert api.call("GET", "flows", params={"deleted": "perhaps"}).status_code == 400
    assert api.call("GET", "flows", params={"pageSize": 501}).status_code == 400


def test_lookup_wants_ids_and_leaves_unknown_ones_out(api: Api, org: Org) -> None:
    one = org.add_flow(name="A", flow_type="inboundcall")
    assert [flow["id"] for flow in api.get("flows/lookup", id=[one.id, "unknown"])["entities"]] == [one.id]
    assert api.call("GET", "flows/lookup").json()["code"] == "architect.query.parameter.missing"


def test_division_views_are_brief(api: Api, org: Org) -> None:
    org.add_flow(name="A", flow_type="inboundcall")
    (flow,) = api.get("flows/divisionviews")["entities"]
    assert set(flow) == {"id", "name", "division", "type", "publishedVersion", "selfUri"}


def test_a_new_flow_may_be_missing_from_lists_for_a_while(api: Api, org: Org) -> None:
    org.settings(consistency_seconds=1000, job_seconds=0)
    job_id = api.upload("workflow:\n  name: New\n")
    flow_id = api.job(job_id)["flow"]["id"]
    assert api.get("flows")["total"] == 0
    assert api.get(f"flows/{flow_id}")["name"] == "New"
    org.advance(1000)
    assert api.get("flows")["total"] == 1


def test_put_changes_metadata_only(api: Api, org: Org) -> None:
    org.add("authorization/divisions", "Sales", id="div-sales")
    flow = org.add_flow(name="A", flow_type="inboundcall")
    body = {"name": "A2", "description": "new", "division": {"id": "div-sales"}, "type": "INBOUNDCALL"}
    changed = api.call("PUT", f"flows/{flow.id}", json=body).json()
    assert (changed["name"], changed["description"], changed["division"]["name"]) == ("A2", "new", "Sales")
    assert changed["publishedVersion"]["id"] == "1.0"
    refusals: list[dict[str, Any]] = [
        {}, {"name": "a/b"}, {"name": "x-debug"}, {"name": "x" * 201}, {"name": "A", "type": "BOT"},
        {"name": "A", "division": {"id": "unknown"}},
    ]  # fmt: skip
    assert {api.call("PUT", f"flows/{flow.id}", json=refused).status_code for refused in refusals} == {400}
    org.add_flow(name="B", flow_type="inboundcall")
    assert api.call("PUT", f"flows/{flow.id}", json={"name": "b"}).status_code == 409


def test_a_deleted_flow_is_gone_but_can_be_asked_for(api: Api, org: Org) -> None:
    flow = org.add_flow(name="A", flow_type="inboundcall")
    assert api.call("DELETE", f"flows/{flow.id}").status_code == 204
    assert api.call("GET", f"flows/{flow.id}").status_code == 410
    assert api.get(f"flows/{flow.id}", deleted="true")["deleted"] is True
    assert api.get("flows")["total"] == 0
    assert api.get("flows", deleted="true")["total"] == 1
    assert api.call("GET", "flows/unknown").json()["code"] == "architect.flow.not.found"


def test_versions_are_listed_and_read(api: Api, org: Org) -> None:
    flow = org.add_flow(name="A", flow_type="inboundcall")
    org.act("edit", "A", user="Supervisor")
    versions = api.get(f"flows/{flow.id}/versions")["entities"]
    assert [one["id"] for one in versions] == ["2.0", "1.0"]
    assert versions[0]["createdBy"]["name"] == "Supervisor"
    assert "datePublishedEnd" in versions[1]
    assert api.get(f"flows/{flow.id}/versions/1.0")["type"] == "PUBLISH"
    missing = api.call("GET", f"flows/{flow.id}/versions/9.0")
    assert (missing.status_code, missing.json()["code"]) == (404, "architect.flow.version.missing")
    assert api.get(f"flows/{flow.id}/latestconfiguration")["name"] == "A"


def test_bodies_must_be_json_objects(api: Api) -> None:
    assert api.call("POST", "flows/jobs", data="x").status_code == 415
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    for body in ("{", "[]"):
        answer = api.http.post(f"{api.base}/api/v2/flows/jobs", data=body, headers=headers, timeout=5)
        assert answer.status_code == 400
