from __future__ import annotations

from typing import Any

import pytest

from simulator.testing import Org
from tests.simulator.bodies import METABASE, SCHEMA
from tests.simulator.conftest import Api

EDGES = "telephony/providers/edges"
DIVISIONS = "authorization/divisions"


def people(org: Org, *names: str) -> list[str]:
    return [str(org.add("users", name)["id"]) for name in names]


def status(api: Api, method: str, path: str, **options: Any) -> int:
    return api.call(method, path, **options).status_code


def test_users_join_and_leave_a_queue(api: Api, org: Org) -> None:
    queue = api.post("routing/queues", {"name": "Sales"})["id"]
    ann, bob = people(org, "Ann", "Bob")
    path = f"routing/queues/{queue}/members"
    assert status(api, "POST", path, json=[{"id": ann}, {"id": bob}, {"id": ann}]) == 200
    assert [one["name"] for one in api.get(path)["entities"]] == ["Ann", "Bob"]
    assert api.get(f"routing/queues/{queue}")["memberCount"] == 2
    assert status(api, "PATCH", f"{path}/{ann}", json={"id": ann, "ringNumber": 2, "joined": False}) == 200
    (found,) = api.get(path, joined="false")["entities"]
    assert (found["id"], found["ringNumber"]) == (ann, 2)
    assert status(api, "POST", f"{path}?delete=true", json=[{"id": ann}]) == 200
    assert status(api, "DELETE", f"{path}/{bob}") == 200
    assert status(api, "DELETE", f"{path}/{bob}") == 404
    assert api.get(path)["entities"] == []


def test_a_queue_takes_a_hundred_members_at_a_time_and_only_users(api: Api, org: Org) -> None:
    queue = api.post("routing/queues", {"name": "Sales"})["id"]
    many = [{"id": one} for one in people(org, *(f"User {number}" for number in range(101)))]
    assert status(api, "POST", f"routing/queues/{queue}/members", json=many) == 400
    assert status(api, "POST", f"routing/queues/{queue}/members", json=many[:100]) == 200
    assert status(api, "POST", f"routing/queues/{queue}/members", json=[{"id": "unknown"}]) == 400


def test_a_busy_queue_is_deleted_only_by_force(api: Api, org: Org) -> None:
    queue = api.post("routing/queues", {"name": "Sales"})["id"]
    org.queue_load("Sales", interacting=1)
    assert api.call("DELETE", f"routing/queues/{queue}").json()["code"] == "active.queue"
    assert status(api, "DELETE", f"routing/queues/{queue}?forceDelete=true") == 200


def test_wrap_up_codes_are_put_to_a_queue(api: Api) -> None:
    queue = api.post("routing/queues", {"name": "Sales"})["id"]
    code = api.post("routing/wrapupcodes", {"name": "Sold"})["id"]
    path = f"routing/queues/{queue}/wrapupcodes"
    assert [one["name"] for one in api.post(path, [{"id": code}])] == ["Sold"]
    assert api.get(path)["total"] == 1
    assert status(api, "DELETE", f"{path}/{code}") == 200
    assert status(api, "DELETE", f"{path}/{code}") == 404


def test_members_of_a_group_need_its_version(api: Api, org: Org) -> None:
    group = api.post("groups", {"name": "A", "type": "official", "rulesVisible": True, "visibility": "public"})
    ids = people(org, *(f"User {number}" for number in range(51)))
    path = f"groups/{group['id']}/members"
    assert status(api, "POST", path, json={"memberIds": ids, "version": 1}) == 400
    assert status(api, "POST", path, json={"memberIds": ids[:2], "version": 7}) == 409
    assert status(api, "POST", path, json={"memberIds": ids[:2], "version": 1}) == 202
    assert status(api, "POST", path, json={"memberIds": ids[:2], "version": 1}) == 409
    assert status(api, "DELETE", path, params={"ids": ids[0]}) == 202
    assert [one["id"] for one in api.get(path)["entities"]] == [ids[1]]
    assert (api.get(f"groups/{group['id']}")["memberCount"], status(api, "DELETE", path)) == (1, 400)


