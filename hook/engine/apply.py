"""
Carry out a plan: parents first, independent objects in parallel, each verified before it counts as done.

One thread decides and reads back; the workers only publish. Reading back and checking for edits of others are
listings that serve all objects at once, so that they cost a call per some seconds and not per object.
"""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

import structlog

from hook.deadline import Deadline
from hook.engine import decide
from hook.engine.state import Intent, State
from hook.engine.verify import verify, was_reset
from hook.errors import (
    ApiUnavailable,
    Conflict,
    CredentialsError,
    FlowSyncError,
    InternalError,
    InvalidInput,
    JobFailed,
    LockUnavailable,
    UploadRefused,
    VerificationFailed,
)
from hook.genesys.flow_jobs import RegisteredJob
from hook.genesys.job_states import JobState
from hook.model import Change, ExitCode, Identity, Live, Operation, Outcome, Plan, Status

FRESH = 10.0
"""Seconds that a listing may be old when a write relies on it."""

GATHER = 3.0
"""Seconds that a finished job waits for others before it is read back, while there is still work."""

PATIENCE = 30.0
"""Seconds that the platform is given to show what a job has published."""

Key = tuple[str, str, str]


class OnFailure(StrEnum):
    """What happens to the rest when one object failed."""

    CONTINUE = "continue"
    STOP = "stop"


class Jobs(Protocol):
    """What is needed of the platform's flow jobs."""

    def register(self, *, create_stubs: bool = False) -> RegisteredJob:
        """Register a job."""
        ...

    def upload(self, job: RegisteredJob, content: bytes) -> None:
        """Hand over the document."""
        ...

    def wait(self, job_id: str) -> JobState:
        """Return the state of a job that has succeeded, or raise."""
        ...


class FlowWriter(Protocol):
    """What is needed of the organisation's flows."""

    @property
    def jobs(self) -> Jobs:
        """The flow jobs."""
        ...

    def list(self) -> tuple[Live, ...]:
        """List every flow."""
        ...

    def restore(self, *, before: Live, after: Live) -> None:
        """Put division and description back."""
        ...


@dataclass(slots=True)
class _Task:
    """One change under way."""

    change: Change
    started: float
    before: Live | None
    job: JobState | None = None
    finished: float = 0.0
    restored: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """A job that succeeded."""

    job: JobState


