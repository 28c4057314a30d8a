"""Putting back what a publish of an earlier run reset, when that run ended before it could do so itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from hook.engine.locking import Lock
from hook.engine.recover import Reset
from hook.engine.verify import reset_since
from hook.errors import Conflict, FlowSyncError, PermissionDenied, PlatformRefused, VerificationFailed
from hook.model import Live


class Restorer(Protocol):
    """What is needed of the organisation's flows."""

    def restore(self, *, before: Live, after: Live, what: Collection[str]) -> None:
        """Put back division, description or both, and leave the other as it is."""
        ...

    def list(self) -> Sequence[Live]:
        """List every flow."""
        ...

    def home_division(self) -> str:
        """Return the id of the home division."""
        ...


@dataclass(frozen=True, slots=True)
class PutBack:
    """What came of it: the flows as they are now, what is as it was, and what is not, with the reason."""

    live: Sequence[Live]
    done: tuple[Reset, ...]
    failed: tuple[tuple[Reset, FlowSyncError], ...]


def put_back(resets: Sequence[Reset], *, flows: Restorer, lock: Lock, pauses: Sequence[Callable[[], None]]) -> PutBack:
    """
    Put back division and description, and read the flows again until they show it.

    One that cannot be put back, for example because somebody holds it, does not keep the others from it.

    Args:
        resets: What was reset.
        flows: The organisation's flows.
        lock: Asked before each write.
        pauses: Called one after the other between two looks; when there is none left, it has failed.

    Raises:
        LockUnavailable: The lock was lost.
        ApiUnavailable: The platform cannot be reached.
    """
    refused: dict[int, FlowSyncError] = {}
    for number, one in enumerate(resets):
        lock.check()
        before = replace(one.now, attributes=tuple(one.former.items()))
        try:
            flows.restore(before=before, after=one.now, what=one.what)
        except (PlatformRefused, Conflict, PermissionDenied) as error:
            refused[number] = error
    waiting = [one for number, one in enumerate(resets) if number not in refused]
    live = flows.list()
    home = cache(flows.home_division)
    for pause in pauses:
        if not _reset(waiting, live, home):
            break
        pause()
        live = flows.list()
    still = _reset(waiting, live, home)
    return PutBack(
        live=live,
        done=tuple(one for one in waiting if one not in still),
        failed=(
            *((one, refused[number]) for number, one in enumerate(resets) if number in refused),
            *((one, VerificationFailed("the platform still shows the value after the publish")) for one in still),
        ),
    )


def _reset(resets: Sequence[Reset], live: Sequence[Live], home: Callable[[], str]) -> list[Reset]:
    by_id = {one.id: one for one in live}
    return [one for one in resets if reset_since(one.former, by_id.get(one.now.id, one.now), home=home)]
