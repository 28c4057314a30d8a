"""A publish may reset what the file does not mention; a run that is killed before it puts that back loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from hook.model import ExitCode
from tests.run.conftest import Lab

PATIENCE = 60.0
FOREVER = 50_000.0
"""Simulated seconds that outlast the run."""


def killed_after_the_publish(lab: Lab, name: str) -> None:
    """Start a sync, and kill it when the platform has published and the run has not seen it."""
    before = lab.publishes(name)
    # The first two listings make the plan and look once more before the write.
    lab.org.fault(method="GET", path="^/api/v2/flows$", at=list(range(3, 99)), delay=FOREVER)
    command = [sys.executable, "-m", "hook", "sync", "--confirm", "-e", "dev", "--workspace", str(lab.root)]
    with subprocess.Popen(
        command, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        eventually(lambda: lab.publishes(name) > before)
        run.kill()
        run.wait(PATIENCE)
    lab.org.clear_faults()


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
