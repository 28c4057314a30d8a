"""Listings, read to their end or not at all.

Pages are asked for one after the other while others change the organisation: an object that is deleted moves all later
ones forward, and one of them across the border of a page that was already read. It would be missing without a word, and
"missing" makes us create a second one. So a listing counts only when it holds as many objects as the platform says, and
the platform said the same on every page; otherwise it is read again. When two readings in a row saw just the same
objects and the same total, nothing moved, and it is the platform that counts otherwise than it lists. (An object that
is deleted
from an early page in the same moment as another is added to a late one cannot be seen this way.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from hook.errors import UnexpectedResponse
from hook.genesys.responses import Json
from hook.genesys.session import Query, Session

TRIES = 5
MOST_PAGES = 10_000


@dataclass(slots=True)
class _Pass:
    """What one reading of a listing has seen so far."""

    found: dict[str, Json] = field(default_factory=dict)
    totals: set[int | None] = field(default_factory=set)
    page: int = 0
    cut_short: bool = False

    def take(self, body: Json, rows: list[Json]) -> bool:
        """Add a page; returns whether to ask for another."""
        self.page += 1
        known = len(self.found)
        for row in rows:
            key = row["id"] if isinstance(row.get("id"), str) else json.dumps(row, sort_keys=True)
            self.found.setdefault(key, row)
        self.totals.add(_number(body.get("total")))
        if not more(body, page=self.page, seen=len(self.found)):
            return False
        # A page that brings nothing new although more is promised: the listing shrank, or it is endless.
        self.cut_short = len(self.found) == known or self.page >= MOST_PAGES
        return not self.cut_short

    def same_as(self, former: _Pass | None) -> bool:
        """Whether a former reading, complete as far as pages go, saw just the same."""
        return (
            former is not None
            and not self.cut_short
            and len(self.totals) == 1
            and (self.totals, self.found.keys()) == (former.totals, former.found.keys())
        )

    @property
    def doubt(self) -> str:
        """Why this reading may not be the whole; empty when it is."""
        if self.cut_short:
            return f"it promises more after page {self.page}, which brought nothing new"
        if len(self.totals) > 1:
            return "it changed while it was read"
        total = next(iter(self.totals))
        if total is not None and total != len(self.found):
            return f"it says it has {total} objects, but {len(self.found)} were seen"
        return ""


def more(body: Json, *, page: int, seen: int) -> bool:
    """Decide whether a listing goes on.

    Args:
        body: A page of it; ``pageCount`` counts if it is there, then ``total``, then ``nextUri``.
        page: Its number, from 1.
        seen: How many different objects were seen, those of this page included.
    """
    pages = _number(body.get("pageCount"))
    if pages is not None:
        return page < pages
    total = _number(body.get("total"))
    return seen < total if total is not None else bool(body.get("nextUri"))


def entities(
    session: Session,
    path: str,
    *,
    params: Query | None = None,
    page_size: int = 100,
    tries: int = TRIES,
) -> Iterator[Json]:
    """Iterate over all objects of a listing, each once by its id.

    The whole listing is read before the first object is given out. A 206, which the platform sends while it is still
    building an answer, is taken as a listing.

    Args:
        session: Makes the calls.
        path: Of the listing, for example ``/api/v2/flows``.
        params: Filters, sent with every page.
        page_size: Objects per call; the platform refuses more than its maximum (500 for flows, 100 for many others).
        tries: How often the listing is read when it changes meanwhile.

    Raises:
        UnexpectedResponse: A page has no list of ``entities``, or the listing never agreed with itself.
        FlowSyncError: As :meth:`Session.call` does.
    """
    doubt = ""
    former: _Pass | None = None
    for _ in range(tries):
        reading = _Pass()
        while True:
            body = session.get(path, {**(params or {}), "pageNumber": reading.page + 1, "pageSize": page_size})
            if not reading.take(body, _rows(body, path)):
                break
        doubt = reading.doubt
        if not doubt or reading.same_as(former):
            yield from reading.found.values()
            return
        former = reading
    raise UnexpectedResponse(
        f"the listing {path} could not be read as a whole in {tries} tries: {doubt}",
        hint="Somebody is probably changing the organisation; rerun when he is done.",
    )


def _rows(body: Json, path: str) -> list[Json]:
    rows = body.get("entities")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnexpectedResponse(
            f"GET {path} answered without a list of entities; this is not taken as an empty listing",
            details=(f"keys of the answer: {', '.join(sorted(body)) or 'none'}",),
        )
    return rows


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
