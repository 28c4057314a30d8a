"""One budget of requests, shared by all threads of a run.

The platform counts per token (300 requests a minute by default, key ``client.credentials.token.rate.per.minute``) and,
for some operations, per resource (180 a minute for ``GET /users``, 100 for ``PUT /architect/ivrs/{id}``). Its
``inin-ratelimit-*`` headers do not say which of the two they speak of. So what they say is applied to calls of the same
operation only: a limit of the token shows in the answers of every operation anyway, while a limit of one resource must
not slow the rest. A 429 stops everybody, unless its body names a limit that is none of the token's.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from pyrate_limiter import InMemoryBucket, Rate, RateItem
from structlog.typing import FilteringBoundLogger

from hook.deadline import Deadline
from hook.errors import DeadlineExceeded, RateLimited

LIMIT_PER_MINUTE = 280
"""Below the platform's 300, since its clock and ours do not start a minute together."""
WINDOW = 60.0
LONGEST_RESET = 300
"""Seconds; a larger ``inin-ratelimit-reset`` is none that the platform sends (it counts a minute)."""
WORTH_TELLING = 1.0
_ID = re.compile(r"(?<=/)(?!v\d+(?:/|$))[^/]*\d[^/]*")
_TOKEN_WIDE = re.compile(r"\b(?:token|org)\b.*\brate\.per\.minute$")


@dataclass(slots=True)
class _Share:
    """What is left of an operation's own limit, as far as the platform told."""

    left: int
    until: float


def operation(method: str, path: str) -> str:
    """Return what calls of one operation have in common: segments with a digit, such as ids, are blanked."""
    return f"{method} {_ID.sub('{id}', path)}"


def token_wide(limit_key: str) -> bool:
    """Decide whether a limit that a 429 names is the token's or the organisation's; an unnamed one counts as such."""
    return not limit_key or bool(_TOKEN_WIDE.search(limit_key))


class Pacing:
    """Gives out turns; every request takes one just before it is sent.

    Args:
        deadline: The run's; a wait that would pass its end raises at once.
        log: Where waits worth telling are told.
        limit_per_minute: How many requests any ``window`` may hold.
        window: Seconds.
    """

    def __init__(
        self,
        *,
        deadline: Deadline,
        log: FilteringBoundLogger,
        limit_per_minute: int = LIMIT_PER_MINUTE,
        window: float = WINDOW,
    ) -> None:
        self._deadline = deadline
        self._log = log
        self._limit = limit_per_minute
        self._bucket = InMemoryBucket([Rate(limit_per_minute, max(1, round(window * 1000)))])
        self._lock = threading.Lock()
        self._paused_until = 0.0
        self._shares: dict[str, _Share] = {}
        self._told_until = 0.0

    def take(self, name: str) -> None:
        """Wait for a turn and take it.

        Args:
            name: The :func:`operation` that is about to be called.

        Raises:
            RateLimited: The platform asked for a wait that would pass the deadline.
            DeadlineExceeded: Our own pace would, or a stop was asked for meanwhile.
        """
        while True:
            with self._lock:
                asked, paced = self._delay(name, time.monotonic())
            seconds = max(asked, paced)
            if seconds <= 0:
                return
            self._check(seconds, asked=asked >= paced)
            self._deadline.sleep(seconds, doing="waiting for the rate limit")

    def _delay(self, name: str, now: float) -> tuple[float, float]:
        """Return the seconds that the platform's word and our own pace ask for; takes the turn when both are zero."""
        share = self._shares.get(name)
        if share and share.until <= now:
            del self._shares[name]
            share = None
        asked = max(0.0, self._paused_until - now, share.until - now if share and share.left <= 0 else 0.0)
        if asked > 0:
            return asked, 0.0
        milliseconds = int(now * 1000)
        self._bucket.leak(milliseconds)
        item = RateItem("call", milliseconds)
        if not self._bucket.put(item):
            wait = self._bucket.waiting(item)
            # One more millisecond, since both ends of the window were rounded down.
            return 0.0, (wait + 1) / 1000 if isinstance(wait, int) else WINDOW
        if share:
            share.left -= 1
        return 0.0, 0.0

    def _check(self, seconds: float, *, asked: bool) -> None:
        if seconds >= self._deadline.remaining:
            hint = "Raise --deadline, or rerun later."
            if asked:
                raise RateLimited(
                    f"the platform's rate limit asks to wait {seconds:.0f} s,"
                    f" but the run's deadline leaves {self._deadline.remaining:.0f} s",
                    hint=hint,
                )
            raise DeadlineExceeded(
                f"waiting {seconds:.0f} s to stay below {self._limit} requests a minute would pass the run's deadline",
                hint=hint,
            )
        with self._lock:
            now = time.monotonic()
            if asked or seconds < WORTH_TELLING or now < self._told_until:
                return
            self._told_until = now + seconds
        self._log.info("waiting to stay below the rate limit", seconds=round(seconds, 1), limit_per_minute=self._limit)

    def pause(self, seconds: float, *, name: str = "") -> None:
        """Let nobody send for some time, as a 429 asks.

        Args:
            seconds: From now; a longer pause that is under way is kept.
            name: Only calls of this :func:`operation` pause; empty for all.
        """
        with self._lock:
            until = time.monotonic() + seconds
            if name:
                self._shares[name] = _Share(left=0, until=until)
            news = until > self._paused_until + WORTH_TELLING
            if not name:
                self._paused_until = max(self._paused_until, until)
        if news or name:
            self._log.warning(f"platform asks to wait {seconds:.0f} s", seconds=seconds, operation=name or "all")

    def learn(self, name: str, headers: Mapping[str, str]) -> None:
        """Take in what an answer says of the limit that it was counted against.

        Args:
            name: The :func:`operation` that was answered.
            headers: Of the answer; ``inin-ratelimit-count``, ``-allowed`` and ``-reset`` (seconds) may be absent.
        """
        numbers = [headers.get(f"inin-ratelimit-{what}", "") for what in ("allowed", "count", "reset")]
        if not all(number.isascii() and number.isdigit() for number in numbers):
            return
        allowed, count, reset = (int(number) for number in numbers)
        if not 0 < reset <= LONGEST_RESET:
            return
        with self._lock:
            now = time.monotonic()
            left, until = allowed - count, now + reset
            known = self._shares.get(name)
            if known and known.until > now:
                # Answers overtake each other, and what is on its way is not yet counted there.
                left, until = min(known.left, left), max(known.until, until) if left <= 0 else known.until
            self._shares[name] = _Share(left=left, until=until)
