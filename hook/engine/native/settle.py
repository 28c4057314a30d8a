"""What an earlier run had under way on the native route when it ended: wait for its operations, give its flows back."""

from __future__ import annotations

from dataclasses import dataclass

from hook.deadline import Deadline
from hook.engine.locking import Lock
from hook.engine.native.comparing import between
from hook.engine.native.holding import Holding
from hook.engine.native.ownership import is_ours
from hook.engine.native.protocol import NativeFlows
from hook.engine.read_back import FlowKeeper
from hook.engine.stores import Entry, Intent
from hook.errors import Conflict, NotFound, OperationFailed
from hook.genesys.operations import Seen
from hook.model import Live


@dataclass(frozen=True, slots=True)
class Settled:
    """
    What became of one write.

    ``live`` is the flow as it is now, ``None`` when there is none; ``published`` tells that what that write had checked
    in is live; ``told`` says in words what there is to tell; ``held`` that the flow is still checked out for us.
    """

    live: Live | None
    published: bool
    told: str
    held: bool = False


def described_otherwise(intent: Intent, live: Live) -> bool:
    """Tell whether a flow still has the description of before a publish whose file says another one."""
    has = live.attribute("description") or ""
    return intent.description is not None and has == intent.description_before != intent.description


@dataclass(frozen=True, slots=True)
class Settler:
    """
    Settles the native writes of earlier runs.

    Args:
        flows: The native route into the organisation's flows.
        keeper: Sets a description.
        own_client: The id of our OAuth client.
        deadline: The end of the run.
        lock: Asked right before each write.
        write: Whether this run may write; otherwise it only tells.
    """

    flows: NativeFlows
    keeper: FlowKeeper
    own_client: str
    deadline: Deadline
    lock: Lock
    write: bool

    def settle(self, entry: Entry) -> Settled:
        """
        Settle the write that an entry of the state notes.

        Raises:
            ApiUnavailable: It cannot be known yet what became of it.
            LockUnavailable: The lock was lost.
        """
        intent = entry.intent
        if intent is None:
            raise ValueError(f"{entry.identity} has no intent")
        seen = self._find(entry)
        if seen is None:
            known = intent.planned_version is not None or entry.flow_id is not None
            gone = "wrote to a flow that is not there any more" if known else "had not created it"
            return Settled(None, published=False, told=gone)
        told: list[str] = []
        if seen.operation and not seen.operation.done and seen.operation.may_be_of(self.own_client):
            try:
                self.flows.follow(seen.live.id, seen.operation, deadline=self.deadline)
            except OperationFailed as error:
                told.append(f"had begun an operation that failed: {error.message}")
            except Conflict as error:
                told.append(error.message)
            seen = self.flows.look(seen.live.id)
        held = False
        if is_ours(seen.live, self.own_client):
            said, held = self._give_back(entry, seen.live)
            told.append(said)
        published = self._is_published(seen.live, intent)
        if published and described_otherwise(intent, seen.live):
            told.append(self._describe(intent, seen.live))
        return Settled(seen.live, published=published, told="; ".join(told), held=held)

    def _is_published(self, live: Live, intent: Intent) -> bool:
        """Tell whether what a write had checked in is live, under its version or, by content, under another one."""
        if live.version is None or live.version == intent.planned_version or not intent.checked_in:
            return False
        if live.version == intent.checked_in:
            return True
        try:
            ours = self.flows.configuration(live.id, intent.checked_in)
        except NotFound:
            return False
        return not between(ours, self.flows.configuration(live.id, live.version), layout=True)

    def _describe(self, intent: Intent, live: Live) -> str:
        """Do what was left to do after the publish; return what there is to tell."""
        if not self.write:
            return "had published it without its description; a sync sets it"
        self.lock.check()
        wanted = Live(live.identity, live.id, attributes=(("description", intent.description or ""),))
        self.keeper.restore(before=wanted, after=live, what=("description",))
        return "had published it without its description, which was set"

    def _find(self, entry: Entry) -> Seen | None:
        flow_id = entry.flow_id
        if flow_id is None:
            found = self.flows.find(entry.identity)
            flow_id = found.id if found else None
        try:
            return self.flows.look(flow_id) if flow_id else None
        except NotFound:
            return None

    def _give_back(self, entry: Entry, live: Live) -> tuple[str, bool]:
        """Return what there is to tell, and whether the flow is still checked out for us."""
        if not self.write:
            return "had left it checked out; a sync gives it back", True
        holding = Holding(
            flows=self.flows,
            identity=entry.identity,
            flow_id=live.id,
            own_client=self.own_client,
            permitted=lambda _: self.lock.check(),
            deadline=self.deadline,
            made=True,
        )
        self.lock.check()
        left = holding.give_back()
        if left:
            return f"had left it checked out: {left[0]}", True
        return "; ".join(("had left it checked out, which was given back", *holding.notes)), False
