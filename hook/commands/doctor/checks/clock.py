"""Is the local clock right? Approvals, peak hours and certificates are judged by it."""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, ok, unknown, warn
from hook.commands.doctor.subject import Subject

MOST = 30.0
"""Seconds between the two clocks that matter to nothing."""


def look(subject: Subject) -> Iterator[Seen]:
    """Hold the local clock against the date of an answer."""
    ahead = subject.glance().ahead
    if ahead is None:
        yield unknown("the platform's answer has no date.")
        return
    seconds = ahead.total_seconds()
    how = f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} the platform's"
    if abs(seconds) > MOST:
        todo = "Let the machine keep its time (NTP): approvals, peak hours and certificates are judged by it."
        yield warn(f"the local clock is {how}.", todo)
    else:
        yield ok(f"the local clock is {how}.")


CHECK = Check("clock", look)
