"""How long a run may take, and whether it was asked to stop."""

from __future__ import annotations

import time

from hook.errors import DeadlineExceeded

SLICE = 0.1
"""Seconds after which a sleeper sees that a stop was asked for, or that it brought the end nearer."""


class Deadline:
    """
    The end of a run, shared by all its threads.

    Args:
        seconds: How long from now; ``None`` for no end.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._end = float("inf") if seconds is None else time.monotonic() + seconds
        self._stopping = False

    def stop(self, *, within: float) -> None:
        """
        Ask for a clean stop: nothing new is started, and what was started has ``within`` seconds to end.

        Takes no lock, because a signal handler may call it while its own thread holds one.
        """
        self._end = min(self._end, time.monotonic() + within)
        self._stopping = True

    @property
    def stopping(self) -> bool:
        """Whether a clean stop was asked for."""
        return self._stopping

    @property
    def remaining(self) -> float:
        """Seconds left, never negative; ``inf`` when there is no end."""
        return max(0.0, self._end - time.monotonic())

    def before(self, seconds: float) -> Deadline:
        """Return a view of this deadline that ends ``seconds`` earlier, to leave time for what must follow."""
        return _Earlier(self, seconds)

    def check(self, doing: str) -> None:
        """
        Raise when the time is over.

        Args:
            doing: What was being done, for the message.

        Raises:
            DeadlineExceeded: The run's time is over.
        """
        if self.remaining <= 0:
            raise DeadlineExceeded(f"the run's deadline passed while {doing}", hint="Raise --deadline, or rerun.")

    def sleep(self, seconds: float, *, doing: str) -> None:
        """
        Sleep, at most until the end; a stop that is asked for meanwhile shortens what is left.

        Raises:
            DeadlineExceeded: The sleep would pass the end; raised at once, since waiting would be in vain.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if left >= self.remaining:
                raise DeadlineExceeded(
                    f"waiting {left:.0f} s more would pass the run's deadline while {doing}",
                    hint="Raise --deadline, or rerun.",
                )
            time.sleep(min(left, SLICE))


class _Earlier(Deadline):
    """A deadline that ends before another one, and is stopped with it."""

    def __init__(self, whole: Deadline, seconds: float) -> None:
        super().__init__()
        self._whole = whole
        self._seconds = seconds

    @property
    def stopping(self) -> bool:
        return self._whole.stopping

    @property
    def remaining(self) -> float:
        return max(0.0, self._whole.remaining - self._seconds)
