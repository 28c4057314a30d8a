"""A repository and an organisation of its own for every story, on one simulator for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.testing import Simulator, running
from tests.run.conftest import Lab
from tests.switches.readings import Reading, cover, label, singles


@pytest.fixture(scope="session")
def platform() -> Iterator[Simulator]:
    with running(speed=2000) as simulator:
        yield simulator


@pytest.fixture(params=[{}, *singles(met=True), *cover()], ids=label)
def reading(request: pytest.FixtureRequest) -> Reading:
    """Return each reading of what is not certain, in turn; alone only those that the hook's calls can meet."""
    chosen: Reading = request.param
    return chosen


@pytest.fixture
def lab(tmp_path: Path, platform: Simulator, reading: Reading, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Return a desk whose organisation behaves as the reading says."""
    platform.org.reset()
    platform.org.settings(**reading)
    for name in [name for name in os.environ if name.startswith(("FLOWSYNC_", "GENESYSCLOUD_"))]:
        monkeypatch.delenv(name)
    for name, value in {
        "GENESYSCLOUD_OAUTHCLIENT_ID": "flowsync",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET": "secret-of-flowsync",
        "FLOWSYNC_API_BASE": platform.api,
        "FLOWSYNC_LOGIN_BASE": platform.login,
        "FLOWSYNC_STATE": f"file:{tmp_path / 'state.json'}",
        "FLOWSYNC_POLL_INTERVAL": "0.01",
        "FLOWSYNC_DEADLINE": "60",
        "FLOWSYNC_LOG_LEVEL": "error",
        "FLOWSYNC_RATE": "1000000",
    }.items():
        monkeypatch.setenv(name, value)
    return Lab(root=tmp_path, simulator=platform)
