"""What takes seconds here is done once in a process."""

from __future__ import annotations

import pytest

from tests.contract.hook_run import at_work
from tests.contract.recording import Exchange
from tests.contract.sdks import NAMES, missing
from tests.contract.trials import Trial, tried


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/contract/" in item.path.as_posix():
            item.add_marker(pytest.mark.timeout(300))


def present(name: str) -> None:
    """Skip where an SDK is not installed."""
    if said := missing(name):
        pytest.skip(said)


@pytest.fixture(params=NAMES)
def sdk_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    present(name)
    return name


@pytest.fixture
def trial(sdk_name: str) -> Trial:
    return tried(sdk_name)


@pytest.fixture(scope="session")
def hook_at_work() -> tuple[dict[str, int], list[Exchange]]:
    return at_work()
