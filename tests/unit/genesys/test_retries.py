from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.deadline import Deadline
from hook.errors import ApiUnavailable
from hook.genesys.retries import TEMPORARY, Again, RetryPolicy, retry_after, retrying, temporary, uncertain
from tests.unit.genesys.conftest import Told

STATUSES = st.integers(300, 599)
WAITS = st.none() | st.floats(0, 1e6)


@given(STATUSES, st.text(), WAITS)
def test_what_must_not_be_carried_out_twice_is_sent_again_only_when_it_was_turned_away(
    status: int, code: str, wait: float | None
) -> None:
    assert temporary(status=status, code=code, retry_after=wait, repeatable=False) == (
        status == 429 or (status == 503 and wait is not None)
    )


@given(STATUSES, WAITS)
def test_what_may_be_repeated_is_so_exactly_for_temporary_errors(status: int, wait: float | None) -> None:
    assert temporary(status=status, code="", retry_after=wait, repeatable=True) == (status in {408, 429, 502, 503, 504})


@given(STATUSES)
def test_an_uncertain_answer_is_one_that_a_repeatable_request_would_try_again(status: int) -> None:
    assert uncertain(status) == (status in TEMPORARY)


@given(st.integers(0, 999_999_999))
def test_whole_seconds_are_read_back(seconds: int) -> None:
    assert retry_after(f" {seconds} ") == seconds


@pytest.mark.parametrize(
    "value", [None, "", "soon", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "²", "99999999999999"]
)
def test_anything_else_counts_as_absent(value: str | None) -> None:
    assert retry_after(value) is None


@given(st.integers(1, 5), st.integers(0, 5))
def test_attempts_that_do_not_count_are_free(attempts: int, free: int) -> None:
    failure = ApiUnavailable("no")
    numbers: list[int] = []

    def attempt(number: int) -> None:
        numbers.append(number)
        raise Again(failure, wait=0.0, counts=number > free)

    with pytest.raises(ApiUnavailable) as caught:
        retrying(attempt, policy=RetryPolicy(attempts=attempts), deadline=Deadline(5), log=Told().log)
    assert caught.value is failure
    assert numbers == list(range(1, attempts + free + 1))


def test_waits_grow_up_to_the_cap_and_are_told(told: Told) -> None:
    def attempt(_: int) -> None:
        raise Again(ApiUnavailable("still busy"))

    with pytest.raises(ApiUnavailable):
        retrying(attempt, policy=RetryPolicy(attempts=5, base=0.01, cap=0.02), deadline=Deadline(5), log=told.log)
    waits = [float(str(line["seconds"])) for line in told.events("trying again")]
    assert len(waits) == 4
    assert all(low - 0.005 <= wait <= 0.035 for wait, low in zip(waits, (0.01, 0.02, 0.02, 0.02), strict=True))
    assert {line["reason"] for line in told.events("trying again")} == {"still busy"}


def test_a_wait_that_passes_the_deadline_ends_with_what_was_wrong() -> None:
    def attempt(_: int) -> None:
        raise Again(ApiUnavailable("maintenance"), wait=60.0)

    with pytest.raises(ApiUnavailable, match="maintenance"):
        retrying(attempt, policy=RetryPolicy(), deadline=Deadline(10), log=Told().log)
