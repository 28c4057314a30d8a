"""
Recurrence rules (RFC 5545, section 3.3.10), as far as Architect's schedules use them.

The dates are worked out by dateutil. What a schedule of Architect does not say, or what readers of the RFC take
differently, is refused before: it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import takewhile

from dateutil.rrule import rrulestr

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS = ("DAILY", "WEEKLY")
_FREQUENCIES = (*_DAYS, "MONTHLY", "YEARLY")
_DAY = r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)"
_POSITIVE = r"[1-9]\d{0,3}"
_SHAPES: Mapping[str, str] = {
    "FREQ": "|".join(_FREQUENCIES),
    "INTERVAL": _POSITIVE,
    "BYDAY": rf"{_DAY}(,{_DAY})*",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*",
    "BYMONTHDAY": r"[+-]?([1-9]|[12]\d|3[01])(,[+-]?([1-9]|[12]\d|3[01]))*",
    "BYSETPOS": r"[+-]?[1-9]\d{0,2}(,[+-]?[1-9]\d{0,2})*",
    "WKST": "|".join(WEEKDAYS),
    "COUNT": _POSITIVE,
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
}
"""The parts that are evaluated, and what each may be."""


class CannotTell(ValueError):
    """A rule that is malformed, or that says something which is not evaluated here."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule in local time, and how often it is given at most."""

    text: str
    count: int | None = None


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
    unknown = parts.keys() - _SHAPES.keys()
    if unknown:
        raise CannotTell(f"{', '.join(sorted(unknown))} is not evaluated here")
    if "FREQ" not in parts:
        raise CannotTell("FREQ is missing")
    for key, value in parts.items():
        if not re.fullmatch(_SHAPES[key], value):
            raise CannotTell(f"{key} cannot be '{value}'")
    _check(parts)
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], zone)
    rule = Rule(
        ";".join(f"{key}={value}" for key, value in parts.items()), int(parts["COUNT"]) if "COUNT" in parts else None
    )
    try:
        rrulestr(rule.text, dtstart=datetime(2000, 1, 1))  # noqa: DTZ001  (only to see whether it can be read)
    except (ValueError, OverflowError) as error:
        raise CannotTell(str(error)) from error
    return rule


def _parts(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";")]
    parts = {key.strip(): re.sub(r"\s*,\s*", ",", value.strip()) for key, _, value in pairs}
    if len(parts) != len(pairs) or not all(key and value for key, value in parts.items()):
        raise CannotTell("a part is empty or stands twice")
    return parts


def _check(parts: Mapping[str, str]) -> None:
    """Refuse what the RFC forbids: it means something else to each reader."""
    frequency = parts["FREQ"]
    if "COUNT" in parts and "UNTIL" in parts:
        raise CannotTell("it has both COUNT and UNTIL")
    if "BYMONTHDAY" in parts and frequency == "WEEKLY":
        raise CannotTell("BYMONTHDAY does not go with FREQ=WEEKLY")
    if frequency in _DAYS and re.search(r"\d", parts.get("BYDAY", "")):
        raise CannotTell(f"a numbered day does not go with FREQ={frequency}")
    if "BYSETPOS" in parts and (frequency in _DAYS or not parts.keys() & {"BYDAY", "BYMONTH", "BYMONTHDAY"}):
        raise CannotTell("BYSETPOS goes only with days of a month or year")


def _until(text: str, zone: tzinfo) -> str:
    """Return the last start that counts as local time; a date alone counts to its end."""
    try:
        if "T" not in text:
            datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007  (local, as the schedule's own times)
            return f"{text}T235959"
        moment = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007  (as above)
        if text.endswith("Z"):
            moment = moment.replace(tzinfo=UTC).astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise CannotTell(f"UNTIL cannot be '{text}'") from error
    return f"{moment:%Y%m%dT%H%M%S}"


def occurrences(rule: Rule, first: datetime, *, until: datetime) -> Iterator[datetime]:
    """
    Iterate over the starts that a rule gives, in order.

    Args:
        rule: The rule.
        first: The schedule's own start, local; it counts only when the rule gives it too.
        until: The last moment that is asked for, local.
    """
    # dateutil works in whole seconds.
    whole = first.replace(microsecond=0)
    starts = (start.replace(microsecond=first.microsecond) for start in rrulestr(rule.text, dtstart=whole))
    return takewhile(lambda start: start <= until, starts)


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
