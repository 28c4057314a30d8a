"""SIGKILL in the middle of the native route: what the next run finds, says and does."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.run.conftest import Lab
from tests.run.test_native import CREATE, STEPS, Native

PATIENCE = 30.0
"""Seconds to wait for something that has to happen; only a broken program needs them all."""


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def killed_at(native: Native, path: str) -> None:
    """Run a sync in a process of its own, kill it as soon as a call was received, and let the call have its effect."""
    assert native.lab.plan().code == 0  # writes the settings of the environment, too
    native.org.reset_calls()
    native.org.fault(method="POST", path=path, times=1, delay=0.5)
    command = [sys.executable, "-m", "hook", "sync", "--confirm", "-e", "dev", "--workspace", str(native.lab.root)]
    with subprocess.Popen(
        command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        until(lambda: native.step(path) > 0)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    until(lambda: all(call.status for call in native.org.calls(method="POST") if re.search(path, call.path)))
    until(lambda: not any(flow.operation and not flow.operation.complete for flow in native.org.flows()))


@pytest.mark.parametrize("step", [*STEPS])
def test_a_flow_that_a_killed_run_held_is_given_back_and_published_once(lab: Lab, step: str) -> None:
    native = Native(lab)
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    killed_at(native, STEPS[step])

    done = native.sync()

    assert (done.code, native.published("Main"), native.is_free("Main")) == (0, ["1.0", native.last("Main")], True)
    assert "Hello again" in str(native.live("Main"))
    assert any("an earlier run" in note for note in done.report["notes"])
    native.org.reset_calls()
    assert native.sync().operations() == {"Main": "unchanged"}
    assert native.writes() == []


@pytest.mark.parametrize("step", ["create", *STEPS])
def test_a_new_flow_of_a_killed_run_is_made_once(lab: Lab, step: str) -> None:
    native = Native(lab)
    native.write("Main")
    killed_at(native, STEPS.get(step, CREATE))

    done = native.sync()

    assert done.code == 0, done.report
    assert (len(native.org.flows()), len(native.published("Main")), native.is_free("Main")) == (1, 1, True)


@pytest.mark.parametrize("step", ["checkout", "save"])
def test_a_flow_that_is_no_longer_to_change_is_given_back_all_the_same(lab: Lab, step: str) -> None:
    native = Native(lab)
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    killed_at(native, STEPS[step])
    native.write("Main")

    planned = lab.plan()
    assert any("a sync gives it back" in note for note in planned.report["notes"])
    assert not native.is_free("Main")
    done = native.sync()

    assert (done.code, done.operations(), native.is_free("Main")) == (0, {"Main": "unchanged"}, True)
    assert native.published("Main") == ["1.0"]
