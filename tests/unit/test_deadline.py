from __future__ import annotations

import threading

import pytest

from hook import deadline as module
from hook.deadline import Deadline
from hook.errors import DeadlineExceeded


class Clock:
    """Time that passes only by sleeping; a stop may be asked for at a given second."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.at: dict[float, Deadline] = {}

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        for moment in [moment for moment in self.at if moment <= self.now]:
            self.at.pop(moment).stop(within=1.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def test_without_an_end_there_is_always_time_left(clock: Clock) -> None:
    endless = Deadline()
    endless.sleep(100, doing="waiting")
    endless.check("looking")
    assert endless.remaining == float("inf")


def test_what_is_left_shrinks_and_is_never_negative(clock: Clock) -> None:
    one = Deadline(10)
    clock.now += 4
    assert one.remaining == pytest.approx(6)
    clock.now += 40
    assert one.remaining == 0


def test_a_check_after_the_end_says_what_was_being_done(clock: Clock) -> None:
    one = Deadline(10)
    one.check("listing flows")
    clock.now += 10
    with pytest.raises(DeadlineExceeded, match="while listing flows") as caught:
        one.check("listing flows")
    assert "--deadline" in caught.value.hint


def test_a_sleep_that_would_pass_the_end_is_refused_at_once(clock: Clock) -> None:
    one = Deadline(10)
    with pytest.raises(DeadlineExceeded, match="30 s more"):
        one.sleep(30, doing="waiting")
    assert clock.now == 1000.0


def test_a_sleep_lasts_as_long_as_it_was_asked_to(clock: Clock) -> None:
    Deadline(10).sleep(7.3, doing="waiting")
    assert clock.now == pytest.approx(1007.3)


def test_a_stop_brings_the_end_nearer_and_never_puts_it_off(clock: Clock) -> None:
    one = Deadline(10)
    one.stop(within=5)
    assert one.remaining == pytest.approx(5)
    one.stop(within=50)
    assert one.remaining == pytest.approx(5)


@pytest.mark.parametrize("asked", [True, False])
def test_whether_a_stop_was_asked_for_can_be_told(asked: bool) -> None:
    one = Deadline(10)
    if asked:
        one.stop(within=5)
    assert one.stopping is asked


def test_a_stop_during_a_sleep_ends_it_when_the_time_is_up(clock: Clock) -> None:
    one = Deadline(100)
    clock.at[1002.0] = one
    with pytest.raises(DeadlineExceeded, match="while waiting"):
        one.sleep(60, doing="waiting")
    assert clock.now < 1004


def test_a_stop_during_a_sleep_lets_a_short_one_end(clock: Clock) -> None:
    one = Deadline(100)
    clock.at[1002.0] = one
    one.sleep(2.5, doing="waiting")
    assert clock.now == pytest.approx(1002.5)


def test_a_stop_is_seen_by_other_threads() -> None:
    one = Deadline()
    seen: list[str] = []

    def wait() -> None:
        try:
            one.sleep(3600, doing="waiting")
        except DeadlineExceeded as error:
            seen.append(error.message)

    thread = threading.Thread(target=wait)
    thread.start()
    one.stop(within=0)
    thread.join(timeout=30)
    assert len(seen) == 1
