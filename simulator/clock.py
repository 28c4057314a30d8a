"""The simulator's clock: the machine's, set forward by tests, or standing still."""

from __future__ import annotations

import time

from simulator.state import State


def now(state: State) -> float:
    """Return the time in epoch seconds."""
    return state.frozen_at if state.frozen_at is not None else time.time() + state.clock_offset


def advance(state: State, seconds: float) -> None:
    """Set the clock forward by real seconds, frozen or not: tokens expire, jobs end."""
    if state.frozen_at is not None:
        state.frozen_at += seconds
    else:
        state.clock_offset += seconds


def freeze(state: State) -> None:
    """Let the clock stand still: no job ends, until it is set forward or goes on."""
    state.frozen_at = now(state)


def resume(state: State) -> None:
    """Let the clock go on from where it stands."""
    if state.frozen_at is not None:
        state.clock_offset = state.frozen_at - time.time()
        state.frozen_at = None
