"""Builds the tree of one document from YAML events, holding the limits while it grows."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from hook.documents.limits import Limits
from hook.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from hook.errors import InvalidInput
from hook.model import Place, Problem

_CORE_TAGS = ("tag:yaml.org,2002:", "!")
_MERGE = "<<"


@dataclass(slots=True)
class _Open:
    """A mapping or list that is not closed yet; ``key`` is the mapping's key whose value is awaited."""

    mapping: bool
    line: int
    column: int
    anchor: str | None
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    merged: list[Mapping] = field(default_factory=list)
    seen: dict[str, Scalar] = field(default_factory=dict)
    key: Scalar | None = None
    skip: bool = False
    size: int = 1
    height: int = 1


class TreeBuilder:
    """
    Takes YAML events in order and gives the tree.

    Args:
        file: The name for messages.
        limits: Bounds for depth, and for the number of nodes after aliases are expanded.
    """

    def __init__(self, *, file: str, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._stack: list[_Open] = []
        # Node, number of nodes and height of everything that an alias may name.
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._root: Node | None = None
        self._documents = 0
        self._problems: list[Problem] = []

    def take(self, event: yaml.Event) -> None:
        """
        Take the next event.

        Raises:
            InvalidInput: A limit was passed, or a construct stands there that no flow document may have.
        """
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        if isinstance(event, yaml.ScalarEvent):
            self._check_tag(event.tag, line, column)
            plain = event.style is None or (event.style == "" and event.implicit[0])
            scalar = Scalar(event.value, line, column, plain)
            self._add(scalar, size=1, height=0, anchor=event.anchor)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._check_tag(event.tag, line, column)
            opened = _Open(isinstance(event, yaml.MappingStartEvent), line, column, event.anchor)
            self._stack.append(opened)
            self._check_depth(len(self._stack), line, column)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(str(event.anchor), line, column)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._fail(
                    "several-documents",
                    "a second YAML document begins here (---).",
                    line,
                    column,
                    "Put each flow into a file of its own.",
                )

    def root(self) -> Node:
        """
        Return the finished tree.

        Raises:
            InvalidInput: With all duplicate keys, or because there is nothing in the file.
        """
        if self._problems:
            raise InvalidInput(*self._problems)
        empty = isinstance(self._root, Scalar) and self._root.plain and not self._root.value
        if self._root is None or empty:
            raise InvalidInput(
                Problem("empty-file", "the file is empty.", Place(self._file), "Put a flow into it, or remove it.")
            )
        return self._root

    def _alias(self, anchor: str, line: int, column: int) -> None:
        if anchor not in self._anchors:
            recursive = any(opened.anchor == anchor for opened in self._stack)
            what = f"the alias *{anchor} stands inside what it names" if recursive else f"*{anchor} has no anchor"
            code = "recursive-alias" if recursive else "yaml-syntax"
            hint = "Write the text out, or quote it if the * belongs to it."
            self._fail(code, f"{what}.", line, column, hint)
        node, size, height = self._anchors[anchor]
        self._check_depth(len(self._stack) + height, line, column)
        self._add(node, size=size, height=height, anchor=None, at=(line, column))

    def _close(self) -> None:
        opened = self._stack.pop()
        node: Node
        if opened.mapping:
            node = Mapping(_with_merged(opened), opened.line, opened.column)
        else:
            node = Sequence(tuple(opened.items), opened.line, opened.column)
        self._add(node, size=opened.size, height=opened.height, anchor=opened.anchor)

    def _add(
        self, node: Node, *, size: int, height: int, anchor: str | None, at: tuple[int, int] | None = None
    ) -> None:
        line, column = at or (node.line, node.column)
        if anchor:
            self._anchors[anchor] = (node, size, height)
        if not self._stack:
            self._root = node
            return
        parent = self._stack[-1]
        parent.size += size
        parent.height = max(parent.height, height + 1)
        if parent.size > self._limits.nodes:
            self._fail(
                "too-many-nodes",
                f"the document grows beyond {self._limits.nodes} values once its aliases are expanded.",
                line,
                column,
                "Split the flow, or write fewer aliases.",
            )
        if not parent.mapping:
            parent.items.append(node)
        elif parent.key is None:
            self._key(parent, node, line, column)
        else:
            self._value(parent, node)

    def _key(self, parent: _Open, node: Node, line: int, column: int) -> None:
        if not isinstance(node, Scalar):
            self._fail(
                "complex-key",
                "a mapping or a list is used as a key here.",
                line,
                column,
                "A text in braces must be quoted; a {{placeholder}} needs a value.",
            )
        else:
            first = parent.seen.setdefault(node.value, node)
            parent.key, parent.skip = node, first is not node
            if parent.skip:
                self._problems.append(
                    Problem(
                        "duplicate-key",
                        f"the key '{node.value}' stands twice in one mapping: on line {first.line} and on line {line}.",
                        Place(self._file, line, column),
                        "Remove or rename one of them.",
                    )
                )

    def _value(self, parent: _Open, node: Node) -> None:
        key, parent.key = parent.key, None
        if key is None or parent.skip:
            return
        merged = node.items if isinstance(node, Sequence) else (node,)
        if key.value == _MERGE and key.plain and all(isinstance(item, Mapping) for item in merged):
            parent.merged.extend(item for item in merged if isinstance(item, Mapping))
        else:
            parent.entries.append(Entry(key, node))

    def _check_depth(self, depth: int, line: int, column: int) -> None:
        if depth > self._limits.nesting:
            self._fail(
                "nested-too-deeply",
                f"mappings and lists are nested deeper than {self._limits.nesting} levels.",
                line,
                column,
                "Move inner actions into a task of their own.",
            )

    def _check_tag(self, tag: str | None, line: int, column: int) -> None:
        if tag and not (tag == "!" or tag.startswith(_CORE_TAGS[0])):
            self._fail("yaml-tag", f"the tag '{tag}' has no meaning in a flow.", line, column, "Remove the tag.")

    def _fail(self, code: str, message: str, line: int, column: int, hint: str) -> None:
        raise InvalidInput(*self._problems, Problem(code, message, Place(self._file, line, column), hint))


def _with_merged(opened: _Open) -> tuple[Entry, ...]:
    """Return the entries with those of ``<<`` behind them; what the mapping says itself wins, then the first merged."""
    if not opened.merged:
        return tuple(opened.entries)
    entries = {entry.key.value: entry for entry in opened.entries}
    for mapping in opened.merged:
        for entry in mapping.entries:
            entries.setdefault(entry.key.value, entry)
    return tuple(entries.values())
