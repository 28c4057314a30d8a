from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hook.errors import FlowSyncError, InvalidInput, PermissionDenied
from hook.guards import configure
from hook.guards.peak_hours import GUARD, windows
from hook.guards.peak_hours.windows import DAYS, Window
from hook.model import Finding, Operation, Schedule, ScheduleGroup, Verdict
from tests.unit.guards.examined import Answers, change, examination, judge

BERLIN = {"days": "mon-fri", "from": "08:00", "to": "18:30", "timeZone": "Europe/Berlin"}
MONDAY = "2026-03-02T10:05+01:00"
EVENING = "2026-03-02T18:30+01:00"
OPEN = Schedule("Weekdays", datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 18), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")  # noqa: DTZ001
LUNCH = Schedule("Lunch", datetime(2026, 1, 5, 12), datetime(2026, 1, 5, 13), "FREQ=DAILY")  # noqa: DTZ001
CARNIVAL = Schedule("Carnival", datetime(2026, 3, 2), datetime(2026, 3, 3))  # noqa: DTZ001
GROUP = ScheduleGroup("Hours", "Europe/Berlin", open=(OPEN,), closed=(LUNCH,), holidays=())


@dataclass(frozen=True)
class Groups(Answers):
    """One schedule group, or why there is none."""

    group: ScheduleGroup | FlowSyncError = GROUP

    def schedule_group(self, name: str) -> ScheduleGroup:
        if isinstance(self.group, FlowSyncError):
            raise self.group
        assert name == self.group.name
        return self.group


def found(at: str, group: ScheduleGroup | FlowSyncError | None = None, **settings: Any) -> tuple[Finding, ...]:
    of = replace(examination(change()), now=datetime.fromisoformat(at))
    return judge(GUARD, of, Groups(group=group) if group else Answers(), **{"mode": "enforce", **settings})


def verdicts(at: str, group: ScheduleGroup | FlowSyncError | None = None, **settings: Any) -> list[Verdict]:
    return [one.verdict for one in found(at, group, **settings)]


def window(**given: Any) -> Window:
    return Window.model_validate({"timeZone": "Europe/Berlin", **given})


def holds(of: Window, at: str) -> bool:
    return of.ends(datetime.fromisoformat(at)) is not None


def test_inside_a_window_nothing_is_written_and_the_message_says_which_and_until_when() -> None:
    (finding,) = found(MONDAY, windows=[BERLIN])
    assert finding.verdict is Verdict.REFUSE
    assert finding.message == (
        "it is Mon 2026-03-02 10:05 Europe/Berlin, inside the peak hours 'mon-fri 08:00-18:30 Europe/Berlin',"
        " which end at Mon 2026-03-02 18:30 Europe/Berlin."
    )
    assert "Wait until Mon 2026-03-02 18:30 Europe/Berlin" in finding.hint
    assert "flowsync approve" in finding.hint


def test_outside_of_all_windows_it_passes_and_says_what_was_measured() -> None:
    (finding,) = found(EVENING, windows=[BERLIN])
    assert finding.verdict is Verdict.PASS
    assert finding.message == "it is Mon 2026-03-02 18:30 Europe/Berlin, outside 'mon-fri 08:00-18:30 Europe/Berlin'."


def test_every_window_that_holds_is_told() -> None:
    everywhere = {"timeZone": "Asia/Tokyo"}
    assert verdicts(MONDAY, windows=[BERLIN, everywhere, {**BERLIN, "days": "sun"}]) == [Verdict.REFUSE] * 2


def test_a_single_window_needs_no_list() -> None:
    assert verdicts(MONDAY, windows=BERLIN) == [Verdict.REFUSE]


def test_as_a_warning_it_warns() -> None:
    assert verdicts(MONDAY, windows=[BERLIN], mode="warn") == [Verdict.WARN]


def test_it_is_off_until_it_is_configured_and_may_be_off_with_its_windows_kept() -> None:
    assert verdicts(MONDAY, mode="off") == verdicts(MONDAY, mode="off", windows=[BERLIN]) == []
    assert next(one.settings.mode for one in configure({}) if one.guard is GUARD) == "off"


@pytest.mark.parametrize("of", [(), (change(operation=Operation.UNCHANGED, writes=False),)])
def test_a_plan_that_writes_nothing_passes_at_any_time_without_a_call(of: tuple[Any, ...]) -> None:
    at = replace(examination(*of), now=datetime.fromisoformat(MONDAY))
    assert judge(GUARD, at, Answers(), mode="enforce", windows=[BERLIN], scheduleGroup="Hours") == ()


