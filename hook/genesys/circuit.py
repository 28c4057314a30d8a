"""Keeps a run from hammering a platform that is down: after failures in a row one thread tries, and the others wait."""

from __future__ import annotations

import threading
import time

from structlog.typing import FilteringBoundLogger

from hook.deadline import Deadline
from hook.errors import ApiUnavailable

THRESHOLD = 5
"""Failures in a row, over all threads, after which the circuit opens."""


class Circuit:
    """
    Counts failures in a row; shared by all threads.

    Args:
        deadline: The run's; a wait that would pass its end raises at once.
        log: Where the opening and the closing are told.
        base: Seconds that the circuit is open at first; they double with every further failure.
        cap: The most seconds between two tries.
        tries: How often to try with the circuit open, before every call is refused at once.
    """

    def __init__(self, *, deadline: Deadline, log: FilteringBoundLogger, base: float, cap: float, tries: int) -> None:
        self._deadline = deadline
        self._log = log
        self._base = base
        self._cap = cap
        self._most = THRESHOLD + tries
        self._failures = 0
        self._open_until = 0.0
        self._lock = threading.Lock()

    def enter(self) -> None:
        """
        Wait while the circuit is open; whoever comes first when the time is over tries for all.

        Raises:
            ApiUnavailable: The platform has failed too often in a row; the run had better end.
            DeadlineExceeded: The wait would pass the run's deadline.
        """
        while (seconds := self._wait()) > 0:
            self._deadline.sleep(seconds, doing="waiting for the platform to answer again")

    def _wait(self) -> float:
        with self._lock:
            if self._failures < THRESHOLD:
                return 0.0
            if self._failures >= self._most:
                raise ApiUnavailable(
                    f"the platform has failed {self._failures} times in a row; no further call is tried",
                    hint="See the platform's status page, and rerun: nothing is done twice.",
                )
            now = time.monotonic()
            if now < self._open_until:
                return self._open_until - now
            self._open_until = now + self._period()
            return 0.0

    def _period(self) -> float:
        return min(self._cap, self._base * 2.0 ** min(self._failures - THRESHOLD, 30))

    def failed(self, reason: str) -> None:
        """Count a call that was not answered, or answered with a failure of the platform."""
        with self._lock:
            self._failures += 1
            if self._failures < THRESHOLD:
                return
            seconds = self._period()
            self._open_until = time.monotonic() + seconds
            news = self._failures == THRESHOLD
        if news:
            self._log.warning("the platform fails; all calls wait", seconds=round(seconds, 1), reason=reason)

    def succeeded(self) -> None:
        """Count a call that was answered."""
        with self._lock:
            news = self._failures >= THRESHOLD
            self._failures = 0
            self._open_until = 0.0
        if news:
            self._log.info("the platform answers again")
