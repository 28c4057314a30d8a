"""
Recurrence rules (RFC 5545, section 3.3.10), as far as Architect's schedules use them: on which days they fall.

Every part of a rule that chooses days is a filter over the days of one period (a day, week, month or year): that is
what the RFC's table of expansions and limits comes to for frequencies of a day and more. What is not understood is
never guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_MONTH = 31
LAST_MONTH = 12
_DAY = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)\Z")
_NUMBER = re.compile(r"[+-]?\d{1,4}\Z")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?\Z")


class CannotTell(ValueError):
    """A rule that is malformed, or that says something which is not evaluated here."""


class Frequency(StrEnum):
    """The period that a rule repeats by."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, 0 for Monday; ``nth`` of its month or year, from the end when negative, 0 for each."""

    day: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule; what is empty or ``None`` is not said. ``until`` is local time, the last start that counts."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    months: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0
    count: int | None = None
    until: datetime | None = None


def parse_rule(text: str, *, zone: tzinfo) -> Rule:
    """
    Return the rule that ``text`` says.

    Args:
        text: For example ``FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU``; ``RRULE:`` may stand before it.
        zone: The zone of the local times; an ``UNTIL`` in UTC is taken into it.

    Raises:
        CannotTell: It is no rule, or one that is not understood here.
    """
    parts = _parts(text)
    unknown = parts.keys() - _KNOWN
    if unknown:
        raise CannotTell(f"{', '.join(sorted(unknown))} is not evaluated here")
    try:
        frequency = Frequency(parts["FREQ"])
    except (KeyError, ValueError) as error:
        raise CannotTell(f"FREQ is {parts.get('FREQ', 'missing')}, not one of {', '.join(Frequency)}") from error
    rule = Rule(
        frequency,
        interval=_number(parts.get("INTERVAL", "1"), "INTERVAL"),
        weekdays=tuple(_weekday(one) for one in _list(parts, "BYDAY")),
        months=tuple(_number(one, "BYMONTH", most=LAST_MONTH) for one in _list(parts, "BYMONTH")),
        monthdays=tuple(
            _number(one, "BYMONTHDAY", most=LONGEST_MONTH, signed=True) for one in _list(parts, "BYMONTHDAY")
        ),
        positions=tuple(_number(one, "BYSETPOS", most=366, signed=True) for one in _list(parts, "BYSETPOS")),
        week_start=_weekday(parts.get("WKST", "MO")).day,
        count=_number(parts["COUNT"], "COUNT") if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
    )
    _check(rule)
    return rule


_KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST", "COUNT", "UNTIL"})


def _parts(text: str) -> Mapping[str, str]:
    pairs = [part.partition("=") for part in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";")]
    parts = {key.strip(): value.strip() for key, _, value in pairs}
    if len(parts) != len(pairs) or not all(key and value for key, value in parts.items()):
        raise CannotTell("a part is empty or stands twice")
    return parts


def _list(parts: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in parts[key].split(",")) if key in parts else ()


def _number(text: str, key: str, *, most: int = 9999, signed: bool = False) -> int:
    value = int(text) if _NUMBER.match(text) else 0
    if not 1 <= abs(value) <= most or (value < 0 and not signed):
        raise CannotTell(f"{key} cannot be '{text}'")
    return value


def _weekday(text: str) -> Weekday:
    match = _DAY.match(text)
    if not match:
        raise CannotTell(f"'{text}' is no day")
    return Weekday(WEEKDAYS.index(match[2]), int(match[1] or 0))


def _until(text: str, zone: tzinfo) -> datetime:
    match = _UNTIL.match(text)
    try:
        if not match:
            raise ValueError(text)  # noqa: TRY301  (one place that says what is wrong with it)
        day = datetime.strptime(match[1], "%Y%m%d").date()  # noqa: DTZ007  (local, as the schedule's own times)
        if not match[2]:
            return datetime.combine(day, time.max)
        moment = datetime.combine(day, datetime.strptime(match[2], "%H%M%S").time())  # noqa: DTZ007  (as above)
        return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if match[3] else moment
    except (ValueError, OverflowError) as error:
        raise CannotTell(f"UNTIL cannot be '{text}'") from error


