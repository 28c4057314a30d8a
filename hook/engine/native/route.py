"""
Publish one native configuration: check out, save, check in, publish; each end awaited, each lost answer looked after.

Until the publish has begun, nothing of the flow that is live has changed, and whatever goes wrong ends with the flow
given back. A check-in cannot be taken back: it leaves a version that is not published, which is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from hook.deadline import Deadline
from hook.documents.native.packing import Configuration
from hook.engine.locking import Lock
from hook.engine.native.creating import create, created_before
from hook.engine.native.holding import Holding
from hook.engine.native.merging import merged
from hook.engine.native.protocol import NativeFlows
from hook.engine.native.steps import Steps
from hook.engine.read_back import FlowKeeper
from hook.engine.state import State
from hook.engine.stores import Intent
from hook.engine.verify import plain, to_keep
from hook.errors import (
    Conflict,
    FlowSyncError,
    LockUnavailable,
    NotFound,
    OperationFailed,
    Terminated,
)
from hook.model import Change, Live

RESERVE = 10.0
"""Seconds before the run's end at which waiting stops, so that the flow can still be given back."""


@dataclass(frozen=True, slots=True)
class NativePublisher:
    """
    Publishes native configurations; its threads share it.

    Args:
        flows: The native route into the organisation's flows.
        keeper: Sets a description that the publish did not take over.
        state: Where intents are noted before anything is written.
        deadline: The end of the run.
        lock: Asked right before every write.
        own_client: The id of our OAuth client.
        pause: Seconds between two looks for what is not visible yet.
    """

    flows: NativeFlows
    keeper: FlowKeeper
    state: State
    deadline: Deadline
    lock: Lock
    own_client: str
    pause: float

    def publish(self, change: Change, before: Live | None, configuration: Configuration) -> Configuration:
        """
        Publish a configuration.

        Args:
            change: The change that it belongs to.
            before: The flow right before the write, ``None`` when there is none.
            configuration: With the organisation's ids.

        Returns:
            The configuration that was sent; that the platform shows it is for others to verify.

        Raises:
            OperationFailed: The platform refused the check-in or the publish.
            Conflict: Somebody holds the flow, or published meanwhile.
            Terminated: The run was asked to stop before the publish had begun.
            LockUnavailable: The run's lock was lost; the flow stays checked out for whoever has it now.
            FlowSyncError: It could not be done, or it is not known what became of it.
        """
        return _Passage(self, change, before).run(configuration)


