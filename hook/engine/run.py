"""One run: live, plan, guards, apply, verify; and the one result that everything else is derived from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog

from hook.deadline import Deadline
from hook.engine.apply import Applier, OnFailure
from hook.engine.locking import Lock, NoLock
from hook.engine.marker import Marker, NoMarker
from hook.engine.outcomes import Outcomes
from hook.engine.planning import Planned, Sources, make_plan
from hook.engine.protocols import Guards, Platform
from hook.engine.records import Journal, NoRecords, RecordStore
from hook.engine.recovery import Recovery
from hook.engine.state import State
from hook.engine.stores import Contents, Store
from hook.engine.target import Policy, Target
from hook.errors import (
    Conflict,
    CredentialsError,
    FlowSyncError,
    InternalError,
    Terminated,
)
from hook.model import (
    Examination,
    ExitCode,
    Finding,
    Live,
    Organisation,
    Outcome,
    Plan,
    Problem,
    Result,
)

LOOKS = 30
"""How often to look at guards that may pass by themselves."""

LONGEST_INTERVAL = 10.0
"""Seconds between two looks at guards that may pass by themselves."""


@dataclass
class Run:
    """
    One run.

    Args:
        run_id: What the run is called in logs and state.
        target: What is to be reached.
        platform: The organisation.
        store: Where the state is kept.
        policy: How to behave.
        deadline: The end of the run.
        guards: What may refuse the plan.
        lock: Without it nothing is written.
        records: Where it is kept what the last runs changed.
        marker: What says in the cluster whether the files are live.
        confirm: Asks whether to go on; raises when the answer is no.
        report: Called with each outcome as soon as it is known.
    """

    run_id: str
    target: Target
    platform: Platform
    store: Store
    policy: Policy
    deadline: Deadline
    guards: Guards
    lock: Lock = field(default_factory=NoLock)
    records: RecordStore = field(default_factory=NoRecords)
    marker: Marker = field(default_factory=NoMarker)
    confirm: Callable[[Plan], None] = lambda plan: None  # noqa: ARG005
    report: Callable[[Outcome], None] = lambda outcome: None  # noqa: ARG005
    _started: datetime = field(default_factory=lambda: datetime.now(tz=UTC), init=False)
    _organisation: Organisation | None = field(default=None, init=False)
    _own_client: str | None = field(default=None, init=False)
    _plan: Plan | None = field(default=None, init=False)
    _findings: tuple[Finding, ...] = field(default=(), init=False)
    _outcomes: tuple[Outcome, ...] = field(default=(), init=False)
    _problems: tuple[Problem, ...] = field(default=(), init=False)
    _notes: list[str] = field(default_factory=list, init=False)
    _journal: Journal = field(init=False)
    _locked: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Open the journal of this run."""
        self._journal = Journal(self.records, run_id=self.run_id, target=self.target, started=self._started)

    def execute(self) -> Result:
        """Carry out the run; every failure that we know of becomes part of the result."""
        failure: FlowSyncError | None = None
        self._problems = self.target.warnings
        try:
            self._go()
        except FlowSyncError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  (whatever gets here is a bug; what was done must be told all the same)
            structlog.get_logger().exception("bug")
            failure = InternalError(f"{type(error).__name__}: {error}", hint="Please report it with the log.")
        if self.deadline.stopping and not isinstance(failure, InternalError):
            failure = Terminated(
                "the run was asked to stop (SIGTERM) and stopped cleanly",
                hint="Rerun: what was done is not done again.",
                details=(failure.message,) if failure else (),
            )
        return self._closed(self._result(failure))

    def _closed(self, result: Result) -> Result:
        """Note the end of the run and give back the lock; neither may cost the result."""
        try:
            if self._locked:
                self.lock.check()
                if result.exit_code == ExitCode.DONE:
                    self._notes += filter(None, [self._marked()])
                self._journal.end(result)
        except FlowSyncError as error:
            self._notes.append(f"the record of this run is not complete: {error.message}")
        except Exception as error:  # noqa: BLE001  (a bug must not cost what there is to tell)
            structlog.get_logger().exception("bug")
            self._notes.append(f"the record of this run is not complete: {type(error).__name__}: {error}")
        try:
            told = self.lock.release()
        except Exception as error:  # noqa: BLE001  (the same)
            structlog.get_logger().exception("bug")
            told = f"the lock could not be given back and runs out by itself: {type(error).__name__}: {error}"
        if told:
            self._notes.append(told)
        return replace(result, notes=tuple(self._notes))

    def _marked(self) -> str:
        """Mark the end of a good run; return what went wrong, or nothing."""
        return self.marker.complete() if self.target.whole else self.marker.restore()

    def _go(self) -> None:
        log = structlog.get_logger()
        self._organisation, self._own_client = self.platform.who_am_i()
        log.info("organisation", id=self._organisation.id, name=self._organisation.name)
        try:
            died, state = self._begin(self._organisation)
        except CredentialsError:
            if not self._is_foreign(self._organisation):
                raise
            return
        self._problems = (*self._problems, *state.problems)
        recovery = Recovery(
            state=state,
            target=self.target,
            platform=self.platform,
            policy=self.policy,
            deadline=self.deadline,
            lock=self.lock,
            own_client=self._own_client,
            notes=self._notes,
        )
        planned = self._make_plan(state, recovery.settle(died))
        self._examine(planned, self._organisation)
        if self.policy.write and self._wait(planned, self._organisation):
            planned = self._make_plan(state, self.platform.flows.list())
            self._examine(planned, self._organisation)
        log.info("planned", writes=len(planned.plan.writes), checksum=planned.plan.checksum)
        self._check_approved(planned.plan)
        if self.policy.write and self._may_write(planned.plan):
            self._apply(planned, state, self._organisation)
            self.lock.check()
        recovery.check()

    def _begin(self, organisation: Organisation) -> tuple[str, State]:
        """Take the lock and read the state; return what is told of a holder that died, and the state."""
        died = ""
        if self.policy.write:
            died, self._locked = self.lock.acquire(organisation.id), True
        state = State(
            self.store if self.policy.write else _Unwritten(self.store),
            organisation_id=organisation.id,
            environment=self.target.environment,
            run_id=self.run_id,
            public=not self.target.secrets_known,
        )
        return died, state

    def _is_foreign(self, organisation: Organisation) -> bool:
        """
        Tell whether the guards refuse this organisation, whatever the plan; what they say is kept.

        The rights in the cluster are given for the organisation that the environment means. The client of another one
        is refused there, and to give more rights would be the wrong way out.
        """
        expected = self.target.organisation_id
        if not expected or expected.casefold() == organisation.id.casefold():
            return False
        self._examine(Planned(Plan(()), (), ()), organisation)
        return any(finding.verdict.refuses for finding in self._findings)

    def _make_plan(self, state: State, live: Sequence[Live]) -> Planned:
        sources = Sources(
            desired=self.target.desired,
            live=live,
            state=state,
            flows=self.platform.flows,
            names=self.platform.names,
            own_client=self._own_client,
            whole=self.target.whole,
            left_out=self.target.left_out,
        )
        planned = make_plan(sources, policy=self.policy.on_drift, is_approved=self.guards.is_approved)
        self._plan = planned.plan
        return planned

    def _examine(self, planned: Planned, organisation: Organisation) -> None:
        self._findings = self.guards.examine(
            Examination(
                plan=planned.plan,
                environment=self.target.environment,
                organisation=organisation,
                expected_organisation_id=self.target.organisation_id,
                resolutions=planned.resolutions,
                known=planned.known,
            )
        )

    def _wait(self, planned: Planned, organisation: Organisation) -> bool:
        """Wait for what may clear by itself; tell whether it did, so that the plan must be made anew."""
        until = time.monotonic() + self.policy.wait
        interval = min(LONGEST_INTERVAL, self.policy.wait / LOOKS)
        waited = False
        while (refusals := [one for one in self._findings if one.verdict.refuses]) and time.monotonic() < until:
            if not all(one.passing for one in refusals):
                return False
            left = round(until - time.monotonic())
            structlog.get_logger().info("waiting", reason=refusals[0].message, others=len(refusals) - 1, left=left)
            self.deadline.sleep(interval, doing="waiting for the guards to pass")
            self._examine(planned, organisation)
            waited = True
        return waited and not refusals

    def _check_approved(self, plan: Plan) -> None:
        expected = self.policy.expected_checksum
        if expected and expected != plan.checksum:
            raise Conflict(
                f"the plan is not the one that was approved: its checksum is {plan.checksum}, expected {expected}",
                hint="Look at the new plan, and approve that one.",
            )

    def _may_write(self, plan: Plan) -> bool:
        if any(finding.verdict.refuses for finding in self._findings):
            return False
        if any(change.refusal and change.refusal.exit_code == ExitCode.GUARD for change in plan.changes):
            return False
        return not (self.policy.on_failure is OnFailure.STOP and any(change.refusal for change in plan.changes))

    def _apply(self, planned: Planned, state: State, organisation: Organisation) -> None:
        plan = planned.plan
        if plan.writes:
            self.confirm(plan)
            self.lock.check()
            self._journal.begin(organisation.id, plan)
            self._notes += filter(None, [self.marker.begin()])
        outcomes = Outcomes(self.report)
        applier = Applier(
            flows=self.platform.flows,
            natives=self.platform.natives,
            known=planned.known,
            state=state,
            deadline=self.deadline,
            own_client=self._own_client,
            outcomes=outcomes,
            concurrency=self.policy.concurrency,
            on_failure=self.policy.on_failure,
            pause=self.policy.verify_pause,
            lock=self.lock,
        )
        try:
            applier.apply(plan)
        finally:
            self._outcomes = outcomes.of(plan)

    def _result(self, failure: FlowSyncError | None) -> Result:
        return Result(
            run_id=self.run_id,
            command=self.policy.command,
            environment=self.target.environment,
            started=self._started,
            finished=datetime.now(tz=UTC),
            organisation=self._organisation,
            plan=self._plan,
            problems=self._problems,
            findings=self._findings,
            outcomes=self._outcomes,
            failure=failure.failure() if failure else None,
            calls=self.platform.calls,
            differences_are_an_error=self.policy.differences_are_an_error,
            notes=tuple(self._notes),
        )


class _Unwritten:
    """A store that is only read: a plan changes nothing, not even the state."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, organisation_id: str) -> tuple[Contents, tuple[Problem, ...]]:
        return self._store.load(organisation_id)

    def save(self, contents: Contents) -> None:
        """Keep nothing."""