@pytest.mark.parametrize(("at", "passing"), [("2026-03-02T17:30+01:00", True), ("2026-03-02T17:29+01:00", False)])
def test_a_peak_is_worth_waiting_for_in_its_last_hour(at: str, passing: bool) -> None:
    assert found(at, windows=[BERLIN])[0].passing is passing


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("Fri-Mon", (0, 4, 5, 6)),
        ("sat, sun", (5, 6)),
        ("wednesday", (2,)),
        (["mon", "wed-thu"], (0, 2, 3)),
        ("mon-sun", (0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_days_are_names_ranges_and_lists(days: Any, expected: tuple[int, ...]) -> None:
    assert window(days=days).days == expected


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "mon-sun 00:00-24:00 Europe/Berlin"),
        ({"days": "sat,sun"}, "sat,sun 00:00-24:00 Europe/Berlin"),
        ({"days": "mon,wed,fri", "from": "8:00"}, "mon,wed,fri 08:00-24:00 Europe/Berlin"),
        ({"from": "22:00", "to": "06:00"}, "mon-sun 22:00-06:00 Europe/Berlin"),
    ],
)
def test_a_window_is_told_as_it_is_meant(given: dict[str, str], text: str) -> None:
    assert str(window(**given)) == text


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2026-03-06T21:59:59+01:00", False),
        ("2026-03-06T22:00+01:00", True),
        ("2026-03-07T00:00+01:00", True),
        ("2026-03-07T05:59:59+01:00", True),
        ("2026-03-07T06:00+01:00", False),
        ("2026-03-07T22:00+01:00", False),
        ("2026-03-06T05:00+01:00", False),
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins(at: str, inside: bool) -> None:
    assert holds(window(days="fri", **{"from": "22:00", "to": "06:00"}), at) is inside


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2026-03-06T23:59:59.999999+01:00", False),
        ("2026-03-07T00:00+01:00", True),
        ("2026-03-08T23:59:59.999999+01:00", True),
        ("2026-03-09T00:00+01:00", False),
    ],
)
def test_whole_days_reach_from_midnight_to_midnight(at: str, inside: bool) -> None:
    assert holds(window(days="sat-sun"), at) is inside
    assert holds(window(days="sat-sun", **{"from": "00:00", "to": "24:00"}), at) is inside


# On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00 (01:00 UTC); on 2026-10-25 from 03:00 to 02:00 (01:00 UTC).
@pytest.mark.parametrize(
    ("begin", "end", "at", "inside"),
    [
        ("02:30", "04:00", "2026-03-29T00:59:59+00:00", False),
        ("02:30", "04:00", "2026-03-29T01:00:00+00:00", True),
        ("02:30", "04:00", "2026-03-29T02:00:00+00:00", False),
        ("01:00", "02:30", "2026-03-29T00:59:59+00:00", True),
        ("01:00", "02:30", "2026-03-29T01:00:00+00:00", False),
        ("02:10", "02:50", "2026-03-29T00:59:59+00:00", False),
        ("02:10", "02:50", "2026-03-29T01:00:00+00:00", False),
        ("08:00", "18:00", "2026-03-28T07:00:00+00:00", True),
        ("08:00", "18:00", "2026-03-29T06:00:00+00:00", True),
        ("08:00", "18:00", "2026-03-29T05:59:59+00:00", False),
        ("08:00", "18:00", "2026-03-29T16:00:00+00:00", False),
    ],
)
def test_in_spring_the_clock_on_the_wall_decides(begin: str, end: str, at: str, inside: bool) -> None:
    assert holds(window(**{"from": begin, "to": end}), at) is inside


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2026-10-25T00:29:59+00:00", False),
        ("2026-10-25T00:30:00+00:00", True),
        ("2026-10-25T00:59:59+00:00", True),
        ("2026-10-25T01:00:00+00:00", False),
        ("2026-10-25T01:30:00+00:00", True),
        ("2026-10-25T02:00:00+00:00", True),
        ("2026-10-25T02:30:00+00:00", False),
    ],
)
def test_in_autumn_an_hour_that_comes_twice_is_inside_or_outside_both_times(at: str, inside: bool) -> None:
    assert holds(window(**{"from": "02:30", "to": "03:30"}), at) is inside


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
MINUTES = st.integers(0, 24 * 60 - 1)


