"""A native configuration as an Archy document.

What was made here from an Archy document becomes that document again. A real one becomes an outline: its sequences,
their actions and what they say, so that another content has another outline, in words that Archy does not know.
"""

from __future__ import annotations

from typing import Any

import yaml

from simulator.documents import ARCHY_KEYS, minimal
from simulator.native_kinds import ACTION_LINKS, SEQUENCE_LINKS, Configuration, items
from simulator.state import Flow

LISTS = {"State": "states", "Menu": "menus"}
"""Where the sequences of a type stand in a document; all others are tasks."""

HEAD = frozenset({"name", "description", "type", "defaultLanguage", "supportedLanguages", "startUpRef"})
LEFT_OUT = frozenset(
    {
        "id",
        "trackingId",
        "uiMetaData",
        "metaData",
        "flowMetaData",
        "manifest",
        "nextTrackingNumber",
        "initialSequence",
        "flowSequenceItemList",
        "__type",
        "pos",
    }
)


def to_archy(configuration: Configuration, flow: Flow) -> str:
    """Return the Archy document of a native configuration; only an outline when it was not made here."""
    body: dict[str, Any] = {"name": flow.name}
    for key in ("description", "startUpRef"):
        if configuration.get(key):
            body[key] = str(configuration[key])
    body["defaultLanguage"] = str(configuration.get("defaultLanguage") or "en-us").lower()
    try:
        made_here = [one["settings"] for one in items(configuration) if isinstance(one.get("settings"), dict)]
        for settings in made_here or [_outline(configuration)]:
            body |= settings
        return _dumped({ARCHY_KEYS[flow.type]: body})
    except (RecursionError, UnicodeError, yaml.YAMLError):
        return minimal(flow.name, flow.type)


def _dumped(document: Any) -> str:
    return yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=1_000_000)


def _outline(configuration: Configuration) -> dict[str, Any]:
    sequences = items(configuration)
    names = _names(sequences)
    body: dict[str, Any] = {}
    for item in sequences:
        kind = str(item.get("__type", "Task"))
        row = {"name": str(item.get("name", "")), "refId": str(item.get("trackingId", "")), **_plain(item, names)}
        body.setdefault(LISTS.get(kind, "tasks"), []).append({kind[:1].lower() + kind[1:]: row})
    others = {key: _action(value, names) for key, value in configuration.items() if key not in HEAD | LEFT_OUT}
    return body | others


def _names(value: Any) -> dict[str, str]:
    """Names of the parts of a document by their ids."""
    found: dict[str, str] = {}
    if isinstance(value, dict):
        if isinstance(value.get("id"), str) and "__type" in value:
            found[value["id"]] = str(value.get("name", ""))
        for inner in value.values():
            found |= _names(inner)
    elif isinstance(value, list):
        for inner in value:
            found |= _names(inner)
    return found


def _plain(value: Any, names: dict[str, str]) -> Any:
    """What a part says, without ids of its own and without what only the editor knows."""
    if isinstance(value, list):
        return [_action(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    if "config" in value and isinstance(value.get("text"), str):
        return {"exp": value["text"]} if value["text"] else {"noValue": True}
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if key in ACTION_LINKS | SEQUENCE_LINKS:
            found[key] = names.get(str(inner), "")
        elif key not in LEFT_OUT and inner is not None:
            found[key] = _action(inner, names)
    return found


def _action(value: Any, names: dict[str, str]) -> Any:
    if not isinstance(value, dict) or not isinstance(kind := value.get("__type"), str):
        return _plain(value, names)
    word = kind.removesuffix("Action") or kind
    return {word[:1].lower() + word[1:]: _plain(value, names)}
