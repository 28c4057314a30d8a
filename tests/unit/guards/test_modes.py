"""What all guards share: their modes, and that every one of them is heard."""

from __future__ import annotations

import pytest

from hook.guards import Bench, configure
from hook.guards.protocol import Mode
from hook.model import Place, Reference, Resolution, ResolutionStatus, Verdict
from tests.unit.guards.examined import Answers, change, examination, flow

QUEUE = Reference("routing/queues", "Sales", place=Place("main.yaml", 7, 11))
NEVER_APPROVED = ("environment", "permissions", "references")


def heard(*statuses: ResolutionStatus, **modes: Mode) -> list[tuple[str, Verdict]]:
    """Return what the guards that are on by default say of a plan that all of those above refuse."""
    of = examination(
        change(), resolutions=[Resolution(flow(), QUEUE, status, ("sales",)) for status in statuses], expected="org-2"
    )
    return [(one.guard, one.verdict) for one in Bench(configure(modes), Answers(())).examine(of) if one.message]


@pytest.mark.parametrize("guard", NEVER_APPROVED)
@pytest.mark.parametrize(
    ("mode", "verdicts"), [(Mode.ENFORCE, {Verdict.REFUSE}), (Mode.WARN, {Verdict.WARN}), (Mode.OFF, set())]
)
def test_a_mode_changes_what_its_guard_does_and_no_other(guard: str, mode: Mode, verdicts: set[Verdict]) -> None:
    findings = heard(ResolutionStatus.MISSING, **{guard: mode})
    assert {verdict for name, verdict in findings if name == guard} == verdicts
    assert {verdict for name, verdict in findings if name != guard} == {Verdict.REFUSE}


def test_they_are_enforced_unless_something_else_is_said_and_all_findings_are_told() -> None:
    findings = heard(ResolutionStatus.MISSING, ResolutionStatus.AMBIGUOUS)
    assert [findings.count((name, Verdict.REFUSE)) for name in NEVER_APPROVED] == [1, 6, 2]


def test_a_warning_stays_a_warning_whatever_the_mode() -> None:
    for mode in (Mode.ENFORCE, Mode.WARN):
        assert ("references", Verdict.WARN) in heard(ResolutionStatus.UNCHECKED, references=mode)
