"""A publish may reset what the file does not mention; a run that is killed before it puts that back loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from hook.engine import recovery
from hook.kinds.flows import FlowKind
from hook.model import ExitCode, Live
from tests.run.conftest import Lab, call

PATIENCE = 60.0
FOREVER = 50_000.0
"""Simulated seconds that outlast the run."""


def killed_after_the_publish(lab: Lab, name: str) -> None:
    """Start a sync, and kill it when the platform has published and the run has not seen it."""
    before = published(lab, name)
    # The first two listings make the plan and look once more before the write.
    lab.org.fault(method="GET", path="^/api/v2/flows$", at=list(range(3, 99)), delay=FOREVER)
    command = [sys.executable, "-m", "hook", "sync", "--confirm", "-e", "dev", "--workspace", str(lab.root)]
    with subprocess.Popen(
        command, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        eventually(lambda: published(lab, name) > before)
        run.kill()
        run.wait(PATIENCE)
    lab.org.clear_faults()


def published(lab: Lab, name: str) -> int:
    """Return how often a flow was published; one that is not there never was."""
    return sum(len(flow.versions) for flow in lab.org.flows() if flow.name == name)


def eventually(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


@pytest.fixture
def reset(lab: Lab) -> Lab:
    """A flow in a division and with a description that its file does not mention; its publish has reset both."""
    lab.org.add("authorization/divisions", "Sales")
    lab.write("One")
    assert lab.sync().code == 0
    lab.org.act("set-division", "One", user="Supervisor", value="Sales")
    lab.org.act("set-description", "One", user="Supervisor", value="Written by hand")
    lab.org.settings(publish_resets_metadata=True)
    lab.write("One", end="Finish")
    killed_after_the_publish(lab, "One")
    assert (division(lab), lab.org.flow("One").description) == ("Home", "")
    return lab


def division(lab: Lab) -> str:
    divisions = {one["id"]: one["name"] for one in lab.org.dump()["objects"]["authorization/divisions"]}
    return str(divisions[lab.org.flow("One").division_id])


def test_the_next_run_puts_back_what_the_publish_of_a_killed_one_reset(reset: Lab) -> None:
    done = reset.sync()
    quiet = reset.sync()

    assert (done.code, done.statuses()) == (0, {"One": "unchanged"})
    assert (division(reset), reset.org.flow("One").description) == ("Sales", "Written by hand")
    assert "had reset description and division, which was put back" in str(done.report["notes"])
    assert reset.publishes("One") == 2
    assert (quiet.code, quiet.report["notes"]) == (0, [])


def test_a_plan_tells_and_puts_nothing_back(reset: Lab) -> None:
    told = reset.plan()

    assert (told.code, division(reset)) == (0, "Home")
    assert "reset description and division; a sync puts it back" in str(told.report["notes"])
    assert reset.sync().code == 0
    assert division(reset) == "Sales"


def test_what_the_file_says_meanwhile_is_not_put_back(reset: Lab) -> None:
    reset.write("One", end="Finish", description="From Git")

    done = reset.sync()

    assert done.code == 0
    assert (division(reset), reset.org.flow("One").description) == ("Sales", "From Git")


def test_what_somebody_wrote_meanwhile_is_not_overwritten(reset: Lab) -> None:
    reset.org.act("set-description", "One", user="Supervisor", value="Written again")

    assert reset.sync().code == 0
    assert (division(reset), reset.org.flow("One").description) == ("Sales", "Written again")


def test_while_it_cannot_be_put_back_no_run_is_a_success(reset: Lab) -> None:

    reset.org.fault(method="PUT", path="^/api/v2/flows/", times=99, status=400)
    refused = [reset.sync(), reset.sync()]
    reset.org.clear_faults()
    done = reset.sync()

    assert [one.code for one in refused] == [ExitCode.REFUSED, ExitCode.REFUSED]
    assert "cannot be put back" in refused[0].report["failure"]["message"]
    assert (done.code, division(reset)) == (0, "Sales")
    assert reset.publishes("One") == 2


def test_a_flow_that_somebody_moved_to_another_division_meanwhile_stays_there(lab: Lab) -> None:
    lab.org.add("authorization/divisions", "Sales")
    lab.org.add("authorization/divisions", "Support")
    lab.write("One")
    assert lab.sync().code == 0
    lab.org.act("set-division", "One", user="Supervisor", value="Sales")
    lab.write("One", end="Finish")
    killed_after_the_publish(lab, "One")
    lab.org.act("set-division", "One", user="Supervisor", value="Support")

    done = lab.sync()

    assert (done.code, division(lab)) == (0, "Support")
    assert "Support" in str(done.report["notes"])
    assert lab.sync().report["notes"] == []


def test_a_flow_that_is_held_while_it_should_be_put_back_does_not_keep_the_others_from_being_published(
    reset: Lab,
) -> None:
    reset.org.fault(method="PUT", path="^/api/v2/flows/", times=99, status=409)
    reset.write("Two")
    refused = reset.sync()
    reset.org.clear_faults()
    done = reset.sync()

    assert refused.code == ExitCode.CONFLICT
    assert refused.statuses()["Two"] == "done"
    assert "cannot be put back" in refused.report["failure"]["message"]
    assert (done.code, division(reset)) == (0, "Sales")


def stale(monkeypatch: pytest.MonkeyPatch, before: tuple[Live, ...], *, times: int) -> None:
    """Let so many listings show the flows as they were; the first ones are recovery's."""
    left = [before] * times
    listing = FlowKind.list
    monkeypatch.setattr(FlowKind, "list", lambda kind: left.pop() if left else listing(kind))


