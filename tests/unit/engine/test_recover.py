from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from hook.engine.native.settle import Settled
from hook.engine.recover import Finished, finish_jobs, take_over, unseen
from hook.engine.state import State
from hook.engine.stores import Entry, Intent, NoStore
from hook.errors import Conflict, FlowSyncError, JobFailed, NotFound
from hook.genesys.job_states import JobState
from hook.model import Live
from tests.unit.engine.build import flow, live

INTENT = Intent(digest="sha256:1", public_digest="sha256:p", job_id="j-1", planned_version="1.0", at="now")


@dataclass
class Jobs:
    """Jobs by status; an exception is what waiting for the job comes to."""

    states: Mapping[str, str] = field(default_factory=dict)
    ends: FlowSyncError | None = None
    waited: list[str] = field(default_factory=list)

    def state(self, job_id: str, *, messages: bool = False) -> JobState:
        if job_id not in self.states:
            raise NotFound("no such job")
        return JobState(job_id, self.states[job_id], "id-Main")

    def wait(self, job_id: str) -> JobState:
        self.waited.append(job_id)
        if self.ends:
            raise self.ends
        return JobState(job_id, "success", "id-Main")


def no_natives(entry: Entry) -> Settled:
    raise AssertionError(entry)


def state_with_intent() -> State:
    state = State(NoStore(), organisation_id="org", environment="dev", run_id="r")
    state.intend(flow("Main"), INTENT)
    return state


def test_a_job_that_succeeded_unseen_is_told() -> None:
    finished, notes = finish_jobs(state_with_intent(), Jobs({"j-1": "success"}), no_natives)

    assert finished == (Finished(flow("Main"), INTENT, "id-Main"),)
    assert "had succeeded unseen" in notes[0]


def test_a_job_that_still_runs_is_waited_for() -> None:
    jobs = Jobs({"j-1": "started"})

    finished, _ = finish_jobs(state_with_intent(), jobs, no_natives)

    assert (len(finished), jobs.waited) == (1, ["j-1"])


@pytest.mark.parametrize(
    ("jobs", "note"),
    [
        (Jobs({"j-1": "registered"}), "never received its document"),
        (Jobs(), "not known to the platform"),
        (Jobs({"j-1": "failure"}, JobFailed("no good")), "had failed: no good"),
        (Jobs({"j-1": "started"}, Conflict("locked")), "had failed: locked"),
    ],
)
def test_a_job_that_came_to_nothing_is_forgotten_and_told(jobs: Jobs, note: str) -> None:
    state = state_with_intent()

    finished, notes = finish_jobs(state, jobs, no_natives)

    known = state.entry(flow("Main"))
    assert finished == ()
    assert note in notes[0]
    assert known is not None
    assert known.intent is None


def taken(now: tuple[Live, ...], since: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return digest and version that the state holds after taking over."""
    state = state_with_intent()
    job = Finished(flow("Main"), INTENT, "id-Main")
    take_over(state, [job], now, published_since=lambda *_: since, home=lambda: "d-1")
    known = state.entry(flow("Main"))
    assert known is not None
    assert known.intent is None
    return known.digest, known.version


def test_the_only_version_since_is_the_jobs() -> None:
    assert taken((live(version="2.0"),), ("2.0",)) == ("sha256:1", "2.0")


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ((), ()),
        ((live(version=None),), ()),
        ((live(version="1.0"),), ()),
        ((live(version="3.0"),), ("2.0", "3.0")),
        ((live(version="3.0"),), ("2.0",)),
    ],
)
def test_anything_else_is_not_taken_for_ours(now: tuple[Live, ...], since: tuple[str, ...]) -> None:
    assert taken(now, since) == (None, None)


def test_a_flow_that_looks_as_before_is_not_visible_yet() -> None:
    job = Finished(flow("Main"), INTENT, "id-Main")

    assert unseen([job], [live(version="2.0")]) == ()
    assert unseen([job], [live(version="1.0")]) == (job,)
    assert unseen([job], [live(version=None)]) == (job,)
    assert unseen([job], []) == (job,)


def test_a_flow_that_was_renamed_meanwhile_is_found_by_its_id() -> None:
    renamed = live("Other", version="2.0")

    assert unseen([Finished(flow("Main"), INTENT, renamed.id)], [renamed]) == ()
