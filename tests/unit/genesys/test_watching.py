from __future__ import annotations

import heapq
import random
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.deadline import Deadline
from hook.errors import ApiUnavailable, DeadlineExceeded
from hook.genesys.watching import PollSchedule, WatchSettings, next_wait, watch

SETTINGS = WatchSettings()
SECONDS = st.floats(0, 1000)


def simulate(schedule: PollSchedule, duration: float) -> tuple[int, float]:
    """Watch a job that takes ``duration`` seconds; returns the looks it took and when it was found done."""
    elapsed = last = 0.0
    for looks in count():
        elapsed += schedule.next_wait(elapsed=elapsed, looks=looks)
        if elapsed >= duration:
            schedule.learn(not_done_at=last, done_at=elapsed)
            return looks + 1, elapsed
        last = elapsed
    raise AssertionError


@given(st.none() | st.floats(0.01, 500), SECONDS, st.integers(0, 10_000), st.booleans())
def test_a_wait_is_capped_beyond_the_estimate_and_zero_only_when_a_first_look_is_due(
    estimate: float | None, elapsed: float, looks: int, scout: bool
) -> None:
    wait = next_wait(estimate, elapsed=elapsed, looks=looks, settings=SETTINGS, scout=scout)
    assert wait > 0 or (wait == 0 and not looks and estimate is not None and elapsed >= estimate)
    assert wait <= SETTINGS.cap or (estimate is not None and elapsed + wait == pytest.approx(estimate))


@given(st.none() | st.floats(0.01, 500), st.integers(1, 50))
def test_waits_grow_with_the_looks(estimate: float | None, looks: int) -> None:
    waits = [next_wait(estimate, elapsed=1000, looks=n, settings=SETTINGS) for n in (looks, looks + 1)]
    assert waits == sorted(waits)


def test_the_first_looks_follow_the_settings_until_something_is_known() -> None:
    waits = [next_wait(None, elapsed=0, looks=n, settings=SETTINGS) for n in range(7)]
    assert waits == [3, 3, 4.5, 6.75, 10.125, 15, 15]


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.3])
@pytest.mark.parametrize("mean", [2.0, 15.0, 60.0])
def test_jobs_of_a_kind_take_fewer_than_one_and_a_half_looks_each(mean: float, spread: float) -> None:
    dice = random.Random(7)  # noqa: S311  (a simulation)
    schedule = PollSchedule(SETTINGS)
    runs = []
    for _ in range(400):
        duration = mean * dice.lognormvariate(0, spread)
        looks, found = simulate(schedule, duration)
        runs.append((looks, found - duration))
    settled = runs[100:]
    assert statistics.mean(looks for looks, _ in settled) < 1.5
    assert statistics.mean(late for _, late in settled) < mean * (0.15 + spread)


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.3])
def test_jobs_side_by_side_take_fewer_than_one_and_a_half_looks_each(spread: float) -> None:
    dice = random.Random(3)  # noqa: S311  (a simulation)
    schedule = PollSchedule(SETTINGS)
    simulate(schedule, 15)
    looks = 0
    rounds = [[15 * dice.lognormvariate(0, spread) for _ in range(16)] for _ in range(25)]
    for durations in rounds:
        due = [(schedule.next_wait(elapsed=0, looks=0), number, 0, 0.0) for number in range(len(durations))]
        while due:
            now, number, seen, last = heapq.heappop(due)
            looks += 1
            if now >= durations[number]:
                schedule.learn(not_done_at=last, done_at=now)
            else:
                wait = schedule.next_wait(elapsed=now, looks=seen + 1)
                heapq.heappush(due, (now + wait, number, seen + 1, now))
    assert looks / (25 * 16) < 1.5


def test_while_nothing_is_known_only_two_jobs_are_looked_at_early() -> None:
    settings = WatchSettings(first=0.02, cap=60, timeout=100)
    schedule = PollSchedule(settings)
    begun = time.monotonic()
    looks: Counter[int] = Counter()

    def look(number: int) -> bool:
        looks[number] += 1
        return time.monotonic() - begun >= 0.3

    def follow(number: int) -> None:
        watch(
            lambda: look(number),
            done=bool,
            schedule=schedule,
            settings=settings,
            deadline=Deadline(60),
            what=f"job {number}",
        )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(follow, range(6)))
    assert sum(count == 1 for count in looks.values()) == 4


def test_a_look_far_from_the_estimate_does_not_move_it() -> None:
    schedule = PollSchedule(SETTINGS)
    schedule.learn(not_done_at=0, done_at=15)
    schedule.learn(not_done_at=10, done_at=17)
    schedule.learn(not_done_at=0, done_at=30)
    assert schedule.estimate == 15


def test_the_estimate_follows_jobs_that_become_quicker_or_slower() -> None:
    schedule = PollSchedule(SETTINGS)
    for duration in (15.0, 3.0, 15.0):
        for _ in range(60):
            simulate(schedule, duration)
        assert schedule.estimate is not None
        assert schedule.estimate == pytest.approx(duration, rel=0.2)


def test_the_estimate_never_falls_to_nothing() -> None:
    schedule = PollSchedule(SETTINGS)
    for _ in range(200):
        simulate(schedule, 0.0)
    assert schedule.estimate == pytest.approx(0.15)


QUICK = WatchSettings(first=0.02, cap=0.05, timeout=0.2)


def test_a_job_that_never_ends_has_a_timeout_and_an_unknown_outcome() -> None:
    with pytest.raises(ApiUnavailable, match=r"job X was not done after 0\.2 s; its outcome is not known"):
        watch(
            lambda: "started",
            done=lambda state: state == "done",
            schedule=PollSchedule(QUICK),
            settings=QUICK,
            deadline=Deadline(),
            what="job X",
        )


def test_a_job_is_looked_at_once_more_shortly_before_the_deadline() -> None:
    looks: list[int] = []

    def look() -> bool:
        looks.append(1)
        return False

    settings = WatchSettings(first=0.05, cap=60, timeout=100)
    schedule = PollSchedule(settings)
    schedule.learn(not_done_at=0, done_at=60)
    with pytest.raises(DeadlineExceeded, match="job X; its outcome is not known"):
        watch(look, done=bool, schedule=schedule, settings=settings, deadline=Deadline(0.2), what="job X")
    assert len(looks) == 1


def test_a_stop_brings_the_last_look_nearer() -> None:
    deadline = Deadline()
    settings = WatchSettings(first=0.05, cap=60, timeout=100)
    schedule = PollSchedule(settings)
    schedule.learn(not_done_at=0, done_at=60)
    deadline.stop(within=0.2)
    assert watch(lambda: True, done=bool, schedule=schedule, settings=settings, deadline=deadline, what="job X")
