"""Are the flows that are to change, and the queues that they send to, too busy now?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import BeforeValidator, Field

from hook.documents.rules import QUEUES
from hook.documents.types import FLOW_TYPES, nearest
from hook.guards.capacity.loads import Queue, facts, of_flow, of_queue, percent
from hook.guards.protocol import Guard, Mode, Readings, Settings
from hook.guards.values import wrong
from hook.model import Change, Examination, Finding, Identity, Known, Verdict, fold

NAME = "capacity"
HINT = "Wait for it to fall (--wait SECONDS), approve this plan (flowsync approve), or change guards.capacity."


def _share(value: object) -> Decimal:
    text = str(value).strip()
    try:
        number = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise wrong(f"'{text}' is no share; write 80%, 0.8 or 80")
    return number / 100 if text.endswith("%") or number > 1 else number


def _flow_type(value: object) -> str:
    known = [one.platform for one in FLOW_TYPES]
    text = str(value).casefold()
    if text not in known:
        near = nearest(text, known)
        raise wrong(f"there is no flow type '{value}'" + (f"; the nearest is '{near}'" if near else ""))
    return text


Count = Annotated[int, Field(ge=0)]


class CapacitySettings(Settings):
    """
    Settings of the capacity guard.

    Attributes:
        limit: The share of a capacity that may be in use; a number up to 1 is a share, one above it is percent.
        flows: Interactions that a flow can take, per name or glob. A name is stronger than a glob, and a glob than
            those after it; upper and lower case do not matter.
        types: The same per flow type, for flows that ``flows`` does not mention.
        queues: The same for queues, written as in ``flows``; stronger than what follows from the agents.
        per_agent: Interactions that one agent on queue can take, for queues that ``queues`` does not mention.
    """

    limit: Annotated[Decimal, BeforeValidator(_share)] = Decimal("0.8")
    flows: dict[str, Count] = Field(default_factory=dict)
    types: dict[Annotated[str, BeforeValidator(_flow_type)], Count] = Field(default_factory=dict)
    queues: dict[str, Count] = Field(default_factory=dict)
    per_agent: Annotated[Decimal, Field(gt=0)] = Decimal(1)


def examine(examination: Examination, settings: CapacitySettings, readings: Readings) -> Iterator[Finding]:
    """Refuse when a live flow that is to change, or a queue that its document names, is over the limit now."""
    changes = [(change, change.live) for change in examination.plan.writes if change.live]
    if not changes:
        return
    queues = _queues([change for change, _ in changes], examination.known)
    asked = [queue for queue in queues if queue.id]
    in_flows = readings.flow_observations([live.id for _, live in changes])
    in_queues = readings.queue_observations([queue.id for queue in asked]) if asked else {}
    loads = [
        *(of_flow(change, in_flows[live.id], declared=_of_flow(change.identity, settings)) for change, live in changes),
        *(
            of_queue(
                queue,
                in_queues[queue.id],
                declared=declared_for(queue.name, settings.queues),
                per_agent=settings.per_agent,
            )
            for queue in asked
        ),
    ]
    limit = percent(settings.limit)
    for load in loads:
        if load.over(settings.limit):
            message = f"{load}, limit {limit}{load.details}."
            yield Finding(NAME, Verdict.REFUSE, message, load.place, HINT, passing=True)
    told = facts([load for load in loads if not load.over(settings.limit)], loads)
    told += [f"queue '{queue.name}' is not known in the organisation" for queue in queues if not queue.id]
    if told:
        yield Finding(NAME, Verdict.PASS, f"limit {limit}; {'; '.join(told)}.")


def declared_for(name: str, declared: Mapping[str, int]) -> int | None:
    """Return what is declared for a name: under the name itself, otherwise under the first glob that fits it."""
    wanted = fold(name)
    exact = (number for key, number in declared.items() if fold(key) == wanted)
    by_glob = (number for key, number in declared.items() if fnmatchcase(wanted, fold(key)))
    return next(exact, next(by_glob, None))


def _of_flow(identity: Identity, settings: CapacitySettings) -> int | None:
    declared = declared_for(identity.name, settings.flows)
    return settings.types.get(identity.type.casefold()) if declared is None else declared


def _queues(changes: Sequence[Change], known: Sequence[Known]) -> list[Queue]:
    """Return each queue that the changes name, once; those spelled just so where there are any."""
    index: dict[str, list[Known]] = {}
    for one in known:
        if one.identity.kind == QUEUES:
            index.setdefault(fold(one.identity.name), []).append(one)
    found: dict[tuple[str, str], Queue] = {}
    for change in changes:
        for reference in change.desired.references if change.desired else ():
            if reference.kind != QUEUES:
                continue
            alike = [(one.identity.name, one.id) for one in index.get(fold(reference.name), ())]
            exact = [(name, id_) for name, id_ in alike if name == reference.name]
            for key in exact or alike or [(reference.name, "")]:
                queue = found.setdefault(key, Queue(*key, reference.place, ()))
                if change.identity not in queue.flows:
                    found[key] = replace(queue, flows=(*queue.flows, change.identity))
    return list(found.values())


GUARD = Guard(name=NAME, settings=CapacitySettings, examine=examine, approvable=True, default=Mode.OFF)
