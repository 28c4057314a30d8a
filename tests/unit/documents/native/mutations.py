"""Random configurations made of a given one: renamed, moved, duplicated, with nasty names and ids anywhere."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from hook.documents.native.naming import is_nameable, manifest_entries

Configuration = dict[str, Any]

NASTY = (
    "a/b",
    "{x}",
    "@{",
    "@{}",
    "@{queue/Sales}",
    "@{dataAction:guid/a/b}",
    'say "yes"',
    "100%",
    "%7D%2F",
    "#2",
    "Sales#2",
    "!",
    "x!y",
    "🎧 Zoë\u200d",
    "tab\tline\nend\x00\x1f\x7f\x85\u2028",
    " blanks ",
    "back\\slash",
    "n" * 3000,
)
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.text("@{}%/#!:2FDqueue ", min_size=1, max_size=12),
)
_NUMBER = st.integers(min_value=0, max_value=10_000)
_CHANGE = st.tuples(st.integers(min_value=0, max_value=8), _NUMBER, _NUMBER, TEXTS, TEXTS)


def configurations(base: Configuration) -> st.SearchStrategy[Configuration]:
    """Return configurations with ids, made of ``base`` by some changes."""
    return st.lists(_CHANGE, max_size=6).map(lambda changes: _changed(base, changes))


def _changed(base: Configuration, changes: list[tuple[int, int, int, str, str]]) -> Configuration:
    result = copy.deepcopy(base)
    for which, first, second, text, more in changes:
        _CHANGES[which](result, first, second, text, more)
    return result


def _entries(configuration: Configuration) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, entry) for kind, _, entry in manifest_entries(configuration) if is_nameable(kind, entry)]


def _pick(items: list[Any], number: int) -> Any:
    return items[number % len(items)] if items else None


def _containers(value: Any, of: type) -> list[Any]:
    """Return all lists, or all objects, at and below a value, except the manifest."""
    found = [value] if isinstance(value, of) else []
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        if key != "manifest":
            found += _containers(item, of)
    return found


def _rename(configuration: Configuration, first: int, _: int, text: str, __: str) -> None:
    """Give an object another name, in the manifest and wherever the old one stands alone."""
    picked = _pick(_entries(configuration), first)
    if picked:
        old = picked[1]["name"]
        picked[1]["name"] = text
        for mapping in _containers(configuration, dict):
            for key, item in mapping.items():
                if item == old and key != "type":
                    mapping[key] = text


def _rename_entry_only(configuration: Configuration, first: int, _: int, text: str, __: str) -> None:
    picked = _pick(_entries(configuration), first)
    if picked:
        picked[1]["name"] = text


def _name_with_id(configuration: Configuration, first: int, second: int, text: str, more: str) -> None:
    entries = _entries(configuration)
    if entries:
        _pick(entries, first)[1]["name"] = f"{text}{_pick(entries, second)[1]['id']}{more}"


def _duplicate(configuration: Configuration, first: int, second: int, _: str, __: str) -> None:
    """Put the member of a list a second time into the same list or another one."""
    lists = [found for found in _containers(configuration, list) if found]
    if lists:
        _pick(lists, second).append(copy.deepcopy(_pick(_pick(lists, first), second)))


def _move(configuration: Configuration, first: int, second: int, _: str, __: str) -> None:
    lists = [found for found in _containers(configuration, list) if found]
    if lists:
        source = _pick(lists, first)
        member = source.pop(second % len(source))
        # Not into itself, of which it may be a part.
        _pick(_containers(configuration, list), second).append(member)


def _second_of_one_name(configuration: Configuration, first: int, second: int, _: str, __: str) -> None:
    picked = _pick(_entries(configuration), first)
    if picked:
        kind, entry = picked
        identifier = f"{second:08x}{entry['id'].removeprefix('custom_-_')[8:]}"
        prefix = "custom_-_" if entry["id"].startswith("custom_-_") else ""
        configuration["manifest"][kind].append({"id": prefix + identifier, "name": entry["name"]})
        _put(configuration, second, prefix + identifier)


def _id_in_text(configuration: Configuration, first: int, second: int, text: str, more: str) -> None:
    picked = _pick(_entries(configuration), first)
    if picked:
        _put(configuration, second, f"{text}{picked[1]['id']}{more}")


def _id_as_key(configuration: Configuration, first: int, second: int, text: str, _: str) -> None:
    picked = _pick(_entries(configuration), first)
    if picked:
        _pick(_containers(configuration, dict), second)[picked[1]["id"]] = text


def _plain_text(configuration: Configuration, _: int, second: int, text: str, more: str) -> None:
    _put(configuration, second, text)
    _pick(_containers(configuration, dict), second)[more] = text


def _put(configuration: Configuration, number: int, text: str) -> None:
    for index, mapping in enumerate((_pick(_containers(configuration, dict), number), configuration)):
        mapping[f"added {number} {index}"] = text


_CHANGES: tuple[Callable[[Configuration, int, int, str, str], None], ...] = (
    _rename,
    _rename_entry_only,
    _name_with_id,
    _duplicate,
    _move,
    _second_of_one_name,
    _id_in_text,
    _id_as_key,
    _plain_text,
)


ODD: st.SearchStrategy[Any] = st.sampled_from(
    (None, 1, 1.5, True, "", "x", "@{queue/Sales}", [], ["x"], [[]], {}, {"id": "x"}, {"id": [], "name": {}})
)


def mutilated(base: Configuration) -> st.SearchStrategy[Configuration]:
    """Return what is made of ``base`` by putting something else in place of some of its values."""

    def put(changes: list[tuple[int, Any]]) -> Configuration:
        result = copy.deepcopy(base)
        for number, value in changes:
            holders = [*_holders(result)]
            holder, key = holders[number % len(holders)]
            holder[key] = copy.deepcopy(value)
        return result

    return st.lists(st.tuples(_NUMBER, ODD), min_size=1, max_size=4).map(put)


def _holders(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(item, dict | list):
            yield from _holders(item)
