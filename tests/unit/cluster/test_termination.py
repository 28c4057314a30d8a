from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.cluster.shorten import to_bytes
from hook.cluster.termination import LIMIT, fitted, message, path_of, write, write_result
from hook.model import (
    FLOWS,
    Change,
    Desired,
    ExitCode,
    Failure,
    Finding,
    Identity,
    Operation,
    Outcome,
    Place,
    Plan,
    Problem,
    Result,
    Severity,
    Status,
    Verdict,
)
from hook.redaction import Redactor

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EMPTY = Result(run_id="r-1", command="sync", environment="dev", started=NOW, finished=NOW)


def flow(name: str) -> Identity:
    return Identity(FLOWS, "inboundcall", name)


def failed(name: str, reason: str, *details: str, status: Status = Status.FAILED) -> Outcome:
    code = ExitCode.CONFLICT if status is Status.CONFLICT else ExitCode.REFUSED
    failure = Failure("JobFailed", reason, code, details=details)
    return Outcome(flow(name), Operation.UPDATE, status, message=reason, failure=failure)


def done(name: str) -> Outcome:
    return Outcome(flow(name), Operation.UPDATE, Status.DONE)


def test_failed_objects_stand_first_each_with_the_platforms_own_words() -> None:
    outcomes = (done("Good"), failed("Bad", "the job failed", "line 12: no such queue"), done("Better"))
    said = message(replace(EMPTY, outcomes=outcomes)).splitlines()

    assert said[0] == "inboundcall 'Bad': the job failed line 12: no such queue"
    assert said[-1] == "2 done, 1 failed. 0 calls, 0.0 s, exit 1."
    assert len(said) == 2


def test_what_was_refused_in_the_plan_and_by_guards_is_told() -> None:
    refusal = Failure("Conflict", "inboundcall 'Main': Supervisor holds it", ExitCode.CONFLICT)
    change = Change(flow("Main"), Operation.UPDATE, writes=True, refusal=refusal)
    finding = Finding("peakHours", Verdict.REFUSE, "it is Monday, ten o'clock", hint="Approve the plan.")
    said = message(replace(EMPTY, plan=Plan((change,)), findings=(finding,))).splitlines()

    assert said[0] == "inboundcall 'Main': Supervisor holds it"
    assert said[1] == "refused by peakHours: it is Monday, ten o'clock. Approve the plan."


def test_a_name_that_a_guard_refuses_is_told_with_the_flow_that_uses_it() -> None:
    file = "flows/dev/voice/main-line.yaml"
    desired = Desired(flow("Main line"), Place(file, 1, 1), b"", "sha256:0", "sha256:0")
    plan = Plan(
        (Change(flow("Other"), Operation.UNCHANGED), Change(desired.identity, Operation.CREATE, desired=desired))
    )
    finding = Finding("references", Verdict.REFUSE, "there is no queue 'Slaes'.", Place(file, 41, 19), "Create it.")
    said = message(replace(EMPTY, plan=plan, findings=(finding,))).splitlines()

    assert said[0] == (
        "inboundcall 'Main line' refused by references: flows/dev/voice/main-line.yaml:41:19"
        " there is no queue 'Slaes'. Create it."
    )


def test_a_refusal_that_is_about_no_place_claims_no_flow() -> None:
    desired = Desired(flow("Main line"), Place("flows/dev/a.yaml"), b"", "sha256:0", "sha256:0")
    plan = Plan((Change(desired.identity, Operation.CREATE, writes=True, desired=desired),))
    finding = Finding("peakHours", Verdict.UNKNOWN, "the clock is not known.")

    assert message(replace(EMPTY, plan=plan, findings=(finding,))).splitlines()[0] == (
        "refused by peakHours: the clock is not known."
    )


def test_what_stopped_the_run_is_told_with_the_way_out() -> None:
    failure = Failure("LockUnavailable", "another run holds the lock", ExitCode.LOCK, hint="Wait.")
    problem = Problem("x", "no such key", Place("flows/dev/a.yaml", 3, 1), severity=Severity.ERROR)
    warning = Problem("y", "only a warning", severity=Severity.WARNING)
    said = message(replace(EMPTY, failure=failure, problems=(problem, warning))).splitlines()

    assert said[0] == "another run holds the lock. Wait."
    assert said[1].startswith("flows/dev/a.yaml:3:1")
    assert "only a warning" not in "".join(said)


def test_what_does_not_fit_is_counted() -> None:
    outcomes = tuple(failed(f"Flow {number}", "x" * 300) for number in range(50))
    said = message(replace(EMPTY, outcomes=outcomes))
    lines = said.splitlines()

    assert len(said.encode()) <= LIMIT
    assert lines[-1].endswith("exit 1.")
    assert lines[-2] == f"and {50 - (len(lines) - 2)} more"
    assert len(lines) > 4


def test_what_is_told_alone_is_told_to_its_end() -> None:
    failure = Failure("CredentialsError", "x " * 300, ExitCode.CREDENTIALS, hint="Add it to the Role.")
    said = message(replace(EMPTY, failure=failure)).splitlines()

    assert said[0].endswith("Add it to the Role.")
    assert len(said) == 2


@given(st.lists(st.text(max_size=3000), max_size=30), st.text(max_size=600))
def test_it_is_never_too_long_always_utf8_and_ends_with_the_last_line(lines: list[str], last: str) -> None:
    text = fitted(lines, last)

    assert len(text.encode()) <= LIMIT
    assert text.endswith(to_bytes(last, 400))


@given(st.text(), st.integers(min_value=3, max_value=100))
def test_a_shortened_text_is_a_beginning_in_whole_characters(text: str, limit: int) -> None:
    short = to_bytes(text, limit)
    clean = text.encode("utf-8", "backslashreplace").decode()

    assert len(short.encode()) <= limit
    assert short == clean or clean.startswith(short.removesuffix("…"))


def test_secrets_are_not_told(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.add("hunter2-secret")
    file = tmp_path / "log"
    write_result(replace(EMPTY, outcomes=(failed("A", "it said hunter2-secret"),)), file, redactor=redactor)

    assert "hunter2-secret" not in file.read_text(encoding="utf-8")
    assert "inboundcall 'A'" in file.read_text(encoding="utf-8")


def test_a_message_that_cannot_be_written_costs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("text", tmp_path / "no" / "such" / "folder")
    write("text", None)

    assert "termination message not written" in capsys.readouterr().out


def test_it_goes_where_the_settings_say_and_nowhere_outside_a_cluster(tmp_path: Path) -> None:
    assert path_of(tmp_path, {}) == tmp_path
    assert path_of(None, {"FLOWSYNC_TERMINATION_LOG": "/x"}) == Path("/x")
    assert path_of(None, {}) is None
