"""Exit codes, and which one stands for several."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a process ends; the same everywhere, printed by ``--help``."""

    DONE = 0
    REFUSED = 1
    DIFFERENCES = 2
    INVALID_INPUT = 3
    CREDENTIALS = 4
    UNAVAILABLE = 5
    GUARD = 6
    LOCK = 7
    CONFLICT = 8
    BUG = 70
    TERMINATED = 143


PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.TERMINATED,
    ExitCode.INVALID_INPUT,
    ExitCode.CREDENTIALS,
    ExitCode.LOCK,
    ExitCode.GUARD,
    ExitCode.CONFLICT,
    ExitCode.UNAVAILABLE,
    ExitCode.REFUSED,
    ExitCode.DIFFERENCES,
)
"""If several exit codes apply, the first of these wins."""


def worst(codes: set[ExitCode]) -> ExitCode:
    """Return the exit code that stands for ``codes``; ``DONE`` when there is none."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.DONE)