def test_people_and_groups_are_searched(api: Api, org: Org) -> None:
    org.add("users", "Ann", email="ann@example.com")
    org.add("users", "Anne", email="anne@example.com")
    query = [{"type": "EXACT", "fields": ["email"], "value": "ANN@example.com"}]
    found = api.post("users/search", {"query": query})
    assert ([one["name"] for one in found["results"]], found["total"]) == (["Ann"], 1)
    starts = [{"type": "STARTS_WITH", "fields": ["name"], "value": "ann"}]
    assert api.post("users/search", {"query": starts, "pageSize": 1})["pageCount"] == 2
    org.add("groups", "Leads")
    exact = [{"type": "EXACT", "fields": ["name"], "value": "leads"}]
    assert [one["name"] for one in api.post("groups/search", {"query": exact})["results"]] == ["Leads"]
    assert status(api, "POST", "groups/search", json={"query": []}) == 400


def test_a_deleted_user_keeps_the_address_and_can_come_back(api: Api) -> None:
    home = api.get(f"{DIVISIONS}/home")["id"]
    body = {"name": "Ann", "email": "ann@example.com", "divisionId": home}
    user = api.post("users", body)
    assert status(api, "DELETE", f"users/{user['id']}") == 200
    assert status(api, "GET", f"users/{user['id']}") == 404
    assert api.get(f"users/{user['id']}", state="deleted")["state"] == "deleted"
    assert [api.get("users", state=one)["total"] for one in ("active", "deleted", "any")] == [0, 1, 1]
    assert api.call("POST", "users", json=body).json()["code"] == "general.conflict"
    restored = api.call("PATCH", f"users/{user['id']}", json={"state": "active", "version": user["version"]})
    assert restored.json()["state"] == "active"
    assert api.get("users")["total"] == 1


def test_skills_of_users_fill_skill_groups(api: Api, org: Org) -> None:
    skill = api.post("routing/skills", {"name": "Italian"})["id"]
    (ann,) = people(org, "Ann")
    bulk = [{"id": skill, "proficiency": 3.0}]
    row = {"routingSkill": "Italian", "comparator": "GreaterThan", "proficiency": 2}
    conditions = [{"routingSkillConditions": [row], "languageSkillConditions": [], "operation": "And"}]
    group = api.post("routing/skillgroups", {"name": "Italians", "skillConditions": conditions})["id"]
    assert api.get(f"routing/skillgroups/{group}/members")["entities"] == []
    assert status(api, "PUT", f"users/{ann}/routingskills/bulk", json=bulk) == 200
    assert [one["id"] for one in api.get(f"routing/skillgroups/{group}/members")["entities"]] == [ann]
    assert api.get(f"users/{ann}/routingskills")["entities"][0]["proficiency"] == 3.0
    assert status(api, "PATCH", f"users/{ann}/routingskills/bulk", json=[{"id": skill, "proficiency": 6}]) == 400
    row["routingSkill"] = "Unknown"
    assert status(api, "POST", "routing/skillgroups", json={"name": "B", "skillConditions": conditions}) == 400


def test_skill_groups_are_listed_by_cursor(api: Api, org: Org) -> None:
    for number in range(5):
        org.add("routing/skillgroups", f"Group {number}", skillConditions=[])
    page = api.get("routing/skillgroups", pageSize=2)
    names = [one["name"] for one in page["entities"]]
    assert not {"total", "pageCount", "previousUri"} & set(page)
    while "nextUri" in page:
        page = api.get(page["nextUri"].removeprefix("/api/v2/"))
        names += [one["name"] for one in page["entities"]]
    assert names == [f"Group {number}" for number in range(5)]
    assert status(api, "GET", "routing/skillgroups?after=unknown") == 400
    assert status(api, "GET", "routing/skillgroups?pageSize=101") == 400


def test_member_divisions_of_a_skill_group_are_added_and_removed(api: Api, org: Org) -> None:
    sales = org.add(DIVISIONS, "Sales")["id"]
    home = api.get(f"{DIVISIONS}/home")["id"]
    group = api.post("routing/skillgroups", {"name": "A", "skillConditions": []})["id"]
    path = f"routing/skillgroups/{group}/members/divisions"
    body = {"addDivisionIds": [sales], "removeDivisionIds": [home]}
    assert status(api, "POST", path, json=body) == 204
    assert [one["name"] for one in api.get(path)["entities"]] == ["Sales"]


