"""Structural mutations of a platform's answer: for the promise that a malformed one never passes for a good one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def mutations(value: Any) -> Iterator[Any]:
    """Yield a JSON value emptied, truncated, as another type, and with each of its parts once missing or so changed."""
    for other in (None, {}, [], "", "x", "true", 7, True, [value], {"value": value}):
        if type(other) is not type(value) or not other:
            yield other
    if isinstance(value, dict):
        for key, part in value.items():
            yield {name: one for name, one in value.items() if name != key}
            for changed in mutations(part):
                yield {**value, key: changed}
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield value[:index] + value[index + 1 :]
            for changed in mutations(part):
                yield [*value[:index], changed, *value[index + 1 :]]
    elif isinstance(value, str):
        yield value[: len(value) // 2]
