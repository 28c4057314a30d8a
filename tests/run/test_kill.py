"""The platform disappears in mid-run: what the run says, and how the next one completes it without publishing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hook.workspace.loading import load_environment
from simulator.state import State
from tests.run.processes import REPOSITORY, Process, Sync, simulator

FOREVER = 60.0
UPLOAD = {"method": "PUT", "path": "^/(?!api/)"}
LOOK = {"method": "GET", "path": "^/api/v2/flows/jobs/"}
LIST = {"method": "GET", "path": "^/api/v2/flows$"}
PUBLISHED = 3
OUTLAST = 2.0
"""Seconds that jobs outlast the platform's return, so that the next run meets them."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Moment:
    """
    When the platform disappears, besides that at least three flows are published.

    Attributes:
        calls: At least so many calls were received.
        faults: What keeps the run at a certain place.
        waiting: A method and a path: a call like this one got no answer.
        running: So many jobs are under way.
        concurrency: How many jobs the run starts at once.
        deadline: Seconds that the run has.
        verified: Whether the run has verified some flows before.
    """

    calls: int = 0
    faults: tuple[dict[str, Any], ...] = ()
    waiting: tuple[str, str] = ("", "")
    running: int = 1
    concurrency: int = 2
    deadline: float = 11.0
    verified: bool = False


def held(match: dict[str, str], first: int) -> dict[str, Any]:
    """Return a fault that lets calls wait for their effect and their answer, from the ``first``-th on."""
    return {"match": match, "at": list(range(first, 500)), "fault": {"delay": FOREVER}}


MOMENTS = {
    "after 36 calls": Moment(calls=36),
    "after 42 calls": Moment(calls=42),
    "after 48 calls": Moment(calls=48),
    "while an upload is on its way": Moment(
        faults=(held(UPLOAD, 5),), waiting=("PUT", "/flow-jobs-uploads/"), concurrency=4
    ),
    "when an upload has arrived, and neither it nor a look at a job was answered": Moment(
        faults=({"match": UPLOAD, "at": [3], "fault": {"reset": "after"}}, held(LOOK, 1)),
        waiting=("PUT", "/flow-jobs-uploads/"),
        concurrency=16,
    ),
    "when some were verified, and others were seen to succeed and not read back": Moment(
        faults=(held(LIST, 4),), waiting=("GET", "/api/v2/flows"), running=0, concurrency=1, deadline=17, verified=True
    ),
}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Process]:
    with simulator(tmp_path) as process:
        # A job takes as long as its document is, so that some still run when others are done.
        process.admin("PATCH", "settings", {"jobSeconds": 3, "jobSecondsPerKilobyte": 4})
        yield process


def desired() -> dict[Key, str]:
    """Return the documents of the repository by type and name."""
    workspace = load_environment(REPOSITORY, "dev")
    return {(one.identity.type, one.identity.name): one.content.decode() for one in workspace.desired}


def publishes(state: State, documents: dict[Key, str]) -> dict[Key, int]:
    """Return how often the document of each flow was published; a stub of the platform has another one."""
    return {
        (flow.type, flow.name): sum(version.document == documents[flow.type, flow.name] for version in flow.versions)
        for flow in state.flows.values()
        if (flow.type, flow.name) in documents
    }


def has_come(moment: Moment, platform: Process, documents: dict[Key, str]) -> bool:
    calls = platform.admin("GET", "calls")
    method, path = moment.waiting
    unanswered = [call for call in calls if (call["method"], call["status"]) == (method, 0)]
    if len(calls) < moment.calls or (method and not any(call["path"].startswith(path) for call in unanswered)):
        return False
    state = platform.left()
    published = [key for key, count in publishes(state, documents).items() if count]
    return len(published) >= PUBLISHED and len(state.pending) >= moment.running


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_the_next_run_completes_what_the_platforms_end_interrupted(
    moment: Moment, platform: Process, tmp_path: Path
) -> None:
    documents = desired()
    for fault in moment.faults:
        platform.admin("POST", "faults", fault)
    run = Sync(platform, tmp_path / "first.json", concurrency=moment.concurrency, deadline=moment.deadline)
    run.until(lambda: has_come(moment, platform, documents))
    left = platform.kill()

    assert run.end() == 5, run.output()
    report = run.result()
    outcomes = {(one["identity"]["type"], one["identity"]["name"]): one for one in report["outcomes"]}
    done = {key for key, outcome in outcomes.items() if outcome["status"] == "done"}
    assert report["exitCode"] == 5
    assert outcomes.keys() == documents.keys()
    assert {outcome["status"] for outcome in outcomes.values()} <= {"done", "failed", "skipped", "not-tried"}
    assert done <= {key for key, count in publishes(left, documents).items() if count == 1}
    assert done or not moment.verified

    platform.postpone(OUTLAST)
    platform.start()
    platform.admin("DELETE", "faults")
    again = Sync(platform, tmp_path / "second.json")
    assert again.end() == 0, again.output()
    assert sum("succeeded unseen" in note for note in again.result()["notes"]) >= len(left.pending)
    organisation = platform.left()
    assert publishes(organisation, documents) == dict.fromkeys(documents, 1), again.output()
    names = [(flow.type, flow.name.casefold()) for flow in organisation.flows.values()]
    assert len(names) == len(set(names))
    assert not any(flow.deleted for flow in organisation.flows.values())

    quiet = Sync(platform, tmp_path / "third.json")
    assert quiet.end() == 0, quiet.output()
    assert f"Nothing to do: {len(documents)} unchanged." in quiet.output()
    assert publishes(platform.left(), documents) == dict.fromkeys(documents, 1)