@dataclass
class Applier:
    """
    Carries out one plan.

    Args:
        flows: The organisation's flows.
        state: Where intents and results are noted.
        deadline: The end of the run.
        own_client: The id of our OAuth client, ``None`` when it is not known.
        concurrency: How many jobs may run at once; 1 serialises everything.
        on_failure: What happens to the rest when one object failed.
        report: Called with each outcome as soon as it is known.
        pause: Seconds between two looks for a publish that is not visible yet.
    """

    flows: FlowWriter
    state: State
    deadline: Deadline
    own_client: str | None
    concurrency: int
    on_failure: OnFailure
    report: Callable[[Outcome], None] = lambda outcome: None  # noqa: ARG005
    pause: float = 1.0
    patience: float = PATIENCE
    _outcomes: dict[Key, Outcome] = field(default_factory=dict, init=False)
    _waiting: dict[Key, Change] = field(default_factory=dict, init=False)
    _running: dict[Future[Published], _Task] = field(default_factory=dict, init=False)
    _unverified: dict[Key, _Task] = field(default_factory=dict, init=False)
    _view: dict[Key, Live] = field(default_factory=dict, init=False)
    _view_at: float = field(default=float("-inf"), init=False)
    _stubs: set[Key] = field(default_factory=set, init=False)
    _halted: str = field(default="", init=False)

    def apply(self, plan: Plan) -> tuple[Outcome, ...]:
        """Carry out a plan; every change of it has an outcome afterwards, in the plan's order."""
        for change in plan.changes:
            if change.writes and change.refusal is None:
                self._waiting[change.identity.key] = change
            else:
                self._settle_without_write(change)
        with ThreadPoolExecutor(max_workers=self.concurrency, thread_name_prefix="publish") as pool:
            while self._waiting or self._running or self._unverified:
                self._step(pool)
        return tuple(self._outcomes[change.identity.key] for change in plan.changes)

    def _step(self, pool: ThreadPoolExecutor) -> None:
        self._skip_dependents()
        self._start(pool)
        if self._running:
            done, _ = wait(self._running, timeout=GATHER, return_when=FIRST_COMPLETED)
            for future in done:
                self._collect(future)
        if self._unverified and self._time_to_verify():
            self._verify()

    # Starting

    def _start(self, pool: ThreadPoolExecutor) -> None:
        if self.deadline.stopping:
            self._halt("the run was asked to stop")
        if self._halted:
            for key in list(self._waiting):
                self._finish(self._waiting.pop(key), Status.NOT_TRIED, message=f"not tried: {self._halted}")
            return
        ready = self._ready()[: self.concurrency - len(self._running)]
        if not ready:
            return
        try:
            self._refresh(older_than=FRESH)
        except FlowSyncError as error:
            self._halt_for(error)
            for change in ready:
                self._waiting.pop(change.identity.key)
                self._fail(change, error)
            return
        for change in ready:
            self._submit(pool, self._waiting.pop(change.identity.key))

    def _ready(self) -> list[Change]:
        busy = {*self._waiting, *(task.change.identity.key for task in self._running.values())}
        return [
            change for change in self._waiting.values() if not any(parent.key in busy for parent in change.depends_on)
        ]

    def _submit(self, pool: ThreadPoolExecutor, change: Change) -> None:
        now = self._view.get(change.identity.key)
        expected = now if self._is_our_stub(change, now) else change.live
        conflict = decide.moved_since_planned(change.identity, expected, now)
        if conflict is None and now is not None:
            conflict = decide.held_by_somebody(change.identity, now, own_client=self.own_client)
        if conflict:
            self._fail(change, conflict)
            return
        self._stubs |= {stub.key for stub in change.stubs}
        task = _Task(change=change, started=time.monotonic(), before=now)
        context = contextvars.copy_context()  # so that a worker's log lines name the run too
        self._running[pool.submit(context.run, self._publish, change, now)] = task

    def _is_our_stub(self, change: Change, now: Live | None) -> bool:
        if now is None or change.identity.key not in self._stubs:
            return False
        author = now.published_by
        return author is None or (author.is_client and author.id == self.own_client)

    def _publish(self, change: Change, before: Live | None) -> Published:
        assert change.desired is not None  # noqa: S101  (planning gives every write its document)
        self.deadline.check(f"starting the publish of {change.identity}")
        log = structlog.get_logger().bind(object=str(change.identity))
        job = self.flows.jobs.register(create_stubs=bool(change.stubs))
        for stub in change.stubs:
            self.state.expect_stub(stub)
        intent = Intent(
            digest=change.desired.digest,
            job_id=job.id,
            planned_version=before.version if before else None,
            at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        )
        self.state.intend(change.identity, intent)
        log.info("publishing", job=job.id, version=intent.planned_version, stubs=len(change.stubs))
        try:
            self.flows.jobs.upload(job, change.desired.content)
            return Published(self.flows.jobs.wait(job.id))
        except (UploadRefused, JobFailed, Conflict):
            # The platform has said that it did not publish, so there is nothing to look for in the next run.
            self.state.forget_intent(change.identity)
            raise

    # Collecting and reading back

    def _collect(self, future: Future[Published]) -> None:
        task = self._running.pop(future)
        error = future.exception()
        if error is None:
            task.job = future.result().job
            task.finished = time.monotonic()
            self._unverified[task.change.identity.key] = task
        elif isinstance(error, FlowSyncError):
            self._fail(task.change, error, task)
        else:
            structlog.get_logger().error("bug", object=str(task.change.identity), exc_info=error)
            self._fail(task.change, InternalError(f"{type(error).__name__}: {error}"), task)

    def _time_to_verify(self) -> bool:
        idle = not self._running and not self._ready()
        oldest = min(task.finished for task in self._unverified.values())
        return idle or time.monotonic() - oldest >= GATHER

    def _verify(self) -> None:
        try:
            self._refresh(newer_than=max(task.finished for task in self._unverified.values()))
        except FlowSyncError as error:
            self._halt_for(error)
            for task in self._unverified.values():
                self._fail(task.change, error, task)
            self._unverified.clear()
            return
        for key, task in list(self._unverified.items()):
            if self._settle(task):
                del self._unverified[key]
        if self._unverified and not self._running:
            # Not visible yet: the platform is given time, and the next listing must be a new one.
            time.sleep(self.pause)
            self._view_at = float("-inf")

    def _settle(self, task: _Task) -> bool:
        """Give a finished job its outcome; ``False`` when the platform does not show it yet."""
        change = task.change
        after = self._view.get(change.identity.key)
        error: FlowSyncError | None
        try:
            error = self._keep(task, after) or verify(change, task.before, after, own_client=self.own_client)
        except FlowSyncError as caught:
            error = caught
        waited = time.monotonic() - task.finished
        if isinstance(error, VerificationFailed) and waited < min(self.patience, self.deadline.remaining):
            return False
        if error:
            self._fail(change, error, task)
        elif after is not None:
            self._note(change, after)
            self._finish(change, Status.DONE, task=task, after=after)
        return True

    def _keep(self, task: _Task, after: Live | None) -> FlowSyncError | None:
        """Put back what the publish reset although the file does not mention it."""
        if task.before is None or after is None or not was_reset(task.change, task.before, after):
            return None
        if not task.restored:
            task.restored = True
            self.flows.restore(before=task.before, after=after)
            self._view_at = float("-inf")
        return VerificationFailed(
            f"{task.change.identity}: the publish reset division or description, and they could not be put back"
        )

    def _refresh(self, *, older_than: float = 0.0, newer_than: float | None = None) -> None:
        now = time.monotonic()
        stale = self._view_at <= newer_than if newer_than is not None else now - self._view_at > older_than
        if stale:
            self._view = {one.identity.key: one for one in self.flows.list()}
            self._view_at = now

    # Outcomes

    def _settle_without_write(self, change: Change) -> None:
        if change.refusal:
            conflict = change.refusal.exit_code == ExitCode.CONFLICT
            self._outcomes[change.identity.key] = _outcome(
                change,
                Status.CONFLICT if conflict else Status.FAILED,
                message=change.refusal.message,
                failure=change.refusal,
            )
        elif change.operation is Operation.BLOCKED:
            self._outcomes[change.identity.key] = _outcome(change, Status.SKIPPED, message=f"skipped: {change.reason}")
        elif change.operation is Operation.LEFT_ALONE:
            self._outcomes[change.identity.key] = _outcome(change, Status.LEFT_ALONE, message=change.reason)
        else:
            if change.records and change.live is not None:
                self._note(change, change.live)
            self._outcomes[change.identity.key] = _outcome(change, Status.UNCHANGED, message=change.reason)

    def _note(self, change: Change, live: Live) -> None:
        assert change.desired is not None  # noqa: S101  (only desired objects are noted)
        self.state.published(
            change.identity,
            digest=change.desired.digest,
            version=live.version or "",
            flow_id=live.id,
            at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        )

    def _skip_dependents(self) -> None:
        """Skip what depends on something that did not come about; once is enough, the order is parents first."""
        for key, change in list(self._waiting.items()):
            stopped_by = next((parent for parent in change.depends_on if self._did_not_come_about(parent)), None)
            if stopped_by:
                self._finish(self._waiting.pop(key), Status.SKIPPED, message=f"skipped because of {stopped_by}")

    def _did_not_come_about(self, parent: Identity) -> bool:
        outcome = self._outcomes.get(parent.key)
        return outcome is not None and outcome.status in {
            Status.FAILED,
            Status.CONFLICT,
            Status.SKIPPED,
            Status.NOT_TRIED,
        }

    def _fail(self, change: Change, error: FlowSyncError, task: _Task | None = None) -> None:
        status = Status.CONFLICT if isinstance(error, Conflict) else Status.FAILED
        self._finish(change, status, message=error.message, error=error, task=task)
        self._halt_for(error)
        if self.on_failure is OnFailure.STOP:
            self._halt(f"{change.identity} failed, and --on-failure stop was given")

    def _halt_for(self, error: FlowSyncError) -> None:
        if isinstance(error, ApiUnavailable | CredentialsError | LockUnavailable | InternalError | InvalidInput):
            self._halt(error.message)

    def _halt(self, why: str) -> None:
        self._halted = self._halted or why

    def _finish(
        self,
        change: Change,
        status: Status,
        *,
        message: str = "",
        error: FlowSyncError | None = None,
        task: _Task | None = None,
        after: Live | None = None,
    ) -> None:
        messages = _warnings(task.job) if task and task.job else ()
        outcome = Outcome(
            identity=change.identity,
            operation=change.operation,
            status=status,
            message=message,
            failure=error.failure() if error else None,
            version_before=change.live.version if change.live else None,
            version_after=after.version if after else None,
            warnings=(*change.warnings, *messages),
            seconds=round(time.monotonic() - task.started, 3) if task else 0.0,
        )
        self._outcomes[change.identity.key] = outcome
        self.report(outcome)


def _warnings(job: JobState) -> tuple[str, ...]:
    return tuple(message.text for message in job.messages if message.text)


def _outcome(change: Change, status: Status, **more: object) -> Outcome:
    version = change.live.version if change.live else None
    return Outcome(
        identity=change.identity,
        operation=change.operation,
        status=status,
        version_before=version,
        warnings=change.warnings,
        **more,  # type: ignore[arg-type]  # the two names that callers pass are fields of Outcome
    )