def unseen_for_a_while(lab: Lab, monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """Leave a publish of a killed run that the platform's listings do not show so many times."""
    lab.write("One")
    assert lab.sync().code == 0
    before: list[tuple[Live, ...]] = []
    listing = FlowKind.list

    def kept(kind: FlowKind) -> tuple[Live, ...]:
        before.append(listing(kind))
        return before[-1]

    with monkeypatch.context() as watched:
        watched.setattr(FlowKind, "list", kept)
        assert lab.plan().code == 0
    lab.write("One", end="Finish")
    killed_after_the_publish(lab, "One")
    stale(monkeypatch, before[-1], times=times)


def test_what_a_killed_run_published_is_waited_for_until_the_platform_shows_it(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    unseen_for_a_while(lab, monkeypatch, times=4)

    done = lab.sync()

    assert (done.code, done.statuses(), lab.publishes("One")) == (0, {"One": "unchanged"}, 2)


def test_what_the_platform_does_not_show_yet_is_not_published_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "LOOKS", 3)
    unseen_for_a_while(lab, monkeypatch, times=5)

    refused = lab.sync()
    done = lab.sync()

    assert refused.code == ExitCode.UNAVAILABLE
    assert "does not show it yet" in refused.report["failure"]["message"]
    assert (done.code, lab.publishes("One")) == (0, 2)


def test_what_is_shown_late_of_all_is_not_overwritten(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "LOOKS", 3)
    monkeypatch.setattr(recovery, "RECENT", timedelta(0))
    unseen_for_a_while(lab, monkeypatch, times=4)

    ended = lab.sync()

    assert ended.code == ExitCode.CONFLICT
    assert lab.publishes("One") == 2


def test_what_is_put_back_is_waited_for(reset: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Live, ...]] = []
    listing = FlowKind.list

    def late(kind: FlowKind) -> tuple[Live, ...]:
        seen.append(seen[0] if 0 < len(seen) < 4 else listing(kind))
        return seen[-1]

    monkeypatch.setattr(FlowKind, "list", late)
    done = reset.sync()

    assert (done.code, division(reset)) == (0, "Sales")
    assert "which was put back" in str(done.report["notes"])
    assert len(reset.calls(method="PUT", path="/api/v2/flows/")) == 1


@pytest.mark.parametrize("setting", [{}, {"stubs_published": False}])
def test_the_stub_that_a_killed_run_left_is_ours_whomever_it_names(lab: Lab, setting: dict[str, object]) -> None:
    lab.org.settings(job_publishes_as_client=False, **setting)
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    killed_after_the_publish(lab, "Ping")

    done = lab.sync()

    assert done.code == 0, done.report
    assert set(lab.sync().statuses().values()) == {"unchanged"}
    assert sorted(flow.name for flow in lab.org.flows()) == ["Ping", "Pong"]


@pytest.mark.parametrize("setting", [{}, {"stubs_published": False}])
def test_what_somebody_made_of_the_stub_of_a_killed_run_is_not_overwritten(
    lab: Lab, setting: dict[str, object]
) -> None:
    lab.org.settings(job_publishes_as_client=False, **setting)
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    killed_after_the_publish(lab, "Ping")
    lab.org.act("edit", "Pong", user="Supervisor", document=call("Pong", then="Pong"))
    published = lab.publishes("Pong")

    assert (lab.sync().code, lab.publishes("Pong")) == (ExitCode.CONFLICT, published)
