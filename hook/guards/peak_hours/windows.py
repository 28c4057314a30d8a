"""Windows of the week in a time zone, by the clock on the wall there: ``mon-fri 08:00-18:30 Europe/Berlin``."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from hook.documents.types import nearest
from hook.guards.values import wrong

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\Z")


def zone_problem(name: str) -> str:
    """Return why ``name`` is no time zone that can be used, and what to do; empty when it is one."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = available_timezones()
        if not known:
            return "this system has no database of time zones; install its tzdata package"
        near = nearest(name, sorted(known))
        hint = f"the nearest is {near}" if near else "write an IANA name, such as Europe/Berlin"
        return f"there is no time zone '{name}'; {hint}"
    return ""


def _zone(name: str) -> str:
    if problem := zone_problem(name):
        raise wrong(problem)
    return name


def _days(value: object) -> tuple[int, ...]:
    parts = value if isinstance(value, list | tuple) else [value]
    found: set[int] = set()
    for span in (one for part in parts for one in str(part).split(",")):
        first, dash, last = (one.strip() for one in span.partition("-"))
        begin = _day(first)
        length = (_day(last) - begin) % 7 if dash else 0
        found |= {(begin + offset) % 7 for offset in range(length + 1)}
    return tuple(sorted(found))


def _day(name: str) -> int:
    word = name.casefold()
    matches = [at for at, full in enumerate(_NAMES) if word in {full, DAYS[at]}]
    if not matches:
        raise wrong(f"'{name}' is no day; use {', '.join(DAYS)}, or a range such as mon-fri")
    return matches[0]


def _minute(value: object) -> int:
    match = _CLOCK.match(str(value).strip())
    hours, minutes = (int(match[1]), int(match[2])) if match else (24, 60)
    if minutes > 59 or hours * 60 + minutes > 24 * 60:  # noqa: PLR2004  (minutes of an hour)
        raise wrong(f"'{value}' is no time of day; write it as 08:00, up to 24:00")
    return hours * 60 + minutes


Days = Annotated[tuple[int, ...], BeforeValidator(_days)]
Minute = Annotated[int, BeforeValidator(_minute)]


class Window(BaseModel):
    """
    A window that comes back every week.

    Attributes:
        days: The days on which it begins, 0 for Monday; every day when not said.
        begin: ``from`` in the file: minutes since midnight.
        end: ``to`` in the file: minutes since midnight, up to 24:00; before ``from`` it is on the next day.
        time_zone: IANA name of the zone that the times are meant in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)

    days: Days = tuple(range(7))
    begin: Minute = Field(default=0, alias="from")
    end: Minute = Field(default=24 * 60, alias="to")
    time_zone: Annotated[str, AfterValidator(_zone)]

    @model_validator(mode="after")
    def _is_one(self) -> Window:
        if not self.days:
            raise wrong("a window needs a day")
        if self.begin == self.end:
            raise wrong("a window must not end when it begins; the whole day is from 00:00 to 24:00")
        if self.begin == 24 * 60:
            raise wrong("a window cannot begin at 24:00; it is 00:00 of the next day")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone."""
        return ZoneInfo(self.time_zone)

    def ends(self, now: datetime) -> datetime | None:
        """
        Return when the window that holds ``now`` ends, as local time without a zone; ``None`` outside.

        Only the clock on the wall counts: an hour that daylight saving leaves out does not come, so a window that
        begins in it begins with the hour after; an hour that comes twice is inside or outside both times.
        """
        wall = now.astimezone(self.zone).replace(tzinfo=None)
        length = timedelta(minutes=(self.end - self.begin) % (24 * 60) or 24 * 60)
        for day in (wall.date(), _before(wall.date())):
            start = datetime.combine(day, time.min) + timedelta(minutes=self.begin)
            if day.weekday() in self.days and start <= wall < start + length:
                return start + length
        return None

    def __str__(self) -> str:
        """Return for example ``mon-fri 08:00-18:30 Europe/Berlin``."""
        return f"{_days_text(self.days)} {_clock(self.begin)}-{_clock(self.end)} {self.time_zone}"


def _before(day: date) -> date:
    return day - DAY


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _days_text(days: tuple[int, ...]) -> str:
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:  # noqa: PLR2004  (two days are no range)
        return f"{DAYS[days[0]]}-{DAYS[days[-1]]}"
    return ",".join(DAYS[day] for day in days)


def told(moment: datetime, zone: str) -> str:
    """Return a local time as people say it: ``Mon 2026-03-02 10:05 Europe/Berlin``."""
    return f"{_NAMES[moment.weekday()][:3].capitalize()} {moment:%Y-%m-%d %H:%M} {zone}"
