"""What every check is: a name, and one function that looks and says what it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hook.commands.doctor.subject import Subject
from hook.model import ExitCode
from hook.model.diagnosis import Grade


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a check saw; see :class:`hook.model.diagnosis.Checked`."""

    grade: Grade
    text: str
    todo: str = ""
    exit_code: ExitCode = ExitCode.DONE


@dataclass(frozen=True, slots=True)
class Check:
    """
    One check.

    Attributes:
        name: Its name in reports and docs.
        look: Looks, writes nothing, and yields what it saw; nothing when it does not apply. An error that a reading of
            the subject raises is told by the first check that meets it, and is the reason why later ones are unknown.
    """

    name: str
    look: Callable[[Subject], Iterable[Seen]]


def ok(text: str) -> Seen:
    """Return that all is well."""
    return Seen(Grade.OK, text)


def warn(text: str, todo: str) -> Seen:
    """Return what a person should look at, and what does not keep a run from working."""
    return Seen(Grade.WARN, text, todo)


def fail(text: str, todo: str, code: ExitCode) -> Seen:
    """Return what keeps a run from working, with the exit code that a run would end with."""
    return Seen(Grade.FAIL, text, todo, code)


def unknown(text: str, todo: str = "", code: ExitCode = ExitCode.DONE) -> Seen:
    """Return what could not be found out."""
    return Seen(Grade.UNKNOWN, text, todo, code)
