from __future__ import annotations

from collections.abc import Mapping

import pytest

from hook.guards import GUARDS, Mode, examine
from hook.model import (
    FLOWS,
    Examination,
    Finding,
    Identity,
    Organisation,
    Place,
    Plan,
    Reference,
    Resolution,
    ResolutionStatus,
    Verdict,
)

OURS = Organisation("org-1", "Example Energy")
OWNER = Identity(FLOWS, "inboundcall", "Main")
PLACE = Place("main.yaml", 7, 11, "inboundCall.queue")


def examination(*resolutions: Resolution, expected: str | None = OURS.id) -> Examination:
    return Examination(Plan(()), "dev", OURS, expected, resolutions)


def resolved(
    status: ResolutionStatus, *nearest: str, kind: str = "routing/queues", name: str = "Sales", type_: str = ""
) -> Resolution:
    return Resolution(OWNER, Reference(kind, name, type_, PLACE), status, nearest)


def found(of: Examination, modes: Mapping[str, Mode] | None = None) -> list[tuple[str, Verdict]]:
    return [(finding.guard, finding.verdict) for finding in examine(of, modes=modes or {})]


def only(of: Examination) -> Finding:
    (finding,) = examine(of, modes={})
    return finding


@pytest.mark.parametrize("expected", ["org-1", "ORG-1"])
def test_the_right_organisation_passes(expected: str) -> None:
    assert found(examination(expected=expected)) == []


def test_another_organisation_is_refused_with_both_named() -> None:
    finding = only(examination(expected="org-2"))
    assert finding.verdict is Verdict.REFUSE
    for word in ("'dev'", "org-2", "org-1", "Example Energy"):
        assert word in finding.message


@pytest.mark.parametrize("expected", [None, ""])
def test_an_environment_that_does_not_say_its_organisation_is_a_warning_with_the_line_to_add(
    expected: str | None,
) -> None:
    finding = only(examination(expected=expected))
    assert finding.verdict is Verdict.WARN
    assert "organizationId: org-1" in finding.hint


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (ResolutionStatus.FOUND, None),
        (ResolutionStatus.PLANNED, None),
        (ResolutionStatus.MISSING, Verdict.REFUSE),
        (ResolutionStatus.AMBIGUOUS, Verdict.REFUSE),
        (ResolutionStatus.UNPUBLISHED, Verdict.REFUSE),
        (ResolutionStatus.OTHER_CASE, Verdict.WARN),
        (ResolutionStatus.UNCHECKED, Verdict.WARN),
    ],
)
def test_a_name_is_judged_by_what_the_organisation_knows_of_it(
    status: ResolutionStatus, verdict: Verdict | None
) -> None:
    findings = examine(examination(resolved(status, "sales")), modes={})
    assert [finding.verdict for finding in findings] == ([verdict] if verdict else [])
    assert {finding.place for finding in findings} <= {PLACE}


def test_every_status_of_a_name_is_judged_above() -> None:
    marks = test_a_name_is_judged_by_what_the_organisation_knows_of_it.pytestmark  # type: ignore[attr-defined]
    assert {status for status, _ in marks[0].args[1]} == set(ResolutionStatus)


def test_a_missing_name_is_told_with_the_nearest_ones() -> None:
    finding = only(examination(resolved(ResolutionStatus.MISSING, "Sales DE", "Sale")))
    assert finding.message == "there is no queue 'Sales'."
    assert finding.hint == "Did you mean 'Sales DE', 'Sale'?"


def test_a_missing_name_that_resembles_none_is_told_with_a_way_out() -> None:
    assert only(examination(resolved(ResolutionStatus.MISSING))).hint == "Create it first, or correct the name."


@pytest.mark.parametrize(
    ("kind", "type_", "words"),
    [
        (FLOWS, "inqueuecall", "inqueuecall flow 'X'"),
        (FLOWS, "", "flow 'X'"),
        ("integrations/actions", "CRM", "data action 'X' in category 'CRM'"),
    ],
)
def test_what_is_missing_is_named_in_words(kind: str, type_: str, words: str) -> None:
    finding = only(examination(resolved(ResolutionStatus.MISSING, kind=kind, name="X", type_=type_)))
    assert finding.message == f"there is no {words}."


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize(
    ("mode", "verdicts"), [(Mode.ENFORCE, [Verdict.REFUSE]), (Mode.WARN, [Verdict.WARN]), (Mode.OFF, [])]
)
def test_a_mode_changes_what_its_guard_does_and_no_other(guard: str, mode: Mode, verdicts: list[Verdict]) -> None:
    bad = examination(resolved(ResolutionStatus.MISSING), expected="org-2")
    results = found(bad, {guard: mode})
    assert [verdict for name, verdict in results if name == guard] == verdicts
    assert [verdict for name, verdict in results if name != guard] == [Verdict.REFUSE]


def test_all_guards_are_enforced_unless_something_else_is_said_and_all_findings_are_told() -> None:
    bad = examination(resolved(ResolutionStatus.MISSING), resolved(ResolutionStatus.AMBIGUOUS), expected="org-2")
    assert found(bad) == [
        ("environment", Verdict.REFUSE),
        ("references", Verdict.REFUSE),
        ("references", Verdict.REFUSE),
    ]


def test_a_warning_stays_a_warning_whatever_the_mode() -> None:
    of = examination(resolved(ResolutionStatus.UNCHECKED))
    assert found(of, {"references": Mode.WARN}) == found(of) == [("references", Verdict.WARN)]
