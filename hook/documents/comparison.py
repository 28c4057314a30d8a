"""What differs between two documents of one flow, place by place.

Comparing swapped documents gives the same differences mirrored: lists are always aligned in one direction, the one
that the fingerprints of the documents prescribe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hook.documents.alignment import align
from hook.documents.canonical import (
    KEYED,
    VALUES,
    VERSION,
    canonical,
    fingerprint,
    names,
    ordered_items,
    says_nothing,
    signature,
)
from hook.documents.document import FlowDocument
from hook.documents.nodes import Entry, Mapping, Node, Scalar, Sequence, children, is_blank, key_path
from hook.documents.shorten import shorten, shorten_meanings, shorten_pair
from hook.model import Difference, DifferenceOperation, DifferenceSubject

Items = tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One document: its places of references, and whether it is the older one."""

    references: frozenset[str]
    gone: DifferenceOperation


def same(before: FlowDocument, after: FlowDocument) -> bool:
    """Return whether :func:`compare` would find nothing; much faster than asking it."""
    return fingerprint(_compared(before)) == fingerprint(_compared(after))


def compare(before: FlowDocument, after: FlowDocument) -> tuple[Difference, ...]:
    """
    Return what differs, one difference for each changed leaf and one for each added or removed action.

    Not a difference: the numbers in ``refId`` and in the references to them, ``trackingId``, ``referencedObjects``, the
    order of settings, quoting, and a setting that only one side has and whose value is ``{noValue: true}``.

    Args:
        before: The document as it was.
        after: The document as it is to be.

    Returns:
        Differences in the order of the documents. Paths are those of ``after``, for what was removed of ``before``;
        texts are at most 120 characters.
    """
    old, new = _compared(before), _compared(after)
    swapped = fingerprint(old) > fingerprint(new)
    old_side = _Side(_places(before), DifferenceOperation.REMOVED)
    new_side = _Side(_places(after), DifferenceOperation.ADDED)
    if swapped:
        return tuple(_Comparison(new_side, old_side).between(new, old, "", "", ""))
    return tuple(_Comparison(old_side, new_side).between(old, new, "", "", ""))


def _compared(document: FlowDocument) -> Mapping:
    return document.root if document.is_outline else canonical(document.root)


def _places(document: FlowDocument) -> frozenset[str]:
    return frozenset(reference.place.path for reference in document.references)


