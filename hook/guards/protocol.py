"""What every guard is: a name, settings, and one function that looks and says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from hook.model import Examination, Finding, Grant, QueueLoad, ScheduleGroup, TrunkState


class Mode(StrEnum):
    """How seriously a guard is taken."""

    ENFORCE = "enforce"
    WARN = "warn"
    OFF = "off"


class Settings(BaseModel):
    """Settings that every guard has; a guard's own model adds its keys (camelCase in files)."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    mode: Mode = Mode.ENFORCE


class Readings(Protocol):
    """
    What guards may read of the organisation; every method may raise a :class:`hook.errors.FlowSyncError`.

    An exception means "not known", and so does a body that is not what the platform documents: it is never taken
    for zero, for none, or for healthy.
    """

    def grants(self) -> tuple[Grant, ...]:
        """Return every permission of our client, per division."""
        ...

    def flow_observations(self, flow_ids: Sequence[str]) -> Mapping[str, int]:
        """Return how many interactions are in each of these flows now; every id has a value, 0 without a row."""
        ...

    def queue_observations(self, queue_ids: Sequence[str]) -> Mapping[str, QueueLoad]:
        """Return how busy each of these queues is now; every id has a value."""
        ...

    def schedule_group(self, name: str) -> ScheduleGroup:
        """Return a schedule group with its schedules."""
        ...

    def trunks(self) -> tuple[TrunkState, ...]:
        """Return the external trunks with their state."""
        ...

    def trunk_bases(self) -> tuple[str, ...]:
        """Return the names of all trunk base settings."""
        ...

    def products(self) -> tuple[str, ...]:
        """Return the ids of the organisation's products."""
        ...


@dataclass(frozen=True, slots=True)
class Guard:
    """
    One guard.

    Args:
        name: Its name in settings, findings and docs.
        settings: The model of its settings.
        examine: Looks at the plan and yields what it found; nothing found is a pass. It is only called when the
            guard is not off, with an instance of ``settings``.
        approvable: Whether an approval of the plan passes it.
        default: Its mode when the environment does not mention it.
    """

    name: str
    settings: type[Settings]
    examine: Callable[[Examination, Any, Readings], Iterable[Finding]]
    approvable: bool = False
    default: Mode = Mode.ENFORCE
