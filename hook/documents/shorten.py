"""Texts of differences, short enough to show in one line."""

from __future__ import annotations

LONGEST = 120
_LEAD = 30


def shorten(text: str, start: int = 0, *, longest: int = LONGEST) -> str:
    """Return at most ``longest`` characters of ``text`` in one line, from ``start`` on."""
    line = text[start:].replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
    if start:
        line = f"…{line}"
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def shorten_pair(before: str, after: str, *, longest: int = LONGEST) -> tuple[str, str]:
    """Return both texts shortened such that the first place where they differ can be seen."""
    if max(len(before), len(after)) <= longest - 2 * _LEAD:
        return shorten(before, longest=longest), shorten(after, longest=longest)
    pairs = zip(before, after, strict=False)
    first = next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))
    start = first - _LEAD if first > longest - 2 * _LEAD else 0
    return shorten(before, start, longest=longest), shorten(after, start, longest=longest)


def shorten_meanings(text: str, before: str, after: str) -> tuple[str, str]:
    """Return the text of both sides with what it stands for on each, in brackets."""
    shown = shorten(text, longest=_LEAD)
    longest = LONGEST - len(shown) - len(" ()")
    told = shorten(before, longest=longest), shorten(after, longest=longest)
    if "…" in (told[0][-1:], told[1][-1:]):
        told = shorten_pair(before, after, longest=longest)
    one, other = (f"{shown} ({meaning})" if meaning else shown for meaning in told)
    return one, other
