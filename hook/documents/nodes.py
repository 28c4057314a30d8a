"""The tree of a document: every scalar is a string, and every node knows its line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Scalar:
    """
    A text.

    ``plain`` means that it stood there without quotes, so that ``true`` is a boolean and not a word. ``meaning`` is
    what the text stands for where the text alone does not tell; it counts when scalars are compared, and is shown only
    when the texts are equal.
    """

    value: str
    line: int = 0
    column: int = 0
    plain: bool = False
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """An ordered list."""

    items: tuple[Node, ...]
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the document; no key occurs twice."""

    entries: tuple[Entry, ...]
    line: int = 0
    column: int = 0

    def entry(self, key: str) -> Entry | None:
        """Return the entry of ``key``, if there is one."""
        return next((entry for entry in self.entries if entry.key.value == key), None)

    def get(self, key: str) -> Node | None:
        """Return the value of ``key``, if there is one."""
        entry = self.entry(key)
        return entry.value if entry else None

    def text(self, key: str) -> Scalar | None:
        """Return the value of ``key`` if it is a scalar."""
        value = self.get(key)
        return value if isinstance(value, Scalar) else None

    def keys(self) -> tuple[str, ...]:
        """Return the keys in order."""
        return tuple(entry.key.value for entry in self.entries)


Node = Scalar | Sequence | Mapping


def key_path(path: str, key: str) -> str:
    """Return ``path`` extended by a key; a key that is no plain word is quoted."""
    if _WORD.match(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def children(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Yield path and value of every child of ``node``."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield key_path(path, entry.key.value), entry.value
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield f"{path}[{index}]", item


def plain_data(node: Node) -> object:
    """
    Return the tree as dictionaries, lists and strings, for a model to read.

    Only an unquoted empty value, ``~`` or ``null`` becomes ``None``; every other scalar stays the text that was
    written, so that a version ``1.10`` does not turn into a number.
    """
    if isinstance(node, Mapping):
        return {entry.key.value: plain_data(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain_data(item) for item in node.items]
    return None if node.plain and node.value in {"", "~", "null", "Null", "NULL"} else node.value


def find_node(node: Node, location: tuple[str | int, ...]) -> tuple[Scalar | Node, str]:
    """
    Return the node nearest to ``location`` (keys and indexes from the root), and its path.

    For a key the key's own scalar is returned, since that is the place to show; where ``location`` leads outside the
    tree, the last node on the way.
    """
    shown: Node = node
    path = ""
    for part in location:
        if isinstance(node, Mapping):
            entry = node.entry(str(part))
            if entry is None:
                break
            shown, node, path = entry.key, entry.value, key_path(path, entry.key.value)
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            shown = node = node.items[part]
            path = f"{path}[{part}]"
        else:
            break
    return shown, path


def is_blank(node: Node) -> bool:
    """Return whether ``node`` says nothing: ``{noValue: true}``, an empty mapping, or a mapping of such values."""
    if not isinstance(node, Mapping):
        return False
    return all(
        (entry.key.value == "noValue" and isinstance(entry.value, Scalar) and entry.value.value == "true")
        or is_blank(entry.value)
        for entry in node.entries
    )
