"""The one retry policy: what may be sent again, and after how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from structlog.typing import FilteringBoundLogger
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential, wait_random

from hook.deadline import Deadline
from hook.errors import FlowSyncError

T = TypeVar("T")

TOO_MANY_REQUESTS = 429
TEMPORARY = frozenset({408, 502, 503, 504})
"""Statuses after which a request that may be repeated is repeated; 408 is documented for every operation."""
BUSY = "architect.database.throughput.exceeded"
"""Code of a 500 whose text asks to try again ("Database too busy. Please try again.")."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently: ``attempts`` in all, waits from ``base`` seconds doubling up to ``cap``."""

    attempts: int = 6
    base: float = 0.5
    cap: float = 30.0


class Again(Exception):
    """Ask for another attempt.

    Args:
        failure: What to raise when there is none.
        wait: Seconds that the platform asked for, or ``None`` for the policy's own.
        counts: Whether this attempt counts against the policy's number; a 429 does not.
    """

    def __init__(self, failure: FlowSyncError, *, wait: float | None = None, counts: bool = True) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wait = wait
        self.counts = counts


def temporary(*, status: int, code: str, retry_after: float | None, repeatable: bool) -> bool:
    """Decide whether a refused request is sent again.

    A 429, and a 503 that says when to come back, were turned away before anything was done; the others may hide a
    request that was carried out, and so are repeated only when repeating is harmless.
    """
    if status == TOO_MANY_REQUESTS or (status == 503 and retry_after is not None):  # noqa: PLR2004  (Service Unavailable)
        return True
    return repeatable and (status in TEMPORARY or code == BUSY)


def uncertain(status: int) -> bool:
    """Decide whether a request that is not repeated may nevertheless have been carried out."""
    return status in TEMPORARY


def retry_after(value: str | None) -> float | None:
    """Return the seconds of a ``Retry-After`` header.

    The platform always sends whole seconds. The HTTP date form, which a proxy may send, counts as absent: reading it
    would trust two clocks to agree.
    """
    text = (value or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004  (30 years)


def retrying(
    attempt: Callable[[int], T],
    *,
    policy: RetryPolicy,
    deadline: Deadline,
    log: FilteringBoundLogger,
) -> T:
    """Call ``attempt`` with 1, 2, … until it returns or raises something other than :class:`Again`.

    Args:
        attempt: Does it once; raises :class:`Again` to be called once more.
        policy: How often and how patiently.
        deadline: A wait that would pass its end is not begun.
        log: Where each wait is told.

    Raises:
        FlowSyncError: The ``failure`` of the last :class:`Again`.
        DeadlineExceeded: A stop was asked for during a wait, and leaves no time for it.
    """
    counted = number = 0
    reason = ""

    def spent(_: RetryCallState) -> bool:
        return counted >= policy.attempts

    backoff = wait_exponential(multiplier=policy.base, max=policy.cap) + wait_random(0, policy.base)

    def wait(state: RetryCallState) -> float:
        again = _again(state)
        return backoff(state) if again.wait is None else again.wait

    def before_sleep(state: RetryCallState) -> None:
        again, seconds = _again(state), state.upcoming_sleep
        if seconds >= deadline.remaining:
            raise again
        nonlocal reason
        reason = again.failure.message
        log.info("trying again", seconds=round(seconds, 2), reason=reason)

    def once() -> T:
        nonlocal counted, number
        number += 1
        try:
            return attempt(number)
        except Again as again:
            counted += again.counts
            raise

    def sleep(seconds: float) -> None:
        deadline.sleep(seconds, doing=f"waiting to try again after: {reason}")

    try:
        return Retrying(
            stop=spent,
            wait=wait,
            retry=retry_if_exception_type(Again),
            before_sleep=before_sleep,
            sleep=sleep,
            reraise=True,
        )(once)
    except Again as again:
        failure, cause = again.failure, again.__cause__
    raise failure from cause


def _again(state: RetryCallState) -> Again:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, Again):
        raise AssertionError(error)  # noqa: TRY004  (a bug of ours, nobody's argument)
    return error
