"""
Is it a time at which nothing should change?

Argo CD's sync windows are the first line, since they hold a sync back; this guard is the backstop, and what holds for
reruns that Argo CD does not start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, model_validator

from hook.guards.peak_hours.opening import Hours, hours
from hook.guards.peak_hours.windows import Window, told
from hook.guards.protocol import Guard, Mode, Readings, Settings
from hook.guards.values import one_or_many, wrong
from hook.model import Examination, Finding, ScheduleGroup, Verdict

NAME = "peakHours"
SOON = timedelta(hours=1)
"""A peak that ends within this time is worth waiting for."""


class Dates(StrEnum):
    """What is taken from the schedule group."""

    OPEN = "open"
    HOLIDAYS = "holidays"


class PeakHoursSettings(Settings):
    """
    When it is peak.

    Attributes:
        windows: Windows of the week; inside any of them it is peak.
        schedule_group: The name of a Genesys schedule group.
        dates: What is taken from it: ``open``: it is peak as well while the group is open; ``holidays``: only that
            the windows do not count while one of its holiday schedules holds.
    """

    windows: Annotated[tuple[Window, ...], BeforeValidator(one_or_many)] = ()
    schedule_group: str = ""
    dates: Dates = Dates.OPEN

    @model_validator(mode="after")
    def _says_when(self) -> PeakHoursSettings:
        if self.mode is not Mode.OFF and not self.windows and not self.schedule_group:
            raise wrong("it needs windows, a scheduleGroup, or both")
        if self.dates is Dates.HOLIDAYS and not (self.windows and self.schedule_group):
            raise wrong("dates: holidays needs a scheduleGroup to take them from, and windows to lift")
        return self


def examine(examination: Examination, settings: PeakHoursSettings, readings: Readings) -> Iterator[Finding]:
    """Refuse a plan that writes something during peak hours."""
    if not examination.plan.writes:
        return
    now = examination.now
    group = readings.schedule_group(settings.schedule_group) if settings.schedule_group else None
    at = hours(group, now) if group else None
    if group and at and settings.dates is Dates.HOLIDAYS and at.holiday and at.closed_by:
        yield _passed(f"{_time(at, group)}, and schedule '{at.closed_by.name}' of '{group.name}' says holiday")
        return
    peaks = [_in_window(window, end, now) for window in settings.windows if (end := window.ends(now))]
    if group and at and settings.dates is Dates.OPEN and at.is_open:
        peaks.append(_while_open(at, group))
    yield from peaks
    if not peaks:
        yield _passed("; ".join(_outside(settings, at, group, now)))


def _in_window(window: Window, end: datetime, now: datetime) -> Finding:
    local = now.astimezone(window.zone).replace(tzinfo=None)
    until = told(end, window.time_zone)
    return _refused(
        f"it is {told(local, window.time_zone)}, inside the peak hours '{window}', which end at {until}",
        until,
        passing=end - local <= SOON,
    )


def _while_open(at: Hours, group: ScheduleGroup) -> Finding:
    assert at.open_by is not None  # noqa: S101  (what is open is open by one)
    assert at.open_until is not None  # noqa: S101  (as above)
    until = told(at.open_until, group.time_zone)
    return _refused(
        f"it is {_time(at, group)}, and schedule group '{group.name}' is open: schedule '{at.open_by.name}' ends at"
        f" {until}",
        until,
        passing=at.open_until - at.now <= SOON,
    )


def _refused(message: str, until: str, *, passing: bool) -> Finding:
    return Finding(
        NAME,
        Verdict.REFUSE,
        f"{message}.",
        hint=f"Wait until {until} and rerun, or approve this plan: flowsync approve prints the line to commit.",
        passing=passing,
    )


def _passed(message: str) -> Finding:
    return Finding(NAME, Verdict.PASS, f"it is {message}.")


def _outside(
    settings: PeakHoursSettings, at: Hours | None, group: ScheduleGroup | None, now: datetime
) -> Iterator[str]:
    for window in settings.windows:
        yield f"{told(now.astimezone(window.zone), window.time_zone)}, outside '{window}'"
    if at and group and settings.dates is Dates.OPEN:
        why = f" by schedule '{at.closed_by.name}'" if at.closed_by else ""
        yield f"{_time(at, group)}, and schedule group '{group.name}' is closed{why}"


def _time(at: Hours, group: ScheduleGroup) -> str:
    return told(at.now, group.time_zone)


GUARD = Guard(name=NAME, settings=PeakHoursSettings, examine=examine, approvable=True, default=Mode.OFF)
