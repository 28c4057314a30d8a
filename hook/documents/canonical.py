"""The form in which two documents of one flow are compared: without what an export numbers or repeats.

An export writes ``refId: Main Menu_10`` and ``/inboundCall/menus/menu[Main Menu_10]`` where a person wrote
``refId: mainMenu`` and ``./menus/menu[mainMenu]``; both mean the container called *Main Menu*.
"""

from __future__ import annotations

import json
import re
from collections import Counter

from hook.documents.nodes import Entry, Mapping, Node, Scalar, Sequence, children
from hook.documents.rules import RULES
from hook.documents.usual import without_usual

_DROPPED = frozenset({"trackingId", "referencedObjects"})
VALUES = frozenset({"lit", "exp", "var", "noValue", "none", "tts", "prompt"})
"""The ways to write a value; exactly one of them is a value's only key."""

KEYED = frozenset({key for key, rule in RULES.items() if rule.keyed} | {"category"})
"""Keys below which a key is the name of an object: of a data action, a bot flow, …"""

VERSION = "ver_"
"""How the version of a flow that is called begins; it is a key below the flow's name."""

_UNORDERED = frozenset({"variables", "menus", "tasks", "states", "bots"})
"""Lists that are addressed by name; an export sorts them as it likes."""

_TARGET = re.compile(r"(?P<way>(?:\.|/\w+)(?:/[^\[\]]*)?/)?(?P<container>\w+)\[(?P<id>[^\]]*)\]\Z")

RefIds = dict[str, str]


def canonical(root: Mapping) -> Mapping:
    """
    Return ``root`` (a mapping of the one type key) in that form.

    It is without volatile keys and without settings at their usual values; every ``refId`` and every reference to it
    goes by the container's name.
    """
    result = _rewrite(root, _ref_ids(root), "")
    if not isinstance(result, Mapping):
        return root
    inside = (
        Entry(entry.key, without_usual(entry.value) if isinstance(entry.value, Mapping) else entry.value)
        for entry in result.entries
    )
    return Mapping(tuple(inside), result.line, result.column)


def fingerprint(node: Node) -> str:
    """Return a text that is equal for two nodes if and only if no difference would be shown between them."""
    return json.dumps(_shape(node), ensure_ascii=True, separators=(",", ":"))


def names(key: str, mapping: Mapping, below: str) -> bool:
    """
    Return whether a key says something even when nothing stands under it.

    That are names of objects, versions of flows, and the one key of a list's item, which tells what action it is.

    Args:
        key: The key above ``mapping``; empty for a list's item.
        mapping: Where ``below`` is a key.
        below: The key.
    """
    if below in VALUES:
        return False
    if key in KEYED:
        # Under one of these words, at the top of a document, stands a whole flow.
        return mapping.text("name") is None
    return below.startswith(VERSION) or (not key and len(mapping.entries) == 1)


def says_nothing(key: str, node: Node) -> bool:
    """Return whether what stands under ``key`` is blank, and names nothing either."""
    return isinstance(node, Mapping) and not any(
        names(key, node, entry.key.value) or not (_is_no_value(entry) or _is_nothing(entry)) for entry in node.entries
    )


def _is_no_value(entry: Entry) -> bool:
    return entry.key.value == "noValue" and isinstance(entry.value, Scalar) and entry.value.value == "true"


def signature(item: Node) -> tuple[str, str] | None:
    """Return action key and name of a list's item (``{playAudio: {name: Hello}}``); ``None`` if it has none."""
    if not isinstance(item, Mapping):
        return None
    own = item.text("name")
    if own is not None:
        return ("", own.value)
    if len(item.entries) == 1 and item.entries[0].key.value not in VALUES:
        inner = item.entries[0].value
        name = inner.text("name") if isinstance(inner, Mapping) else None
        return (item.entries[0].key.value, name.value if name else "")
    return None


def ordered_items(key: str, items: tuple[tuple[str, Node], ...]) -> tuple[tuple[str, Node], ...]:
    """Return the items of the list under ``key`` (path and node each), sorted where their order means nothing."""
    if key not in _UNORDERED:
        return items
    return tuple(sorted(items, key=lambda item: (signature(item[1]) or ("", ""), fingerprint(item[1]))))


def _shape(node: Node, key: str = "") -> object:
    if isinstance(node, Scalar):
        # A number tells such a list from a list of texts.
        return [0, node.value, node.meaning] if node.meaning else node.value
    if isinstance(node, Sequence):
        # The lists in _UNORDERED are sorted by the same rule as where they are compared.
        return [_shape(item) for _, item in ordered_items(key, tuple(children(node, "")))]
    return {
        entry.key.value: _shape(entry.value, entry.key.value)
        for entry in sorted(node.entries, key=lambda entry: entry.key.value)
        if names(key, node, entry.key.value) or not _is_nothing(entry)
    }


def _is_nothing(entry: Entry) -> bool:
    return says_nothing(entry.key.value, entry.value)


def _ref_ids(root: Mapping) -> RefIds:
    """Return for each ``refId`` the name of its container, numbered where several containers share one name."""
    found: list[tuple[str, str]] = []
    _collect(root, "", found)
    count: Counter[tuple[str, str]] = Counter()
    names: RefIds = {}
    for ref_id, container in found:
        name = container.partition(":")[2]
        key = (container.partition(":")[0], name)
        count[key] += 1
        names.setdefault(ref_id, name if count[key] == 1 else f"{name}#{count[key]}")
    return names


def _collect(node: Node, key: str, found: list[tuple[str, str]]) -> None:
    if isinstance(node, Mapping):
        ref_id, name = node.text("refId"), node.text("name")
        if ref_id is not None and name is not None:
            found.append((ref_id.value, f"{key}:{name.value}"))
        for entry in node.entries:
            _collect(entry.value, entry.key.value, found)
    elif isinstance(node, Sequence):
        for item in node.items:
            _collect(item, key, found)


def _rewrite(node: Node, names: RefIds, key: str) -> Node:
    if isinstance(node, Scalar):
        if key == "refId":
            return Scalar(names.get(node.value, node.value), node.line, node.column)
        return _rewrite_target(node, names) if key.endswith("Ref") else node
    if isinstance(node, Sequence):
        return Sequence(tuple(_rewrite(item, names, key) for item in node.items), node.line, node.column)
    entries = tuple(
        Entry(entry.key, _rewrite(entry.value, names, entry.key.value))
        for entry in node.entries
        if entry.key.value not in _DROPPED
    )
    return Mapping(entries, node.line, node.column)


def _rewrite_target(node: Scalar, names: RefIds) -> Scalar:
    match = _TARGET.match(node.value)
    if match is None or match["id"] not in names:
        return node
    return Scalar(f"{match['container']}[{names[match['id']]}]", node.line, node.column)
