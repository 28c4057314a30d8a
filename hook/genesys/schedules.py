"""
Architect's schedules and schedule groups.

``GET /api/v2/architect/schedulegroups`` (permission ``routing:scheduleGroup:view``) and
``GET /api/v2/architect/schedules`` (``routing:schedule:view``). Times of a schedule are local to the group that uses
it; a group has at least one open schedule (Genesys Cloud Resource Center, "Create an operating schedule group").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr

from hook.errors import NotFound, UnexpectedResponse
from hook.genesys.job_states import parse
from hook.genesys.paging import entities
from hook.genesys.responses import Json
from hook.genesys.session import Session
from hook.model import Schedule, ScheduleGroup

GROUPS = "/api/v2/architect/schedulegroups"
SCHEDULES = "/api/v2/architect/schedules"
PAGE_SIZE = 100


def _local(value: object) -> datetime:
    if not isinstance(value, str) or "T" not in value:
        raise ValueError("is no local date and time")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo:
        raise ValueError("has a time zone, where the platform documents local time")
    return moment


Local = Annotated[datetime, BeforeValidator(_local)]
Filled = Annotated[StrictStr, Field(min_length=1)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Reference(_Body):
    id: Filled


class _Group(_Body):
    id: Filled
    name: Filled
    state: Literal["active"]
    timeZone: Filled  # noqa: N815  (the platform's name)
    openSchedules: tuple[_Reference, ...] = Field(min_length=1)  # noqa: N815  (the platform's name)
    closedSchedules: tuple[_Reference, ...] | None = ()  # noqa: N815  (the platform's name)
    holidaySchedules: tuple[_Reference, ...] | None = ()  # noqa: N815  (the platform's name)


class _Schedule(_Body):
    id: Filled
    name: Filled
    state: Literal["active"]
    start: Local
    end: Local
    rrule: StrictStr | None = None


def schedule_group(session: Session, name: str) -> ScheduleGroup:
    """Return a schedule group with its schedules; one listing of each kind is read.

    Args:
        session: Makes the calls.
        name: Of the group, exactly as the platform writes it.

    Raises:
        NotFound: Our client sees no such group.
        UnexpectedResponse: The group, or one of its schedules, is not what the platform documents; a schedule that
            cannot be seen is never taken as one that says nothing.
        FlowSyncError: As :meth:`Session.call` does.
    """
    group = parse(_Group, _find(session, name), request=f"GET {GROUPS}")
    rows = {str(row.get("id")): row for row in entities(session, SCHEDULES, page_size=PAGE_SIZE)}
    return ScheduleGroup(
        name=group.name,
        time_zone=group.timeZone,
        open=tuple(_schedule(one, rows, group) for one in group.openSchedules),
        closed=tuple(_schedule(one, rows, group) for one in group.closedSchedules or ()),
        holidays=tuple(_schedule(one, rows, group) for one in group.holidaySchedules or ()),
    )


def _find(session: Session, name: str) -> Json:
    # Read without the name filter: how it matches is not documented, and the other names are the hint.
    rows = [row for row in entities(session, GROUPS, page_size=PAGE_SIZE) if row.get("state") != "deleted"]
    found = [row for row in rows if row.get("name") == name]
    if len(found) > 1:
        raise UnexpectedResponse(f"there are {len(found)} schedule groups '{name}', and which is meant cannot be told")
    if not found:
        names = ", ".join(sorted(f"'{row.get('name')}'" for row in rows)) or "none"
        raise NotFound(
            f"there is no schedule group '{name}'",
            hint=f"Our client sees: {names}. A group in another division needs routing:scheduleGroup:view there.",
        )
    return found[0]


def _schedule(reference: _Reference, rows: Mapping[str, Json], group: _Group) -> Schedule:
    if reference.id not in rows:
        raise UnexpectedResponse(
            f"schedule group '{group.name}' names a schedule that cannot be seen: id {reference.id}",
            hint="Give a role of the OAuth client routing:schedule:view in the division of that schedule.",
        )
    one = parse(_Schedule, rows[reference.id], request=f"GET {SCHEDULES}")
    if one.end <= one.start:
        raise UnexpectedResponse(f"schedule '{one.name}' ends at {one.end}, before it begins")
    return Schedule(name=one.name, start=one.start, end=one.end, rrule=(one.rrule or "").strip())
