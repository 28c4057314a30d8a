"""Names for files that are made of flows: readable, without a way out of the folder, and good on every file system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count

from hook.model import fold
from hook.workspace.index import is_index

LONGEST = 150
"""Bytes of a readable name; file systems take 255 for a name, and an ending and a number follow."""

_NOT_READABLE = re.compile(r"[^\w.-]+")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
)
"""Names of devices, which Windows takes for no file whatever their ending is."""


def readable(name: str) -> str:
    """
    Return a flow's name as the beginning of a file's name: letters, digits, ``_``, ``.`` and ``-``.

    It never is empty, never begins with a dot (such files are not read), and holds no separator of paths.
    """
    text = _NOT_READABLE.sub("-", unicodedata.normalize("NFC", name))
    text = re.sub(r"-*\.[.-]*", ".", re.sub(r"-{2,}", "-", text)).strip("-.")
    text = text.encode()[:LONGEST].decode(errors="ignore").strip("-.") or "flow"
    return f"_{text}" if text.split(".")[0].casefold() in _RESERVED or is_index(f"{text}.json") else text


def numbered(stem: str, ending: str) -> Iterator[str]:
    """Yield ``<stem><ending>``, ``<stem>-2<ending>``, and so on."""
    yield stem + ending
    for number in count(2):
        yield f"{stem}-{number}{ending}"


class TakenNames:
    """
    Names of files that are in use, some of which a file system may take for one.

    Args:
        paths: Those that are in use from the beginning.
    """

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._taken = {fold(path) for path in paths}

    def take(self, names: Iterable[str]) -> str:
        """Return the first of endless ``names`` that is not in use, and count it as in use."""
        name = next(name for name in names if fold(name) not in self._taken)
        self._taken.add(fold(name))
        return name
