"""``flowsync doctor``: look at everything that a run needs, and say what to do about it. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from hook.commands.doctor.protocol import Check, Seen, fail, unknown
from hook.commands.doctor.subject import Subject
from hook.errors import FlowSyncError, InvalidInput
from hook.model import ExitCode
from hook.model.diagnosis import Checked, Diagnosis

SHOWN = 5
"""How many problems of one check are spelled out."""


def examine(subject: Subject, checks: Iterable[Check]) -> Diagnosis:
    """
    Make every check.

    Args:
        subject: What is looked at; it is closed at the end.
        checks: In the order of the report.
    """
    started = datetime.now(tz=UTC)
    found: list[Checked] = []
    told: dict[tuple[Seen, ...], str] = {}
    for check in checks:
        found.extend(
            Checked(check.name, seen.grade, seen.text, seen.todo, seen.exit_code)
            for seen in _look(check, subject, told)
        )
    try:
        environment = subject.environment()
    except FlowSyncError:
        environment = ""
    calls = subject.close()
    return Diagnosis(environment, started, datetime.now(tz=UTC), tuple(found), calls)


def _look(check: Check, subject: Subject, told: dict[tuple[Seen, ...], str]) -> Iterator[Seen]:
    """Make one check; an error is told once, and afterwards only named as what keeps the next ones from looking."""
    try:
        yield from check.look(subject)
    except FlowSyncError as error:
        seen = tuple(_failed(error))
        if seen in told:
            yield unknown(f"not looked at, because of '{told[seen]}'.")
            return
        told[seen] = check.name
        yield from seen


def _failed(error: FlowSyncError) -> Iterator[Seen]:
    if isinstance(error, InvalidInput):
        for problem in error.problems[:SHOWN]:
            where = f"{problem.place}: " if str(problem.place) else ""
            yield fail(f"{where}{problem.message}", problem.hint, error.exit_code)
        if len(error.problems) > SHOWN:
            more = f"and {len(error.problems) - SHOWN} more problems."
            yield fail(more, "flowsync validate tells all of them.", error.exit_code)
    elif error.exit_code is ExitCode.UNAVAILABLE:
        yield unknown(f"{error.message}.", error.hint, error.exit_code)
    else:
        correlation = f" (correlation id {error.correlation_id})" if error.correlation_id else ""
        yield fail(f"{error.message}{correlation}.", error.hint, error.exit_code)