def test_rows_of_a_data_table_follow_its_schema(api: Api) -> None:
    table = api.post("flows/datatables", {"name": "Hours", "schema": SCHEMA})["id"]
    path = f"flows/datatables/{table}/rows"
    assert api.post(path, {"key": "mon"}) == {"key": "mon", "open": False}
    assert status(api, "POST", path, json={"key": "mon"}) == 409
    assert status(api, "POST", path, json={"key": "tue", "open": "yes"}) == 400
    assert status(api, "POST", path, json={"key": "tue", "shut": True}) == 400
    assert status(api, "POST", path, json={"open": True}) == 400
    assert api.get(path)["entities"] == [{"key": "mon"}]
    assert api.get(path, showbrief="false")["entities"] == [{"key": "mon", "open": False}]
    assert api.call("PUT", f"{path}/mon", json={"key": "mon", "open": True}).json()["open"] is True
    assert status(api, "PUT", f"{path}/mon", json={"key": "tue"}) == 400
    assert status(api, "DELETE", f"{path}/mon") == 204
    assert status(api, "GET", f"{path}/mon") == 404


def test_a_data_table_takes_new_fields_only(api: Api, org: Org) -> None:
    table = api.post("flows/datatables", {"name": "Hours", "schema": SCHEMA})["id"]
    assert "schema" not in api.get(f"flows/datatables/{table}")
    fields: Any = SCHEMA["properties"]
    wider = {"type": "object", "properties": {**fields, "note": {"type": "string"}}}
    path = f"flows/datatables/{table}"
    assert status(api, "PUT", path, json={"name": "Hours", "schema": wider}) == 200
    assert status(api, "PUT", path, json={"name": "Hours", "schema": SCHEMA}) == 400
    lookup = "workflow:\n  name: A\n  tasks:\n    - dataTableLookup:\n        dataTable:\n"
    lookup += "          Hours:\n            a: {}\n"
    org.add_flow(lookup)
    assert status(api, "DELETE", path) == 409
    assert status(api, "DELETE", f"{path}?force=true") == 204


def test_a_prompt_has_a_resource_per_language(api: Api) -> None:
    prompt = api.post("architect/prompts", {"name": "Hello"})["id"]
    path = f"architect/prompts/{prompt}/resources"
    assert api.post(path, {"language": "en-us", "ttsString": "Hello"})["uploadStatus"] == "created"
    assert status(api, "POST", path, json={"language": "EN-US"}) == 409
    assert api.call("PUT", f"{path}/en-us", json={"ttsString": "Hi"}).json()["ttsString"] == "Hi"
    assert [one["language"] for one in api.get(path)["entities"]] == ["en-us"]
    refused = api.call("DELETE", f"architect/prompts/{prompt}")
    assert (refused.status_code, refused.json()["code"]) == (400, "architect.prompt.has.resources")
    assert status(api, "DELETE", f"architect/prompts/{prompt}?allResources=true") == 204
    assert api.call("POST", "architect/prompts", json={"name": "two words"}).status_code == 400


def test_the_configuration_of_an_integration_has_a_version(api: Api, org: Org) -> None:
    integration = api.post("integrations", {"name": "CRM", "integrationType": {"id": "custom-rest-actions"}})
    assert (integration["intendedState"], integration["reportedState"]["code"]) == ("DISABLED", "INACTIVE")
    path = f"integrations/{integration['id']}/config/current"
    body = api.get(path)
    changed = api.call("PUT", path, json={**body, "name": "ERP", "properties": {"url": "x"}})
    assert changed.json()["version"] == body["version"] + 1
    assert status(api, "PUT", path, json=body) == 409
    assert api.get(f"integrations/{integration['id']}")["name"] == "ERP"
    enabled = api.call("PATCH", f"integrations/{integration['id']}", json={"intendedState": "ENABLED"}).json()
    assert enabled["reportedState"]["code"] == "ACTIVE"
    assert "custom-rest-actions" in {one["id"] for one in api.get("integrations/types")["entities"]}
    org.add("integrations/actions", "Look up", category="ERP")
    assert [one["name"] for one in api.get("integrations/actions/categories")["entities"]] == ["ERP"]


