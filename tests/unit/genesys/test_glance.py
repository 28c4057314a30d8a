from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.genesys.glance import ahead

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@given(st.integers(min_value=-86400, max_value=86400), st.floats(min_value=0, max_value=0.999))
def test_the_difference_of_two_clocks_is_found_to_a_second(seconds: int, fraction: float) -> None:
    theirs = NOW + timedelta(seconds=fraction)
    ours = theirs + timedelta(seconds=seconds)
    found = ahead(ours, format_datetime(theirs.replace(microsecond=0), usegmt=True))
    assert found is not None
    assert abs(found.total_seconds() - seconds) <= 1


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 2026 12:00:00 -0000"])
def test_what_is_no_date_with_a_zone_tells_nothing(date: str) -> None:
    assert ahead(NOW, date) is None
