"""Waiting with a deadline, and a message that shows the last state."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(what: str, look: Callable[[], T], good: Callable[[T], bool], *, timeout: float, pause: float = 0.5) -> T:
    """Look again and again until what is seen is good, and return it.

    Args:
        what: Completes "waited for ..." in the message.
        look: Returns the present state; its repr stands in the message.
        good: Whether the state is the one that is waited for.
        timeout: Seconds.
        pause: Seconds between two looks.

    Raises:
        AssertionError: The time is over; the message holds the last state.
    """
    until = time.monotonic() + timeout
    while True:
        state = look()
        if good(state):
            return state
        if time.monotonic() > until:
            raise AssertionError(f"Waited {timeout:.0f} s for {what}; the last state was:\n{state!r}")
        time.sleep(pause)
