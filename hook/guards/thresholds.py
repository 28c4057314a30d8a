"""
Is it more than one would expect?

A share counts only when there is something to have a share of (octoDNS does the same: a fraction of what exists, from
ten objects on). Nothing is ever deleted; what is gone from Git counts as a sign of the wrong folder or mount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from hook.guards.protocol import Guard, Readings, Settings
from hook.guards.values import wrong
from hook.model import Examination, Finding, Operation, Verdict

NAME = "thresholds"
_LIMIT = re.compile(r"(\d{1,9})(\.\d{1,6})?\s*(%?)\Z")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many are allowed: a number, or percent of what exists."""

    value: float
    percent: bool

    def exceeded(self, count: int, of: int) -> bool:
        """Tell whether ``count`` of ``of`` objects are more than that."""
        return count * 100 > self.value * of if self.percent else count > self.value

    def __str__(self) -> str:
        """Return for example ``50 %`` or ``20``."""
        return f"{self.value:g} %" if self.percent else f"{self.value:g}"


def _limit(value: Any) -> Any:
    if value is None or isinstance(value, Limit):
        return value  # a model that must have one refuses None itself
    match = None if isinstance(value, bool) else _LIMIT.match(str(value).strip())
    if not match or (match[2] and not match[3]):
        raise wrong(f"'{value}' is no limit; write a number of objects, such as 20, or a share, such as 50%")
    limit = Limit(float(match[1] + (match[2] or "")), percent=bool(match[3]))
    if limit.percent and limit.value > 100:  # noqa: PLR2004  (percent)
        raise wrong(f"'{value}' is more than 100%")
    return limit


Allowed = Annotated[Limit, BeforeValidator(_limit)]
Optional = Annotated[Limit | None, BeforeValidator(_limit)]
HALF = Limit(50, percent=True)


class ThresholdSettings(Settings):
    """
    How much one plan may do.

    Attributes:
        max_changes: Overwritten objects, of those that exist and stand in Git.
        max_creates: New objects; a share is one of all objects in Git. No limit when not said.
        max_adoptions: Objects that somebody else put there; a share is one of those that exist. No limit when not said.
        max_gone: Objects that we put there and that are gone from Git, of all that we put there.
        minimum: A share is judged when it is one of more than so many objects.
    """

    max_changes: Allowed = HALF
    max_creates: Optional = None
    max_adoptions: Optional = None
    max_gone: Allowed = HALF
    minimum: int = Field(default=10, ge=0)


def examine(examination: Examination, settings: ThresholdSettings, _readings: Readings) -> Iterator[Finding]:
    """Refuse a plan that overwrites, creates or adopts more than is allowed, or whose input is nearly empty."""
    plan = examination.plan
    gone = [change for change in plan.changes if change.operation is Operation.LEFT_ALONE]
    wanted = [change for change in plan.changes if change.operation is not Operation.LEFT_ALONE]
    existing = [change for change in wanted if change.live is not None]
    foreign = [change for change in existing if (change.intended or change.operation) is Operation.ADOPT]
    overwritten = [change for change in plan.writes if change.live is not None]
    created = [change for change in plan.writes if change.operation is Operation.CREATE]
    adopted = [change for change in foreign if (change.writes or change.records) and change.refusal is None]
    ours = len(existing) - len(foreign)
    yield from _judge(
        settings,
        ("maxChanges", settings.max_changes),
        (len(overwritten), len(existing)),
        "existing objects would be overwritten",
    )
    yield from _judge(
        settings, ("maxCreates", settings.max_creates), (len(created), len(wanted)), "objects in Git would be created"
    )
    yield from _judge(
        settings,
        ("maxAdoptions", settings.max_adoptions),
        (len(adopted), len(existing)),
        "existing objects would be taken over from somebody else",
    )
    yield from _judge(
        settings,
        ("maxGone", settings.max_gone),
        (len(gone), ours + len(gone)),
        "objects that were put there from Git are gone from it (wrong folder or mount?)",
    )


def _judge(
    settings: ThresholdSettings, limit: tuple[str, Limit | None], found: tuple[int, int], what: str
) -> Iterator[Finding]:
    (key, allowed), (count, of) = limit, found
    if allowed is None or not allowed.exceeded(count, of) or (allowed.percent and of <= settings.minimum):
        return
    yield Finding(
        NAME,
        Verdict.REFUSE,
        f"{count} of {of} {what}: {100 * count / of:.4g} %, and {key} is {allowed}.",
        hint="If this is meant, approve this plan (flowsync approve prints the line to commit), or raise"
        f" guards.{NAME}.{key} for this environment.",
    )


GUARD = Guard(name=NAME, settings=ThresholdSettings, examine=examine, approvable=True)
