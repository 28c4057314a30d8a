"""
The termination message: what Kubernetes keeps of a container that has ended, and Argo CD shows on the Pod's node.

Whoever sees it sees nothing else at first, so the objects that failed stand first, each with its reason; then what
stopped the run, and the closing line with the exit code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import structlog

from hook.cluster.connection import in_cluster
from hook.cluster.shorten import to_bytes
from hook.model import Result, Severity, Status
from hook.redaction import Redactor
from hook.report.masking import masked
from hook.report.text import closing_line

LIMIT = 2048
"""Bytes; Kubernetes keeps 4096 of one container, and a Pod may have others."""

LONGEST_LINE = 400
"""Bytes of one failed object where there are many, so that one does not hide the others."""

DEFAULT = Path("/dev/termination-log")
VARIABLE = "FLOWSYNC_TERMINATION_LOG"


def path_of(given: Path | None, environ: Mapping[str, str]) -> Path | None:
    """
    Return where the message goes; ``None`` outside a cluster, unless a place is named.

    Args:
        given: What the settings say.
        environ: The process's environment.
    """
    if given is not None:
        return given
    if named := environ.get(VARIABLE):
        return Path(named)
    return DEFAULT if in_cluster(environ) and DEFAULT.exists() else None


def message(result: Result) -> str:
    """Return the message of a run, in at most :data:`LIMIT` bytes of UTF-8."""
    return fitted(list(_reasons(result)), closing_line(result))


def fitted(lines: Sequence[str], last: str) -> str:
    """Return as many of the lines as fit, how many there are more, and the last line, which is always there."""
    last = to_bytes(last, LONGEST_LINE)
    # What is told alone is told to its end, where the way out stands.
    share = (LIMIT - len(last.encode())) // max(1, len(lines)) - 1
    lines = [to_bytes(" ".join(line.split()), max(share, LONGEST_LINE)) for line in lines]
    for count in range(min(len(lines), LIMIT), -1, -1):
        more = [f"and {len(lines) - count} more"] if count < len(lines) else []
        text = "\n".join([*lines[:count], *more, last])
        if len(text.encode()) <= LIMIT:
            break
    return text


def _reasons(result: Result) -> Iterator[str]:
    """Return what went wrong, the objects first, each in a line."""
    for outcome in result.outcomes:
        if outcome.status in {Status.FAILED, Status.CONFLICT}:
            details = outcome.failure.details if outcome.failure else ()
            yield said(str(outcome.identity), outcome.message, details)
    if not result.outcomes and result.plan:
        for change in result.plan.changes:
            if change.refusal:
                yield said(str(change.identity), change.refusal.message, change.refusal.details)
    if result.failure:
        yield said("", result.failure.message, (*result.failure.details, result.failure.hint))
    yield from (str(problem) for problem in result.problems if problem.severity is Severity.ERROR)
    yield from refusals(result)


def refusals(result: Result) -> Iterator[str]:
    """Return what the guards refused, each in a line: the object where it is about one, the place, and the way out."""
    changes = result.plan.changes if result.plan else ()
    owners = {one.desired.place.file: str(one.identity) for one in changes if one.desired}
    for one in result.findings:
        if one.verdict.refuses:
            who = " ".join(part for part in (owners.get(one.place.file, ""), f"refused by {one.guard}") if part)
            where = f"{one.place} " if str(one.place) else ""
            yield said(who, f"{where}{one.message}", (one.hint,))


def said(what: str, message: str, details: Sequence[str] = ()) -> str:
    """Return one text: of what, what became of it, and the platform's own words; what was said is not said again."""
    text = f"{what}:" if what and what not in message else ""
    for part in dict.fromkeys(part for part in (message, *details) if part):
        # Ours are without a full stop, hints are sentences.
        stop = "." if part[0].isupper() and (text[-1:].isalnum() or text.endswith((")", "'"))) else ""
        text = f"{text}{stop} {part}"
    return text.lstrip()


def write_result(result: Result, path: Path | None, *, redactor: Redactor) -> None:
    """Write the message of a run, without any secret; that it cannot be written is only logged."""
    write(message(masked(result, redactor)), path)


def write(text: str, path: Path | None) -> None:
    """Write a message, shortened where it is too long; that it cannot be written is only logged."""
    if path is None:
        return
    try:
        path.write_text(to_bytes(text, LIMIT), encoding="utf-8")
    except OSError as error:
        structlog.get_logger().warning("termination message not written", path=str(path), why=str(error))
