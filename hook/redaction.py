"""Keeps secrets out of everything that is shown."""

from __future__ import annotations

import threading

MASK = "***"
SHORTEST = 4
"""Shorter values are not masked as text: they would blank out half of every message."""


class Redactor:
    """Knows the secret values of a run and replaces them wherever text leaves the process."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._lock = threading.Lock()

    def add(self, *values: str) -> None:
        """Remember secret values; longer ones are replaced first."""
        with self._lock:
            self._values.update(value for value in values if len(value) >= SHORTEST)

    def text(self, text: str) -> str:
        """Return ``text`` with every known secret replaced by a mask."""
        with self._lock:
            values = sorted(self._values, key=len, reverse=True)
        for value in values:
            text = text.replace(value, MASK)
        return text
