from __future__ import annotations

import pytest

from simulator.kinds import KINDS, PATCH
from simulator.testing import Org
from tests.simulator.bodies import SAMPLES, Sample
from tests.simulator.conftest import Api

KIND_AT = {kind.url.removeprefix("/api/v2/"): kind for kind in KINDS}
LOCKED = [one for one in SAMPLES if KIND_AT[one.path].locked]
UNIQUE = [one for one in SAMPLES if KIND_AT[one.path].duplicate]
REMOVABLE = [one for one in SAMPLES if KIND_AT[one.path].removed]
CHANGEABLE = [one for one in SAMPLES if one.change is not None]


def named(samples: list[Sample] | tuple[Sample, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sample", samples, ids=[one.path for one in samples])


def changed(sample: Sample, made: dict[str, object], api: Api, org: Org) -> dict[str, object]:
    """A whole body for an update of ``made``."""
    kind = KIND_AT[sample.path]
    needs = sample.needs(api, org) if kind.verb != PATCH else {}
    version = {"version": made["version"]} if kind.locked else {}
    return {**needs, **version, **(sample.change or {})}


def test_every_kind_that_can_be_created_has_a_sample() -> None:
    assert {kind.url.removeprefix("/api/v2/") for kind in KINDS if kind.create} == {one.path for one in SAMPLES}


@named(SAMPLES)
def test_what_was_created_can_be_read(api: Api, org: Org, sample: Sample) -> None:
    made = sample.make(api, org)
    assert made["name"] == "One"
    read = api.get(f"{sample.path}/{made['id']}", expand="schema,contract,config")
    assert read == {key: value for key, value in made.items() if key in read}
    assert set(made) - set(read) <= {"createdDate", "modifiedDate"}
    assert made["selfUri"] == f"/api/v2/{sample.path}/{made['id']}"


@named(CHANGEABLE)
def test_an_update_changes_what_it_names(api: Api, org: Org, sample: Sample) -> None:
    made = sample.make(api, org)
    body = changed(sample, made, api, org)
    answer = api.call(KIND_AT[sample.path].verb, f"{sample.path}/{made['id']}", json=body)
    assert answer.status_code == 200, answer.text
    shown = api.get(f"{sample.path}/{made['id']}", expand="schema,contract,config")
    for key, value in (sample.change or {}).items():
        assert shown[key] == value or key in {"schema", "trunkMetabase"}
    assert shown["name"] == (sample.change or {}).get("name", "One")


@named(LOCKED)
def test_an_update_of_another_version_is_refused(api: Api, org: Org, sample: Sample) -> None:
    made = sample.make(api, org)
    body = changed(sample, made, api, org)
    verb, path = KIND_AT[sample.path].verb, f"{sample.path}/{made['id']}"
    assert api.call(verb, path, json=body).json()["version"] == made["version"] + 1
    stale = api.call(verb, path, json=body)
    assert (stale.status_code, "version" in stale.json()["message"]) == (409, True)
    missing = api.call(verb, path, json={key: value for key, value in body.items() if key != "version"})
    assert missing.status_code == 400
    org.settings(version_conflict_status=400)
    assert "does not match the current version" in api.call(verb, path, json=body).json()["message"]


@named(UNIQUE)
def test_a_second_object_of_the_same_name_is_refused(api: Api, org: Org, sample: Sample) -> None:
    body = sample.full(api, org)
    api.post(sample.path, body)
    duplicate = KIND_AT[sample.path].duplicate
    again = api.call("POST", sample.path, json={**body, "name": "ONE", "dnis": ["+4930999"]})
    assert duplicate is not None
    assert again.status_code == duplicate.status
    assert again.json()["code"] == (duplicate.code or "conflict")


@named(REMOVABLE)
def test_what_was_deleted_is_in_no_list_any_more(api: Api, org: Org, sample: Sample) -> None:
    made = sample.make(api, org)
    kind = KIND_AT[sample.path]
    path = f"{sample.path}/{made['id']}"
    assert api.call("DELETE", path).status_code == kind.removed
    library = {"libraryId": made["libraries"][0]["id"]} if "libraries" in made else {}
    assert made["id"] not in {one["id"] for one in api.get(sample.path, **library)["entities"]}
    after = api.call("GET", path)
    assert after.status_code == (200 if kind.lingers else 404)
    if kind.lingers:
        assert after.json()["state"] == "deleted"
        assert api.call(kind.verb, path, json={}).status_code == 404


@named(SAMPLES)
def test_a_body_without_a_name_is_refused_where_one_is_needed(api: Api, org: Org, sample: Sample) -> None:
    body = {**sample.full(api, org), "name": None}
    expected = 200 if KIND_AT[sample.path].nameless else 400
    assert api.call("POST", sample.path, json=body).status_code == expected


@named(SAMPLES)
def test_creating_needs_its_permission(api: Api, org: Org, sample: Sample) -> None:
    kind = KIND_AT[sample.path]
    body = sample.full(api, org)
    org.client("flowsync", "secret-of-flowsync", permissions=[f"{kind.rights.add[0]}-not"])
    answer = api.call("POST", sample.path, json=body)
    assert answer.status_code == 403
    assert kind.rights.add[0] in answer.json()["message"]
    org.client("flowsync", "secret-of-flowsync", permissions=list(kind.rights.add))
    assert api.call("POST", sample.path, json=body).status_code == 200


def test_a_put_replaces_and_keeps_only_what_the_platform_owns(api: Api) -> None:
    made = api.post("routing/queues", {"name": "Sales", "description": "Calls", "callingPartyName": "Us"})
    body = {"name": "Sales", "autoAnswerOnly": False}
    replaced = api.call("PUT", f"routing/queues/{made['id']}", json=body).json()
    assert "description" not in replaced
    assert "callingPartyName" not in replaced
    assert replaced["acwSettings"] == made["acwSettings"]
    assert (replaced["autoAnswerOnly"], replaced["dateCreated"]) == (False, made["dateCreated"])


def test_a_patch_keeps_what_it_does_not_name(api: Api) -> None:
    home = api.get("authorization/divisions/home")["id"]
    made = api.post("users", {"name": "One", "email": "one@example.com", "divisionId": home, "title": "Agent"})
    answer = api.call("PATCH", f"users/{made['id']}", json={"version": 1, "department": "Sales"}).json()
    assert (answer["title"], answer["department"], answer["name"]) == ("Agent", "Sales", "One")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({"scoringMethod": "Sometimes"}, "invalid.value", id="unknown value of an enum"),
        pytest.param({"autoAnswerOnly": "yes"}, "bad.request", id="text for a boolean"),
        pytest.param({"mediaSettings": {"call": {"alertingTimeoutSeconds": "8"}}}, "bad.request", id="deep inside"),
        pytest.param({"memberGroups": {}}, "bad.request", id="an object for a list"),
        pytest.param({"queueFlow": {"id": "unknown"}}, "referenced.key.does.not.exist", id="a flow that is not there"),
        pytest.param({"division": {"id": "unknown"}}, "bad.request", id="a division that is not there"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(api: Api, body: dict[str, object], code: str) -> None:
    answer = api.call("POST", "routing/queues", json={"name": "Sales", **body})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_attributes_that_are_not_known_are_dropped(api: Api) -> None:
    assert "colour" not in api.post("routing/queues", {"name": "Sales", "colour": "red"})


def test_a_new_object_may_be_missing_from_lists_for_a_while(api: Api, org: Org) -> None:
    org.settings(consistency_seconds=1000)
    made = api.post("routing/queues", {"name": "Sales"})
    assert api.get("routing/queues")["total"] == 0
    assert api.get(f"routing/queues/{made['id']}")["name"] == "Sales"
    org.advance(1000)
    assert api.get("routing/queues")["total"] == 1


def test_a_client_creates_and_changes_only_in_its_divisions(api: Api, org: Org) -> None:
    home = api.get("authorization/divisions/home")["id"]
    sales = org.add("authorization/divisions", "Sales")["id"]
    made = api.post("routing/queues", {"name": "Home"})
    org.client("flowsync", "secret-of-flowsync", divisions=["Sales"])
    refused = api.call("POST", "routing/queues", json={"name": "New", "division": {"id": home}})
    assert (refused.status_code, refused.json()["code"]) == (403, "missing.division.permission")
    assert api.call("PUT", f"routing/queues/{made['id']}", json={"name": "X"}).status_code == 403
    assert api.call("DELETE", f"routing/queues/{made['id']}").status_code == 403
    inside = api.post("routing/queues", {"name": "New", "division": {"id": sales}})
    assert inside["division"]["name"] == "Sales"
