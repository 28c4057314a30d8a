"""Waiting for jobs with few looks: what one finished job took tells when to look at the next.

A look costs a call of the shared budget, a late look costs time. The schedule estimates the time after which four of
five jobs are done: a first look that finds a job done lowers the estimate a little, one that comes too early raises it
by four times that, which settles where a fifth of the first looks come too early. Jobs that run side by side are looked
at about the same time and all say the same, so only looks near the present estimate count: the first of them moves it
away from the others. As long as nothing is known, two jobs are looked at often; the others wait for what these tell.
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
NEAR = 0.05
"""A look counts when it was made this near to the estimate, as a share of it, or tells even more."""
SCOUTS = 2
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
        self._watched = 0
        self._lock = threading.Lock()
        self.known = threading.Event()

    @property
    def estimate(self) -> float | None:
        """Seconds after which most jobs were done; ``None`` before the first one."""
        return self._estimate

    def enter(self) -> bool:
        """Count a job that is going to be watched; returns whether it is one that is looked at for the others too."""
        with self._lock:
            self._watched += 1
            return self._watched <= SCOUTS

    def next_wait(self, *, elapsed: float, looks: int, scout: bool = True) -> float:
        """Return the seconds until the next look; see the function :func:`next_wait`."""
        return next_wait(self._estimate, elapsed=elapsed, looks=looks, settings=self._settings, scout=scout)

    def learn(self, *, not_done_at: float, done_at: float) -> None:
        """Take in a finished job: the time of the last look that found it running (0 for none), and of the last."""
        with self._lock:
            if self._estimate is None:
                self._estimate = (not_done_at + done_at) / 2 if not_done_at else done_at
                self.known.set()
            elif not_done_at:
                if not_done_at >= self._estimate * (1 - NEAR):
                    self._streak = 0
                    self._estimate *= 1 + RAISE
            elif done_at <= self._estimate * (1 + NEAR):
                self._streak += 1
                self._estimate *= 1 - (DROP if self._streak > STREAK else LOWER)
            self._estimate = max(self._estimate, LEAST * self._settings.first)


def next_wait(
    estimate: float | None, *, elapsed: float, looks: int, settings: WatchSettings, scout: bool = True
) -> float:
    """Decide how long to wait before the next look.

    Args:
        estimate: Seconds that jobs took; ``None`` when nothing is known.
        elapsed: Seconds since the job was started.
        looks: How often it was looked at.
        settings: ``first`` and ``cap``.
        scout: Whether the job is looked at early although nothing is known.

    Returns:
        Seconds, 0 when a look is due; the wait until the estimate is not capped.
    """
    growth = GROWTH ** min(max(0, looks - 1), 50)
    if estimate is None:
        return min(settings.cap, settings.first * growth) if scout or looks else settings.cap
    if not looks:
        return max(0.0, estimate - elapsed)
    # Not before the estimate, if that rose meanwhile; never a step so small that the look would tell nothing new.
    return max(estimate - elapsed, min(settings.cap, estimate * EARLY * growth))


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
    scout = schedule.enter()
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
        blind = not scout and not looks and not schedule.known.is_set()
        wait = min(schedule.next_wait(elapsed=elapsed, looks=looks, scout=scout), settings.timeout - elapsed)
        if _sleep(wait, deadline=deadline, margin=margin, until=schedule.known if blind else None):
            continue
        state = look()
        looks += 1
        now = time.monotonic() - started
        if done(state):
            schedule.learn(not_done_at=last, done_at=now)
            return state
        last = now


def _sleep(seconds: float, *, deadline: Deadline, margin: float, until: threading.Event | None) -> bool:
    """Sleep, but end ``margin`` seconds before the deadline, so that there is time for one more look.

    Returns:
        Whether ``until`` was set, which ends the sleep at once.
    """
    end = time.monotonic() + seconds
    while (left := min(end - time.monotonic(), deadline.remaining - margin)) > 0:
        if until is None:
            time.sleep(min(SLICE, left))
        elif until.wait(min(SLICE, left)):
            return True
    return False
