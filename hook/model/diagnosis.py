"""What ``flowsync doctor`` found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hook.model.exits import ExitCode, worst


class Grade(StrEnum):
    """How one check ended; ``UNKNOWN`` tells that it could not be looked at."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """
    One thing that a check found.

    Attributes:
        check: The check's name.
        grade: How it ended.
        seen: What was seen, one sentence.
        todo: What to do about it; empty when nothing.
        exit_code: What it means for the command; only failures, and what could not be found out, have one.
    """

    check: str
    grade: Grade
    seen: str
    todo: str = ""
    exit_code: ExitCode = ExitCode.DONE


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that was found, in the order in which it was looked at; ``environment`` may be empty."""

    environment: str
    started: datetime
    finished: datetime
    checks: tuple[Checked, ...]
    calls: int = 0

    @property
    def exit_code(self) -> ExitCode:
        """The worst of the checks by the documented precedence; 0 when nothing failed."""
        return worst({one.exit_code for one in self.checks})

    def count(self, grade: Grade) -> int:
        """Return how many checks ended so."""
        return sum(1 for one in self.checks if one.grade is grade)
