"""Peak hours, thresholds and approvals, from the files that configure them to the exit code."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from hook.commands.approve import approve
from hook.guards.peak_hours.windows import DAYS
from hook.model import ExitCode
from tests.run.conftest import Answer, Lab

GROUPS = "/api/v2/architect/schedulegroups"


def configure(lab: Lab, guards: dict[str, Any], *approvals: dict[str, Any]) -> None:
    content = {"environments": {"dev": {"guards": guards, "approvals": list(approvals)}}}
    (lab.root / "environments.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def said(answer: Answer, guard: str = "peakHours") -> list[dict[str, Any]]:
    return [one for one in answer.report["findings"] if one["guard"] == guard]


def days(*, from_now: int) -> str:
    """Return the day of the week that is some days from now."""
    return DAYS[(datetime.now(tz=UTC) + timedelta(days=from_now)).weekday()]


ALWAYS = {"peakHours": {"windows": [{"timeZone": "Europe/Berlin"}]}}


def test_in_peak_hours_nothing_is_written_until_this_very_plan_is_approved(lab: Lab) -> None:
    lab.write("Main")
    configure(lab, ALWAYS)
    refused = lab.sync("--wait", "0")
    assert refused.code == ExitCode.GUARD
    assert "inside the peak hours 'mon-sun 00:00-24:00 Europe/Berlin'" in said(refused)[0]["message"]
    assert lab.org.flows() == []

    plan = lab.root / "plan.json"
    assert lab.plan("--out", str(plan)).code == ExitCode.GUARD
    (entry,) = yaml.safe_load(approve(plan, by="on-call@example.com", hours=4, reason="hotfix"))
    expired = {**entry, "at": "2026-03-02T10:00:00Z", "expires": "2026-03-02T11:00:00Z"}
    for useless in ({**entry, "plan": "sha256:" + "0" * 64}, expired):
        configure(lab, ALWAYS, useless)
        assert lab.sync().code == ExitCode.GUARD
        assert lab.org.flows() == []

    configure(lab, ALWAYS, entry)
    approved = lab.sync()
    assert approved.code == ExitCode.DONE
    assert "on-call@example.com" in json.dumps(said(approved))
    assert lab.publishes("Main") == 1

    lab.write("Main", end="Another end")
    assert lab.sync().code == ExitCode.GUARD
    assert lab.publishes("Main") == 1


def test_a_run_that_writes_nothing_is_done_at_any_time(lab: Lab) -> None:
    lab.write("Main")
    assert lab.sync().code == ExitCode.DONE
    configure(lab, ALWAYS)
    assert lab.sync().code == ExitCode.DONE


def test_outside_of_its_windows_it_passes(lab: Lab) -> None:
    lab.write("Main")
    configure(lab, {"peakHours": {"windows": [{"days": days(from_now=3), "timeZone": "UTC"}]}})
    answer = lab.sync()
    assert answer.code == ExitCode.DONE
    assert [one["verdict"] for one in said(answer)] == ["pass"]


@pytest.mark.parametrize(("holiday", "code"), [(False, ExitCode.GUARD), (True, ExitCode.DONE)])
def test_a_schedule_group_of_the_organisation_says_when_it_is_peak(lab: Lab, holiday: bool, code: ExitCode) -> None:
    whole_day = {"start": "2024-01-01T00:00:00.000", "end": "2024-01-02T00:00:00.000", "rrule": "FREQ=DAILY"}
    lab.org.add("architect/schedules", "Always", **whole_day)
    lab.org.add("architect/schedulegroups", "Hours", timeZone="Europe/Berlin", openSchedules=["Always"],
                holidaySchedules=["Always"] if holiday else [])  # fmt: skip
    lab.write("Main")
    configure(lab, {"peakHours": {"scheduleGroup": "Hours"}})
    answer = lab.sync()
    assert answer.code == code
    assert "schedule group 'Hours' is " + ("closed" if holiday else "open") in said(answer)[0]["message"]
    assert len(lab.calls(path="/api/v2/architect/schedule")) == 2


def test_a_schedule_group_that_cannot_be_read_is_refused(lab: Lab) -> None:
    lab.write("Main")
    configure(lab, {"peakHours": {"scheduleGroup": "Hours"}})
    missing = lab.sync()
    assert missing.code == ExitCode.GUARD
    assert "there is no schedule group 'Hours'" in said(missing)[0]["message"]
    lab.org.fault(path=GROUPS, status=403)
    denied = lab.sync()
    assert denied.code == ExitCode.GUARD
    assert said(denied)[0]["verdict"] == "unknown"
    assert lab.org.flows() == []


@pytest.fixture
def twelve(lab: Lab) -> Lab:
    """Twelve flows, published from Git."""
    for number in range(12):
        lab.write(f"Flow {number}")
    assert lab.sync().code == ExitCode.DONE
    return lab


def test_overwriting_more_than_half_is_refused_and_can_be_approved(twelve: Lab) -> None:
    for number in range(7):
        twelve.write(f"Flow {number}", end="Another end")
    plan = twelve.root / "plan.json"
    refused = twelve.plan("--out", str(plan))
    assert refused.code == ExitCode.GUARD
    assert said(refused, "thresholds")[0]["message"] == (
        "7 of 12 existing objects would be overwritten: 58.33 %, and maxChanges is 50 %."
    )
    assert twelve.sync().code == ExitCode.GUARD
    configure(twelve, {}, *yaml.safe_load(approve(plan, by="supervisor", hours=1, reason="new menu")))
    assert twelve.sync().code == ExitCode.DONE
    assert twelve.publishes("Flow 0") == 2


def test_an_input_that_is_nearly_empty_is_no_success(twelve: Lab) -> None:
    folder = twelve.root / "flows" / "dev" / "all"
    for path in sorted(folder.iterdir())[1:]:
        path.unlink()
    answer = twelve.sync()
    assert answer.code == ExitCode.GUARD
    assert said(answer, "thresholds")[0]["message"].startswith("11 of 12 objects that were put there from Git are gone")
    assert len(twelve.org.flows()) == 12