def _check(rule: Rule) -> None:
    """Refuse what the RFC forbids: it means something else to each reader."""
    if rule.count is not None and rule.until is not None:
        raise CannotTell("it has both COUNT and UNTIL")
    if rule.monthdays and rule.frequency is Frequency.WEEKLY:
        raise CannotTell("BYMONTHDAY does not go with FREQ=WEEKLY")
    if any(one.nth for one in rule.weekdays) and rule.frequency in {Frequency.DAILY, Frequency.WEEKLY}:
        raise CannotTell(f"a numbered day does not go with FREQ={rule.frequency}")
    if rule.positions and (
        rule.frequency in {Frequency.DAILY, Frequency.WEEKLY} or not (rule.weekdays or rule.months or rule.monthdays)
    ):
        # In weeks, other readers count the positions of the first one from its own start.
        raise CannotTell("BYSETPOS goes only with days of a month or year")


def occurrences(rule: Rule, first: datetime, *, until: datetime) -> Iterator[datetime]:
    """
    Iterate over the starts that a rule gives, in order.

    Args:
        rule: The rule.
        first: The schedule's own start, local; it counts only when the rule gives it too.
        until: The last moment that is asked for, local.
    """
    chosen = _filter(rule, first.date())
    given = 0
    for period in _periods(rule, first.date(), until.date()):
        days = [day for day in period if chosen(day)]
        if rule.positions:
            wanted = {at - 1 if at > 0 else len(days) + at for at in rule.positions}
            days = [day for at, day in enumerate(days) if at in wanted]
        for day in days:
            start = datetime.combine(day, first.time())
            if start < first:
                continue
            if start > until or (rule.until and start > rule.until) or given == rule.count:
                return
            given += 1
            yield start


def _periods(rule: Rule, first: date, last: date) -> Iterator[Iterable[date]]:
    """Iterate over the days of each period that the rule looks at, from the one of ``first`` to the one of ``last``."""
    if rule.frequency in {Frequency.DAILY, Frequency.WEEKLY}:
        length = 1 if rule.frequency is Frequency.DAILY else 7
        begin = first.toordinal() - ((first.weekday() - rule.week_start) % 7 if length > 1 else 0)
        for start in range(begin, last.toordinal() + 1, length * rule.interval):
            # A week may begin before the calendar does, or end after it.
            yield [date.fromordinal(one) for one in range(max(start, 1), start + length) if one <= date.max.toordinal()]
    elif rule.frequency is Frequency.MONTHLY:
        for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month, rule.interval):
            yield _month(month // 12, month % 12 + 1)
    else:
        for year in range(first.year, last.year + 1, rule.interval):
            yield [day for month in range(1, LAST_MONTH + 1) for day in _month(year, month)]


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]


def _filter(rule: Rule, first: date) -> Callable[[date], bool]:
    """Return whether a day is one that the rule chooses; what it does not say is taken from the first day."""
    months, monthdays, weekdays = rule.months, rule.monthdays, rule.weekdays
    if rule.frequency is Frequency.WEEKLY and not weekdays:
        weekdays = (Weekday(first.weekday()),)
    elif rule.frequency in {Frequency.MONTHLY, Frequency.YEARLY} and not weekdays and not monthdays:
        monthdays = (first.day,)
        months = months or ((first.month,) if rule.frequency is Frequency.YEARLY else ())
    in_year = rule.frequency is Frequency.YEARLY and not rule.months

    def chosen(day: date) -> bool:
        length = calendar.monthrange(day.year, day.month)[1]
        return (
            (not months or day.month in months)
            and (not monthdays or day.day in monthdays or day.day - length - 1 in monthdays)
            and (not weekdays or any(_falls(one, day, length, in_year=in_year) for one in weekdays))
        )

    return chosen


def _falls(wanted: Weekday, day: date, length: int, *, in_year: bool) -> bool:
    if day.weekday() != wanted.day:
        return False
    at, of = (day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365) if in_year else (day.day, length)
    return wanted.nth in {0, (at - 1) // 7 + 1, -((of - at) // 7 + 1)}


def active_until(rule: Rule, first: datetime, duration: timedelta, at: datetime) -> datetime | None:
    """
    Return when the last of the occurrences that hold ``at`` ends, local; ``None`` when none holds it.

    Raises:
        CannotTell: The first start is not one that the rule gives, and it depends on that. (The platform moves such
            a start forward when a schedule is saved, but organisations have older ones that it never moved.)
    """
    starts = list(occurrences(rule, first, until=at))
    if first <= at and (not starts or starts[0] != first) and (rule.count is not None or at < first + duration):
        raise CannotTell("it begins on a day that its own rule does not give")
    return max((start + duration for start in starts if at < start + duration), default=None)
