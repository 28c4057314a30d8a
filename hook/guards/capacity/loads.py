"""How much of what a flow or queue can take is in use, and how that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from hook.model import NOWHERE, Change, Identity, Place, QueueLoad

NAMED = 10
"""How many names are told before the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue that changed flows name; ``id`` is empty when the organisation shows none of that name."""

    name: str
    id: str
    place: Place
    flows: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """
    Interactions in one flow or queue, and how many it can take; ``None`` when nothing tells.

    ``flows`` are those that the load speaks for: the flow itself, or the flows that name the queue.
    """

    what: str
    interactions: int
    capacity: Decimal | None
    flows: tuple[Identity, ...]
    place: Place
    details: str = ""

    def over(self, limit: Decimal) -> bool:
        """Whether more than this share of the capacity is in use."""
        return self.capacity is not None and self.interactions > limit * self.capacity

    def __str__(self) -> str:
        """Return for example ``queue 'Sales': 9 of 10 interactions (90 %)``."""
        if self.capacity is None:
            return f"{self.what}: {self.interactions} interaction{'' if self.interactions == 1 else 's'}"
        share = f" ({percent(self.interactions / self.capacity)})" if self.capacity else ""
        return f"{self.what}: {self.interactions} of {_plain(self.capacity)} interactions{share}"


def of_flow(change: Change, interactions: int, *, declared: int | None) -> Load:
    """Return the load of a flow, against the capacity that is declared for it."""
    return Load(
        what=str(change.identity),
        interactions=interactions,
        capacity=None if declared is None else Decimal(declared),
        flows=(change.identity,),
        place=change.desired.place if change.desired else NOWHERE,
    )


def of_queue(queue: Queue, seen: QueueLoad, *, declared: int | None, per_agent: Decimal) -> Load:
    """
    Return the load of a queue, against its declared capacity or what its agents on queue can take.

    With no agent on queue, interactions are more than it can take; with none of both there is nothing to judge.
    """
    interactions = seen.interacting + seen.waiting
    if declared is not None:
        capacity: Decimal | None = Decimal(declared)
    else:
        capacity = seen.on_queue * per_agent if seen.on_queue or interactions else None
    agents = f"{seen.on_queue or 'no'} agent{'' if seen.on_queue == 1 else 's'} on queue"
    return Load(
        what=f"queue '{queue.name}'",
        interactions=interactions,
        capacity=capacity,
        flows=queue.flows,
        place=queue.place,
        details=f"; {seen.interacting} with an agent, {seen.waiting} waiting, {agents}; named by {some(queue.flows)}",
    )


def facts(passed: Sequence[Load], loads: Sequence[Load]) -> list[str]:
    """
    Tell of the loads that passed: those with interactions, the number of those without, the flows that nothing judges.

    Args:
        passed: The loads that are not over the limit.
        loads: All loads: a flow is judged by any that speaks for it.
    """
    judged = {flow for load in loads if load.capacity is not None for flow in load.flows}
    busy = [str(load) for load in passed if load.interactions]
    idle = len(passed) - len(busy)
    without = tuple(dict.fromkeys(flow for load in passed for flow in load.flows if flow not in judged))
    return [
        *busy,
        *([f"{idle} without interactions"] if idle else []),
        *([f"not judged (no capacity declared, no agents on queue): {some(without)}"] if without else []),
    ]


def some(names: Sequence[Identity]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(str(name) for name in names[:NAMED]) + more


def percent(share: Decimal) -> str:
    """Return a share in percent, rounded up to a tenth, so that what is over a limit never looks equal to it."""
    return f"{_plain((share * 100).quantize(Decimal('0.1'), ROUND_CEILING))} %"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
