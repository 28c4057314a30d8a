"""
Carry out a plan: parents first, independent objects in parallel, each verified before it counts as done.

One thread decides and reads back; the workers only publish. Reading back and checking for edits of others are
listings that serve all objects at once, so that they cost a call per some seconds and not per object.
"""

from __future__ import annotations

import contextvars
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Protocol

import structlog

from hook.deadline import Deadline
from hook.documents.native.packing import Configuration
from hook.engine import decide
from hook.engine.locking import Lock
from hook.engine.native.binding import Names, bound
from hook.engine.native.protocol import NativeFlows
from hook.engine.native.route import NativePublisher
from hook.engine.outcomes import Outcomes
from hook.engine.publish import Jobs, Publisher
from hook.engine.read_back import FlowKeeper, ReadBack
from hook.engine.state import State
from hook.engine.task import Task
from hook.engine.view import View
from hook.errors import (
    ApiUnavailable,
    CredentialsError,
    FlowSyncError,
    InternalError,
    InvalidInput,
    LockUnavailable,
)
from hook.genesys.job_states import JobState
from hook.model import Change, Identity, Known, Live, Outcome, Plan

FRESH = 10.0
"""Seconds that a listing may be old when a write relies on it."""

GATHER = 3.0
"""Seconds that a finished job waits for others before it is read back, while there is still work."""

UNSEEN = "the job had succeeded, and what it published could not be read back; the next run looks before it publishes"

ENDS_THE_RUN = (ApiUnavailable, CredentialsError, LockUnavailable, InternalError, InvalidInput)
"""Failures that the next object would meet as well."""

Key = tuple[str, str, str]


class OnFailure(StrEnum):
    """What happens to the rest when one object failed."""

    CONTINUE = "continue"
    STOP = "stop"


class FlowWriter(FlowKeeper, Protocol):
    """What is needed of the organisation's flows."""

    @property
    def jobs(self) -> Jobs:
        """The flow jobs."""
        ...

    def list(self) -> tuple[Live, ...]:
        """List every flow."""
        ...


