from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.state import Grant
from simulator.testing import Org, Simulator
from tests.simulator.conftest import Api, document, texts

DIVISION = "authorization/divisions"


@pytest.fixture
def sales(simulator: Simulator, org: Org) -> Iterator[Api]:
    """A client that has everything in the division Sales, and nothing elsewhere."""
    org.add(DIVISION, "Sales")
    org.client("sales", "s3cret", divisions=["sales"])
    caller = Api(simulator, ("sales", "s3cret"))
    yield caller
    caller.http.close()


def inside(name: str = "Inside", **more: str) -> str:
    return document(name, extra="  division: Sales\n", **more)


def publish(api: Api, org: Org, text: str) -> list[str] | None:
    """Publish a document; return what the job says when it fails."""
    job_id = api.upload(text)
    org.advance(30)
    job = api.job(job_id)
    return None if job["status"] == "Success" else texts(job)


def test_grants_tell_the_divisions_of_a_client(api: Api, sales: Api) -> None:
    everywhere = api.get("authorization/subjects/me")["grants"]
    assert [one["division"]["id"] for one in everywhere] == ["*"]
    (grant,) = sales.get("authorization/subjects/me", includeFullRoles="true")["grants"]
    assert (grant["division"]["name"], grant["division"]["homeDivision"]) == ("Sales", False)
    assert grant["role"]["policies"] == [{"domain": "*", "entityName": "*", "actions": ["*"]}]
    assert grant["grantMadeAt"].endswith("Z")


def test_what_a_role_allows_is_told_only_on_request_and_no_permissions_are_no_grant(
    simulator: Simulator, org: Org, api: Api
) -> None:
    assert "policies" not in api.get("authorization/subjects/me")["grants"][0]["role"]
    org.client("none", "s3cret", permissions=[])
    caller = Api(simulator, ("none", "s3cret"))
    assert caller.get("authorization/subjects/me", includeFullRoles="true")["grants"] == []
    caller.http.close()


def test_products_are_those_of_the_setting(api: Api, org: Org) -> None:
    org.settings(products=["engage"])
    found = api.get("authorization/products")
    assert (found["entities"], found["total"]) == ([{"id": "engage"}], 1)


def test_flows_of_other_divisions_are_hidden_and_closed(api: Api, sales: Api, org: Org) -> None:
    home, mine = org.add_flow(document("At home")), org.add_flow(inside())
    for path in ("flows", "flows/divisionviews"):
        assert [one["name"] for one in sales.get(path)["entities"]] == ["Inside"]
        assert len(api.get(path)["entities"]) == 2
    found = sales.get("flows/lookup", id=f"{home.id},{mine.id}")["entities"]
    assert [one["name"] for one in found] == ["Inside"]
    for method, path in (("GET", f"flows/{home.id}"), ("POST", f"flows/actions/checkout?flow={home.id}")):
        answer = sales.call(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "missing.division.permission")
        assert answer.json()["messageParams"]["division"] == "Home"


def test_a_client_publishes_only_in_its_divisions(sales: Api, org: Org) -> None:
    org.add_flow(document("At home"))
    assert publish(sales, org, inside()) is None
    assert publish(sales, org, document("Inside")) is None
    expected = "You are missing the following permission(s) in division 'Home': architect:flow:publish"
    for text in (document("New"), document("At home"), inside("At home")):
        assert (publish(sales, org, text) or [""])[0] == expected
    assert org.flow("At home").publish_count == 1


def test_a_client_exports_only_what_is_in_its_divisions(sales: Api, org: Org) -> None:
    flow = org.add_flow(document("At home"))
    job_id = sales.export({"flow": {"id": flow.id}})
    org.advance(30)
    assert sales.get(f"flows/export/jobs/{job_id}")["status"] == "Failure"


def test_objects_of_other_divisions_are_hidden_and_cannot_be_named(sales: Api, org: Org) -> None:
    hidden = org.add("routing/queues", "Support")
    org.add("routing/queues", "Leads", division="Sales")
    (shown,) = sales.get("routing/queues")["entities"]
    assert (shown["name"], shown["division"]["name"]) == ("Leads", "Sales")
    assert sales.call("GET", f"routing/queues/{hidden['id']}").status_code == 403
    assert publish(sales, org, inside(queue="Leads")) is None
    failed = publish(sales, org, inside(queue="Support"))
    assert failed is not None
    assert failed[0] == "find 'queue' by value of 'Support' - no matches"


def test_traffic_of_other_divisions_has_no_rows(api: Api, sales: Api, org: Org) -> None:
    flow = org.add_flow(document("At home"))
    org.traffic(flow="At home", count=4)
    predicate = {"dimension": "flowId", "value": flow.id}
    query = {"filter": {"type": "or", "predicates": [predicate]}, "metrics": ["oFlow"]}
    path = "analytics/flows/observations/query"
    assert (len(api.post(path, query)["results"]), sales.post(path, query)["results"]) == (1, [])


@pytest.fixture
def split(simulator: Simulator, org: Org) -> Iterator[Api]:
    """A client that sees everything, but changes and publishes in the division Sales only."""
    org.add(DIVISION, "Sales")
    everywhere = Grant(permissions=["*:view", "architect:job*:*"])
    in_sales = Grant(permissions=["routing:queue:*", "architect:flow:publish"], divisions=["Sales"])
    org.client("split", "s3cret", permissions=[], grants=[everywhere, in_sales])
    caller = Api(simulator, ("split", "s3cret"))
    yield caller
    caller.http.close()


def test_a_permission_counts_only_where_it_was_granted(split: Api, org: Org) -> None:
    home = org.add("routing/queues", "Support")
    leads = org.add("routing/queues", "Leads", division="Sales")
    assert [one["name"] for one in split.get("routing/queues")["entities"]] == ["Support", "Leads"]
    statuses = [
        split.call("PUT", f"routing/queues/{one['id']}", json={"name": one["name"]}).status_code
        for one in (home, leads)
    ]
    assert statuses == [403, 200]
    assert split.call("POST", "routing/skills", json={"name": "Italian"}).status_code == 403
    assert publish(split, org, inside()) is None
    refused = publish(split, org, document("At home"))
    assert (refused or [""])[0].startswith("You are missing the following permission(s) in division 'Home'")


def test_each_grant_is_told_with_its_role(split: Api) -> None:
    grants = split.get("authorization/subjects/me", includeFullRoles="true")["grants"]
    assert [one["division"]["name"] for one in grants] == ["*", "Sales"]
    assert len({one["role"]["id"] for one in grants}) == 2
    assert grants[1]["role"]["policies"][0]["entityName"] == "queue"
