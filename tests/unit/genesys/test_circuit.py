from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from hook.deadline import Deadline
from hook.errors import ApiUnavailable, DeadlineExceeded
from hook.genesys.circuit import THRESHOLD, Circuit
from hook.genesys.retries import RetryPolicy
from tests.unit.genesys.conftest import SETTINGS, Connect, Told
from tests.unit.genesys.server import Scripted, Server

PATH = "/api/v2/down"


def circuit(told: Told, *, base: float = 0.2, seconds: float | None = None) -> Circuit:
    return Circuit(deadline=Deadline(seconds), log=told.log, base=base, cap=base, tries=2)


def open_it(one: Circuit) -> None:
    for _ in range(THRESHOLD):
        one.failed("no answer")


def test_a_few_failures_hold_nobody_back(told: Told) -> None:
    one = circuit(told, base=60, seconds=1)
    for _ in range(THRESHOLD - 1):
        one.failed("no answer")

    one.enter()

    assert told.lines == []


def test_a_success_between_failures_starts_the_count_anew(told: Told) -> None:
    one = circuit(told, base=60, seconds=1)
    for _ in range(3):
        for _ in range(THRESHOLD - 1):
            one.failed("no answer")
        one.succeeded()

    one.enter()


def test_after_many_failures_one_thread_tries_and_the_others_wait(told: Told) -> None:
    one = circuit(told)
    open_it(one)
    entered: list[float] = []
    barrier = threading.Barrier(4)

    def go() -> None:
        barrier.wait()
        one.enter()
        entered.append(time.monotonic())

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    while not entered:
        time.sleep(0.005)
    first = len(entered)
    one.succeeded()
    for thread in threads:
        thread.join(timeout=5)

    assert first == 1
    assert len(entered) == 4
    assert len(told.events("the platform fails; all calls wait")) == 1
    assert len(told.events("the platform answers again")) == 1


def test_a_wait_that_the_deadline_does_not_leave_is_not_begun(told: Told) -> None:
    one = circuit(told, base=60, seconds=1)
    open_it(one)

    with pytest.raises(DeadlineExceeded, match="waiting for the platform to answer again"):
        one.enter()


def test_a_platform_that_stays_down_is_given_up(told: Told) -> None:
    one = circuit(told, base=0.01)
    for _ in range(THRESHOLD + 2):
        one.failed("no answer")

    with pytest.raises(ApiUnavailable, match="7 times in a row"):
        one.enter()


def test_a_platform_that_is_down_is_not_asked_again_and_again(server: Server, connected: Connect) -> None:
    server.on("GET", PATH, Scripted(status=503))
    once = replace(SETTINGS, retry=RetryPolicy(attempts=1, base=30, cap=60))
    session = connected(settings=once, deadline=Deadline(20)).session
    for _ in range(THRESHOLD):
        with pytest.raises(ApiUnavailable):
            session.get(PATH)

    with pytest.raises(DeadlineExceeded, match="to answer again"):
        session.get(PATH)

    assert len(server.called("GET", PATH)) == THRESHOLD
