from __future__ import annotations

from typing import Any

import pytest

from simulator.errors import PlatformError
from simulator.testing import Org
from tests.simulator.conftest import Api

EDGES = "telephony/providers/edges"


def test_a_schedule_has_local_times_and_a_recurrence(api: Api, org: Org) -> None:
    org.add("architect/schedules", "Open", start="2026-01-05T08:00", end="2026-01-05T18:00:00", rrule="FREQ=DAILY")
    (found,) = api.get("architect/schedules", name="Open")["entities"]
    assert (found["start"], found["end"]) == ("2026-01-05T08:00:00.000", "2026-01-05T18:00:00.000")
    assert (found["rrule"], found["state"], found["version"]) == ("FREQ=DAILY", "active", 1)


@pytest.mark.parametrize("start", ["tomorrow", "2026-01-05T08:00:00Z"])
def test_a_schedule_takes_no_other_times(org: Org, start: str) -> None:
    with pytest.raises(PlatformError, match="time"):
        org.add("architect/schedules", "Open", start=start)


def test_a_schedule_group_names_schedules_by_id_in_any_order_of_the_fixture(api: Api, org: Org) -> None:
    group = {"name": "Hours", "timeZone": "Europe/Berlin", "openSchedules": ["open"], "holidaySchedules": ["Feast"]}
    org.load({"objects": {"architect/schedulegroups": [group], "architect/schedules": ["Open", "Feast"]}})
    ids = {one["name"]: one["id"] for one in api.get("architect/schedules")["entities"]}
    (found,) = api.get("architect/schedulegroups", name="hours")["entities"]
    assert found["timeZone"] == "Europe/Berlin"
    assert found["openSchedules"] == [{"id": ids["Open"], "name": "Open"}]
    assert found["closedSchedules"] == []
    assert found["holidaySchedules"] == [{"id": ids["Feast"], "name": "Feast"}]
    assert api.get(f"architect/schedulegroups/{found['id']}") == found


def test_a_schedule_group_cannot_name_a_schedule_that_is_not_there(org: Org) -> None:
    with pytest.raises(PlatformError, match="There is no 'Open' among"):
        org.add("architect/schedulegroups", "Hours", openSchedules=["Open"])


def test_a_trunk_works_unless_something_else_is_said(api: Api, org: Org) -> None:
    base = org.add("telephony/trunkbasesettings", "Carrier")
    org.add("telephony/trunks", "Carrier", proxyAddressList=["10.0.0.1:5060", "10.0.0.2:5060"])
    (found,) = api.get(f"{EDGES}/trunks")["entities"]
    assert found["trunkBase"] == {"id": base["id"], "name": "Carrier"}
    assert (found["state"], found["enabled"], found["inService"]) == ("active", True, True)
    assert found["connectedStatus"]["connected"] is True
    assert [one["proxyAddress"] for one in found["optionsStatus"]] == ["10.0.0.1:5060", "10.0.0.2:5060"]
    assert all(one["optionState"] is True for one in found["optionsStatus"])
    assert (found["optionsEnabledStatus"], found["registersEnabledStatus"]) == ("ENABLED", "DISABLED")


def test_what_is_said_of_a_trunk_is_shown_and_none_leaves_an_attribute_out(api: Api, org: Org) -> None:
    registers = [{"proxyAddress": "10.0.0.1", "registerState": False, "registerStateTime": "2026-01-05T08:00:00Z"}]
    org.add("telephony/trunks", "Carrier", inService=False, connectedStatus=None, registersStatus=registers)
    (found,) = api.get(f"{EDGES}/trunks")["entities"]
    assert (found["inService"], found["registersStatus"]) == (False, registers)
    assert "connectedStatus" not in found
    assert [one["name"] for one in api.get(f"{EDGES}/trunkbasesettings", name="carrier")["entities"]] == ["Carrier"]


def test_trunks_are_filtered_by_type(api: Api, org: Org) -> None:
    org.add("telephony/trunks", "Carrier")
    org.add("telephony/trunks", "Phones", trunkType="PHONE")
    assert [one["name"] for one in api.get(f"{EDGES}/trunks", trunkType="PHONE")["entities"]] == ["Phones"]
    assert api.call("GET", f"{EDGES}/trunks", params={"trunkType": "SIP"}).status_code == 400


@pytest.mark.parametrize(
    "objects",
    [{"telephony/trunks": [{"name": "A", "trunkBase": "B"}]}, {"routing/queues": [{"name": "A", "division": "B"}]}],
)
def test_a_fixture_cannot_name_what_is_not_there(org: Org, objects: dict[str, Any]) -> None:
    with pytest.raises(PlatformError, match="There is no 'B' among"):
        org.load({"objects": objects})
