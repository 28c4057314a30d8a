from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hook.deadline import Deadline
from hook.errors import DeadlineExceeded, RateLimited
from hook.genesys.pacing import Pacing, operation, token_wide
from tests.unit.genesys.conftest import Told

READ, WRITE = "GET /api/v2/flows", "PUT /api/v2/architect/ivrs/{id}"


def headers(allowed: object, count: object, reset: object) -> dict[str, str]:
    values = {"allowed": allowed, "count": count, "reset": reset}
    return {f"inin-ratelimit-{name}": str(value) for name, value in values.items()}


@settings(max_examples=15, deadline=None)
@given(limit=st.integers(1, 20), threads=st.integers(1, 6), calls=st.integers(1, 40))
def test_no_window_ever_holds_more_than_the_limit(limit: int, threads: int, calls: int) -> None:
    window = 0.05
    pacing = Pacing(deadline=Deadline(30), log=Told().log, limit_per_minute=limit, window=window)

    def call(_: int) -> float:
        pacing.take(READ)
        return time.monotonic()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(call, range(calls)))
    stamps = sorted(item.timestamp for item in pacing._bucket.items)
    assert all(later - early >= window * 1000 for early, later in zip(stamps, stamps[limit:], strict=False))


def test_a_wait_for_our_own_pace_is_told_once(told: Told) -> None:
    pacing = Pacing(deadline=Deadline(30), log=told.log, limit_per_minute=1, window=1.2)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: pacing.take(READ), range(2)))
    (line,) = told.events("waiting to stay below the rate limit")
    assert line["limit_per_minute"] == 1


def test_our_own_pace_does_not_wait_past_the_deadline() -> None:
    pacing = Pacing(deadline=Deadline(5), log=Told().log, limit_per_minute=1)
    pacing.take(READ)
    with pytest.raises(DeadlineExceeded, match="below 1 requests a minute"):
        pacing.take(READ)


def test_a_pause_stops_everybody_and_a_shorter_one_does_not_end_it(told: Told) -> None:
    pacing = Pacing(deadline=Deadline(30), log=told.log)
    pacing.pause(42)
    pacing.pause(10)
    for name in (READ, WRITE):
        with pytest.raises(RateLimited, match=r"asks to wait 4[12] s, but the run's deadline leaves"):
            pacing.take(name)
    assert [line["seconds"] for line in told.capture.entries] == [42]


def test_a_pause_of_one_operation_stops_only_that(told: Told) -> None:
    pacing = Pacing(deadline=Deadline(30), log=told.log)
    pacing.pause(42, name=WRITE)
    pacing.take(READ)
    with pytest.raises(RateLimited):
        pacing.take(WRITE)
    assert told.capture.entries[0]["operation"] == WRITE


def test_a_pause_that_is_over_is_forgotten() -> None:
    pacing = Pacing(deadline=Deadline(30), log=Told().log)
    pacing.pause(0.05, name=WRITE)
    pacing.pause(0.05)
    begun = time.monotonic()
    pacing.take(WRITE)
    assert time.monotonic() - begun >= 0.04


def test_an_operation_whose_limit_is_reached_waits_for_its_reset_and_no_other_does() -> None:
    pacing = Pacing(deadline=Deadline(30), log=Told().log)
    pacing.learn(WRITE, headers(100, 100, 50))
    pacing.take(READ)
    with pytest.raises(RateLimited):
        pacing.take(WRITE)


def test_what_is_left_of_a_limit_is_used_up_before_it_waits() -> None:
    pacing = Pacing(deadline=Deadline(30), log=Told().log)
    pacing.learn(WRITE, headers(100, 98, 50))
    pacing.take(WRITE)
    pacing.learn(WRITE, headers(100, 97, 50))
    pacing.take(WRITE)
    with pytest.raises(RateLimited):
        pacing.take(WRITE)


@pytest.mark.parametrize(
    "said",
    [
        {},
        headers(100, 100, 0),
        headers(100, 100, 9999),
        headers("x", 100, 50),
        headers(100, "", 50),
        headers(300, 2, 9),
    ],
)
def test_headers_that_set_no_limit_hold_nobody_up(said: dict[str, str]) -> None:
    pacing = Pacing(deadline=Deadline(5), log=Told().log)
    pacing.learn(WRITE, said)
    pacing.take(WRITE)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v2/flows", "/api/v2/flows"),
        ("/api/v2/flows/0a5b-11/versions/14.0", "/api/v2/flows/{id}/versions/{id}"),
        ("/api/v2/flows/jobs/abc1", "/api/v2/flows/jobs/{id}"),
        ("/api/v2", "/api/v2"),
    ],
)
def test_calls_that_differ_by_an_id_are_one_operation(path: str, expected: str) -> None:
    assert operation("GET", path) == f"GET {expected}"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("", True),
        ("client.credentials.token.rate.per.minute", True),
        ("token.rate.per.minute", True),
        ("org.app.user.rate.per.minute", True),
        ("users.get.rate.per.minute", False),
        ("flow.jobs.in.progress", False),
    ],
)
def test_a_named_limit_is_the_tokens_or_one_operations(key: str, expected: bool) -> None:
    assert token_wide(key) == expected
