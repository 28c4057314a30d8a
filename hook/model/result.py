"""What became of a run: the one value that everything it says is derived from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hook.model.exits import ExitCode, worst
from hook.model.findings import Finding
from hook.model.names import Identity, Problem, Severity
from hook.model.objects import Organisation
from hook.model.plan import Failure, Operation, Plan


class Status(StrEnum):
    """What became of one change."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    CONFLICT = "conflict"
    SKIPPED = "skipped"
    NOT_TRIED = "not-tried"
    LEFT_ALONE = "left-alone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change."""

    identity: Identity
    operation: Operation
    status: Status
    message: str = ""
    failure: Failure | None = None
    version_before: str | None = None
    version_after: str | None = None
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def exit_code(self) -> ExitCode:
        """What this outcome means for the run; a failure counts even when nobody said why."""
        if self.status not in {Status.FAILED, Status.CONFLICT}:
            return ExitCode.DONE
        if self.failure:
            return self.failure.exit_code
        return ExitCode.REFUSED if self.status is Status.FAILED else ExitCode.CONFLICT


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a run will say: exit code, logs, reports and messages are derived from it."""

    run_id: str
    command: str
    environment: str
    started: datetime
    finished: datetime
    organisation: Organisation | None = None
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    failure: Failure | None = None
    calls: int = 0
    differences_are_an_error: bool = False
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """The one exit code; changes that were not tried because something else stopped the run count for none."""
        codes: set[ExitCode] = set()
        if self.failure:
            codes.add(self.failure.exit_code)
        if any(problem.severity is Severity.ERROR for problem in self.problems):
            codes.add(ExitCode.INVALID_INPUT)
        if any(finding.verdict.refuses for finding in self.findings):
            codes.add(ExitCode.GUARD)
        if self.plan:
            codes |= {change.refusal.exit_code for change in self.plan.changes if change.refusal}
        codes |= {outcome.exit_code for outcome in self.outcomes}
        if self.differences_are_an_error and self.plan and self.plan.writes:
            codes.add(ExitCode.DIFFERENCES)
        return worst(codes)
