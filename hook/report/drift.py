"""A drift report as text, as JSON, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hook.model.drift import DriftReport, DriftStatus, FlowDrift, Touch
from hook.redaction import Redactor
from hook.report.counting import effort
from hook.report.machine import plain
from hook.report.markdown import LIMIT, cell
from hook.report.masking import masked
from hook.report.text import difference_lines

SCHEMA_VERSION = 1
"""Raised when a reader of the former shape would misread the new one."""

STATUS_LIMIT = 4_000
"""Characters of the report in a ConfigMap; Argo CD shows the object as it is."""
SUMMARY_LIMIT = 500
SHOWN = 5
"""How many flows a summary names."""

SIGNS = {
    DriftStatus.IN_SYNC: "=",
    DriftStatus.DRIFTED: "!",
    DriftStatus.MISSING: "?",
    DriftStatus.NOT_OURS: "@",
    DriftStatus.UNDEPLOYED: "~",
    DriftStatus.LEFT_ALONE: "-",
    DriftStatus.UNCLEAR: "?",
}


def text(report: DriftReport) -> str:
    """Return a line per flow with what is known of it below, and a line that counts."""
    return "\n".join(_lines(report))


def _lines(report: DriftReport) -> Iterator[str]:
    where = f" in {report.organisation.name} ({report.organisation.id})" if report.organisation else ""
    yield from (f"{problem.severity}: {problem}" for problem in report.problems)
    yield f"Drift of {report.environment}{where}"
    for one in report.flows:
        if one.status is DriftStatus.IN_SYNC and not one.said and not one.warnings:
            continue
        yield f"  {SIGNS[one.status]} {one.status:<10} {one.identity}{_versions(one)}" + (
            f"  <- {one.file}" if one.file else ""
        )
        yield from (f"      {line}" for line in _more(one))
    quiet = sum(1 for one in report.flows if one.status is DriftStatus.IN_SYNC and not one.said and not one.warnings)
    if quiet:
        yield f"  = {quiet} in sync"
    yield from _around(report)
    yield closing_line(report)


def _around(report: DriftReport) -> Iterator[str]:
    if report.undeployed_trigger:
        yield f"warning: {report.undeployed_trigger}"
    yield from (f"note: {note}" for note in report.notes)
    if report.failure:
        yield f"{report.failure.error} ({int(report.failure.exit_code)}): {report.failure.message}"
        yield from (f"  {line}" for line in (*report.failure.details, report.failure.hint) if line)


def _versions(one: FlowDrift) -> str:
    if one.deployed_version and one.live_version and one.deployed_version != one.live_version:
        return f"  {one.deployed_version} -> {one.live_version}"
    return f"  {one.live_version}" if one.live_version else ""


def _more(one: FlowDrift) -> Iterator[str]:
    if one.said:
        yield one.said
    if one.deployed_version and one.status is not DriftStatus.IN_SYNC:
        when = f" at {one.deployed_at}" if one.deployed_at else ""
        run = f", run {one.deployed_by}" if one.deployed_by else ""
        yield f"we published version {one.deployed_version}{when}{run}"
    yield from (touch_line(touch) for touch in one.touches)
    if one.differences:
        yield "from what is live to the file:"
        yield from (f"  {line}" for line in difference_lines(one.differences))
    else:
        yield from one.details
    yield from (f"warning: {warning}" for warning in one.warnings)


def touch_line(touch: Touch) -> str:
    """Return who did what, when, to which version."""
    when = f"{touch.at:%Y-%m-%d %H:%M:%S} UTC  " if touch.at else ""
    who = f" by {touch.by}" if touch.by else ""
    version = f" (version {touch.version})" if touch.version else ""
    return f"{when}{touch.action}{who}{version}"


def summary(report: DriftReport) -> str:
    """Return how many flows stand where."""
    if report.failure and not report.flows:
        return "It could not be found out"
    counts = {status: sum(1 for one in report.flows if one.status is status) for status in DriftStatus}
    return ", ".join(f"{number} {status}" for status, number in counts.items() if number) or "No flows"


def closing_line(report: DriftReport) -> str:
    """Return the counts, in how many calls and seconds, and the exit code."""
    spent = effort(report.calls, started=report.started, finished=report.finished, exit_code=report.exit_code)
    return f"{summary(report)}. {spent}"


def machine(report: DriftReport) -> str:
    """Return one JSON object."""
    data: dict[str, Any] = {
        "schemaVersion": SCHEMA_VERSION,
        "command": "drift",
        "exitCode": int(report.exit_code),
        "drifted": len(report.drifted),
    }
    return json.dumps(data | plain(report), ensure_ascii=False, indent=2)


def markdown(report: DriftReport) -> str:
    """Return a heading, a table of the flows that are not in sync, and what is known of each; cut at ``LIMIT``."""
    said = "\n".join(_marked(report))
    if len(said) <= LIMIT:
        return said
    kept = said[:LIMIT].rpartition("\n")[0]
    if kept.count("\n```") % 2:
        kept += "\n```\n\n</details>"
    return f"{kept}\n\n... cut; the JSON report has all of it.\n"


def _marked(report: DriftReport) -> Iterator[str]:
    yield f"## flowsync drift: {report.environment}"
    yield from ("", cell(closing_line(report)), "")
    yield from (f"- {problem.severity}: {cell(str(problem))}" for problem in report.problems)
    yield from (f"- {cell(line)}" for line in _around(report))
    loud = [one for one in report.flows if one.status is not DriftStatus.IN_SYNC or one.warnings]
    if loud:
        yield from ("", "| flow | stands | version | last touched |", "|---|---|---|---|")
    for one in loud:
        touched = cell(touch_line(one.touches[0])) if one.touches else ""
        yield f"| {cell(str(one.identity))} | {one.status} | {cell(_versions(one).strip())} | {touched} |"
    for one in loud:
        more = [line.replace("```", "'''") for line in _more(one)]
        if more:
            yield from ("", f"<details><summary>{cell(str(one.identity))}</summary>", "", "```diff", *more)
            yield from ("```", "", "</details>")


def status(report: DriftReport, *, redactor: Redactor) -> dict[str, str]:
    """
    Return what a ConfigMap says of a report, so that Argo CD can show it.

    Returns:
        ``status`` (``in-sync``, ``drifted`` or ``unknown``), ``summary`` in one line, ``checkedAt``, the ``digest`` of
        the files, ``deployedDigest`` of those that were published last, ``lastRun`` where one is on record, and
        ``report.md``, at most :data:`STATUS_LIMIT` characters of it.
    """
    clean = masked(report, redactor)
    stands = "unknown" if clean.failure else "drifted" if clean.drifted or clean.undeployed_trigger else "in-sync"
    names = ", ".join(str(one.identity) for one in clean.drifted[:SHOWN])
    more = f" and {len(clean.drifted) - SHOWN} more" if len(clean.drifted) > SHOWN else ""
    why = clean.failure.message if clean.failure else f"{names}{more}" if names else clean.undeployed_trigger
    said = markdown(clean)
    last = clean.last_run
    found = {
        "status": stands,
        "summary": f"{summary(clean)}{f': {why}' if why else ''}"[:SUMMARY_LIMIT],
        "checkedAt": clean.finished.isoformat(timespec="seconds"),
        "digest": clean.digest,
        "report.md": said
        if len(said) <= STATUS_LIMIT
        else f"{said[:STATUS_LIMIT]}\n\n... cut; flowsync drift tells all.\n",
    }
    if clean.deployed:
        found["deployedDigest"] = clean.deployed.flows_digest
    if last:
        ended = f"ended {last.finished} with exit code {last.exit_code}" if last.finished else "never ended"
        found["lastRun"] = f"{last.run}, began {last.started}, {ended}"
    return found


FORMATS: Mapping[str, Callable[[DriftReport], str]] = {"text": text, "json": machine, "markdown": markdown}
"""Every format by name."""


def render(report: DriftReport, *, form: str, redactor: Redactor) -> str:
    """Return a report in one of :data:`FORMATS`, ending in a newline, without any secret."""
    return FORMATS[form](masked(report, redactor)).rstrip("\n") + "\n"
