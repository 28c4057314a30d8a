"""No way in a real flow can be led elsewhere without being seen."""

from __future__ import annotations

import json
from pathlib import Path

from hook.documents.native.ids import local_ids
from hook.documents.native.naming import name_ids
from hook.documents.native.outline import canonical_digest
from hook.documents.native.packing import Configuration, unpack
from hook.documents.native.places import Location
from hook.documents.native.walking import texts

_NOT_CONTENT = frozenset({"manifest", "uiMetaData", "metaData"})
_NEIGHBOURS = 3


def with_text(value: object, location: Location, text: str) -> object:
    """Return JSON data with another text at a location."""
    if not location:
        return text
    first, *rest = location
    if isinstance(value, dict):
        return {**value, first: with_text(value[first], tuple(rest), text)}
    assert isinstance(value, list)
    return [with_text(item, tuple(rest), text) if at == first else item for at, item in enumerate(value)]


def test_whatever_refers_to_a_part_of_a_real_flow_cannot_refer_to_another_part_unseen(corpus: Path) -> None:
    unseen, tried = [], 0
    for path in sorted((corpus / "native").glob("*.json")):
        text = path.read_text(encoding="utf-8")
        configuration: Configuration = name_ids(unpack(text) or json.loads(text), raw=True)
        before, local = canonical_digest(configuration), sorted(local_ids(configuration))
        for one in texts(configuration):
            refers = one.text in local and not one.is_key and one.location[-1] != "id"
            if not refers or _NOT_CONTENT.intersection(map(str, one.location)):
                continue
            at = local.index(one.text)
            for other in (local[at - step] for step in range(1, min(_NEIGHBOURS, len(local) - 1) + 1)):
                changed = with_text(configuration, one.location, other)
                assert isinstance(changed, dict)
                tried += 1
                if canonical_digest(changed) == before:
                    unseen.append((path.name, one.location, other))
    assert tried > 0
    assert unseen == []
