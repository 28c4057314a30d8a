"""Is a schedule group open? As the platform decides it: holidays, then closed, then open; nothing said is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hook.errors import UnexpectedResponse
from hook.guards.peak_hours.recurrence import CannotTell, active_until, parse_rule
from hook.guards.peak_hours.windows import zone_problem
from hook.model import Schedule, ScheduleGroup

WINDOWS = "Correct it in Genesys Cloud (Admin, Routing, Operating Schedules), or use guards.peakHours.windows instead."


@dataclass(frozen=True, slots=True)
class Hours:
    """
    A schedule group at one moment.

    Args:
        now: The local time, without a zone.
        open_by: The open schedule that lasts longest, ``None`` when there is none now.
        open_until: When that one ends, local.
        closed_by: The holiday or closed schedule that holds now; it outweighs the open ones.
        holiday: Whether that is a holiday.
    """

    now: datetime
    open_by: Schedule | None = None
    open_until: datetime | None = None
    closed_by: Schedule | None = None
    holiday: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the group is open."""
        return self.open_by is not None and self.closed_by is None


def hours(group: ScheduleGroup, now: datetime) -> Hours:
    """
    Look which schedules of a group hold a moment.

    The order is the platform's (Genesys Cloud Resource Center, "Create an operating schedule group": holiday, closed,
    open; Architect's Evaluate Schedule Group takes the closed path when none holds). An emergency is not looked at.

    Args:
        group: The group with its schedules.
        now: With a time zone.

    Raises:
        UnexpectedResponse: It cannot be told, of any of the schedules.
    """
    if problem := zone_problem(group.time_zone):
        raise UnexpectedResponse(f"schedule group '{group.name}': {problem}", hint=WINDOWS)
    zone = ZoneInfo(group.time_zone)
    local = now.astimezone(zone).replace(tzinfo=None)
    holiday = _holding(group.holidays, local, zone)
    closed = _holding(group.closed, local, zone)
    opened = _holding(group.open, local, zone)
    for schedule in group.open:
        _refuse_what_is_over(schedule, group, local)
    longest, until = max(opened, key=lambda one: one[1], default=(None, None))
    ruling = holiday or closed
    return Hours(
        now=local,
        open_by=longest,
        open_until=until,
        closed_by=ruling[0][0] if ruling else None,
        holiday=bool(holiday),
    )


def _holding(schedules: Sequence[Schedule], local: datetime, zone: ZoneInfo) -> list[tuple[Schedule, datetime]]:
    ends = [(schedule, _ends(schedule, local, zone)) for schedule in schedules]
    return [(schedule, end) for schedule, end in ends if end is not None]


def _ends(schedule: Schedule, local: datetime, zone: ZoneInfo) -> datetime | None:
    if not schedule.rrule:
        return schedule.end if schedule.start <= local < schedule.end else None
    try:
        rule = parse_rule(schedule.rrule, zone=zone)
        return active_until(rule, schedule.start, schedule.end - schedule.start, local)
    except CannotTell as error:
        raise UnexpectedResponse(
            f"schedule '{schedule.name}' repeats by '{schedule.rrule}',"
            f" and whether it holds now cannot be told: {error}",
            hint=WINDOWS,
        ) from error


def _refuse_what_is_over(schedule: Schedule, group: ScheduleGroup, local: datetime) -> None:
    """
    Refuse an open schedule that can never hold again.

    It is a leftover, or an answer that lost its recurrence; the two look the same, and the second must not count as
    closed.
    """
    if not schedule.rrule and schedule.end <= local:
        raise UnexpectedResponse(
            f"open schedule '{schedule.name}' of schedule group '{group.name}' does not repeat and was over on"
            f" {schedule.end:%Y-%m-%d}: whether the group is open cannot be told from it",
            hint=f"Take it out of the group. {WINDOWS}",
        )
