"""What holds for every configuration with ids."""

from __future__ import annotations

import json
from typing import Any

from hook.documents.native.naming import bind, is_nameable, manifest_entries, name_ids
from hook.documents.native.packing import pack, unpack
from hook.documents.native.tokens import Token, parse_token
from hook.documents.native.writing import pretty

Configuration = dict[str, Any]


def named_and_back(configuration: Configuration) -> None:
    """Binding to the ids that the manifest had gives the same configuration."""
    named = name_ids(configuration, raw=True)
    ids: dict[Token, str] = {}
    for (_, _, before), (_, _, after) in zip(manifest_entries(configuration), manifest_entries(named), strict=True):
        token = parse_token(after["id"])
        if token:
            ids[token] = before["id"]
    assert bind(named, id_of=ids.get) == configuration


def no_id_survives(configuration: Configuration) -> None:
    text = json.dumps(name_ids(configuration, raw=True)).lower()
    for kind, _, entry in manifest_entries(configuration):
        if is_nameable(kind, entry):
            assert entry["id"].lower() not in text
            assert entry["id"].lower().removeprefix("custom_-_") not in text


def named_twice_is_named_once(configuration: Configuration) -> None:
    named = name_ids(configuration, raw=True)
    assert name_ids(named) == named


def written_is_stable(configuration: Configuration) -> None:
    named = name_ids(configuration, raw=True)
    text = pretty(named)
    read = json.loads(text)
    assert {**read, "manifest": None} == {**named, "manifest": None}
    for kind, entries in named["manifest"].items():
        assert sorted(map(str, map(_sorted, read["manifest"][kind]))) == sorted(map(str, map(_sorted, entries)))
    assert pretty(read) == text == pretty(dict(reversed(read.items())))


def packed_and_back(configuration: Configuration) -> None:
    assert unpack(pack(configuration).decode()) == configuration


def _sorted(value: Any) -> Any:
    return json.dumps(value, sort_keys=True)
