"""What holds for every test: the platform knows what the tool sends, and no log outlives its test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

settings.register_profile("all", max_examples=50, deadline=None)
settings.load_profile("all")

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


@pytest.fixture(autouse=True)
def logs_end_with_their_test() -> Iterator[None]:
    """Forget how a command that ran in this process logs: its stream is closed when the test ends."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
