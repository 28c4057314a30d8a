"""Texts that must fit into so many bytes."""

from __future__ import annotations

ELLIPSIS = "…"


def to_bytes(text: str, limit: int) -> str:
    """Return ``text`` in at most ``limit`` bytes of UTF-8, cut between two characters and marked where it was cut."""
    content = text.encode("utf-8", "backslashreplace")
    if len(content) <= limit:
        return content.decode()
    return content[: limit - len(ELLIPSIS.encode())].decode("utf-8", "ignore") + ELLIPSIS
