"""Numbers in words."""

from __future__ import annotations

from datetime import datetime

from hook.model import ExitCode


def counted(number: int, one: str) -> str:
    """Return a number with its noun, for example ``1 refusal`` or ``2 refusals``."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def effort(calls: int, *, started: datetime, finished: datetime, exit_code: ExitCode) -> str:
    """Return the end of a closing line: how many calls, how many seconds, and the exit code."""
    return f"{counted(calls, 'call')}, {(finished - started).total_seconds():.1f} s, exit {int(exit_code)}."