class _Passage:
    """One flow on its way."""

    def __init__(self, to: NativePublisher, change: Change, before: Live | None) -> None:
        self._to = to
        self._change = change
        self._before = before
        self._identity = change.identity
        self._holding: Holding | None = None
        self._notes: list[str] = []
        self._publishing = False
        entry = to.state.entry(change.identity)
        self._made_by_earlier_run = entry.flow_id if entry and entry.stub and before is None else None

    def run(self, configuration: Configuration) -> Configuration:
        self._permitted("check-out")
        self._intend()
        try:
            return self._carry_out(configuration)
        except LockUnavailable:
            # Another run may have taken the lock over, and with it what is checked out for the client of both.
            raise
        except FlowSyncError as error:
            left = self._holding.give_back() if self._holding else ()
            kept = self._holding.notes if self._holding else ()
            told: FlowSyncError = error
            if isinstance(error, NotFound) and self._holding and self._holding.is_gone():
                told = Conflict(
                    f"{self._identity} was deleted while this run was under way", hint="Rerun to plan anew."
                )
            told.details = (*told.details, *self._notes, *kept, *left)
            if not left and (not self._publishing or isinstance(error, OperationFailed)):
                self._forget()
            if told is error:
                raise
            raise told from error
        except Exception:
            # A bug of ours must not keep the flow from those who work on it.
            left = self._holding.give_back() if self._holding else ()
            structlog.get_logger().error("gave the flow back after a bug", object=str(self._identity), left=left)
            raise

    def _carry_out(self, configuration: Configuration) -> Configuration:
        flow = self._before or self._create()
        self._holding = holding = self._holding or self._hold(flow)
        steps = Steps(
            flows=self._to.flows,
            holding=holding,
            identity=self._identity,
            planned=self._before,
            own_client=self._to.own_client,
            permitted=self._permitted,
            pause=self._pause,
            deadline=self._to.deadline.before(RESERVE),
            notes=self._notes,
        )
        free = holding.look().live
        steps.same(free, since=self._change.live or flow)
        live = self._to.flows.configuration(flow.id, flow.version) if flow.version else None
        taken = holding.take(free)
        steps.same(taken, since=free)
        configuration = self._as_described(merged(configuration, live), taken)
        steps.save(flow.id, configuration)
        version = steps.check_in(taken, configuration)
        self._intend(checked_in=version)
        steps.publish(version, former=to_keep(self._change.desired, taken))
        self._describe(flow.id)
        return configuration

    def _hold(self, flow: Live) -> Holding:
        return Holding(
            flows=self._to.flows,
            identity=self._identity,
            flow_id=flow.id,
            own_client=self._to.own_client,
            permitted=self._permitted,
            deadline=self._to.deadline,
            made=self._before is None,
        )

    def _as_described(self, configuration: Configuration, now: Live) -> Configuration:
        """Return the configuration with the description that the flow has, where the file is silent."""
        if self._said_description() is not None:
            return configuration
        # Somebody may have changed it since that version was published.
        present = now.attribute("description") or ""
        if present == (configuration.get("description") or ""):
            return configuration
        return {**configuration, "description": present}

    def _said_description(self) -> str | None:
        return self._change.desired.attribute("description") if self._change.desired else None

    def _create(self) -> Live:
        """Create the flow, unless an earlier run did and the listings do not show it yet."""
        flows, state = self._to.flows, self._to.state
        made = created_before(flows, self._identity, self._made_by_earlier_run)
        if made is None:
            self._permitted("creation")
            made = create(flows, self._identity, description=self._said_description(), pause=self._pause)
        self._holding = self._hold(made)
        state.stub_made(self._identity, flow_id=made.id, version=made.version)
        self._notes.append("the flow was created, and stays without a published version")
        return made

    def _pause(self, doing: str) -> None:
        self._to.deadline.before(RESERVE).sleep(self._to.pause, doing=doing)

    def _describe(self, flow_id: str) -> None:
        """Set the description that the file says, where the publish did not take it over."""
        said = self._said_description()
        if said is None:
            return
        now = self._to.flows.look(flow_id).live
        if plain("description", now.attribute("description") or "") == plain("description", said):
            return
        self._to.lock.check()
        wanted = Live(now.identity, now.id, attributes=(("description", said),))
        self._to.keeper.restore(before=wanted, after=now, what=("description",))

    def _permitted(self, doing: str) -> None:
        """Raise when nothing may be written any more."""
        if self._to.deadline.stopping:
            raise Terminated(
                f"{self._identity}: the run was asked to stop before the {doing}; the flow that is live is unchanged",
                hint="Rerun: it is published then.",
            )
        self._to.deadline.before(RESERVE).check(f"{doing} of {self._identity}")
        self._to.lock.check()
        self._publishing = self._publishing or doing == "publish"

    def _intend(self, *, checked_in: str = "") -> None:
        desired = self._change.desired
        if desired is None:
            raise ValueError(f"{self._identity} has no document")
        state = self._to.state
        if self._before is None and not checked_in:
            state.expect_stub(self._identity)
        intent = Intent(
            native=True,
            digest=desired.digest,
            public_digest=desired.public_digest,
            planned_version=self._before.version if self._before else None,
            checked_in=checked_in,
            description=None if desired.has_secrets else self._said_description(),
            description_before=(self._before.attribute("description") or "") if self._before else "",
            former=to_keep(desired, self._before),
            at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        )
        state.intend(self._identity, intent)

    def _forget(self) -> None:
        # What has happened must be told now; where this cannot be noted, the next run looks at the flow.
        try:
            self._to.state.forget_intent(self._identity)
        except FlowSyncError as error:
            structlog.get_logger().warning("not noted", object=str(self._identity), why=error.message)