@given(
    ZONES,
    MINUTES,
    MINUTES,
    st.sets(st.integers(0, 6), min_size=1),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001
)
def test_a_window_holds_just_the_minutes_of_its_days(
    zone: str, begin: int, end: int, days: set[int], moment: datetime
) -> None:
    assume(begin != end)
    clock = {"from": f"{begin // 60}:{begin % 60:02}", "to": f"{end // 60}:{end % 60:02}"}
    one = window(days=[DAYS[day] for day in days], timeZone=zone, **clock)
    at = moment.replace(tzinfo=UTC)
    wall = at.astimezone(ZoneInfo(zone))
    minute, day = wall.hour * 60 + wall.minute, wall.weekday()
    if begin < end:
        expected = day in days and begin <= minute < end
    else:
        expected = (day in days and minute >= begin) or ((day - 1) % 7 in days and minute < end)
    ends = one.ends(at)
    assert (ends is not None) is expected
    assert ends is None or ends.hour * 60 + ends.minute == end % (24 * 60)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "it needs windows, a schedulegroup, or both"),
        ({"windows": []}, "it needs windows, a schedulegroup, or both"),
        ({"windows": [{"days": "mon"}]}, "windows.0.timezone: field required"),
        ({"windows": [{**BERLIN, "timeZone": "Europe/Berln"}]}, "the nearest is europe/berlin"),
        ({"windows": [{**BERLIN, "timeZone": "CEST+1"}]}, "there is no time zone 'cest+1'"),
        ({"windows": [{**BERLIN, "timeZone": "Europe"}]}, "there is no time zone 'europe'"),
        ({"windows": [{**BERLIN, "timeZone": "../../etc/passwd"}]}, "there is no time zone"),
        ({"windows": [{**BERLIN, "timeZone": ""}]}, "there is no time zone ''"),
        ({"windows": [{**BERLIN, "days": "mo-fr"}]}, "'mo' is no day"),
        ({"windows": [{**BERLIN, "days": ""}]}, "'' is no day"),
        ({"windows": [{**BERLIN, "days": []}]}, "a window needs a day"),
        ({"windows": [{**BERLIN, "from": "8"}]}, "'8' is no time of day"),
        ({"windows": [{**BERLIN, "to": "24:01"}]}, "'24:01' is no time of day"),
        ({"windows": [{**BERLIN, "to": "18:60"}]}, "'18:60' is no time of day"),
        ({"windows": [{**BERLIN, "from": "24:00"}]}, "cannot begin at 24:00"),
        ({"windows": [{**BERLIN, "to": "08:00"}]}, "must not end when it begins"),
        ({"windows": [{**BERLIN, "until": "18:00"}]}, "windows.0.until: extra inputs are not permitted"),
        ({"windows": [BERLIN], "dates": "holidays"}, "dates: holidays needs a schedulegroup"),
        ({"scheduleGroup": "Hours", "dates": "holidays"}, "dates: holidays needs a schedulegroup"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_place(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        configure({"peakHours": settings})
    assert said in str(raised.value).casefold()
    assert "guards.peakHours" in str(raised.value)


def test_without_a_database_of_time_zones_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "available_timezones", set)
    with pytest.raises(InvalidInput, match="tzdata"):
        configure({"peakHours": {"windows": [{**BERLIN, "timeZone": "No/Where"}]}})
    assert available_timezones()


def test_while_a_schedule_group_is_open_it_is_peak() -> None:
    (finding,) = found(MONDAY, GROUP, scheduleGroup="Hours")
    assert finding.verdict is Verdict.REFUSE
    assert finding.message == (
        "it is Mon 2026-03-02 10:05 Europe/Berlin, and schedule group 'Hours' is open:"
        " schedule 'Weekdays' ends at Mon 2026-03-02 18:00 Europe/Berlin."
    )


@pytest.mark.parametrize(
    ("at", "group", "why"),
    [
        (EVENING, GROUP, "is closed."),
        ("2026-03-01T10:00+01:00", GROUP, "is closed."),
        ("2026-03-02T12:30+01:00", GROUP, "is closed by schedule 'Lunch'."),
        (MONDAY, replace(GROUP, holidays=(CARNIVAL,)), "is closed by schedule 'Carnival'."),
        ("2026-03-02T12:30+01:00", replace(GROUP, holidays=(CARNIVAL,)), "is closed by schedule 'Carnival'."),
    ],
)
def test_a_group_that_is_closed_by_its_schedules_is_no_peak(at: str, group: ScheduleGroup, why: str) -> None:
    (finding,) = found(at, group, scheduleGroup="Hours")
    assert finding.verdict is Verdict.PASS
    assert finding.message.endswith(f"and schedule group 'Hours' {why}")


@pytest.mark.parametrize(("zone", "verdict"), [("Europe/Berlin", Verdict.PASS), ("America/New_York", Verdict.REFUSE)])
def test_a_group_is_open_by_the_clock_of_its_zone(zone: str, verdict: Verdict) -> None:
    assert verdicts("2026-03-02T20:00+01:00", replace(GROUP, time_zone=zone), scheduleGroup="Hours") == [verdict]


def test_a_group_keeps_its_hours_over_the_change_of_clocks() -> None:
    group = replace(GROUP, open=(replace(OPEN, rrule="FREQ=DAILY"),), closed=())
    for at in ("2026-03-28T07:00+00:00", "2026-03-29T06:00+00:00", "2026-10-25T07:00+00:00"):
        assert verdicts(at, group, scheduleGroup="Hours") == [Verdict.REFUSE]
        before = (datetime.fromisoformat(at) - timedelta(seconds=1)).isoformat()
        assert verdicts(before, group, scheduleGroup="Hours") == [Verdict.PASS]


def test_windows_and_an_open_group_both_make_a_peak() -> None:
    assert verdicts(EVENING, GROUP, scheduleGroup="Hours", windows=[{**BERLIN, "to": "19:00"}]) == [Verdict.REFUSE]
    assert verdicts(MONDAY, GROUP, scheduleGroup="Hours", windows=[{**BERLIN, "days": "sun"}]) == [Verdict.REFUSE]
    assert verdicts(MONDAY, GROUP, scheduleGroup="Hours", windows=[BERLIN]) == [Verdict.REFUSE] * 2


@pytest.mark.parametrize(
    ("at", "group", "verdict"),
    [
        (MONDAY, replace(GROUP, holidays=(CARNIVAL,)), Verdict.PASS),
        ("2026-03-03T10:00+01:00", replace(GROUP, holidays=(CARNIVAL,)), Verdict.REFUSE),
        (MONDAY, GROUP, Verdict.REFUSE),
        ("2026-03-02T12:30+01:00", GROUP, Verdict.REFUSE),
        ("2026-03-02T18:31+01:00", replace(GROUP, open=(replace(OPEN, rrule="FREQ=DAILY"),)), Verdict.PASS),
    ],
)
def test_with_only_its_holidays_a_group_lifts_the_windows_and_does_nothing_else(
    at: str, group: ScheduleGroup, verdict: Verdict
) -> None:
    assert verdicts(at, group, scheduleGroup="Hours", windows=[BERLIN], dates="holidays") == [verdict]


OVER = Schedule("Saturday once", datetime(2025, 12, 20, 8), datetime(2025, 12, 20, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (replace(GROUP, time_zone="Europe/Nowhere"), "there is no time zone 'Europe/Nowhere'"),
        (replace(GROUP, open=(replace(OPEN, rrule="FREQ=HOURLY"),)), "FREQ cannot be 'HOURLY'"),
        (replace(GROUP, closed=(replace(LUNCH, rrule="FREQ=DAILY;BYHOUR=12"),)), "schedule 'Lunch' repeats by"),
        (replace(GROUP, holidays=(replace(CARNIVAL, rrule="every year"),)), "schedule 'Carnival' repeats by"),
        (replace(GROUP, open=(OPEN, OVER)), "'Saturday once' of schedule group 'Hours' does not repeat and was over"),
        (PermissionDenied("403 on schedule groups"), "403 on schedule groups"),
    ],
)
@pytest.mark.parametrize("at", [MONDAY, "2026-03-01T10:00+01:00"])
def test_what_cannot_be_told_is_unknown_and_refuses(at: str, group: ScheduleGroup | FlowSyncError, said: str) -> None:
    (finding,) = found(at, group, scheduleGroup="Hours")
    assert finding.verdict is Verdict.UNKNOWN
    assert said in finding.message
