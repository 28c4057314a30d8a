"""What the platform and the network do to a run, and what the operator is told."""

from __future__ import annotations

import pytest

from hook.engine.apply import Applier
from hook.engine.state import State
from hook.engine.stores import Contents, FileStore
from hook.errors import ApiUnavailable, FlowSyncError, InvalidInput
from hook.model import Change, ExitCode, Identity, Live, Problem
from tests.run.conftest import Lab

JOBS = r"/api/v2/flows/jobs$"
JOB = r"/api/v2/flows/jobs/"
UPLOAD = r"^/(?!api/|oauth/).*"


def test_a_token_that_ends_in_mid_run_is_renewed(lab: Lab) -> None:
    lab.write("One")
    lab.org.fault(
        method="POST",
        path=JOBS,
        times=1,
        status=401,
        body={"code": "bad.credentials", "status": 401, "message": "Invalid login credentials."},
    )

    assert (lab.sync().code, lab.publishes("One")) == (0, 1)
    assert len(lab.calls(path="/oauth/token")) == 2


def test_a_rate_limit_is_waited_for_as_long_as_the_platform_says(lab: Lab) -> None:
    lab.write("One")
    lab.org.fault(
        method="POST",
        path=JOBS,
        times=1,
        status=429,
        headers={"Retry-After": "1"},
        body={"code": "too.many.requests.retry.after", "status": 429, "message": "Retry in [1] seconds"},
    )

    assert (lab.sync().code, lab.publishes("One")) == (0, 1)


def test_a_rate_limit_that_outlasts_the_deadline_is_told_at_once(lab: Lab) -> None:
    lab.write("One")
    lab.org.fault(
        method="GET",
        path="/api/v2/flows$",
        times=None,
        status=429,
        headers={"Retry-After": "900"},
        body={"code": "too.many.requests.retry.after", "status": 429, "message": "Retry in [900] seconds"},
    )

    done = lab.sync("--deadline", "30")

    assert done.code == ExitCode.UNAVAILABLE
    assert "900" in str(done.report["failure"])


@pytest.mark.parametrize("reset", ["before", "after"])
def test_a_lost_answer_after_the_registration_of_a_job_publishes_once(lab: Lab, reset: str) -> None:
    lab.write("One")
    lab.org.fault(method="POST", path=JOBS, times=1, reset=reset)

    assert (lab.sync().code, lab.publishes("One")) == (0, 1)


def test_a_lost_answer_after_the_upload_publishes_once(lab: Lab) -> None:
    lab.write("One")
    lab.org.fault(method="PUT", path=UPLOAD, times=1, reset="after")

    assert (lab.sync().code, lab.publishes("One")) == (0, 1)


def test_a_job_that_fails_tells_the_platforms_messages_and_no_request_bodies(lab: Lab) -> None:
    lab.write("One")
    lab.org.job_fault(
        flow="One",
        times=1,
        outcome="failure",
        messages=[{"text": "Something is odd", "details": [{"type": "NetworkDiagnostic", "requestBody": "private"}]}],
    )

    done = lab.sync()

    assert (done.code, done.statuses()) == (ExitCode.REFUSED, {"One": "failed"})
    assert "Something is odd" in str(done.outcome("One")["failure"])
    assert "private" not in str(done.report)


def test_a_job_that_fails_without_a_message_says_what_to_do(lab: Lab) -> None:
    lab.write("One")
    lab.org.job_fault(flow="One", times=1, outcome="failure", messages=[])

    done = lab.sync()

    assert done.code == ExitCode.REFUSED
    assert "gave no reason" in done.outcome("One")["failure"]["message"]
    assert "Architect" in done.outcome("One")["failure"]["hint"]


def test_a_job_that_never_ends_is_given_up_and_found_again_by_the_next_run(lab: Lab) -> None:
    lab.write("One")
    lab.org.job_fault(flow="One", times=1, outcome="stuck")

    done = lab.sync("--job-timeout", "0.5")

    assert done.code == ExitCode.UNAVAILABLE
    assert done.statuses() == {"One": "failed"}


def test_a_job_that_lies_is_not_believed(lab: Lab) -> None:
    lab.write("One")
    lab.org.job_fault(flow="One", times=1, outcome="lost")

    done = lab.sync("--deadline", "3")

    assert done.code == ExitCode.REFUSED
    assert done.outcome("One")["failure"]["error"] == "VerificationFailed"


@pytest.mark.parametrize("value", [False, "false"])
def test_a_body_that_says_success_false_is_a_failure_whatever_the_status(lab: Lab, value: object) -> None:
    lab.write("One")
    lab.org.fault(method="POST", path=JOBS, times=None, status=200, body={"success": value, "message": "no such luck"})

    done = lab.sync()

    assert done.code == ExitCode.REFUSED
    assert "no such luck" in str(done.outcome("One")["failure"])
    assert lab.org.flows() == []


def test_a_success_false_while_looking_at_a_job_leaves_the_job_to_the_next_run(lab: Lab) -> None:
    lab.write("One")
    lab.org.fault(method="GET", path=JOB, times=1, status=200, body={"success": False})

    failed = lab.sync()
    again = lab.sync()

    assert failed.code == ExitCode.REFUSED
    assert (again.code, lab.publishes("One")) == (0, 1)


