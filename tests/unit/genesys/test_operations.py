from __future__ import annotations

from typing import Any

import pytest

from hook.deadline import Deadline
from hook.errors import Conflict, OperationFailed, UnexpectedResponse
from hook.genesys.client import Platform
from hook.genesys.operations import Operation
from tests.unit.genesys.server import Scripted, Server

PATH = "/api/v2/flows/f-1"
STARTED = {"id": "op-1", "complete": False, "actionName": "PUBLISH", "actionStatus": "STARTED"}


def flow(operation: object) -> Scripted:
    return Scripted(body={"id": "f-1", "currentOperation": operation})


def followed(platform: Platform, started: dict[str, Any]) -> Operation:
    return platform.operations.follow("f-1", Operation.model_validate(started), deadline=Deadline(10))


def test_an_operation_is_followed_to_its_success(server: Server, platform: Platform) -> None:
    server.on(
        "GET",
        PATH,
        flow(None),
        flow(STARTED),
        flow({**STARTED, "actionStatus": "PENDING_GENERATION"}),
        flow({**STARTED, "complete": True, "actionStatus": "SUCCESS"}),
    )
    assert followed(platform, STARTED).actionStatus == "SUCCESS"
    assert len(server.called("GET", PATH)) == 4


def test_an_operation_that_is_over_at_once_needs_no_look(server: Server, platform: Platform) -> None:
    assert followed(platform, {**STARTED, "complete": True, "actionStatus": "UNLOCKED"}).done
    assert not server.requests


@pytest.mark.parametrize(
    "end",
    [
        {"complete": True, "actionStatus": "FAILURE"},
        {"complete": False, "actionStatus": "failure"},
        {"complete": True, "actionStatus": "SUCCESS", "errorCode": "architect.flow.save.failed"},
    ],
)
def test_an_operation_that_ends_in_failure_is_one(server: Server, platform: Platform, end: dict[str, Any]) -> None:
    server.on("GET", PATH, flow({**STARTED, **end}))
    with pytest.raises(OperationFailed, match="operation PUBLISH on flow f-1 failed: the platform gave no reason"):
        followed(platform, STARTED)


def test_a_failed_operation_tells_why(server: Server, platform: Platform) -> None:
    failed = {
        **STARTED,
        "complete": True,
        "actionStatus": "FAILURE",
        "errorMessage": "Validation failed",
        "errorCode": "architect.flow.validate.failed",
        "errorDetails": [{"errorCode": "missing", "fieldName": "queue"}],
    }
    with pytest.raises(OperationFailed, match="Validation failed") as caught:
        followed(platform, failed)
    assert caught.value.code == "architect.flow.validate.failed"
    assert caught.value.details == ("queue: missing",)


def test_another_operation_hides_the_end_of_ours(server: Server, platform: Platform) -> None:
    server.on("GET", PATH, flow({"id": "op-2", "complete": False, "actionName": "SAVE"}))
    with pytest.raises(Conflict, match="another operation began"):
        followed(platform, STARTED)


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ({}, True),
        ({"client": {"id": "us"}}, True),
        ({"client": {"id": "other"}}, False),
        ({"user": {"id": "somebody"}}, False),
    ],
)
def test_an_operation_may_be_ours_unless_it_names_somebody_else(told: dict[str, Any], *, ours: bool) -> None:
    assert Operation.model_validate({"id": "op-1", **told}).may_be_of("us") is ours


def test_what_begins_an_operation_names_it(server: Server, platform: Platform) -> None:
    server.on("POST", "/api/v2/flows/actions/publish", Scripted(status=202, body=STARTED))
    assert platform.operations.begin("publish", "f-1").id == "op-1"
    assert server.requests[-1].query == {"flow": ["f-1"]}


def test_what_is_no_operation_is_unexpected(server: Server, platform: Platform) -> None:
    server.on("POST", "/api/v2/flows/actions/checkin", Scripted(body={"ok": True}))
    with pytest.raises(UnexpectedResponse):
        platform.operations.begin("checkin", "f-1")
