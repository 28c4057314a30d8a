from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from hook.errors import FlowSyncError, NotFound, PermissionDenied, UnexpectedResponse
from hook.genesys.client import Platform
from hook.genesys.schedules import GROUPS, SCHEDULES, schedule_group
from hook.guards.peak_hours.opening import hours
from hook.model import Schedule, ScheduleGroup
from tests.mutating import mutations
from tests.unit.genesys.server import Request, Scripted, Server, error

Json = dict[str, Any]
MONDAY = datetime.fromisoformat("2026-03-02T10:05+01:00")


def schedule(number: int, name: str, **more: Any) -> Json:
    return {
        "id": f"s-{number}",
        "name": name,
        "state": "active",
        "start": "2026-01-05T08:00:00.000",
        "end": "2026-01-05T18:00:00.000",
        "rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR",
        **more,
    }


def group(**more: Any) -> Json:
    return {
        "id": "g-1",
        "name": "Hours",
        "state": "active",
        "timeZone": "Europe/Berlin",
        "openSchedules": [{"id": "s-1", "name": "Weekdays"}],
        "closedSchedules": [{"id": "s-2", "name": "Lunch"}],
        "holidaySchedules": [{"id": "s-3", "name": "New Year"}],
        **more,
    }


def listing(*rows: Json, **more: Any) -> Json:
    return {"entities": list(rows), "pageSize": 100, "pageNumber": 1, "total": len(rows), "pageCount": 1, **more}


WEEKDAYS = schedule(1, "Weekdays")
LUNCH = schedule(2, "Lunch", start="2026-01-05T12:00:00.000", end="2026-01-05T13:00:00.000", rrule="FREQ=DAILY")
NEW_YEAR = schedule(3, "New Year", start="2026-01-01T00:00:00.000000", end="2026-01-02T00:00:00.000000", rrule="")
ALL = listing(WEEKDAYS, LUNCH, NEW_YEAR)


def read(server: Server, platform: Platform, *groups: Json, schedules: Json = ALL) -> ScheduleGroup:
    server.on("GET", GROUPS, Scripted(body=listing(*groups)))
    server.on("GET", SCHEDULES, Scripted(body=schedules))
    return schedule_group(platform.session, "Hours")


def test_a_group_is_read_with_its_schedules_in_two_calls(server: Server, platform: Platform) -> None:
    found = read(server, platform, group(id="g-2", name="Other"), group())
    assert found == ScheduleGroup(
        name="Hours",
        time_zone="Europe/Berlin",
        open=(
            Schedule(
                "Weekdays",
                datetime(2026, 1, 5, 8),  # noqa: DTZ001  (schedules are local)
                datetime(2026, 1, 5, 18),  # noqa: DTZ001
                "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR",
            ),
        ),
        closed=(Schedule("Lunch", datetime(2026, 1, 5, 12), datetime(2026, 1, 5, 13), "FREQ=DAILY"),),  # noqa: DTZ001
        holidays=(Schedule("New Year", datetime(2026, 1, 1), datetime(2026, 1, 2)),),  # noqa: DTZ001
    )
    assert [request.path for request in server.requests if request.method == "GET"] == [GROUPS, SCHEDULES]


def test_every_page_of_schedules_is_read(server: Server, platform: Platform) -> None:
    rows = [NEW_YEAR, LUNCH, WEEKDAYS]

    def page(request: Request) -> Scripted:
        number = int(request.query["pageNumber"][0])
        return Scripted(body=listing(rows[number - 1], total=3, pageCount=3))

    server.on("GET", GROUPS, Scripted(body=listing(group())))
    server.on("GET", SCHEDULES, page)
    assert [one.name for one in schedule_group(platform.session, "Hours").open] == ["Weekdays"]


@pytest.mark.parametrize("more", [{"closedSchedules": None, "holidaySchedules": None}, {"closedSchedules": []}])
def test_a_group_may_have_only_open_schedules(server: Server, platform: Platform, more: Json) -> None:
    assert read(server, platform, group(**more)).closed == ()


