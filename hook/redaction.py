"""Keeps secrets out of everything that is shown."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from itertools import groupby

MASK = "***"
SHORTEST = 4
"""Shorter values are not masked as text: they would blank out half of every message."""

CUT = "…"
"""Stands where a text was shortened, and so where the rest of a secret may be."""
FRAGMENT = 8
"""So many characters in a row of a secret are masked in a text that was shortened."""


class Redactor:
    """Knows the secret values of a run and replaces them wherever text leaves the process."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._lock = threading.Lock()

    def add(self, *values: str) -> None:
        """Remember secret values, also as they look once something has escaped their characters."""
        with self._lock:
            for value in values:
                if len(value) >= SHORTEST:
                    self._values |= _forms(value)

    def text(self, text: str) -> str:
        """Return ``text`` with every known secret replaced by a mask, longer ones first."""
        with self._lock:
            values = sorted(self._values, key=len, reverse=True)
        for value in values:
            text = text.replace(value, MASK)
        return _without_fragments(text, values) if CUT in text else text


def _forms(value: str) -> set[str]:
    """Return ``value`` as it is and as up to two escapes leave it, for example JSON quoted in a message."""
    forms = {value}
    for _ in range(2):
        forms |= {escaped for form in forms for escaped in _escaped(form)}
    return forms


def _escaped(value: str) -> tuple[str, ...]:
    # Python escapes a single quote only in a text that has both kinds of quotes.
    between_quotes = repr("'\"" + value)[4:-1]
    return (json.dumps(value)[1:-1], repr(value)[1:-1], between_quotes, value.replace("\\", "\\\\"))


def _without_fragments(text: str, values: Collection[str]) -> str:
    secret = {value[start : start + FRAGMENT] for value in values for start in range(len(value) - FRAGMENT + 1)}
    hidden = [False] * len(text)
    for start in range(len(text) - FRAGMENT + 1):
        if text[start : start + FRAGMENT] in secret:
            hidden[start : start + FRAGMENT] = [True] * FRAGMENT
    pieces = groupby(zip(text, hidden, strict=True), key=lambda pair: pair[1])
    return "".join(MASK if masked else "".join(character for character, _ in pairs) for masked, pairs in pieces)