class Applier:
    """
    Carries out one plan.

    Args:
        flows: The organisation's flows.
        state: Where intents and results are noted.
        deadline: The end of the run.
        own_client: The id of our OAuth client, ``None`` when it is not known.
        outcomes: Told what became of each change.
        concurrency: How many jobs may run at once; 1 serialises everything.
        on_failure: What happens to the rest when one object failed.
        pause: Seconds between two looks for a publish that is not visible yet.
        lock: Asked right before every write.
        natives: The native route into the organisation's flows.
        known: The objects of other kinds that the plan's documents name.
    """

    def __init__(
        self,
        *,
        flows: FlowWriter,
        natives: NativeFlows,
        known: Sequence[Known],
        state: State,
        deadline: Deadline,
        own_client: str | None,
        outcomes: Outcomes,
        concurrency: int,
        on_failure: OnFailure,
        pause: float,
        lock: Lock,
    ) -> None:
        self._flows = flows
        self._state = state
        self._deadline = deadline
        self._own_client = own_client
        self._outcomes = outcomes
        self._concurrency = concurrency
        self._on_failure = on_failure
        self._pause = pause
        self._lock = lock
        self._publisher = Publisher(jobs=flows.jobs, state=state, deadline=deadline, lock=lock)
        self._natives = NativePublisher(
            flows=natives,
            keeper=flows,
            state=state,
            deadline=deadline,
            lock=lock,
            own_client=own_client or "",
            pause=pause,
        )
        self._known = known
        self._view = View(flows.list)
        self._read_back = ReadBack(flows=flows, natives=natives, deadline=deadline, own_client=own_client, lock=lock)
        self._waiting: dict[Key, Change] = {}
        self._running: dict[Future[JobState | Configuration], Task] = {}
        self._unverified: list[Task] = []
        self._stubs: set[Key] = set()
        self._halted = ""

    def apply(self, plan: Plan) -> tuple[Outcome, ...]:
        """Carry out a plan; every change of it has an outcome afterwards, in the plan's order."""
        with self._state.together():
            for change in plan.changes:
                if change.records and change.refusal is None and change.live and not change.writes:
                    self._note(change, change.live)
        for change in plan.changes:
            if change.writes and change.refusal is None:
                self._waiting[change.identity.key] = change
            else:
                self._outcomes.without_write(change)
        with ThreadPoolExecutor(max_workers=self._concurrency, thread_name_prefix="publish") as pool:
            while self._waiting or self._running or self._unverified:
                self._skip()
                self._start(pool)
                self._collect()
                self._verify()
        return self._outcomes.of(plan)

    def _skip(self) -> None:
        """Skip what depends on something that came to nothing; one pass is enough, parents stand first."""
        for key, change in list(self._waiting.items()):
            parent = next((one for one in change.depends_on if self._outcomes.came_to_nothing(one)), None)
            if parent:
                del self._waiting[key]
                self._outcomes.skipped(change, parent)

    def _start(self, pool: ThreadPoolExecutor) -> None:
        if self._deadline.stopping:
            self._halt("the run was asked to stop")
        try:
            self._lock.check()
        except LockUnavailable as error:
            self._halt(error.message)
        if self._halted:
            for change in self._waiting.values():
                self._outcomes.not_tried(change, self._halted)
            self._waiting.clear()
            return
        ready = self._ready()[: self._concurrency - len(self._running)]
        if not ready:
            return
        try:
            self._view.look(since=time.monotonic() - FRESH)
        except FlowSyncError as error:
            for change in ready:
                del self._waiting[change.identity.key]
                self._fail(change, error)
            return
        for change in ready:
            if not self._halted:
                del self._waiting[change.identity.key]
                self._submit(pool, change)

    def _ready(self) -> list[Change]:
        busy = {*self._waiting, *(task.change.identity.key for task in self._running.values())}
        unseen = busy | {task.change.identity.key for task in self._unverified}
        return [
            change
            for change in self._waiting.values()
            # A native flow needs the ids of those that it names, so a listing must have shown them.
            if not any(one.key in (unseen if _is_native(change) else busy) for one in change.depends_on)
        ]

    def _submit(self, pool: ThreadPoolExecutor, change: Change) -> None:
        now = self._view.get(change.identity)
        planned = now if self._is_our_stub(change.identity, now) else change.live
        conflict = decide.moved_since_planned(change.identity, planned, now)
        if conflict is None and now is not None:
            conflict = decide.held_by_somebody(change.identity, now, own_client=self._own_client)
        if conflict:
            self._fail(change, conflict)
            return
        try:
            publish = self._publish(change, now)
        except FlowSyncError as error:
            self._fail(change, error)
            return
        self._stubs |= {stub.key for stub in change.stubs}
        # A worker's log lines name the run, and how many flows are left, too.
        structlog.contextvars.bind_contextvars(left=len(self._waiting) + len(self._running) + 1)
        context = contextvars.copy_context()
        self._running[pool.submit(context.run, publish)] = Task(change, now)

    def _publish(self, change: Change, now: Live | None) -> Callable[[], JobState | Configuration]:
        """
        Return what publishes a change; the ids that a native configuration needs are those of this moment.

        Raises:
            NameUnresolved: The organisation has not exactly one object of a name.
        """
        if change.desired is None or not _is_native(change):
            return partial(self._publisher.publish, change, now)
        names = Names(self._known, self._view.flows)
        configuration = bound(json.loads(change.desired.content), names, what=change.identity)
        return partial(self._natives.publish, change, now, configuration)

    def _is_our_stub(self, identity: Identity, now: Live | None) -> bool:
        if now is None or identity.key not in self._stubs:
            return False
        # Between our job and now, a client made it: that the platform names ours is not certain.
        return now.published_by is None or now.published_by.is_client

    def _collect(self) -> None:
        if not self._running:
            return
        finished, _ = wait(self._running, timeout=GATHER, return_when=FIRST_COMPLETED)
        for future in finished:
            task = self._running.pop(future)
            error = future.exception()
            if task.change.stubs:
                # What stood there before the next publish may be a stub now, and must not pass for its result.
                self._view.forget()
            if error is None:
                result, task.finished = future.result(), time.monotonic()
                if isinstance(result, JobState):
                    task.job = result
                else:
                    task.sent = result
                self._unverified.append(task)
            elif isinstance(error, FlowSyncError):
                self._fail(task.change, error, task)
            else:
                structlog.get_logger().error("bug", object=str(task.change.identity), exc_info=error)
                self._fail(task.change, InternalError(f"{type(error).__name__}: {error}"), task)

    def _verify(self) -> None:
        """Read back what was published: at once when there is nothing else to do, otherwise some at a time."""
        if not self._unverified:
            return
        busy = self._running or (self._ready() and not self._halted)
        if busy and time.monotonic() - self._unverified[0].finished < GATHER:
            return
        tasks, self._unverified = self._unverified, []
        try:
            self._view.look(since=max(task.finished for task in tasks))
        except FlowSyncError as error:
            for task in tasks:
                self._fail(task.change, error, task, UNSEEN)
            return
        self._unverified = [task for task in tasks if not self._settle(task)]
        if self._unverified:
            # The platform does not show it yet; the next look must be a new listing.
            self._view.forget()
            if not self._running:
                time.sleep(self._pause)

    def _settle(self, task: Task) -> bool:
        """Give a finished job its outcome; ``False`` when the platform does not show it yet."""
        after = self._view.get(task.change.identity)
        error = self._read_back.judge(task, after)
        if self._read_back.may_still_show(task, error):
            return False
        if error is None and after:
            error = self._noted(task.change, after)
        if error:
            self._fail(task.change, error, task)
        elif after:
            self._outcomes.done(task.change, after, warnings=task.warnings, seconds=task.seconds)
        return True

    def _noted(self, change: Change, after: Live) -> FlowSyncError | None:
        """Note what was published; a state that cannot be written must not lose the outcomes of the run."""
        try:
            self._note(change, after)
            for stub in change.stubs:
                made = self._view.get(stub)
                if made is not None and self._is_our_stub(stub, made):
                    self._state.stub_made(stub, flow_id=made.id, version=made.version)
        except FlowSyncError as error:
            return error
        return None

    def _note(self, change: Change, live: Live) -> None:
        if change.desired:
            self._state.published(
                change.identity,
                digest=change.desired.digest,
                public_digest=change.desired.public_digest,
                version=live.version or "",
                flow_id=live.id,
                at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
                file=change.desired.place.file,
            )

    def _fail(self, change: Change, error: FlowSyncError, task: Task | None = None, *notes: str) -> None:
        if task:
            self._outcomes.failed(change, error, warnings=(*task.warnings, *notes), seconds=task.seconds)
        else:
            self._outcomes.failed(change, error)
        if isinstance(error, ENDS_THE_RUN):
            self._halt(error.message)
        elif self._on_failure is OnFailure.STOP:
            self._halt(f"{change.identity} failed, and --on-failure stop was given")

    def _halt(self, why: str) -> None:
        self._halted = self._halted or why


def _is_native(change: Change) -> bool:
    return change.desired is not None and change.desired.native
