from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.errors import UnexpectedResponse
from hook.genesys import paging
from hook.genesys.client import Platform
from hook.genesys.paging import entities
from tests.unit.genesys.server import Request, Scripted, Server

PATH = "/api/v2/flows"
Json = dict[str, Any]


class Listing:
    """A listing in memory with the one method of a session that paging uses; ``change`` runs before each page."""

    def __init__(self, ids: list[str], change: Callable[[Listing, int], None] = lambda *_: None) -> None:
        self.ids = ids
        self.calls = 0
        self.change = change
        self.hidden: frozenset[str] = frozenset()

    def get(self, _: str, params: Json) -> Json:
        self.calls += 1
        self.change(self, self.calls)
        size, page = params["pageSize"], params["pageNumber"]
        rows = sorted(self.ids)[(page - 1) * size : page * size]
        body = {
            "entities": [{"id": row} for row in rows],
            "total": len(self.ids),
            "pageCount": -(-len(self.ids) // size),
            "nextUri": "/next" if page * size < len(self.ids) else None,
        }
        return {key: value for key, value in body.items() if key not in self.hidden}


def ids(listing: Listing, **options: Any) -> list[str]:
    return [row["id"] for row in entities(listing, PATH, **options)]  # type: ignore[arg-type]


IDS = st.lists(st.uuids().map(str), unique=True, max_size=30)


@given(IDS, st.integers(1, 10), st.sets(st.sampled_from(["pageCount", "total", "nextUri"]), max_size=2))
def test_a_quiet_listing_is_read_once_and_whole(names: list[str], size: int, hidden: set[str]) -> None:
    listing = Listing(names)
    listing.hidden = frozenset(hidden)
    assert ids(listing, page_size=size) == sorted(names)
    assert listing.calls == max(1, -(-len(names) // size))


@given(IDS, st.integers(1, 5), st.data())
def test_nothing_that_stays_is_lost_while_others_are_added_or_deleted(
    names: list[str], size: int, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(["added", "deleted"]))
    changes = data.draw(st.dictionaries(st.integers(1, 12), st.uuids().map(str), max_size=3))
    gone: set[str] = set()

    def change(listing: Listing, call: int) -> None:
        if call in changes and kind == "added":
            listing.ids = [*listing.ids, changes[call]]
        elif call in changes and listing.ids:
            victim = sorted(listing.ids)[int(changes[call][0], 16) % len(listing.ids)]
            gone.add(victim)
            listing.ids = [name for name in listing.ids if name != victim]

    found = ids(Listing(names, change), page_size=size, tries=20)
    assert set(names) - gone <= set(found)
    assert len(found) == len(set(found))


def test_an_object_that_moved_between_pages_is_not_lost() -> None:
    def shrink(listing: Listing, call: int) -> None:
        if call == 2:
            listing.ids.remove("a")

    listing = Listing(["a", "b", "c", "d"], shrink)
    assert ids(listing, page_size=2) == ["b", "c", "d"]
    assert listing.calls == 4


def test_a_listing_that_never_agrees_with_itself_is_not_believed() -> None:
    calls = iter(range(100))

    def body(_: str, __: Json) -> Json:
        return {"entities": [{"id": f"a{next(calls)}"}], "total": 2, "pageCount": 1}

    listing = Listing([])
    listing.get = body  # type: ignore[method-assign,assignment]
    with pytest.raises(UnexpectedResponse, match="says it has 2 objects, but 1 were seen"):
        ids(listing, tries=3)


def test_a_total_that_only_counts_otherwise_is_told_from_a_listing_that_moved() -> None:
    calls: list[int] = []

    def body(_: str, __: Json) -> Json:
        calls.append(1)
        return {"entities": [{"id": "a"}], "total": 2, "pageCount": 1}

    listing = Listing([])
    listing.get = body  # type: ignore[method-assign,assignment]
    assert ids(listing) == ["a"]
    assert len(calls) == 2


def test_a_listing_that_changes_all_the_time_is_not_believed() -> None:
    listing = Listing(["a", "b", "c"], lambda listing, call: listing.ids.append(f"z{call}"))
    with pytest.raises(UnexpectedResponse, match="changed while it was read"):
        ids(listing, page_size=3, tries=2)


def test_an_endless_listing_is_not_followed() -> None:
    listing = Listing([])
    listing.get = lambda *_: {"entities": [{"id": "a"}], "nextUri": "/next"}  # type: ignore[method-assign]
    with pytest.raises(UnexpectedResponse, match="promises more after page 2"):
        ids(listing, tries=1)


def test_a_listing_has_a_most_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 3)
    with pytest.raises(UnexpectedResponse, match="promises more after page 3"):
        ids(Listing(list("abcdef")), page_size=1, tries=1)


def test_rows_without_an_id_are_kept_apart_by_what_they_say() -> None:
    listing = Listing([])
    rows = [{"key": "a"}, {"key": "b"}, {"key": "a"}]
    listing.get = lambda *_: {"entities": rows}  # type: ignore[method-assign]
    assert list(entities(listing, PATH)) == [{"key": "a"}, {"key": "b"}]  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [{}, {"entities": None}, {"entities": {}}, {"entities": ["a"]}, {"total": 0}])
def test_a_missing_list_is_never_taken_as_none(server: Server, platform: Platform, body: Json) -> None:
    server.on("GET", PATH, Scripted(body=body))
    with pytest.raises(UnexpectedResponse, match="not taken as an empty listing"):
        list(entities(platform.session, PATH))


def test_filters_go_with_every_page_and_a_206_is_a_listing(server: Server, platform: Platform) -> None:
    def page(request: Request) -> Scripted:
        number = int(request.query["pageNumber"][0])
        return Scripted(status=206, body={"entities": [{"id": str(number)}], "total": 3, "pageCount": 3})

    server.on("GET", PATH, page)
    found = list(entities(platform.session, PATH, params={"type": ["bot", "voice"]}, page_size=1))
    assert [row["id"] for row in found] == ["1", "2", "3"]
    assert all(r.query["type"] == ["bot", "voice"] and r.query["pageSize"] == ["1"] for r in server.called("GET", PATH))
