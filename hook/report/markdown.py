"""A result for a pull request or a job summary."""

from __future__ import annotations

from collections.abc import Iterator

from hook.model import Change, Failure, Operation, Result, Status, Verdict
from hook.report.text import closing_line, difference_lines

LIMIT = 60_000
"""Characters; code hosts cut comments at 65 535."""


def render(result: Result) -> str:
    """Return headings, one table of objects, and what was refused; cut at :data:`LIMIT` with a word about it."""
    text = "\n".join(_lines(result))
    if len(text) <= LIMIT:
        return text
    kept = text[:LIMIT].rpartition("\n")[0]
    if kept.count("\n```") % 2:
        kept += "\n```\n\n</details>"
    checksum = f" Checksum `{result.plan.checksum}`" if result.plan else ""
    return f"{kept}\n\n... cut; the JSON report has all of it.{checksum}\n"


def _lines(result: Result) -> Iterator[str]:
    yield f"## flowsync {result.command}: {result.environment}"
    yield ""
    yield cell(closing_line(result))
    yield ""
    if result.failure:
        yield f"**{result.failure.error}** ({int(result.failure.exit_code)}): {_said(result.failure)}"
        yield ""
    yield from (f"- {problem.severity}: {cell(str(problem))}" for problem in result.problems)
    for finding in result.findings:
        if finding.message and finding.verdict is not Verdict.PASS:
            said = f"{finding.place} {finding.message} {finding.hint}".strip()
            yield f"- {finding.verdict} ({finding.guard}): {cell(said)}"
    if result.outcomes:
        yield from _outcomes(result)
    elif result.plan:
        yield from _plan(result)


def _outcomes(result: Result) -> Iterator[str]:
    yield from ("", "| object | outcome | version | message |", "|---|---|---|---|")
    for one in result.outcomes:
        if one.status is Status.UNCHANGED and not one.message:
            continue
        version = (
            f"{one.version_before or 'new'} → {one.version_after}" if one.version_after else one.version_before or ""
        )
        message = _said(one.failure) if one.failure else cell(one.message)
        yield f"| {cell(str(one.identity))} | {one.status} | {cell(version)} | {message} |"


def _plan(result: Result) -> Iterator[str]:
    assert result.plan is not None  # noqa: S101  (the caller has looked)
    yield from ("", "| object | change | file |", "|---|---|---|")
    shown = [change for change in result.plan.changes if change.operation is not Operation.UNCHANGED]
    for change in shown:
        file = change.desired.place.file if change.desired else ""
        yield f"| {cell(str(change.identity))} | {change.operation} | {cell(file)} |"
    refused = [change for change in result.plan.changes if change.refusal]
    yield from ("", *(_refusal(change) for change in refused)) if refused else ()
    for change in shown:
        if change.differences:
            yield from ("", f"<details><summary>{cell(str(change.identity))}</summary>", "", "```diff")
            yield from (line.replace("```", "'''") for line in difference_lines(change.differences))
            yield from ("```", "", "</details>")
    yield from ("", f"Checksum `{result.plan.checksum}`")


def _refusal(change: Change) -> str:
    assert change.refusal is not None  # noqa: S101  (the caller has looked)
    return f"- refused ({int(change.refusal.exit_code)}): {_said(change.refusal)}"


def _said(failure: Failure) -> str:
    correlation = f"correlation id {failure.correlation_id}" if failure.correlation_id else ""
    parts = (failure.message, *failure.details, failure.hint, correlation)
    return "<br>".join(cell(part) for part in parts if part)


def cell(text: str) -> str:
    """Return ``text`` as the content of a table's cell, on one line."""
    return " ".join(text.splitlines()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
