from __future__ import annotations

import random
import statistics
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


@given(st.none() | st.floats(0.01, 500), SECONDS, st.integers(0, 10_000))
def test_a_wait_is_positive_and_capped_beyond_the_estimate(estimate: float | None, elapsed: float, looks: int) -> None:
    wait = next_wait(estimate, elapsed=elapsed, looks=looks, settings=SETTINGS)
    assert wait > 0
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
