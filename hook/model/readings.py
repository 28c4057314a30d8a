"""What guards read of the organisation, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """
    One permission that our client has in one division.

    ``permission`` is ``domain:entity:action`` as the platform writes it, where entity and action may be ``*``;
    ``division_id`` is ``*`` for all divisions.
    """

    permission: str
    division_id: str
    division_name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """How busy a queue is now: interactions with an agent, interactions that wait, agents on queue."""

    interacting: int
    waiting: int
    on_queue: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule in local time of its group: start and end without a time zone, and a recurrence (iCalendar RRULE)."""

    name: str
    start: datetime
    end: datetime
    rrule: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleGroup:
    """A schedule group; ``time_zone`` is an IANA name."""

    name: str
    time_zone: str
    open: tuple[Schedule, ...] = ()
    closed: tuple[Schedule, ...] = ()
    holidays: tuple[Schedule, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that a trunk speaks to, and what the platform says of it (for example ``OK``)."""

    address: str
    state: str


@dataclass(frozen=True, slots=True)
class TrunkState:
    """One trunk as an Edge has it; ``None`` where the platform does not tell."""

    name: str
    base: str
    in_service: bool | None
    enabled: bool | None
    connected: bool | None
    options: tuple[Endpoint, ...] = ()
    registers: tuple[Endpoint, ...] = ()
    proxies: tuple[str, ...] = ()
