"""What holds for every test: whatever the tool sends to the platform, the platform's own models know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

TOOLS = ("tests/run/", "tests/cli/", "tests/corpus/")
"""Tests that run the tool against the simulator in their own process."""


@pytest.fixture(autouse=True)
def requests_keep_to_the_models(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test of the tool that sends something which the official SDK could not send."""
    if not any(one in request.path.as_posix() for one in TOOLS):
        yield
        return
    from tests.contract import watching  # noqa: PLC0415 (only where it is needed)

    with watching.requests():
        yield
