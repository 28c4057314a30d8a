"""Names in a manifest are brought up to date by their ids."""

from __future__ import annotations

import copy

from hook.documents.native.kinds import ManifestKind
from hook.documents.native.renaming import Gone, with_current_names

FLOW = {
    "name": "Main",
    "manifest": {
        "queue": [{"id": "q-1", "name": "Old"}, {"id": "q-2", "name": "Gone"}, {"id": "q-3", "name": ""}, "odd"],
        "dataAction": [{"id": "custom_-_1", "name": "Nobody can tell"}],
        "systemPrompt": [{"id": "__on_hold_music__", "name": "on_hold_music"}],
        "response": [{"id": "r-1", "name": "Of no kind"}],
        "broken": None,
    },
}


def name_of(kind: ManifestKind, identifier: str) -> str | None:
    known = {("routing/queues", "q-1"): "New", ("integrations/actions", "custom_-_1"): ""}
    return known.get((kind.kind, identifier))


def test_objects_get_the_names_that_they_have_now_and_nothing_else_changes() -> None:
    before = copy.deepcopy(FLOW)
    current, gone = with_current_names(FLOW, name_of)
    expected = copy.deepcopy(FLOW)
    expected["manifest"]["queue"][0]["name"] = "New"  # type: ignore[index]  # JSON data
    assert current == expected
    assert gone == (Gone("queue", "Gone", "q-2"),)
    assert before == FLOW


def test_without_a_manifest_there_is_nothing_to_do() -> None:
    assert with_current_names({"name": "Main"}, name_of) == ({"name": "Main"}, ())
