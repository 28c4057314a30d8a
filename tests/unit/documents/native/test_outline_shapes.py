"""Configurations of any shape: whatever stands where, an outline is made of it and nothing in it is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hook.documents.comparison import compare
from hook.documents.native.naming import name_ids
from hook.documents.native.outline import canonical_digest, outline
from hook.documents.nodes import Node, children
from tests.unit.documents.native import mutations
from tests.unit.documents.native.configuration import raw_configuration
from tests.unit.documents.native.outline_samples import Configuration, flow, whole
from tests.unit.documents.native.test_outline import differences

unhurried = settings(deadline=None)
MARK = "a mark that stands nowhere else"
LOST = frozenset({"uiMetaData", "metaData", "trackingId", "nextTrackingNumber", "pos", "context"})

ODD: list[Any] = [None, True, 0, 1.5, "", "text", [], [None], [[]], ["x"], {}, {"id": 1}, {"text": "x", "type": "y"}]
KEYS = [
    "id",
    "name",
    "text",
    "type",
    "config",
    "version",
    "val",
    "lit",
    "variables",
    "noValue",
    "paths",
    "__type",
    "actionList",
    "nextAction",
    "outputId",
    "Id",
    "xId",
    "xName",
    "inputs",
    "value",
    "variable",
    "expression",
]
json_data = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab@{}/é\n", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


def locations(value: Any, location: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [location, *(found for key, item in below for found in locations(item, (*location, key)))]


WHOLE = {"own": whole(), "other": raw_configuration()}
PLACES = {name: locations(configuration)[1:] for name, configuration in WHOLE.items()}


@st.composite
def mutilated(draw: st.DrawFn) -> Configuration:
    """Return a configuration in which some parts are gone or are something else."""
    name = draw(st.sampled_from(list(WHOLE)))
    changed = copy.deepcopy(WHOLE[name])
    for location in draw(st.lists(st.sampled_from(PLACES[name]), min_size=1, max_size=4)):
        part = location[-1]
        try:
            parent: Any = found(changed, location[:-1])
            if isinstance(parent, list) == isinstance(part, int):
                parent.pop(part)
                if draw(st.booleans()):
                    _put(parent, part, copy.deepcopy(draw(st.sampled_from(ODD))))
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    return changed


def _put(parent: Any, part: str | int, value: Any) -> None:
    if isinstance(parent, list):
        parent.insert(int(part), value)
    else:
        parent[part] = value


@unhurried
@given(mutilated(), mutilated())
def test_a_mutilated_configuration_is_compared_like_any_other(one: Configuration, other: Configuration) -> None:
    differences(one, other)
    differences(one, WHOLE["own"], layout=True)
    assert differences(one, copy.deepcopy(one)) == []


@unhurried
@given(mutilated())
def test_a_mutilated_configuration_is_the_same_by_name_and_by_id(one: Configuration) -> None:
    assert canonical_digest(one) == canonical_digest(name_ids(one))


@unhurried
@given(json_data, json_data)
def test_any_data_is_compared_in_both_directions(one: Any, other: Any) -> None:
    differences(flow(a=one), flow(a=other))
    differences({"flowSequenceItemList": one}, {"flowSequenceItemList": other})
    differences({"manifest": one, "variables": other}, {"manifest": other, "variables": one})


@unhurried
@given(st.dictionaries(st.sampled_from(sorted(WHOLE["own"])), json_data), st.booleans())
def test_any_data_under_any_key_has_an_outline(configuration: Configuration, layout: bool) -> None:
    document = outline(configuration, layout=layout)
    assert compare(document, document) == ()


@unhurried
@given(mutations.configurations(raw_configuration()), mutations.configurations(raw_configuration()))
def test_nasty_names_are_compared_in_both_directions(one: Configuration, other: Configuration) -> None:
    differences(one, other)
    assert canonical_digest(one) == canonical_digest(name_ids(one))


@unhurried
@given(st.data())
def test_a_text_anywhere_is_seen(data: st.DataObject) -> None:
    """Whatever text is put in the place of another one, it counts and stands in the outline."""
    name = data.draw(st.sampled_from(list(WHOLE)))
    places = [one for one in PLACES[name] if not LOST & set(map(str, one)) and isinstance(found(WHOLE[name], one), str)]
    location = data.draw(st.sampled_from(places))
    changed = copy.deepcopy(WHOLE[name])
    parent = found(changed, location[:-1])
    if location[-1] == "name" and location[0] == "manifest" and "language" in location:
        return
    parent[location[-1]] = MARK
    seen = MARK in json.dumps(list(texts(outline(changed).root)))
    assert seen or is_silent(WHOLE[name], location), location
    assert differences(WHOLE[name], changed) or is_silent(WHOLE[name], location), location


def found(configuration: Any, location: tuple[str | int, ...]) -> Any:
    for part in location:
        configuration = configuration[part]
    return configuration


def is_silent(configuration: Configuration, location: tuple[str | int, ...]) -> bool:
    """Whether a text is declared to be no content, or is an id: it counts by what it leads to."""
    if location[-1] in {"id", "outputId", "referenceId"}:
        return True
    parent = found(configuration, location[:-1])
    if location[-1] == "name" and isinstance(parent, dict) and "value" in parent:
        return "emp" in parent["value"].get("config", {})
    return location[0] == "manifest" and location[1] in {"systemPrompt", "language"}


def texts(node: Node) -> list[str]:
    own = [getattr(node, "value", ""), getattr(node, "meaning", "")]
    keys = [entry.key.value for entry in getattr(node, "entries", ())]
    return [*own, *keys, *(text for _, item in children(node, "") for text in texts(item))]
