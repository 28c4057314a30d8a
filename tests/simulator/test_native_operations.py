"""Who may do what to a flow, what goes wrong with operations, and answers that are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from simulator.testing import Org, Simulator
from tests.simulator.conftest import Api
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


def send(api: Api, what: str, flow_id: str, body: Body | None = None) -> requests.Response:
    if what == "versions":
        return api.call("POST", f"flows/{flow_id}/versions", json=body)
    return api.call("POST", f"flows/actions/{what}", params={"flow": flow_id})


CALLS = ("checkout", "versions", "checkin", "publish", "revert")


@pytest.mark.parametrize("what", CALLS)
def test_nothing_can_be_done_to_what_somebody_else_holds(
    api: Api, other: Api, ids: Ids, flow_id: str, what: str
) -> None:
    draft = configuration(ids, description="Hers")
    assert send(other, "checkout", flow_id).status_code == 200
    assert send(other, "versions", flow_id, draft).status_code == 200

    answer = send(api, what, flow_id, configuration(ids))

    assert (answer.status_code, answer.json()["code"]) == (409, "architect.flow.locked")
    assert answer.json()["messageParams"]["lockedBy"] == "other"
    assert api.get(f"flows/{flow_id}/latestconfiguration") == draft


@pytest.mark.parametrize("what", [*CALLS, "unlock", "deactivate"])
@pytest.mark.parametrize("running", ["checkin", "publish"])
def test_nothing_can_be_done_while_an_operation_is_in_progress(
    api: Api, org: Org, ids: Ids, *, flow_id: str, what: str, running: str
) -> None:
    send(api, "versions", flow_id, configuration(ids))
    org.settings(operation_seconds=200_000)
    send(api, running, flow_id)

    answer = send(api, what, flow_id, configuration(ids))

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.json()["messageParams"]["action"] == running.upper()
    org.advance(1001)
    assert send(api, what, flow_id, configuration(ids)).status_code == 200


def test_an_unlock_needs_its_permission_and_takes_anybodys_lock(
    simulator: Simulator, api: Api, other: Api, flow_id: str
) -> None:
    simulator.org.client("editor", "s", permissions=["architect:flow:edit", "architect:flow:publish"])
    editor = Api(simulator, ("editor", "s"))
    send(other, "checkout", flow_id)

    refused = send(editor, "unlock", flow_id)
    editor.http.close()

    assert (refused.status_code, refused.json()["messageParams"]["permissions"]) == (403, "architect:flow:unlock")
    assert "lockedClient" not in send(api, "unlock", flow_id).json()


def test_an_operation_says_who_began_it_and_how_it_goes_on(api: Api, org: Org, ids: Ids, flow_id: str) -> None:
    org.settings(operation_seconds=200_000)
    send(api, "versions", flow_id, configuration(ids))
    begun = send(api, "publish", flow_id).json()
    seen = []
    for _ in range(3):
        operation = api.get(f"flows/{flow_id}")["currentOperation"]
        assert (operation["id"], operation["client"]["id"]) == (begun["id"], "flowsync")
        seen.append((operation["actionStatus"], operation["complete"]))
        org.advance(600)

    assert seen == [("STARTED", False), ("PENDING_GENERATION", False), ("SUCCESS", True)]


@pytest.mark.parametrize("what", ["checkin", "publish"])
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            {"code": "architect.flow.save.failed", "messages": ["Could not save.", "Try again."]},
            {"errorCode": "architect.flow.save.failed", "errorMessage": "Could not save. Try again."},
        ),
        ({"messages": ["Only words."]}, {"errorMessage": "Only words."}),
        ({"code": "architect.unspecified.error"}, {"errorCode": "architect.unspecified.error"}),
        ({}, {}),
    ],
    ids=["code and words", "words", "code", "nothing"],
)
def test_an_operation_that_fails_keeps_draft_and_lock(
    api: Api, org: Org, ids: Ids, *, flow_id: str, what: str, fault: Body, told: Body
) -> None:
    draft = configuration(ids, description="Draft")
    org.job_fault(job=what, flow="Main line", **fault)
    org.job_fault(job=what, flow="Another flow")
    send(api, "versions", flow_id, draft)

    send(api, what, flow_id)
    org.advance(30)

    flow = api.get(f"flows/{flow_id}")
    operation = flow["currentOperation"]
    assert (operation["actionName"], operation["actionStatus"], operation["complete"]) == (
        what.upper(),
        "FAILURE",
        True,
    )
    assert {key: value for key, value in operation.items() if key in {"errorCode", "errorMessage"}} == told
    assert (flow["lockedClient"]["id"], flow["publishedVersion"]["id"]) == ("flowsync", "1.0")
    assert api.get(f"flows/{flow_id}/versions/{flow['savedVersion']['id']}/configuration") == draft
    send(api, what, flow_id)
    org.advance(30)
    assert api.get(f"flows/{flow_id}")["currentOperation"]["actionStatus"] == "SUCCESS"


@pytest.mark.parametrize("what", ["checkin", "publish"])
@pytest.mark.parametrize("unlocks", [False, True])
def test_an_operation_that_fails_keeps_the_draft_whatever_becomes_of_the_lock(
    api: Api, org: Org, ids: Ids, *, flow_id: str, what: str, unlocks: bool
) -> None:
    org.settings(failed_operation_unlocks=unlocks)
    org.job_fault(job=what)
    send(api, "versions", flow_id, configuration(ids))
    send(api, what, flow_id)
    org.advance(30)

    flow = api.get(f"flows/{flow_id}")

    assert ("lockedClient" in flow, flow["savedVersion"]["createdByClient"]["id"]) == (not unlocks, "flowsync")
    assert "savedVersion" not in send(api, "revert", flow_id).json()


def test_an_operation_can_hang_or_lie(api: Api, org: Org, ids: Ids, flow_id: str) -> None:
    send(api, "versions", flow_id, configuration(ids))
    org.job_fault(job="publish", outcome="lost")
    send(api, "publish", flow_id)
    org.advance(30)
    flow = api.get(f"flows/{flow_id}")
    assert (flow["currentOperation"]["actionStatus"], flow["publishedVersion"]["id"]) == ("SUCCESS", "1.0")
    assert "savedVersion" in flow

    org.job_fault(job="checkin", outcome="stuck")
    send(api, "checkin", flow_id)
    org.advance(1000)
    assert api.get(f"flows/{flow_id}")["currentOperation"]["complete"] is False
    assert send(api, "checkin", flow_id).status_code == 409


def _checked_out(flow: Body) -> bool:
    return "lockedClient" in flow


def _saved(flow: Body) -> bool:
    return bool(flow.get("savedVersion", {}).get("type") == "SAVE")


def _checked_in(flow: Body) -> bool:
    return bool(flow["checkedInVersion"]["id"] == "2.0" and "lockedClient" not in flow)


def _published(flow: Body) -> bool:
    return bool(flow["publishedVersion"]["id"] == "2.0")


STEPS: tuple[tuple[str, Callable[[Body], bool]], ...] = (
    ("checkout", _checked_out),
    ("versions", _saved),
    ("checkin", _checked_in),
    ("publish", _published),
)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("lost", range(len(STEPS)), ids=[what for what, _ in STEPS])
def test_an_answer_can_be_lost_before_and_after_the_call_had_its_effect(
    api: Api, org: Org, ids: Ids, *, flow_id: str, lost: int, moment: str
) -> None:
    org.settings(checkout_makes_draft=False)
    what, took_effect = STEPS[lost]
    for step, _ in STEPS[:lost]:
        send(api, step, flow_id, configuration(ids))
        org.advance(30)
    path = "/versions$" if what == "versions" else f"/actions/{what}$"
    org.fault(method="POST", path=path, times=1, reset=moment)

    with pytest.raises(requests.ConnectionError):
        send(api, what, flow_id, configuration(ids))
    org.advance(30)

    assert took_effect(api.get(f"flows/{flow_id}")) == (moment == "after")
    (record,) = org.calls(method="POST", path="/versions" if what == "versions" else f"/actions/{what}")
    assert record.status == 0


@pytest.mark.parametrize(("moment", "made"), [("before", 0), ("after", 1)])
def test_the_answer_to_a_new_flow_can_be_lost(api: Api, org: Org, moment: str, made: int) -> None:
    org.fault(method="POST", path="/api/v2/flows$", times=1, reset=moment)

    with pytest.raises(requests.ConnectionError):
        api.call("POST", "flows", json={"name": "New", "type": "WORKFLOW"})

    assert len(org.flows()) == made


@pytest.mark.parametrize("status", [500, 503, 504])
def test_a_call_can_take_effect_although_an_error_is_answered(
    api: Api, org: Org, ids: Ids, flow_id: str, status: int
) -> None:
    send(api, "versions", flow_id, configuration(ids))
    org.fault(method="POST", path="/actions/publish$", times=1, status=status, process=True)

    assert send(api, "publish", flow_id).status_code == status
    org.advance(30)
    assert api.get(f"flows/{flow_id}")["publishedVersion"]["id"] == "2.0"


def test_the_history_tells_every_step_by_whom_and_with_its_version(api: Api, org: Org, ids: Ids, flow_id: str) -> None:
    for what in ("checkout", "versions", "checkin", "publish", "checkout", "revert"):
        send(api, what, flow_id, configuration(ids))
        org.advance(30)
    asked = api.post(f"flows/{flow_id}/history")
    org.advance(30)

    entries = api.get(f"flows/{flow_id}/history/{asked['id']}", pageSize=100, sortOrder="asc")["entities"]

    told = [(one["action"], one.get("version", "")) for one in entries]
    assert [action for action, _ in told] == [
        *("CREATE", "CHECKIN", "PUBLISH"),
        *("CHECKOUT", "SAVE", "CHECKIN", "PUBLISH", "CHECKOUT", "REVERT"),
    ]
    assert (told[4][1].startswith("saved_version_"), told[5:7]) == (True, [("CHECKIN", "2.0"), ("PUBLISH", "2.0")])
    assert {one["client"]["id"] for one in entries} == {"flowsync"}


def test_a_draft_that_is_named_is_published_as_a_version(api: Api, org: Org, ids: Ids, flow_id: str) -> None:
    draft = send(api, "versions", flow_id, configuration(ids)).json()["id"]

    api.post("flows/actions/publish", flow=flow_id, version=draft)
    org.advance(30)

    flow = api.get(f"flows/{flow_id}")
    assert (flow["publishedVersion"]["id"], "savedVersion" in flow) == ("2.0", False)


def test_an_older_version_is_published_beside_a_draft(api: Api, org: Org, ids: Ids, flow_id: str) -> None:
    org.act("edit", "Main line", user="Author")
    send(api, "versions", flow_id, configuration(ids, description="Draft"))

    api.post("flows/actions/publish", flow=flow_id, version="1.0")
    org.advance(30)

    flow = api.get(f"flows/{flow_id}")
    assert (flow["publishedVersion"]["id"], flow["savedVersion"]["type"]) == ("1.0", "SAVE")
    assert flow["lockedClient"]["id"] == "flowsync"


FITTING = '{"flowMetaData": {"flowDocumentVersion": "1.0"}, "flowSequenceItemList": [], "value": '


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        nested(100_000),
        FITTING + nested(300) + "}",
        FITTING + r'"\ud800"}',
        FITTING + "NaN}",
    ],
    ids=["list", "very deep", "deep", "half a character", "no number"],
)
def test_a_body_that_cannot_be_held_is_refused(api: Api, flow_id: str, text: str) -> None:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}

    answer = requests.post(f"{api.base}/api/v2/flows/{flow_id}/versions", data=text, headers=headers, timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad.request")


def test_a_flow_that_is_deleted_meanwhile_is_not_published(api: Api, org: Org, ids: Ids, flow_id: str) -> None:
    org.settings(operation_seconds=10_000)
    send(api, "publish", flow_id)
    org.act("delete", "Main line", user="Author")
    org.advance(60)

    flow = api.get(f"flows/{flow_id}", deleted="true")
    assert flow["currentOperation"]["errorCode"] == "architect.flow.not.found"
    assert flow["publishedVersion"]["id"] == "1.0"