def test_secrets_of_a_credential_are_never_told(api: Api) -> None:
    body = {"name": "Key", "type": {"name": "basicAuth"}, "credentialFields": {"password": "s3cret"}}
    made = api.call("POST", "integrations/credentials", json=body)
    read = api.call("GET", f"integrations/credentials/{made.json()['id']}")
    assert "s3cret" not in made.text + read.text + api.call("GET", "integrations/credentials").text


def test_responses_are_listed_per_library_and_found_by_words(api: Api) -> None:
    first, second = (api.post("responsemanagement/libraries", {"name": name})["id"] for name in ("A", "B"))
    body = {"name": "Hours", "texts": [{"content": "We open at nine"}]}
    made = api.post("responsemanagement/responses", {**body, "libraries": [{"id": first}]})
    assert made["libraries"][0]["name"] == "A"
    path = "responsemanagement/responses"
    assert [one["id"] for one in api.get(path, libraryId=first)["entities"]] == [made["id"]]
    assert api.get(path, libraryId=second)["total"] == 0
    assert status(api, "GET", path) == 400
    found = api.post(f"{path}/query", {"queryPhrase": "NINE"})["results"]
    assert [one["id"] for one in found["entities"]] == [made["id"]]
    filters = [{"name": "libraryId", "operator": "IN", "values": [second]}]
    assert api.post(f"{path}/query", {"filters": filters})["results"]["total"] == 0
    assert api.get("responsemanagement/libraries", libraryPrefix="b")["total"] == 1
    assert status(api, "DELETE", f"responsemanagement/libraries/{first}") == 204
    assert status(api, "GET", f"{path}/{made['id']}") == 404


def test_a_division_with_objects_stays_unless_forced(api: Api, org: Org) -> None:
    sales = api.post(DIVISIONS, {"name": "Sales", "description": ""})["id"]
    queue = api.post("routing/queues", {"name": "Leads"})["id"]
    flow = org.add_flow(name="A", flow_type="bot")
    assert status(api, "POST", f"{DIVISIONS}/{sales}/objects/QUEUE", json=[queue]) == 204
    assert status(api, "POST", f"{DIVISIONS}/{sales}/objects/FLOW", json=[flow.id]) == 204
    assert api.get(f"routing/queues/{queue}")["division"]["name"] == "Sales"
    assert api.get(f"flows/{flow.id}")["division"]["id"] == sales
    refused = api.call("DELETE", f"{DIVISIONS}/{sales}")
    assert "may not be deleted because it has objects in it." in refused.json()["message"]
    assert status(api, "DELETE", f"{DIVISIONS}/{api.get(f'{DIVISIONS}/home')['id']}") == 400
    assert status(api, "DELETE", f"{DIVISIONS}/{sales}?force=true") == 204
    assert [one["name"] for one in api.get(f"{DIVISIONS}/query")["entities"]] == ["Home"]


def test_moving_objects_wants_known_types_and_ids(api: Api, org: Org) -> None:
    sales = org.add(DIVISIONS, "Sales")["id"]
    assert status(api, "POST", f"{DIVISIONS}/{sales}/objects/CAR", json=[]) == 400
    assert status(api, "POST", f"{DIVISIONS}/{sales}/objects/QUEUE", json=["unknown"]) == 404
    assert status(api, "POST", f"{DIVISIONS}/unknown/objects/QUEUE", json=[]) == 404


def test_divisions_in_which_a_client_may_act_are_told(api: Api, org: Org) -> None:
    org.add(DIVISIONS, "Sales")
    path = f"{DIVISIONS.replace('divisions', 'divisionspermitted')}/paged/me"
    everywhere = api.get(path, permission="routing:queue:view")
    assert (everywhere["allDivsPermitted"], everywhere["total"]) == (True, 2)
    org.client("flowsync", "secret-of-flowsync", divisions=["Sales"])
    some = api.get(path, permission="routing:queue:view")
    assert ([one["name"] for one in some["entities"]], some["allDivsPermitted"]) == (["Sales"], False)