class _Comparison:
    """Compares two trees, called left and right; which of them is the older one, the sides know."""

    def __init__(self, left: _Side, right: _Side) -> None:
        self._left = left
        self._right = right

    def between(self, left: Node, right: Node, left_path: str, right_path: str, key: str) -> Iterator[Difference]:
        if says_nothing(key, left) and says_nothing(key, right):
            return
        if isinstance(left, Scalar) and isinstance(right, Scalar):
            if left.value != right.value:
                yield self._changed(left.value, right.value, left_path, right_path)
            elif left.meaning != right.meaning:
                told = shorten_meanings(left.value, left.meaning, right.meaning)
                yield self._told(*told, left_path, right_path)
        elif isinstance(left, Mapping) and isinstance(right, Mapping):
            yield from self._mappings(left, right, left_path, right_path, key)
        elif isinstance(left, Sequence) and isinstance(right, Sequence):
            yield from self._lists(tuple(children(left, left_path)), tuple(children(right, right_path)), key)
        else:
            yield self._changed(_text(left), _text(right), left_path, right_path)

    def _mappings(
        self, left: Mapping, right: Mapping, left_path: str, right_path: str, key: str
    ) -> Iterator[Difference]:
        lefts = {entry.key.value: entry for entry in left.entries}
        rights = {entry.key.value: entry for entry in right.entries}
        if len(lefts) == len(rights) == 1 and lefts.keys() != rights.keys():
            one, other = left.entries[0], right.entries[0]
            if {one.key.value, other.key.value} <= VALUES:
                yield self._changed(_text(left), _text(right), left_path, right_path)
                return
            if _is_rename(key, one, other):
                one_path, other_path = key_path(left_path, one.key.value), key_path(right_path, other.key.value)
                yield self._changed(one.key.value, other.key.value, one_path, other_path)
                yield from self.between(one.value, other.value, one_path, other_path, other.key.value)
                return
        for name in [*rights, *(name for name in lefts if name not in rights)]:
            one_path, other_path = key_path(left_path, name), key_path(right_path, name)
            if name in lefts and name in rights:
                yield from self.between(lefts[name].value, rights[name].value, one_path, other_path, name)
            elif name in lefts:
                yield from self._alone(self._left, left, name, one_path, key)
            else:
                yield from self._alone(self._right, right, name, other_path, key)

    def _lists(self, left: Items, right: Items, key: str) -> Iterator[Difference]:
        lefts, rights = ordered_items(key, left), ordered_items(key, right)
        for one, other in align([node for _, node in lefts], [node for _, node in rights]):
            if one is not None and other is not None:
                (one_path, one_node), (other_path, other_node) = lefts[one], rights[other]
                if fingerprint(one_node) != fingerprint(other_node):
                    yield from self.between(one_node, other_node, one_path, other_path, "")
            elif one is not None:
                yield self._item(self._left, lefts[one][1], lefts[one][0])
            elif other is not None:
                yield self._item(self._right, rights[other][1], rights[other][0])

    def _alone(self, side: _Side, mapping: Mapping, name: str, path: str, key: str) -> Iterator[Difference]:
        """
        Yield one difference for each leaf and each list item below a key that only one side has.

        Args:
            side: Which one.
            mapping: Where it has the key.
            name: The key.
            path: The path of the key.
            key: The key above ``mapping``.
        """
        node = mapping.get(name)
        if node is None:
            return
        if says_nothing(name, node):
            if names(key, mapping, name):
                yield self._one_sided(side, self._subject(side, path, node), path, name)
        elif isinstance(node, Mapping):
            for entry in node.entries:
                yield from self._alone(side, node, entry.key.value, key_path(path, entry.key.value), name)
        elif isinstance(node, Sequence) and node.items:
            for below, item in children(node, path):
                yield self._item(side, item, below)
        else:
            yield self._one_sided(side, self._subject(side, path, node), path, _text(node))

    def _item(self, side: _Side, node: Node, path: str) -> Difference:
        return self._one_sided(side, self._subject(side, path, node), path, _text(node))

    def _one_sided(self, side: _Side, subject: DifferenceSubject, path: str, text: str) -> Difference:
        if side.gone is DifferenceOperation.REMOVED:
            return Difference(side.gone, subject, path, before=shorten(text))
        return Difference(side.gone, subject, path, after=shorten(text))

    def _changed(self, left: str, right: str, left_path: str, right_path: str) -> Difference:
        return self._told(*shorten_pair(left, right), left_path, right_path)

    def _told(self, left: str, right: str, left_path: str, right_path: str) -> Difference:
        """Return a change; both texts are short already."""
        subject = DifferenceSubject.SETTING
        if left_path in self._left.references or right_path in self._right.references:
            subject = DifferenceSubject.REFERENCE
        if self._left.gone is DifferenceOperation.ADDED:
            left, right, right_path = right, left, left_path
        return Difference(DifferenceOperation.CHANGED, subject, right_path, left, right)

    @staticmethod
    def _subject(side: _Side, path: str, node: Node) -> DifferenceSubject:
        """Return what a node is: an action (or menu choice, or task), a value that names an object, or a setting."""
        named = signature(node)
        if named is not None and all(named) and not named[0].endswith("Variable"):
            return DifferenceSubject.ACTION
        inside = any(entry == path or entry.startswith((f"{path}.", f"{path}[")) for entry in side.references)
        return DifferenceSubject.REFERENCE if inside else DifferenceSubject.SETTING


def _is_rename(key: str, one: Entry, other: Entry) -> bool:
    """Return whether two lone keys are one thing under two names: below a keyed rule, or versions of a flow."""
    if key in KEYED:
        return not {one.key.value, other.key.value} & VALUES
    return one.key.value.startswith(VERSION) and other.key.value.startswith(VERSION)


def _text(node: Node) -> str:
    """Return a short text for a node: the value, the action's key and name, or what kind of value it is."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return f"[{', '.join(_text(item) for item in node.items[:5])}{', …' if len(node.items) > 5 else ''}]"  # noqa: PLR2004  (enough to recognise a list)
    named = signature(node)
    if named is not None and named[1]:
        return f"{named[0]} '{named[1]}'".strip()
    if len(node.entries) == 1:
        entry = node.entries[0]
        return entry.key.value if is_blank(node) else f"{entry.key.value}: {_text(entry.value)}"
    return f"{{{', '.join(node.keys())}}}"
