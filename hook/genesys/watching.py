"""Waiting for jobs with few looks: what one finished job took tells when to look at the next.

A look costs a call of the shared budget, a late look costs time. The schedule estimates the time after which four of
five jobs are done: a first look that finds a job done lowers the estimate a little, one that comes too early raises it
by four times that, which settles where a fifth of the first looks come too early.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from hook.deadline import Deadline
from hook.errors import ApiUnavailable, DeadlineExceeded

T = TypeVar("T")

GROWTH = 1.5
EARLY = 0.25
"""After a first look that came too early, the next comes after this share of the estimate."""
LOWER, RAISE = 0.02, 0.08
"""Their ratio sets the share of first looks that find a job done: 4 of 5."""
STREAK, DROP = 10, 0.15
"""So many first looks in a row that found a job done mean that jobs became quicker: the estimate drops faster."""
LEAST = 0.05
"""The estimate never falls below this share of the first wait."""
SLICE = 0.2
"""Seconds after which a sleeper sees that a stop brought the deadline nearer."""
LAST_LOOK = 2.0
"""Seconds before the deadline at which a job is looked at once more."""


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How to wait for jobs, in seconds.

    ``first`` is the wait before the first look as long as nothing was learned, ``cap`` the longest between two looks,
    ``timeout`` what a job may take (16 minutes, as the Terraform provider has it).
    """

    first: float = 3.0
    cap: float = 15.0
    timeout: float = 960.0


class PollSchedule:
    """When to look at a job, learned from those that finished; threads share it.

    Args:
        settings: ``first`` and ``cap`` are used.
    """

    def __init__(self, settings: WatchSettings | None = None) -> None:
        self._settings = settings or WatchSettings()
        self._estimate: float | None = None
        self._streak = 0
        self._lock = threading.Lock()

    @property
    def estimate(self) -> float | None:
        """Seconds after which most jobs were done; ``None`` before the first one."""
        return self._estimate

    def next_wait(self, *, elapsed: float, looks: int) -> float:
        """Return the seconds until the next look at a job that was watched for ``elapsed`` seconds in ``looks``."""
        return next_wait(self._estimate, elapsed=elapsed, looks=looks, settings=self._settings)

    def learn(self, *, not_done_at: float, done_at: float) -> None:
        """Take in a finished job: the time of the last look that found it running (0 for none), and of the last."""
        with self._lock:
            if self._estimate is None:
                self._estimate = (not_done_at + done_at) / 2 if not_done_at else done_at
                return
            if not_done_at:
                self._streak = 0
                self._estimate *= 1 + RAISE
                return
            self._streak += 1
            self._estimate *= 1 - (DROP if self._streak > STREAK else LOWER)
            self._estimate = max(self._estimate, LEAST * self._settings.first)


def next_wait(estimate: float | None, *, elapsed: float, looks: int, settings: WatchSettings) -> float:
    """Decide how long to wait before the next look.

    Args:
        estimate: Seconds that jobs took; ``None`` when nothing is known.
        elapsed: Seconds since the job was started.
        looks: How often it was looked at.
        settings: ``first`` and ``cap``.

    Returns:
        Seconds, more than 0; the wait until the estimate is not capped.
    """
    if estimate is not None and elapsed < estimate:
        return estimate - elapsed
    base = settings.first if estimate is None else estimate * EARLY
    return min(settings.cap, base * GROWTH ** min(max(0, looks - 1), 50))


def watch(
    look: Callable[[], T],
    *,
    done: Callable[[T], bool],
    schedule: PollSchedule,
    settings: WatchSettings,
    deadline: Deadline,
    what: str,
) -> T:
    """Look at a job until it is done.

    Args:
        look: Asks the platform once.
        done: Whether the answer is final.
        schedule: When to look; learns from this job.
        settings: ``first`` and ``timeout``.
        deadline: The run's.
        what: The job in words, for messages.

    Raises:
        ApiUnavailable: The job was not done within ``timeout``; its outcome is unknown.
        DeadlineExceeded: Nor within the deadline, which a stop brings nearer.
    """
    started = time.monotonic()
    looks, last = 0, 0.0
    margin = min(LAST_LOOK, settings.first)
    while True:
        elapsed = time.monotonic() - started
        if elapsed >= settings.timeout:
            raise ApiUnavailable(
                f"{what} was not done after {settings.timeout:g} s; its outcome is not known",
                hint="Rerun: what became of it is looked up first.",
            )
        if deadline.remaining <= margin:
            raise DeadlineExceeded(
                f"the run's deadline passed while waiting for {what}; its outcome is not known",
                hint="Raise --deadline, or rerun: what became of it is looked up first.",
            )
        wait = schedule.next_wait(elapsed=elapsed, looks=looks)
        _sleep(min(wait, settings.timeout - elapsed), deadline=deadline, margin=margin)
        state = look()
        looks += 1
        now = time.monotonic() - started
        if done(state):
            schedule.learn(not_done_at=last, done_at=now)
            return state
        last = now


def _sleep(seconds: float, *, deadline: Deadline, margin: float) -> None:
    """Sleep, but end ``margin`` seconds before the deadline, so that there is time for one more look."""
    until = time.monotonic() + seconds
    while (left := min(until - time.monotonic(), deadline.remaining - margin)) > 0:
        time.sleep(min(SLICE, left))
