"""What an earlier run was about to do when it ended: look before anything is sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hook.engine.native.settle import Settled
from hook.engine.state import State
from hook.engine.stores import Entry, Intent
from hook.engine.verify import KEPT, not_as_before, reset_since
from hook.errors import Conflict, JobFailed, NotFound
from hook.genesys.job_states import REGISTERED, SUCCESS, JobState
from hook.model import Desired, Identity, Live


class JobReader(Protocol):
    """What recovery reads of the platform's flow jobs."""

    def state(self, job_id: str, *, messages: bool = False) -> JobState:
        """Return the state of a job now."""
        ...

    def wait(self, job_id: str) -> JobState:
        """Return the state of a job that has succeeded, or raise."""
        ...


@dataclass(frozen=True, slots=True)
class Finished:
    """A job of an earlier run that has succeeded without our having seen it."""

    identity: Identity
    intent: Intent
    flow_id: str | None


@dataclass(frozen=True, slots=True)
class Reset:
    """
    A job of an earlier run that succeeded, the flow as it is now, and what it had that the file does not say.

    ``what`` the publish has reset of that: division, description, both or nothing.
    """

    job: Finished
    now: Live
    former: Mapping[str, str]
    what: frozenset[str]

    @property
    def names(self) -> str:
        """What was reset, for messages."""
        return " and ".join(sorted(self.what))

    @property
    def moved(self) -> str:
        """That somebody moved the flow to another division, for messages; empty when nobody did."""
        if "division" in self.what or "division" not in not_as_before(self.former, self.now):
            return ""
        return (
            f"it was in division '{self.former['division']}' when an earlier run published it,"
            f" and somebody moved it to '{self.now.attribute('division')}'; it stays there"
        )


def finish_jobs(
    state: State, jobs: JobReader, natives: Callable[[Entry], Settled]
) -> tuple[tuple[Finished, ...], tuple[str, ...]]:
    """
    Ask for every job that an earlier run had noted, and wait for those that still run.

    Args:
        state: Where they are noted.
        jobs: The platform's flow jobs.
        natives: Settles a write that went the native route.

    Returns:
        The jobs that succeeded, and one line for each job that is told about.

    Raises:
        ApiUnavailable: The platform does not answer, so that nothing can be said of the jobs.
    """
    finished: list[Finished] = []
    notes: list[str] = []
    for entry in state.entries():
        if entry.intent is None:
            continue
        if entry.intent.native:
            settled = natives(entry)
            if settled.published and settled.live:
                finished.append(Finished(entry.identity, entry.intent, settled.live.id))
            elif not settled.held:
                state.forget_intent(entry.identity)
            told = settled.told or ("had published it unseen" if settled.published else "had not published it")
            notes.append(f"{entry.identity}: an earlier run {told}.")
            continue
        flow_id, note = _outcome(jobs, entry.intent)
        if note:
            state.forget_intent(entry.identity)
            notes.append(f"{entry.identity}: an earlier run's job {entry.intent.job_id} {note}.")
        else:
            finished.append(Finished(entry.identity, entry.intent, flow_id))
            notes.append(f"{entry.identity}: an earlier run's job {entry.intent.job_id} had succeeded unseen.")
    return tuple(finished), tuple(notes)


def _outcome(jobs: JobReader, intent: Intent) -> tuple[str | None, str]:
    """Return the id of the flow, and why there is nothing to take over (empty when there is)."""
    try:
        job = jobs.state(intent.job_id)
        if job.status == REGISTERED:
            return None, "never received its document"
        if job.status != SUCCESS:
            job = jobs.wait(intent.job_id)
    except NotFound:
        return None, "is not known to the platform any more"
    except (JobFailed, Conflict) as error:
        return None, f"had failed: {error.message}"
    return job.flow_id, ""


def unseen(finished: Sequence[Finished], live: Sequence[Live]) -> tuple[Finished, ...]:
    """Return the jobs whose flow the platform still shows as it was before them, or not at all."""
    find = _finder(live)
    return tuple(
        one
        for one in finished
        if (now := find(one)) is None or now.version is None or now.version == one.intent.planned_version
    )


def take_over(
    state: State,
    finished: Sequence[Finished],
    live: Sequence[Live],
    *,
    published_since: Callable[[str, str | None], Sequence[str]],
    home: Callable[[], str],
    desired: Sequence[Desired] = (),
) -> tuple[Reset, ...]:
    """
    Note what those jobs published, unless somebody else has published since.

    A job does not tell which version it made; it is certain only when the live version is the only one that was
    published after the planned one. Otherwise the flow counts as moved, and its content decides.

    Args:
        state: Where it is noted.
        finished: The jobs.
        live: Every flow of the organisation.
        published_since: Lists the versions of a flow (by id) that were published after a version.
        home: Returns the id of the home division.
        desired: What the files say now.

    Returns:
        What those jobs published. That of which something was reset, and nobody has put it back, is not noted yet.
    """
    find = _finder(live)
    files = {one.identity.key: one for one in desired}
    by_key = {one.identity.key: one for one in live}
    taken: list[Reset] = []
    for one in finished:
        now = find(one)
        if now is None or now.version is None or not _is_its_version(one, now, published_since):
            state.forget_intent(one.identity)
            continue
        former = _still_to_keep(one.intent, files.get(one.identity.key))
        reset = Reset(one, now, former, reset_since(former, now, home=home))
        taken.append(reset)
        for key in one.intent.stubs:
            stub = by_key.get(key)
            if stub is not None and _is_its_stub(stub, now, published_since):
                state.stub_made(stub.identity, flow_id=stub.id, version=stub.version)
        if not reset.what:
            note(state, reset)
    return tuple(taken)


def _is_its_stub(stub: Live, parent: Live, published_since: Callable[[str, str | None], Sequence[str]]) -> bool:
    """Tell whether a flow can only be the stub that a job made: never published since, and before the job ended."""
    drafted = stub.checked_in or stub.saved
    author = stub.published_by or (drafted.by if drafted else None)
    if author is None or not author.is_client:
        return False
    made = stub.published_at if stub.version else drafted.at if drafted else None
    if made is None or parent.published_at is None or made > parent.published_at:
        return False
    return list(published_since(stub.id, None)) == ([stub.version] if stub.version else [])


def note(state: State, reset: Reset, *, unfinished: bool = False) -> None:
    """Note what a job of an earlier run published; with ``unfinished``, its intent stays for the next run."""
    intent = reset.job.intent
    state.published(
        reset.job.identity,
        digest=intent.digest,
        public_digest=intent.public_digest,
        version=reset.now.version or "",
        flow_id=reset.now.id,
        at=intent.at,
        unfinished=intent if unfinished else None,
    )


def _still_to_keep(intent: Intent, desired: Desired | None) -> Mapping[str, str]:
    """Return what the flow had before that publish, without what the file has said since."""
    said = {name for name in KEPT if desired and desired.attribute(name) is not None}
    return {name: value for name, value in intent.former.items() if name.removesuffix("Id") not in said}


def _finder(live: Sequence[Live]) -> Callable[[Finished], Live | None]:
    by_id = {one.id: one for one in live}
    by_key = {one.identity.key: one for one in live}
    return lambda one: by_id.get(one.flow_id or "") or by_key.get(one.identity.key)


def _is_its_version(one: Finished, now: Live, published_since: Callable[[str, str | None], Sequence[str]]) -> bool:
    author = now.published_by
    if now.version == one.intent.planned_version or (author is not None and not author.is_client):
        return False
    return list(published_since(now.id, one.intent.planned_version)) == [now.version]
