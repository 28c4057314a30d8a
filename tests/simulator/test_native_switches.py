"""The native route under each value of what is not certain about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator.testing import Org, Simulator
from tests.simulator.conftest import Api, document
from tests.simulator.native_sample import Ids, configuration, prepared

Body = dict[str, Any]


@pytest.fixture
def ids(org: Org) -> Ids:
    return prepared(org)


@pytest.fixture
def flow_id(org: Org, ids: Ids) -> str:
    return str(org.add_flow(native=configuration(ids), client="flowsync").id)


@pytest.fixture
def other(simulator: Simulator) -> Iterator[Api]:
    simulator.org.client("other", "s3cret")
    caller = Api(simulator, ("other", "s3cret"))
    yield caller
    caller.http.close()


Step = Callable[..., Any]


@pytest.fixture
def step(api: Api, org: Org, flow_id: str) -> Step:
    """An action of the client on the flow, awaited; its answer must be a success."""

    def take(action: str) -> Body:
        api.post(f"flows/actions/{action}", flow=flow_id)
        org.advance(30)
        return dict(api.get(f"flows/{flow_id}"))

    return take


def status(api: Api, action: str, flow_id: str) -> int:
    return api.call("POST", f"flows/actions/{action}", params={"flow": flow_id}).status_code


@pytest.mark.parametrize(("another", "published"), [(False, "2.0"), (True, "3.0")])
def test_a_publish_of_what_is_checked_in_makes_another_version_or_not(
    api: Api, org: Org, ids: Ids, *, flow_id: str, step: Step, another: bool, published: str
) -> None:
    org.settings(publish_makes_version=another)
    changed = configuration(ids, description="Changed")
    step("checkout")
    api.post(f"flows/{flow_id}/versions", changed)
    assert step("checkin")["checkedInVersion"]["id"] == "2.0"

    flow = step("publish")

    assert flow["publishedVersion"]["id"] == flow["checkedInVersion"]["id"] == published
    assert api.get(f"flows/{flow_id}/versions/{published}/configuration") == changed
    assert api.get(f"flows/{flow_id}/versions")["total"] == int(float(published))


def test_a_publish_of_what_is_published_already_makes_another_version(step: Step) -> None:
    assert step("publish")["publishedVersion"]["id"] == "2.0"


@pytest.mark.parametrize("makes", [True, False])
def test_a_checkout_makes_a_draft_of_the_newest_content_or_not(
    api: Api, org: Org, flow_id: str, step: Step, makes: bool
) -> None:
    org.settings(checkout_makes_draft=makes)

    flow = step("checkout")

    assert ("savedVersion" in flow, flow["lockedClient"]["id"]) == (makes, "flowsync")
    if makes:
        draft = flow["savedVersion"]
        assert (draft["id"].startswith("saved_version_"), draft["createdByClient"]["id"]) == (True, "flowsync")
        kept = api.get(f"flows/{flow_id}/versions/{draft['id']}/configuration")
        assert kept == api.get(f"flows/{flow_id}/versions/1.0/configuration")
    assert "savedVersion" not in step("revert")


def test_a_checkout_leaves_the_draft_of_somebody_else(org: Org, ids: Ids, flow_id: str, step: Step) -> None:
    org.act("save-draft", "Main line", user="Author", native=configuration(ids, description="Hers"))

    assert step("checkout")["savedVersion"]["createdBy"]["name"] == "Author"


@pytest.mark.parametrize(("again", "expected"), [("accepted", 200), ("conflict", 409)])
def test_a_client_may_check_out_twice_or_not(api: Api, org: Org, flow_id: str, again: str, expected: int) -> None:
    org.settings(checkout_again=again)

    assert [status(api, "checkout", flow_id) for _ in range(2)] == [200, expected]


@pytest.mark.parametrize(("needed", "expected"), [(False, 200), (True, 409)])
def test_saving_takes_the_lock_or_needs_a_checkout(
    api: Api, org: Org, ids: Ids, *, flow_id: str, needed: bool, expected: int
) -> None:
    org.settings(save_needs_checkout=needed)
    bare = api.call("POST", f"flows/{flow_id}/versions", json=configuration(ids))

    assert (bare.status_code, "lockedClient" in api.get(f"flows/{flow_id}")) == (expected, not needed)
    assert status(api, "checkout", flow_id) == 200
    assert api.call("POST", f"flows/{flow_id}/versions", json=configuration(ids)).status_code == 200


@pytest.mark.parametrize(
    ("rule", "saved", "name"), [("ignored", 200, "Main line"), ("renames", 200, "Other"), ("refused", 400, "Main line")]
)
def test_another_name_in_a_configuration(
    api: Api, org: Org, ids: Ids, *, flow_id: str, step: Step, rule: str, saved: int, name: str
) -> None:
    org.settings(native_name=rule)
    answer = api.call("POST", f"flows/{flow_id}/versions", json=configuration(ids, "Other"))
    before = api.get(f"flows/{flow_id}")["name"]

    flow = step("publish")

    assert (answer.status_code, before, flow["name"]) == (saved, "Main line", name)
    assert org.flow(name).id == flow_id
    again = api.call("POST", f"flows/{flow_id}/versions", json=configuration(ids, name.upper()))
    assert again.status_code == 200


def test_a_name_that_another_flow_has_fails_the_publish(api: Api, org: Org, ids: Ids, flow_id: str, step: Step) -> None:
    org.settings(native_name="renames")
    org.add_flow(name="Other", flow_type="inboundcall")
    api.post(f"flows/{flow_id}/versions", configuration(ids, "Other"))

    flow = step("publish")

    assert (flow["name"], flow["publishedVersion"]["id"]) == ("Main line", "1.0")
    assert "already called 'Other'" in flow["currentOperation"]["errorMessage"]


@pytest.mark.parametrize(
    ("rule", "said", "silent"),
    [("taken", "New", "By hand"), ("ignored", "By hand", "By hand"), ("replaced", "New", None)],
)
def test_a_description_in_a_configuration(
    api: Api, org: Org, ids: Ids, *, flow_id: str, step: Step, rule: str, said: str, silent: str | None
) -> None:
    org.settings(native_description=rule)
    found = []
    without = {key: value for key, value in configuration(ids).items() if key != "description"}
    for body in (configuration(ids, description="New"), without):
        org.act("set-description", "Main line", user="Author", value="By hand")
        api.post(f"flows/{flow_id}/versions", body)
        assert api.get(f"flows/{flow_id}")["description"] == "By hand"
        found.append(step("publish").get("description"))

    assert found == [said, silent]


def test_the_division_is_never_taken_from_a_configuration(
    api: Api, org: Org, ids: Ids, flow_id: str, step: Step
) -> None:
    org.add("authorization/divisions", "Sales")
    org.act("set-division", "Main line", user="Author", value="Sales")
    home = api.get("authorization/divisions/home")
    api.post(f"flows/{flow_id}/versions", configuration(ids, division={"id": home["id"], "name": home["name"]}))

    assert step("publish")["division"]["name"] == "Sales"


@pytest.mark.parametrize("kept", [False, True])
def test_a_revert_gives_the_lock_back_or_not(org: Org, step: Step, kept: bool) -> None:
    org.settings(revert_keeps_lock=kept)
    step("checkout")

    flow = step("revert")

    assert ("lockedClient" in flow, "savedVersion" in flow) == (kept, False)
    assert "lockedClient" not in step("unlock")


@pytest.mark.parametrize(("expected", "code"), [(409, "architect.flow.locked"), (403, "architect.not.admin.user")])
def test_a_lock_of_somebody_else_is_not_reverted(
    api: Api, org: Org, *, flow_id: str, other: Api, expected: int, code: str
) -> None:
    org.settings(foreign_revert_status=expected)
    other.post("flows/actions/checkout", flow=flow_id)

    answer = api.call("POST", "flows/actions/revert", params={"flow": flow_id})

    assert (answer.status_code, answer.json()["code"]) == (expected, code)
    flow = api.get(f"flows/{flow_id}")
    assert (flow["lockedClient"]["id"], "savedVersion" in flow) == ("other", True)


@pytest.mark.parametrize("locked", [False, True])
def test_a_new_flow_is_locked_by_its_creator_or_not(api: Api, org: Org, locked: bool) -> None:
    org.settings(created_flow_locked=locked)

    made = api.post("flows", {"name": "New", "type": "WORKFLOW"})

    assert ("lockedClient" in made) == locked
    assert api.call("GET", f"flows/{made['id']}/latestconfiguration").json()["code"] == "flow.no.config.available"


@pytest.mark.parametrize("shown", [True, False])
def test_what_is_over_at_once_is_shown_as_an_operation_or_not(
    api: Api, org: Org, ids: Ids, *, flow_id: str, step: Step, shown: bool
) -> None:
    org.settings(all_operations_shown=shown)
    seen = []
    for action in ("checkout", "revert", "unlock", "publish"):
        operation = step(action).get("currentOperation", {"actionName": None})
        seen.append(operation["actionName"])
        assert operation.get("complete", True)
        assert operation.get("actionStatus", "SUCCESS") == "SUCCESS"
    api.post(f"flows/{flow_id}/versions", configuration(ids))
    seen.append(api.get(f"flows/{flow_id}")["currentOperation"]["actionName"])

    assert seen == (
        ["CHECKOUT", "REVERT", "STATE_CHANGE", "PUBLISH", "SAVE"] if shown else [None, None, None, "PUBLISH", "PUBLISH"]
    )


def test_an_archy_document_over_a_native_flow_and_back(api: Api, org: Org, ids: Ids, flow_id: str, step: Step) -> None:
    api.upload(document(queue="Sales"))
    org.advance(60)
    flow = api.get(f"flows/{flow_id}")
    assert flow["publishedVersion"]["id"] == "2.0"
    of_archy = api.get(f"flows/{flow_id}/latestconfiguration")
    assert [one["id"] for one in of_archy["manifest"]["queue"]] == [ids.queue]

    api.post(f"flows/{flow_id}/versions", configuration(ids))

    assert step("publish")["publishedVersion"]["id"] == "3.0"
    assert api.get(f"flows/{flow_id}/latestconfiguration") == configuration(ids)