@pytest.mark.parametrize("others", [[], [group(name="hours")], [group(state="deleted")]])
def test_a_group_that_is_not_seen_is_told_with_those_that_are(
    server: Server, platform: Platform, others: list[Json]
) -> None:
    with pytest.raises(NotFound, match="no schedule group 'Hours'") as caught:
        read(server, platform, *others)
    assert ("'hours'" if others and others[0]["name"] == "hours" else "none") in caught.value.hint


def test_a_name_that_two_groups_have_is_refused(server: Server, platform: Platform) -> None:
    with pytest.raises(UnexpectedResponse, match="there are 2 schedule groups 'Hours'"):
        read(server, platform, group(), group(id="g-2"))


def test_a_schedule_that_cannot_be_seen_is_never_taken_as_none(server: Server, platform: Platform) -> None:
    with pytest.raises(UnexpectedResponse, match="names a schedule that cannot be seen: id s-2"):
        read(server, platform, group(), schedules=listing(WEEKDAYS, NEW_YEAR))


@pytest.mark.parametrize(
    "more",
    [
        {"openSchedules": []},
        {"openSchedules": None},
        {"openSchedules": [{"name": "Weekdays"}]},
        {"openSchedules": [{"id": 1}]},
        {"openSchedules": {"id": "s-1"}},
        {"closedSchedules": "s-1"},
        {"timeZone": ""},
        {"timeZone": None},
        {"state": "inactive"},
        {"state": None},
    ],
)
def test_a_group_that_is_not_as_documented_is_not_believed(server: Server, platform: Platform, more: Json) -> None:
    with pytest.raises(UnexpectedResponse):
        read(server, platform, group(**more))


@pytest.mark.parametrize(
    "more",
    [
        {"start": None},
        {"start": ""},
        {"start": "2026-01-05"},
        {"start": "2026-01-05T08:00:00Z"},
        {"start": 1767600000000},
        {"end": "2026-01-05T08:00:00.000"},
        {"end": "2026-01-05T07:00:00.000"},
        {"rrule": ["FREQ=DAILY"]},
        {"rrule": 1},
        {"state": "deleted"},
        {"name": ""},
    ],
)
def test_a_schedule_that_is_not_as_documented_is_not_believed(server: Server, platform: Platform, more: Json) -> None:
    with pytest.raises(UnexpectedResponse):
        read(server, platform, group(), schedules=listing({**WEEKDAYS, **more}, LUNCH, NEW_YEAR))


def test_a_client_that_may_not_look_is_told_so(server: Server, platform: Platform) -> None:
    text = "You are missing the following permission(s): routing:scheduleGroup:view"
    server.on("GET", GROUPS, error(403, "missing.permissions", text))
    with pytest.raises(PermissionDenied) as caught:
        schedule_group(platform.session, "Hours")
    assert caught.value.permissions == ("routing:scheduleGroup:view",)


class Answers:
    """The one method of a session that listings use."""

    def __init__(self, bodies: dict[str, Any]) -> None:
        self.bodies = bodies

    def get(self, path: str, _: Json) -> Json:
        body = self.bodies[path]
        if not isinstance(body, dict):
            raise UnexpectedResponse("no JSON object")  # as a session does
        return body


def is_peak(bodies: dict[str, Any]) -> bool:
    """Tell whether nothing may be written: the group is open, or it cannot be told."""
    try:
        return hours(schedule_group(Answers(bodies), "Hours"), MONDAY).is_open  # type: ignore[arg-type]
    except FlowSyncError:
        return True


INTACT = {GROUPS: listing(group()), SCHEDULES: ALL}
MUTATED = [{**INTACT, path: body} for path in INTACT for body in mutations(INTACT[path])]


def test_the_intact_answers_are_a_peak_and_in_a_closed_hour_they_are_none() -> None:
    assert is_peak(INTACT)
    lunch = {**LUNCH, "start": "2026-01-05T10:00:00.000", "end": "2026-01-05T11:00:00.000"}
    assert not is_peak({**INTACT, SCHEDULES: listing(WEEKDAYS, lunch, NEW_YEAR)})


def test_no_malformed_answer_turns_a_peak_into_none() -> None:
    assert len(MUTATED) > 400
    assert [bodies for bodies in MUTATED if not is_peak(bodies)] == []
