"""Ids that a configuration defines itself, and ids of which nothing tells what they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hook.documents.native.kinds import is_constant
from hook.documents.native.naming import is_nameable, manifest_entries, name_ids
from hook.documents.native.packing import Configuration
from hook.documents.native.places import Location, path_of
from hook.documents.native.tokens import GUID, TOKEN_TEXT, parse_token
from hook.documents.native.walking import mappings, texts

_DEFINED_IN = frozenset({"menuChoiceList", "builderParts", "variables"})
"""Lists whose members are parts of the flow, with an ``id`` of their own, whatever else they have."""

_NO_PARTS = frozenset({"manifest", "uiMetaData"})

_DEFINED_AT = frozenset({("builder",)})
"""Keys of parts of the flow with an ``id`` of their own."""

_MARKS = ("__type", "trackingId")
"""Keys that only parts of the flow have."""

_OUTPUTS = "paths"
"""The ways out of an action or a task: ``{label, outputId, nextActionId}``; a call of a task repeats those of the task.

Those of an action with a ``flowId`` may be the other flow's."""

_CASES = "cases"
"""The cases of a switch: ``{name, referenceId, value}``; its ``paths`` repeat the ids."""

_RAW_NLU = "rawNlu"
"""A bot flow's language model: JSON as a text."""

_IN_NLU = frozenset({"utterances", "intents", "entities", "entityTypes"})
"""Lists in a language model whose members have ids of their own."""

_VARIABLE = re.compile(r"(?:Flow|Task|State|Slot)\.")
_UI_DATA = re.compile(r"(?:^|\.)uiMetaData\b")
_NOTHING = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class UnexplainedId:
    """
    An id that no manifest entry explains and that the document does not define.

    Attributes:
        value: The id as it is written.
        paths: Where it stands, in the order of the document.
        what: What the manifest says of it, for example ``response 'Thanks'``: an object that cannot be looked up by
            name. Empty when nothing is said.
    """

    value: str
    paths: tuple[str, ...]
    what: str = ""

    @property
    def is_repeated_only(self) -> bool:
        """Whether the id stands only in ``uiMetaData``: in what the editor has read of the organisation for itself."""
        return all(_UI_DATA.search(path) for path in self.paths)


def local_ids(configuration: Configuration) -> frozenset[str]:
    """
    Return the GUIDs that the document itself defines.

    These are the ids of sequences, actions, menu choices, variables and builder parts, of the ways out of tasks and
    switches, of the parts of a language model; and of variables that were removed, where an expression still
    mentions them. So it is in some thirty published exports.

    An ``id`` beside a ``name`` is not enough: ``{id, name}`` is also how an action names an object of the organisation
    (``responseLibrary``, ``worktype.statuses``). The manifest defines nothing, and neither does the editor's data at
    the top, which repeats what the editor has read of the organisation.
    """
    found: set[str] = set()
    for mapping, location in mappings({key: configuration[key] for key in configuration.keys() - _NO_PARTS}):
        found.update(_defined(mapping, location))
        raw = mapping.get(_RAW_NLU)
        if isinstance(raw, str):
            found.update(_utterances(raw))
    return frozenset(identifier for identifier in found if GUID.fullmatch(identifier))


def parts(configuration: Configuration) -> Iterator[dict[str, Any]]:
    """Yield every object that is a part of the flow with an ``id`` of its own, and does not refer to another one."""
    for mapping, location in mappings({key: configuration[key] for key in configuration.keys() - _NO_PARTS}):
        if isinstance(mapping.get("id"), str) and _is_part(mapping, location):
            yield mapping


def _is_part(mapping: dict[str, Any], location: Location) -> bool:
    return any(mark in mapping for mark in _MARKS) or _list_of(location) in _DEFINED_IN or location[-1:] in _DEFINED_AT


def _list_of(location: Location) -> str:
    """Return the key of the list in which something stands; empty if it stands in none."""
    return str(location[-2]) if len(location) > 1 and isinstance(location[-1], int) else ""


def _defined(mapping: dict[str, Any], location: Location) -> Iterator[str]:
    """Yield the texts in one object that define an id, if they are one."""
    own = mapping.get("id")
    if isinstance(own, str):
        in_references = _list_of(location) == "references" and "metaData" in location
        removed = in_references and _VARIABLE.match(str(mapping.get("name")))
        if _is_part(mapping, location) or removed:
            yield own
    if any(mark in mapping for mark in _MARKS):
        yield from _members(mapping.get(_CASES), "referenceId")
        if "flowId" not in mapping:
            yield from _members(mapping.get(_OUTPUTS), "outputId")


def _members(value: Any, key: str) -> Iterator[str]:
    for member in value if isinstance(value, list) else ():
        if isinstance(member, dict) and isinstance(member.get(key), str):
            yield member[key]


def _utterances(raw: str) -> Iterator[str]:
    try:
        model = json.loads(raw)
    except (ValueError, RecursionError):
        return
    for mapping, location in mappings(model):
        if isinstance(mapping.get("id"), str) and len(location) > 1 and location[-2] in _IN_NLU:
            yield mapping["id"]


def unexplained(configuration: Configuration) -> tuple[UnexplainedId, ...]:
    """
    Return every id of which nothing tells what it is.

    These are GUIDs that neither the manifest explains nor the document defines, in another letter case than there too;
    and the ids of manifest entries without a name, or of kinds that nothing can look up by name.

    Args:
        configuration: A named configuration, or a raw one.
    """
    named = name_ids(configuration)
    local = local_ids(named)
    nameless = {
        entry["id"]: f"{kind} '{entry['name']}'" if entry.get("name") else kind
        for kind, _, entry in manifest_entries(named)
        if not parse_token(entry["id"]) and not is_nameable(kind, entry) and not is_constant(kind, entry["id"])
    }
    found: dict[str, list[str]] = {}
    for one in texts(named):
        if one.text in nameless:
            found.setdefault(one.text, []).append(path_of(one.location))
            continue
        for guid in dict.fromkeys(match.group() for match in GUID.finditer(TOKEN_TEXT.sub("", one.text))):
            if guid not in local and guid != _NOTHING:
                found.setdefault(guid, []).append(path_of(one.location))
    return tuple(
        UnexplainedId(value, tuple(dict.fromkeys(paths)), nameless.get(value, "")) for value, paths in found.items()
    )