def test_a_trunk_base_in_use_stays(api: Api, org: Org) -> None:
    base = {"name": "Carrier", "trunkMetabase": METABASE, "trunkType": "EXTERNAL"}
    made = api.post(f"{EDGES}/trunkbasesettings", base)
    trunk = org.add("telephony/trunks", "Carrier")["id"]
    refused = api.call("DELETE", f"{EDGES}/trunkbasesettings/{made['id']}")
    assert (refused.status_code, refused.json()["code"]) == (400, "delete.referenced.entity")
    (metrics,) = api.get(f"{EDGES}/trunks/metrics", trunkIds=trunk)
    assert metrics == {**api.get(f"{EDGES}/trunks/{trunk}/metrics"), "eventTime": metrics["eventTime"]}
    assert status(api, "GET", f"{EDGES}/trunks/metrics") == 400
    found = api.get(f"{EDGES}/trunkbasesettings/availablemetabases", type="PHONE")["entities"]
    assert [one["type"] for one in found] == ["PHONE"]
    template = api.get(f"{EDGES}/trunkbasesettings/template", trunkMetabaseId=METABASE["id"])
    assert template["trunkType"] == "EXTERNAL"


def test_numbers_belong_to_one_call_route_and_keep_their_pool(api: Api) -> None:
    pool = {"name": "P", "startPhoneNumber": "+4930100", "endPhoneNumber": "+4930199"}
    made = api.post(f"{EDGES}/didpools", pool)["id"]
    api.post("architect/ivrs", {"name": "One", "dnis": ["+4930150"]})
    assert status(api, "POST", "architect/ivrs", json={"name": "Two", "dnis": ["+4930150"]}) == 400
    assert api.get("architect/ivrs", dnis="+4930150")["total"] == 1
    assert status(api, "DELETE", f"{EDGES}/didpools/{made}") == 409


def test_a_call_route_with_hours_needs_both_flows(api: Api, org: Org) -> None:
    flow = org.add_flow(name="Main", flow_type="inboundcall")
    group = api.post("architect/schedulegroups", {"name": "Hours"})["id"]
    body = {"name": "Line", "scheduleGroup": {"id": group}, "openHoursFlow": {"id": flow.id}}
    assert status(api, "POST", "architect/ivrs", json=body) == 400
    assert status(api, "POST", "architect/ivrs", json={**body, "closedHoursFlow": {"id": flow.id}}) == 200
    assert api.get("architect/ivrs", scheduleGroup=group)["total"] == 1
    assert status(api, "DELETE", f"architect/schedulegroups/{group}") == 409


@pytest.mark.parametrize("start", ["tomorrow", "2026-01-05", "2026-01-05T08:00:00Z", None])
def test_times_of_a_schedule_are_local(api: Api, start: str | None) -> None:
    body = {"name": "Open", "start": start, "end": "2026-01-05T18:00:00.000"}
    assert status(api, "POST", "architect/schedules", json=body) == 400


def test_a_schedule_in_use_stays(api: Api) -> None:
    times = {"start": "2026-01-05T08:00:00.000", "end": "2026-01-05T18:00:00.000"}
    schedule = api.post("architect/schedules", {"name": "Open", **times})["id"]
    group = api.post("architect/schedulegroups", {"name": "Hours", "openSchedules": [{"id": schedule}]})
    assert group["openSchedules"][0]["name"] == "Open"
    assert api.get("architect/schedulegroups", scheduleIds=schedule)["total"] == 1
    assert status(api, "DELETE", f"architect/schedules/{schedule}") == 409


def test_lists_are_sorted_and_brief_ones_need_the_right_to_search(api: Api, org: Org) -> None:
    for name in ("b", "C", "a"):
        org.add("routing/queues", name)
    names = [one["name"] for one in api.get("routing/queues", sortBy="name", sortOrder="desc")["entities"]]
    assert names == ["C", "b", "a"]
    (brief, *_) = api.get("routing/queues/divisionviews")["entities"]
    assert set(brief) == {"id", "name", "division", "selfUri"}
    org.client("flowsync", "secret-of-flowsync", permissions=["routing:queue:view"])
    assert status(api, "GET", "routing/queues/divisionviews") == 403


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("routing/queues", "resource.not.found"),
        ("architect/prompts", "architect.prompt.not.found"),
        ("users", "general.resource.not.found"),
        (f"{EDGES}/trunkbasesettings", "entity.not.found"),
        ("architect/schedules", "not.found"),
    ],
)
def test_an_unknown_object_is_refused_with_the_code_of_its_service(api: Api, path: str, code: str) -> None:
    for method in ("GET", "DELETE"):
        answer = api.call(method, f"{path}/unknown")
        assert (answer.status_code, answer.json()["code"]) == (404, code)
