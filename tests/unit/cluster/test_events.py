from __future__ import annotations

from dataclasses import replace

import pytest

from hook.cluster import connection as connecting
from hook.cluster.connection import Connection
from hook.cluster.events import JobEvents, NoEvents, Regarded
from hook.model import ExitCode, Failure, Finding, Problem, Status, Verdict
from hook.redaction import Redactor
from tests.apiserver import ApiServer
from tests.unit.cluster.test_termination import EMPTY, done, failed


def events_of(connection: Connection, *, kind: str = "Job", secret: str = "") -> JobEvents:
    redactor = Redactor()
    redactor.add(secret)
    regarded = Regarded("Job" if kind == "Job" else "Pod", "flows-sync", "uid-1")
    return JobEvents(connection, regarded, host="flows-sync-x7k2p", run_id="r-1", redactor=redactor)


def told(api: ApiServer) -> list[tuple[str, str]]:
    return [(body["reason"], body["message"]) for (_, kind, _), body in api.objects.items() if kind == "events"]


def test_objects_that_failed_are_told_and_others_are_not(api: ApiServer, connection: Connection) -> None:
    events = events_of(connection)
    bad, held = failed("Bad", "no good", "line 3"), failed("Held", "locked", status=Status.CONFLICT)
    events.started("dev")
    for outcome in (done("Good"), bad, held):
        events.outcome(outcome)
    events.ended(replace(EMPTY, outcomes=(done("Good"), bad, held)))

    assert [reason for reason, _ in told(api)] == ["SyncStarted", "ObjectFailed", "ObjectConflict", "SyncFailed"]
    assert told(api)[1][1] == "inboundcall 'Bad': no good line 3"
    assert "exit 8." in told(api)[3][1]


def test_a_pod_without_a_job_is_what_they_are_about(api: ApiServer, connection: Connection) -> None:
    events = events_of(connection, kind="Pod")
    events.ended(EMPTY)

    body = next(iter(api.objects.values()))
    assert body["involvedObject"] == {
        "apiVersion": "v1",
        "kind": "Pod",
        "name": "flows-sync",
        "namespace": "flows",
        "uid": "uid-1",
    }
    assert (body["type"], body["source"]) == ("Normal", {"component": "flowsync", "host": "flows-sync-x7k2p"})


def test_many_failures_are_counted_and_long_messages_cut(api: ApiServer, connection: Connection) -> None:
    events = events_of(connection)
    for number in range(25):
        events.outcome(failed(f"Flow {number}", "ü" * 2000))
    events.ended(replace(EMPTY, failure=Failure("X", "it broke", ExitCode.REFUSED), problems=(Problem("a", "hm"),)))

    assert len(told(api)) == 21
    assert all(len(message.encode()) <= 1024 for _, message in told(api))
    assert "5 more objects failed." in told(api)[-1][1]
    assert "it broke" in told(api)[-1][1]


def test_what_a_guard_refused_is_told_at_the_end(api: ApiServer, connection: Connection) -> None:
    events = events_of(connection)
    passed = Finding("capacity", Verdict.PASS, "all is quiet")
    events.ended(replace(EMPTY, findings=(passed, Finding("peakHours", Verdict.REFUSE, "it is ten o'clock."))))

    ((reason, message),) = told(api)
    assert reason == "SyncFailed"
    assert message.endswith("exit 6. refused by peakHours: it is ten o'clock.")


def test_secrets_are_not_told(api: ApiServer, connection: Connection) -> None:
    events = events_of(connection, secret="hunter2-secret")
    events.outcome(failed("A", "it said hunter2-secret"))
    events.ended(EMPTY)

    assert "hunter2-secret" not in str(api.objects)


@pytest.mark.parametrize("how", [500, "hang"])
def test_after_one_that_was_not_answered_no_more_are_tried(
    api: ApiServer, connection: Connection, monkeypatch: pytest.MonkeyPatch, how: int | str
) -> None:
    monkeypatch.setattr(connecting, "TIMEOUT", (0.2, 0.2))
    api.fail("create", "events", how, times=100)
    events = events_of(connection)
    for number in range(5):
        events.outcome(failed(f"Flow {number}", "no"))
    events.ended(EMPTY)

    assert len(api.calls) == 1


def test_an_event_that_is_refused_for_itself_does_not_stop_the_others(api: ApiServer, connection: Connection) -> None:
    api.fail("create", "events", 422)
    events = events_of(connection)
    events.started("dev")
    events.ended(EMPTY)

    assert [reason for reason, _ in told(api)] == ["SyncSucceeded"]


def test_without_a_job_nothing_is_told() -> None:
    events = NoEvents()
    events.started("dev")
    events.outcome(done("A"))
    events.ended(EMPTY)