def test_a_list_that_may_not_be_seen_is_not_taken_for_empty(lab: Lab) -> None:
    lab.org.client("flowsync", "secret-of-flowsync", permissions=["architect:job:create", "architect:job:view"])
    lab.write("One")

    done = lab.sync()

    assert done.code == ExitCode.CREDENTIALS
    assert "architect:flow:view" in str(done.report["failure"])


def test_an_outage_in_mid_run_starts_nothing_new_and_the_next_run_looks_before_it_writes(lab: Lab) -> None:
    for name in ("A", "B", "C"):
        lab.write(name)
    lab.org.fault(method="GET", path=JOB, times=None, status=503, body={"status": 503, "code": "service.unavailable"})

    failed = lab.sync("--concurrency", "1", "--deadline", "4")
    lab.org.clear_faults()
    again = lab.sync()

    assert failed.code == ExitCode.UNAVAILABLE
    assert failed.statuses() == {"A": "failed", "B": "not-tried", "C": "not-tried"}
    assert (again.code, again.statuses()) == (0, {"A": "unchanged", "B": "done", "C": "done"})
    assert [lab.publishes(name) for name in ("A", "B", "C")] == [1, 1, 1]


def test_a_missing_name_is_refused_before_anything_is_written(lab: Lab) -> None:
    lab.write("One", then="Nobody")
    lab.write("Two")

    done = lab.sync()

    findings = [finding for finding in done.report["findings"] if finding["verdict"] == "refuse"]
    assert done.code == ExitCode.GUARD
    assert findings[0]["place"]["file"] == "flows/dev/all/one.yaml"
    assert findings[0]["place"]["line"] > 0
    assert "Nobody" in findings[0]["message"]
    assert [call for call in lab.calls() if call[0] != "GET" and "oauth" not in call[1]] == []


@pytest.mark.parametrize(
    "setting",
    [
        {"saved_version_after_publish": True},
        {"job_publishes_as_client": False},
        {"publish_resets_metadata": True},
        {"client_as_publisher": False},
        {"rate_limit_headers": False},
        {"name_filter": "beginning"},
        {"action_accepted_status": 202},
        {"invalid_client_status": 400},
    ],
)
def test_it_is_right_under_either_reading_of_what_is_not_certain(lab: Lab, setting: dict[str, object]) -> None:
    lab.org.settings(**setting)
    lab.write("One")
    lab.sync()
    lab.write("One", end="Finish")

    done = lab.sync()
    after = lab.sync()

    assert (done.code, done.statuses()) == (0, {"One": "done"})
    assert after.statuses() == {"One": "unchanged"}


def test_a_state_that_cannot_be_written_ends_the_run_and_loses_no_outcome(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.write("One")
    lab.write("Two")
    saved = FileStore.save

    def save(store: FileStore, contents: Contents) -> None:
        if any(entry.version for entry in contents.entries):
            raise InvalidInput(Problem("state-unwritable", "the disk is full."))
        saved(store, contents)

    monkeypatch.setattr(FileStore, "save", save)
    failed = lab.sync()
    monkeypatch.undo()

    assert failed.code == ExitCode.INVALID_INPUT
    assert failed.statuses() == {"One": "failed", "Two": "failed"}
    assert "the disk is full" in str(failed.outcome("One")["failure"])


def test_a_bug_while_others_are_written_loses_no_outcome(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("One", "Two", "Three"):
        lab.write(name)
    noted = Applier._noted
    first = lab.plan().report["plan"]["changes"][0]["identity"]["name"]

    def forgetful(applier: Applier, change: Change, after: Live) -> FlowSyncError | None:
        if change.identity.name != first:
            raise RuntimeError("as the test wants it")
        return noted(applier, change, after)

    monkeypatch.setattr(Applier, "_noted", forgetful)
    ended = lab.sync("--concurrency", "1")

    assert ended.code == ExitCode.BUG
    assert ended.statuses() == {first: "done"}
    assert "as the test wants it" in ended.report["failure"]["message"]


def test_what_the_platform_said_is_told_even_when_it_cannot_be_noted(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.write("One")
    lab.org.job_fault(flow="One", times=1, outcome="failure", messages=["there is no queue 'Sales'"])

    def broken(_state: State, _identity: Identity) -> None:
        raise ApiUnavailable("the API server does not answer")

    with monkeypatch.context() as outage:
        outage.setattr(State, "forget_intent", broken)
        ended = lab.sync()
    again = lab.sync()

    assert ended.code == ExitCode.REFUSED
    assert "there is no queue 'Sales'" in ended.outcome("One")["message"]
    assert (again.code, lab.publishes("One")) == (0, 1)
    assert "had failed" in str(again.report["notes"])


def test_what_is_only_noted_is_stored_at_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("One", "Two", "Three"):
        lab.write(name)
    assert lab.sync().code == 0
    (lab.root / "state.json").unlink()
    saved: list[int] = []
    save = FileStore.save

    def counted(store: FileStore, contents: Contents) -> None:
        saved.append(len(contents.entries))
        save(store, contents)

    monkeypatch.setattr(FileStore, "save", counted)
    again = lab.sync()

    assert (again.code, saved) == (0, [3])
    assert set(lab.sync().operations().values()) == {"unchanged"}
