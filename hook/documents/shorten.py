"""Texts of differences, short enough to show in one line."""

from __future__ import annotations

LONGEST = 120
_LEAD = 30


def shorten(text: str, start: int = 0) -> str:
    """Return at most 120 characters of ``text`` in one line, from ``start`` on."""
    line = text[start:].replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
    if start:
        line = f"…{line}"
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def shorten_pair(before: str, after: str) -> tuple[str, str]:
    """Return both texts shortened such that the first place where they differ can be seen."""
    if max(len(before), len(after)) <= LONGEST - 2 * _LEAD:
        return shorten(before), shorten(after)
    pairs = zip(before, after, strict=False)
    first = next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))
    start = first - _LEAD if first > LONGEST - 2 * _LEAD else 0
    return shorten(before, start), shorten(after, start)
