from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.guards.peak_hours.recurrence import WEEKDAYS, CannotTell, active_until, occurrences, parse_rule

FIRST = datetime(1997, 9, 2, 9, 0)  # noqa: DTZ001  (schedules are local)
NEW_YORK = ZoneInfo("America/New_York")


def days(text: str, *, first: datetime = FIRST, until: date = date(2012, 1, 1)) -> list[str]:
    last = datetime.combine(until, first.time())
    return [f"{one:%Y-%m-%d}" for one in occurrences(parse_rule(text, zone=NEW_YORK), first, until=last)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12"),
        ("FREQ=WEEKLY;COUNT=3", "1997-09-02 1997-09-09 1997-09-16"),
        ("FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH", "1997-09-02 1997-09-04 1997-09-09 1997-09-11"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;WKST=SU;BYDAY=TU,TH", "1997-09-02 1997-09-04 1997-09-16 1997-09-18"),
        ("FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU", "1997-09-07 1997-09-28 1997-11-02 1997-11-30"),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-3", "1997-09-28 1997-10-29 1997-11-28"),
        ("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=2,15", "1997-09-02 1997-09-15 1997-10-02 1997-10-15"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "1998-02-13 1998-03-13 1998-11-13"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 1997-10-07 1997-11-06"),
        ("FREQ=MONTHLY;COUNT=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29 1997-10-30"),
        ("FREQ=YEARLY;COUNT=2", "1997-09-02 1998-09-02"),
        ("FREQ=YEARLY;BYDAY=20MO;COUNT=2", "1998-05-18 1999-05-17"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=3", "1998-03-05 1998-03-12 1998-03-19"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2", "1997-11-27 1998-11-26"),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;UNTIL=20010101",
            "1997-11-04",
        ),
        ("FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=25,26;COUNT=3", "1997-12-25 1997-12-26 1998-12-25"),
        ("RRULE:freq=daily;count=2;", "1997-09-02 1997-09-03"),
    ],
)
def test_a_rule_falls_on_the_days_that_the_standard_says(rule: str, expected: str) -> None:
    assert " ".join(days(rule)) == expected


@pytest.mark.parametrize(
    ("week_start", "expected"),
    [
        ("MO", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"),
        ("SU", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"),
    ],
)
def test_every_other_week_depends_on_where_a_week_begins(week_start: str, expected: str) -> None:
    first = datetime(1997, 8, 5, 9, 0)  # noqa: DTZ001
    rule = f"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST={week_start}"
    assert " ".join(days(rule, first=first)) == expected


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("19970905", "1997-09-05"),
        ("19970905T090000", "1997-09-05"),
        ("19970905T085959", "1997-09-04"),
        ("19970905T130000Z", "1997-09-05"),
        ("19970905T125959Z", "1997-09-04"),
    ],
)
def test_the_last_start_counts_and_one_in_utc_is_taken_into_the_zone(until: str, last: str) -> None:
    assert days(f"FREQ=DAILY;UNTIL={until}")[-1] == last


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "RRULE:",
        "DAILY",
        "FREQ=",
        "INTERVAL=1",
        "FREQ=HOURLY",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;;COUNT=1",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=1.5",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=1;UNTIL=20260101",
        "FREQ=DAILY;UNTIL=20261301",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;UNTIL=00010101T000000Z",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=DAILY;BYDAY=MO;BYSETPOS=1",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=MO,",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=YEARLY;BYYEARDAY=100",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=DAILY\nEXDATE:19970902T090000",
    ],
)
def test_what_is_not_understood_is_never_guessed(rule: str) -> None:
    with pytest.raises(CannotTell):
        parse_rule(rule, zone=NEW_YORK)


STARTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2030, 1, 1))  # noqa: DTZ001
FREQUENCIES = st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
INTERVALS = st.integers(1, 6)
DAYS = st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(",".join)


@given(STARTS, FREQUENCIES, INTERVALS, st.integers(0, 2000))
def test_starts_rise_keep_their_time_of_day_and_lie_within(
    first: datetime, frequency: str, interval: int, length: int
) -> None:
    last = first + timedelta(days=length)
    found = list(occurrences(parse_rule(f"FREQ={frequency};INTERVAL={interval}", zone=UTC), first, until=last))
    assert found[0] == first
    assert all(before < after for before, after in pairwise(found))
    assert all(one.time() == first.time() and one <= last for one in found)


@given(STARTS, DAYS, INTERVALS, st.integers(1, 30))
def test_a_weekly_rule_falls_on_its_days_in_every_nth_week(
    first: datetime, by_day: str, interval: int, count: int
) -> None:
    rule = parse_rule(f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={by_day};COUNT={count}", zone=UTC)
    found = list(occurrences(rule, first, until=first + timedelta(weeks=interval * (count + 1))))
    monday = first.date() - timedelta(days=first.weekday())
    assert len(found) == count
    assert all(WEEKDAYS[one.weekday()] in by_day.split(",") for one in found)
    assert all((one.date() - monday).days // 7 % interval == 0 for one in found)


@given(
    STARTS, st.sampled_from(WEEKDAYS), st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.sampled_from(["MONTHLY", "YEARLY"])
)
def test_a_numbered_day_is_the_day_at_that_position(first: datetime, day: str, nth: int, frequency: str) -> None:
    last = first + timedelta(days=1500)
    numbered = parse_rule(f"FREQ={frequency};BYDAY={nth}{day}", zone=UTC)
    positioned = parse_rule(f"FREQ={frequency};BYDAY={day};BYSETPOS={nth}", zone=UTC)
    assert list(occurrences(numbered, first, until=last)) == list(occurrences(positioned, first, until=last))


@given(STARTS, FREQUENCIES, INTERVALS, st.integers(1, 200), st.integers(0, 100_000))
def test_an_occurrence_holds_from_its_start_to_before_its_end(
    first: datetime, frequency: str, interval: int, hours: int, later: int
) -> None:
    rule = parse_rule(f"FREQ={frequency};INTERVAL={interval}", zone=UTC)
    at, duration = first + timedelta(hours=later), timedelta(hours=hours)
    holding = [one + duration for one in occurrences(rule, first, until=at) if one <= at < one + duration]
    assert active_until(rule, first, duration, at) == (max(holding) if holding else None)


def test_before_its_first_start_a_schedule_does_not_hold() -> None:
    rule = parse_rule("FREQ=DAILY", zone=UTC)
    assert active_until(rule, FIRST, timedelta(days=3), FIRST - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("rule", "later"),
    [("FREQ=WEEKLY;BYDAY=MO", timedelta(hours=1)), ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", timedelta(days=60))],
)
def test_a_start_that_the_rule_does_not_give_is_not_guessed_about_where_it_matters(rule: str, later: timedelta) -> None:
    with pytest.raises(CannotTell, match="its own rule does not give"):
        active_until(parse_rule(rule, zone=UTC), FIRST, timedelta(hours=8), FIRST + later)


def test_a_start_that_the_rule_does_not_give_is_passed_over_once_it_is_over() -> None:
    rule = parse_rule("FREQ=WEEKLY;BYDAY=MO", zone=UTC)
    monday = datetime(1997, 9, 8, 9, 0)  # noqa: DTZ001
    assert active_until(rule, FIRST, timedelta(hours=8), monday) == monday + timedelta(hours=8)
