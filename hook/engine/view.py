"""A listing of the flows that serves many objects at once, and knows how old it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from hook.model import Identity, Live


class View:
    """
    The organisation's flows as they were a moment ago.

    Args:
        read: Lists every flow.
    """

    def __init__(self, read: Callable[[], Sequence[Live]]) -> None:
        self._read = read
        self._flows: dict[tuple[str, str, str], Live] = {}
        self._at = float("-inf")

    def get(self, identity: Identity) -> Live | None:
        """Return an object as the last listing had it."""
        return self._flows.get(identity.key)

    @property
    def flows(self) -> tuple[Live, ...]:
        """Every flow of the last listing."""
        return tuple(self._flows.values())

    def forget(self) -> None:
        """Make the next look a new listing."""
        self._at = float("-inf")

    def look(self, *, since: float) -> None:
        """List anew unless the last listing began at ``since`` (``time.monotonic()``) or later."""
        if self._at < since:
            began = time.monotonic()
            self._flows = {one.identity.key: one for one in self._read()}
            self._at = began
