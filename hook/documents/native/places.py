"""Where in a file the parts of its configuration stand."""

from __future__ import annotations

from typing import Any

from hook.documents.native.packing import Configuration
from hook.documents.nodes import Mapping, Node, Scalar, Sequence, key_path
from hook.model import Place

Location = tuple[str | int, ...]
"""Keys and positions from the top of a configuration."""


class Places:
    """
    Knows the places in one file.

    A configuration has the keys of its file in the same order, but where they are ids, names stand for them; so
    positions lead the way and not keys.

    Args:
        file: The file's name.
        configuration: What is looked for; with names or with ids.
        root: The file's tree; ``None`` for a packed file, in which only paths mean something to a person.
    """

    def __init__(self, file: str, configuration: Configuration, root: Mapping | None = None) -> None:
        self._file = file
        self._configuration = configuration
        self._root = root
        self._positions: dict[int, dict[str, int]] = {}

    def value(self, location: Location, *, shown: int | None = None) -> Place:
        """Return the place of the value at ``location``; its path has only ``shown`` parts, if told so."""
        return self._place(location, shown, at_key=False)

    def key(self, location: Location) -> Place:
        """Return the place of the last key of ``location``."""
        return self._place(location, None, at_key=True)

    def _place(self, location: Location, shown: int | None, *, at_key: bool) -> Place:
        line, column = self._position(location, at_key=at_key)
        return Place(self._file, line, column, path_of(location[:shown]))

    def _position(self, location: Location, *, at_key: bool) -> tuple[int, int]:
        if self._root is None:
            return 0, 0
        data: Any = self._configuration
        node: Node = self._root
        at: Node | Scalar = node
        for part in location:
            if isinstance(node, Mapping) and isinstance(data, dict) and part in data:
                entry = node.entries[self._positions_in(data)[str(part)]]
                node, at = entry.value, entry.key if at_key else entry.value
                data = data[part]
            elif isinstance(node, Sequence) and isinstance(data, list) and isinstance(part, int) and part < len(data):
                at = node = node.items[part]
                data = data[part]
            else:
                break
        return at.line, at.column

    def _positions_in(self, data: dict[str, Any]) -> dict[str, int]:
        """Return the position of each key; kept, since an object may have very many."""
        if id(data) not in self._positions:
            self._positions[id(data)] = {key: position for position, key in enumerate(data)}
        return self._positions[id(data)]


def path_of(location: Location) -> str:
    """Return a location as it is shown, for example ``manifest.queue[0].name``."""
    path = ""
    for part in location:
        path = f"{path}[{part}]" if isinstance(part, int) else key_path(path, part)
    return path
