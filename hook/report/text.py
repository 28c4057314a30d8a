"""A result for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hook.model import (
    Change,
    Difference,
    DifferenceOperation,
    Failure,
    Finding,
    Operation,
    Outcome,
    Plan,
    Problem,
    Result,
    Severity,
    Status,
    Verdict,
)
from hook.report.counting import counted, effort

SIGNS = {
    Operation.CREATE: "+",
    Operation.UPDATE: "~",
    Operation.UNCHANGED: "=",
    Operation.ADOPT: "@",
    Operation.DRIFTED: "!",
    Operation.LEFT_ALONE: "-",
    Operation.BLOCKED: "x",
}
DIFFERENCE_SIGNS = {
    DifferenceOperation.ADDED: "+",
    DifferenceOperation.REMOVED: "-",
    DifferenceOperation.CHANGED: "~",
}
MOST_DIFFERENCES = 40
"""More of them in one object are counted, not spelled out."""


def render(result: Result) -> str:
    """Return the plan, what the guards found, what became of each change, and one closing line."""
    lines: list[str] = []
    lines += [f"{problem.severity}: {problem}" for problem in result.problems]
    lines += [f"note: {note}" for note in result.notes]
    if result.plan and (not result.outcomes or _says_something(result.plan)):
        lines += plan_lines(result)
    lines += _finding_lines(result.findings)
    lines += _outcome_lines(result.outcomes)
    if result.failure:
        lines += _failure_lines(result.failure, known=result.problems)
    lines.append(closing_line(result))
    return "\n".join(lines)


def plan_lines(result: Result) -> list[str]:
    """Return the plan of a result, one line per change, and one per difference inside it."""
    plan = result.plan
    if plan is None:
        return []
    where = f" in {result.organisation.name} ({result.organisation.id})" if result.organisation else ""
    return [f"Plan for {result.environment}{where}", *_change_lines(plan), f"  checksum {plan.checksum}"]


def _says_something(plan: Plan) -> bool:
    return any(change.writes or change.refusal for change in plan.changes)


def _change_lines(plan: Plan) -> Iterator[str]:
    quiet = [change for change in plan.changes if change.operation is Operation.UNCHANGED and not change.reason]
    for change in plan.changes:
        if change in quiet:
            continue
        label = "left-alone (DELETE*)" if change.operation is Operation.LEFT_ALONE else str(change.operation)
        version = f"  version {change.live.version}" if change.live and change.live.version else ""
        yield f"  {SIGNS[change.operation]} {label:<10} {change.identity}{version}{_file(change)}"
        if change.reason and change.operation is not Operation.CREATE:
            yield f"      {change.reason}"
        yield from _more(change)
    if quiet:
        yield f"  = {len(quiet)} unchanged"


def _file(change: Change) -> str:
    return f"  <- {change.desired.place.file}" if change.desired else ""


def _more(change: Change) -> Iterator[str]:
    if change.refusal:
        yield from (f"      {detail}" for detail in change.refusal.details)
        yield f"      refused ({int(change.refusal.exit_code)}). {change.refusal.hint}"
    else:
        yield from (f"      {line}" for line in difference_lines(change.differences))
    if change.stubs:
        names = ", ".join(str(stub) for stub in change.stubs)
        yield f"      in a cycle: the platform creates a stub of {names} first"
    yield from (f"      warning: {warning}" for warning in change.warnings)


def difference_lines(differences: Sequence[Difference]) -> Iterator[str]:
    """Return one line per difference, and how many are left out."""
    for difference in differences[:MOST_DIFFERENCES]:
        values = " -> ".join(f"'{value}'" for value in (difference.before, difference.after) if value is not None)
        sign = DIFFERENCE_SIGNS[difference.operation]
        yield f"{sign} {difference.subject} {difference.path}" + (f": {values}" if values else "")
    if len(differences) > MOST_DIFFERENCES:
        yield f"and {counted(len(differences) - MOST_DIFFERENCES, 'more difference')}"


WORDS = {Verdict.REFUSE: "refused", Verdict.UNKNOWN: "unknown", Verdict.WARN: "warning", Verdict.PASS: "passed"}


def _finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Say in one block what every guard said; those with nothing to say share a line."""
    loud = [finding for finding in findings if finding.message]
    if not loud:
        return
    yield "Guards"
    for finding in loud:
        word = "approved" if finding.approved_by else WORDS.get(finding.verdict, str(finding.verdict))
        where = f"{finding.place}: " if str(finding.place) else ""
        end = f"approved by {finding.approved_by}" if finding.approved_by else finding.hint
        yield f"  {word:<8} {finding.guard:<11} {where}{finding.message}" + (f" {end}" if end else "")
    quiet = {
        verdict: [one.guard for one in findings if one.verdict is verdict and not one.message] for verdict in Verdict
    }
    for verdict, word in ((Verdict.PASS, "passed"), (Verdict.OFF, "off")):
        if quiet[verdict]:
            yield f"  {word:<8} {', '.join(quiet[verdict])}"


def _outcome_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    if any(outcome.status is not Status.UNCHANGED for outcome in outcomes):
        yield "Outcome"
    for outcome in outcomes:
        if outcome.status is Status.UNCHANGED and not outcome.message:
            continue
        versions = f"  {outcome.version_before or 'new'} -> {outcome.version_after}" if outcome.version_after else ""
        seconds = f"  {outcome.seconds:.1f} s" if outcome.seconds else ""
        yield f"  {outcome.status:<10} {outcome.identity}{versions}{seconds}"
        if outcome.failure:
            yield from (f"      {line}" for line in _failure_lines(outcome.failure, known=()))
        elif outcome.message:
            yield f"      {outcome.message}"
        yield from (f"      warning: {warning}" for warning in outcome.warnings)


def _failure_lines(failure: Failure, *, known: Sequence[Problem]) -> Iterator[str]:
    told = {str(problem) for problem in known}
    details = [detail for detail in failure.details if detail not in told]
    yield f"{failure.error} ({int(failure.exit_code)}): {failure.message}"
    if details != [failure.message]:
        yield from (f"  {detail}" for detail in details)
    if failure.hint:
        yield f"  {failure.hint}"
    if failure.correlation_id:
        yield f"  correlation id {failure.correlation_id}"


def closing_line(result: Result) -> str:
    """Return the line that says it all: what was done, in how many calls and seconds, and the exit code."""
    spent = effort(result.calls, started=result.started, finished=result.finished, exit_code=result.exit_code)
    return f"{summary(result)}. {spent}"


def summary(result: Result) -> str:
    """Return in a few words what a run did, or would do."""
    if result.outcomes:
        counts = {status: sum(1 for one in result.outcomes if one.status is status) for status in Status}
        if set(filter(counts.get, counts)) <= {Status.UNCHANGED, Status.LEFT_ALONE}:
            return f"Nothing to do: {counts[Status.UNCHANGED]} unchanged"
        return ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    if result.plan is None:
        errors = sum(1 for problem in result.problems if problem.severity is Severity.ERROR)
        return f"Nothing was written: {counted(errors, 'error')}" if errors else "Nothing was written"
    writes = len(result.plan.writes)
    refused = sum(1 for change in result.plan.changes if change.refusal)
    findings = sum(1 for finding in result.findings if finding.verdict.refuses)
    parts = [f"{writes} to write" if writes else "Nothing to do"]
    parts += [f"{refused} in conflict"] if refused else []
    parts += [f"{counted(findings, 'refusal')}; nothing was written"] if findings else []
    return ", ".join(parts)
