"""What an answer of the platform tells beside its body: its time, and how much of the rate limit is used."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from hook.genesys.identity import ORGANISATION
from hook.genesys.session import Session


@dataclass(frozen=True, slots=True)
class Glance:
    """
    What was seen of one answer.

    Attributes:
        ahead: How far the local clock is ahead of the platform's, good to a second and the time of the call; ``None``
            when the answer had no date.
        counted: Calls of this client in the running minute, and
        allowed: how many it may make, from ``inin-ratelimit-count`` and ``-allowed``; ``None`` when they were absent.
    """

    ahead: timedelta | None = None
    counted: int | None = None
    allowed: int | None = None


def glance(session: Session) -> Glance:
    """
    Make one call that needs no permission, and look at its headers.

    Raises:
        FlowSyncError: As :meth:`Session.call` does.
    """
    began = time.monotonic()
    reply = session.call("GET", ORGANISATION, repeatable=True)
    middle = datetime.now(tz=UTC) - timedelta(seconds=(time.monotonic() - began) / 2)
    return Glance(
        ahead=ahead(middle, reply.headers.get("Date", "")),
        counted=_number(reply.headers.get("inin-ratelimit-count", "")),
        allowed=_number(reply.headers.get("inin-ratelimit-allowed", "")),
    )


def ahead(now: datetime, date: str) -> timedelta | None:
    """
    Return how far ``now`` is ahead of an HTTP date; ``None`` when that is none.

    A date has whole seconds (RFC 9110, 5.6.7), so that up to one second counts for nothing.
    """
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    if said.tzinfo is None:
        return None
    between = now - said
    whole = timedelta(seconds=1)
    return max(between - whole, timedelta(0)) if between > timedelta(0) else between


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
