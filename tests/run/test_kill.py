"""The platform disappears in mid-run: what the run says, and that the next one completes it without a second publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hook.workspace.loading import load_environment
from simulator.state import Flow, State
from tests.run.processes import REPOSITORY, Process, Sync, simulator

FLOWS = 10
FOREVER = 60.0
LOOKS = {"method": "GET", "path": "^/api/v2/flows/jobs/"}
LISTS = {"method": "GET", "path": "^/api/v2/flows$"}
UPLOADS = {"method": "PUT", "path": "^/(?!api/)"}


@dataclass(frozen=True)
class Moment:
    """
    When the platform disappears: at least three flows are published, and a job is under way.

    Attributes:
        calls: At least so many calls were received.
        faults: What makes sure that the run stands where it shall.
        held: The call that has to wait for its answer when the platform disappears.
        concurrency: Of the run.
    """

    calls: int = 0
    faults: tuple[dict[str, Any], ...] = ()
    held: dict[str, str] | None = None
    concurrency: int = 2


def hold(match: dict[str, str], first: int) -> dict[str, Any]:
    """Return a fault that lets calls wait, from the ``first``-th on."""
    return {"match": match, "at": list(range(first, 500)), "fault": {"delay": FOREVER}}


MOMENTS = {
    "after 25 calls": Moment(calls=25),
    "after 32 calls": Moment(calls=32),
    "after 39 calls": Moment(calls=39),
}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Process]:
    with simulator(tmp_path) as process:
        # A job takes as long as its document is, so that some still run when others are done.
        process.admin("PATCH", "settings", {"jobSeconds": 3, "jobSecondsPerKilobyte": 4})
        yield process


def test_probe(platform: Process, tmp_path: Path) -> None:
    run = Sync(platform, tmp_path / "first.json", concurrency=2)
    run.end()
    print(run.output())
    for c in platform.admin("GET", "calls"):
        print(c["n"], c["method"], c["path"], c["status"])
    assert 0
