"""One run: live, plan, guards, apply, verify; and the one result that everything else is derived from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from hook.deadline import Deadline
from hook.engine.apply import Applier, OnFailure
from hook.engine.locking import Lock, NoLock
from hook.engine.outcomes import Outcomes
from hook.engine.planning import Planned, Sources, make_plan
from hook.engine.protocols import Guards, Platform
from hook.engine.records import Journal, NoRecords, RecordStore
from hook.engine.recover import Finished, Reset, finish_jobs, note, take_over, unseen
from hook.engine.restore import put_back
from hook.engine.state import State
from hook.engine.stores import Contents, Store
from hook.engine.target import Policy, Target
from hook.errors import ApiUnavailable, Conflict, FlowSyncError, InternalError, Terminated, VerificationFailed
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
"""How often to look for what may still show: an earlier run's result, a guard that may pass."""

RECENT = timedelta(minutes=10)
"""How long what an earlier run published may still be on its way into the listings."""


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
    _not_put_back: list[FlowSyncError] = field(default_factory=list, init=False)
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
                self._journal.end(result)
        except FlowSyncError as error:
            self._notes.append(f"the record of this run is not complete: {error.message}")
        if told := self.lock.release():
            self._notes.append(told)
        return replace(result, notes=tuple(self._notes))

    def _go(self) -> None:
        log = structlog.get_logger()
        self._organisation, self._own_client = self.platform.who_am_i()
        log.info("organisation", id=self._organisation.id, name=self._organisation.name)
        died = ""
        if self.policy.write:
            died, self._locked = self.lock.acquire(self._organisation.id), True
        state = State(
            self.store if self.policy.write else _Unwritten(self.store),
            organisation_id=self._organisation.id,
            environment=self.target.environment,
            run_id=self.run_id,
            public=not self.target.secrets_known,
        )
        self._problems = (*self._problems, *state.problems)
        planned = self._make_plan(state, self._recover(state, died))
        self._examine(planned, self._organisation)
        if self.policy.write and self._wait(planned, self._organisation):
            planned = self._make_plan(state, self.platform.flows.list())
            self._examine(planned, self._organisation)
        log.info("planned", writes=len(planned.plan.writes), checksum=planned.plan.checksum)
        self._check_approved(planned.plan)
        if self.policy.write and self._may_write(planned.plan):
            self._apply(planned.plan, state, self._organisation)
            self.lock.check()
        if self._not_put_back:
            raise self._not_put_back[0]

    def _recover(self, state: State, died: str) -> Sequence[Live]:
        """Settle what an earlier run left unfinished; return the live flows."""
        finished, notes = finish_jobs(state, self.platform.jobs)
        if died:
            unsure = f"{len(notes)} of its writes were unsure" if notes else "none of its writes was unsure"
            self._notes.append(f"{died}; {unsure}.")
        self._notes += notes
        live: Sequence[Live] = self.platform.flows.list()
        if not finished:
            return live
        live = self._see(finished, live)
        since = self.platform.flows.published_since
        resets = take_over(state, finished, live, published_since=since, desired=self.target.desired)
        return self._put_back(state, resets) if resets else live

    def _put_back(self, state: State, resets: Sequence[Reset]) -> Sequence[Live]:
        """Put back what a publish of an earlier run reset; a plan only tells."""
        flows = self.platform.flows
        if not self.policy.write:
            for one in resets:
                note(state, one)
                self._notes.append(
                    f"{one.job.identity}: an earlier run's publish reset {one.names}; a sync puts it back."
                )
            return flows.list()
        pause = partial(self.deadline.sleep, self.policy.verify_pause, doing="waiting for what was put back")
        result = put_back(resets, flows=flows, lock=self.lock, pauses=[pause] * LOOKS)
        for one in result.done:
            note(state, one)
            self._notes.append(
                f"{one.job.identity}: an earlier run's publish had reset {one.names}, which was put back."
            )
        for one, why in result.failed:
            note(state, one, unfinished=True)
            self._not_put_back.append(
                VerificationFailed(
                    f"{one.job.identity}: an earlier run's publish reset {one.names}, and it cannot be put back: {why}",
                    hint="Put it back by hand, or say it in the flow's file.",
                )
            )
        return result.live

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

    def _see(self, finished: Sequence[Finished], live: Sequence[Live]) -> Sequence[Live]:
        """Give the platform some time to show what an earlier run's jobs have published."""
        for _ in range(LOOKS):
            if not unseen(finished, live):
                break
            self.deadline.sleep(self.policy.verify_pause, doing="waiting for what an earlier run published")
            live = self.platform.flows.list()
        recent = [
            one
            for one in unseen(finished, live)
            if datetime.now(tz=UTC) - datetime.fromisoformat(one.intent.at) < RECENT
        ]
        if recent:
            raise ApiUnavailable(
                f"an earlier run's job published {recent[0].identity}, and the platform does not show it yet",
                hint="Rerun in some minutes: publishing it again now might make a second one.",
            )
        return live

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

    def _apply(self, plan: Plan, state: State, organisation: Organisation) -> None:
        if plan.writes:
            self.confirm(plan)
            self.lock.check()
            self._journal.begin(organisation.id, plan)
        applier = Applier(
            flows=self.platform.flows,
            state=state,
            deadline=self.deadline,
            own_client=self._own_client,
            outcomes=Outcomes(self.report),
            concurrency=self.policy.concurrency,
            on_failure=self.policy.on_failure,
            pause=self.policy.verify_pause,
            lock=self.lock,
        )
        self._outcomes = applier.apply(plan)

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
