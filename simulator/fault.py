"""Faults as data: which calls they hit, and what they do to them."""

from __future__ import annotations

import random
from typing import Any, Literal

from pydantic import Field, field_validator

from simulator.model import Model, new_id, pattern


class CallPattern(Model):
    """Which calls are meant: the method (any when empty) and a regular expression that the path must contain."""

    method: str = ""
    path: str = ""

    _path = field_validator("path")(pattern)


class FaultEffect(Model):
    """What happens to the call instead of, or besides, the usual answer; durations in real seconds.

    Attributes:
        status: Replaces the answer; the call has no effect unless ``process`` is set.
        body: Replaces the answer as ``status`` does: data that is sent as JSON, or text that is sent as it is.
        headers: Are added to an answer that is replaced.
        process: Whether the call has its effect although its answer is replaced.
        reset: The connection ends before or after the call had its effect.
        delay: How long the call waits before it has an effect.
        truncate: Half of the body is sent, then the connection ends.
        content_type: Stands in the answer in place of the right one.
        drip: How long the body takes, in small pieces.
    """

    status: int | None = Field(default=None, ge=100, le=599)
    body: Any = None
    headers: dict[str, str] = Field(default_factory=dict)
    process: bool = False
    reset: Literal["before", "after"] | None = None
    delay: float = Field(default=0.0, ge=0)
    truncate: bool = False
    content_type: str | None = None
    drip: float = Field(default=0.0, ge=0)


class Fault(Model):
    """A fault that waits for its calls: the ``at``-th matching ones (from 1), the first ``times``, or all.

    Attributes:
        id: By which it is switched on and off.
        name: How the page calls it.
        enabled: Whether it has any effect; calls are not counted meanwhile.
        match: The calls that it waits for.
        at: The numbers of the matching calls that it hits, from 1.
        times: How many it hits, from the first on; without ``at`` and ``times`` all.
        chance: How likely each of those calls is hit, from 0 to 1; the same calls for the same ``seed``.
        seed: See ``chance``.
        fault: What it does to them.
        seen: How many calls matched so far.
        hits: How many of them were hit.
    """

    id: str = Field(default_factory=new_id)
    name: str = ""
    enabled: bool = True
    match: CallPattern = CallPattern()
    at: list[int] | None = None
    times: int | None = None
    chance: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    fault: FaultEffect
    seen: int = 0
    hits: int = 0

    def due(self) -> bool:
        """Count a matching call and return whether it is hit."""
        self.seen += 1
        counted = self.seen in self.at if self.at is not None else self.times is None or self.seen <= self.times
        dice = random.Random(f"{self.seed}/{self.match.method}/{self.match.path}/{self.seen}")  # noqa: S311 (repeatable)
        return counted and (self.chance >= 1 or dice.random() < self.chance)
