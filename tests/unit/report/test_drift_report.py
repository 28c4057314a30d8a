from __future__ import annotations

from datetime import UTC, datetime

from hook.model import Difference, DifferenceOperation, DifferenceSubject, ExitCode, Failure, Identity
from hook.model.drift import DriftReport, DriftStatus, FlowDrift, LastRun
from hook.redaction import Redactor
from hook.report import drift
from hook.report.markdown import LIMIT

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def report(number: int, **more: object) -> DriftReport:
    difference = Difference(
        DifferenceOperation.CHANGED, DifferenceSubject.SETTING, "a.b", before="x" * 200, after="the-secret-value"
    )
    flows = tuple(
        FlowDrift(
            Identity("architect/flows", "workflow", f"Flow {index}"),
            DriftStatus.DRIFTED,
            said="moved",
            deployed_version="1.0",
            live_version="2.0",
            differences=(difference,) * 10,
        )
        for index in range(number)
    )
    return DriftReport("dev", NOW, NOW, flows=flows, **more)  # type: ignore[arg-type]


def test_a_long_report_is_cut_where_a_page_can_still_be_read() -> None:
    said = drift.render(report(100), form="markdown", redactor=Redactor())
    assert len(said) < LIMIT + 200
    assert said.count("```") % 2 == 0
    assert "the JSON report has all of it" in said


def test_a_status_is_small_however_much_drifted_and_holds_no_secret() -> None:
    redactor = Redactor()
    redactor.add("the-secret-value")
    found = drift.status(report(500, last_run=LastRun("r", "10:00")), redactor=redactor)
    assert found["status"] == "drifted"
    assert sum(len(value) for value in found.values()) < 6_000
    assert "and 495 more" in found["summary"]
    assert "never ended" in found["lastRun"]
    assert "the-secret-value" not in str(found)


def test_a_failure_is_unknown_and_says_why() -> None:
    failure = Failure("ApiUnavailable", "nobody answers", ExitCode.UNAVAILABLE, hint="Try later.")
    broken = report(0, failure=failure)
    assert drift.status(broken, redactor=Redactor())["status"] == "unknown"
    said = drift.render(broken, form="text", redactor=Redactor())
    assert "nobody answers" in said
    assert "It could not be found out" in said
    assert broken.exit_code is ExitCode.UNAVAILABLE


def test_a_trigger_without_a_run_is_no_calm() -> None:
    assert drift.status(report(0, undeployed_trigger="not published"), redactor=Redactor())["status"] == "drifted"
