"""Pairs the items of two lists so that an inserted item is one insertion, not a change of all that follow."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from difflib import SequenceMatcher

from hook.documents.canonical import fingerprint, signature
from hook.documents.nodes import Node

Pair = tuple[int | None, int | None]

MOST_COMPARISONS = 4_000_000
"""Beyond this many pairs of items, lists are paired by position: alignment takes quadratic time."""


def align(left: list[Node], right: list[Node]) -> Iterator[Pair]:
    """
    Yield index pairs in order; ``None`` on the side that has no such item.

    First equal items are paired, then, between them, items of one action key and name, then items without a name by
    their position.
    """
    lefts, rights = [fingerprint(node) for node in left], [fingerprint(node) for node in right]
    for one, other, equal in _blocks(lefts, rights):
        if equal:
            yield from zip(one, other, strict=True)
        else:
            yield from _by_name(left, right, one, other)


def _by_name(left: list[Node], right: list[Node], one: range, other: range) -> Iterator[Pair]:
    names = [_name(left[index]) for index in one], [_name(right[index]) for index in other]
    for first, second, equal in _blocks(*names):
        ours = [one[index] for index in first]
        theirs = [other[index] for index in second]
        if equal:
            yield from zip(ours, theirs, strict=True)
            continue
        for index in ours:
            yield index, None
        for index in theirs:
            yield None, index


def _name(node: Node) -> Hashable:
    # Items without a name are alike, so that they are paired by position.
    return signature(node) or type(node).__name__


def _blocks(left: list[Hashable] | list[str], right: list[Hashable] | list[str]) -> Iterator[tuple[range, range, bool]]:
    """Yield blocks of both lists in order, and whether the items of a block are equal one by one."""
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    left_end, right_end = len(left) - end, len(right) - end
    yield range(start), range(start), True
    inner_left, inner_right = left[start:left_end], right[start:right_end]
    if len(inner_left) * len(inner_right) > MOST_COMPARISONS:
        yield range(start, left_end), range(start, right_end), False
    else:
        matcher = SequenceMatcher(None, inner_left, inner_right, autojunk=False)
        for tag, one, one_end, other, other_end in matcher.get_opcodes():
            yield range(start + one, start + one_end), range(start + other, start + other_end), tag == "equal"
    yield range(left_end, len(left)), range(right_end, len(right)), True


def _common(left: list[Hashable] | list[str], right: list[Hashable] | list[str]) -> int:
    """Return how many items at the beginning are equal."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
