"""Holding one flow: check it out, and give it back so that nobody's work is lost."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from hook.deadline import Deadline
from hook.engine import decide
from hook.engine.native.ownership import has_draft, is_client, is_ours
from hook.engine.native.protocol import NativeFlows
from hook.errors import (
    ApiUnavailable,
    Conflict,
    ConnectionLost,
    FlowSyncError,
    NotFound,
    OperationFailed,
    PermissionDenied,
    PlatformRefused,
)
from hook.genesys.operations import Seen
from hook.model import Identity, Live

TRIES = 3
"""How often a call that was not answered, and that had no effect, is sent."""


class Holding:
    """
    One flow that is checked out for us.

    Args:
        flows: The organisation's flows.
        identity: The flow, for messages.
        flow_id: The flow.
        own_client: The id of our OAuth client.
        permitted: Called right before each write; raises when nothing may be written any more.
        deadline: The end of the run.
        made: Whether we have just created the flow, which may have locked it.
    """

    def __init__(
        self,
        *,
        flows: NativeFlows,
        identity: Identity,
        flow_id: str,
        own_client: str,
        permitted: Callable[[str], None],
        deadline: Deadline,
        made: bool = False,
    ) -> None:
        self._flows = flows
        self._identity = identity
        self._flow_id = flow_id
        self._client = own_client
        self._permitted = permitted
        self._deadline = deadline
        self._asked = made
        self._notes: list[str] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """What giving the flow back has left in it."""
        return tuple(self._notes)

    def is_gone(self) -> bool:
        """Tell whether the flow is known not to be there any more."""
        try:
            self._flows.look(self._flow_id)
        except NotFound:
            return True
        except FlowSyncError:
            pass
        return False

    def look(self) -> Seen:
        """
        Return the flow as it is now, unless somebody else is at it.

        Raises:
            Conflict: Somebody holds it, has a newer draft, or an operation on it has not ended.
        """
        seen = self._flows.look(self._flow_id)
        self.free(seen)
        return seen

    def take(self, before: Live) -> Live:
        """
        Check the flow out, and return it as it is then.

        Args:
            before: The flow as it was seen a moment ago.

        Raises:
            Conflict: Somebody holds it, or has a newer draft.
            ConnectionLost: It is not known whether it is checked out.
        """
        if is_ours(before, self._client):
            # An earlier run's, which ended before it could give it back.
            self._permitted("drop of what an earlier run had checked out")
            self._asked = True
            self._drop(before)
        for number in range(1, TRIES + 1):
            self._permitted("check-out")
            self._asked = True
            try:
                seen = self._flows.check_out(self._flow_id)
            except Conflict as error:
                raise self._held(error, first=number == 1) from error
            except ConnectionLost:
                seen = self._flows.look(self._flow_id)
                if seen.live.locked_by is None and number < TRIES:
                    continue
            live = self.free(seen)
            if live.locked_by is None:
                raise Conflict(f"{self._identity} was checked out, and the platform shows no lock on it")
            return live
        raise ConnectionLost(f"{TRIES} attempts to check {self._identity} out were not answered")

    def check(self) -> Seen:
        """
        Return the flow as it is now, which is still checked out for us.

        Raises:
            Conflict: It is not.
        """
        seen = self.look()
        if not is_ours(seen.live, self._client):
            raise Conflict(
                f"{self._identity} is not checked out for us any more: somebody took the lock away",
                hint="Look at the flow's history in Architect, then rerun to plan anew.",
            )
        return seen

    def give_back(self) -> tuple[str, ...]:
        """
        Give the flow back if it is checked out for us; what we had saved of it is dropped, or else told in ``notes``.

        Returns:
            What there is to tell when that did not succeed.
        """
        if not self._asked:
            return ()
        try:
            live = self._ended(self._flows.look(self._flow_id))
            # The platform may end the lock with a failed operation, and leave the draft.
            draft_is_ours = live.locked_by is None and has_draft(live) and not self._is_foreign(live)
            if is_ours(live, self._client) or draft_is_ours:
                self._drop(live)
        except NotFound:
            return ()
        except FlowSyncError as error:
            told = (
                f"{self._identity} may still be checked out for our client ({error.message}); the next run gives it"
                " back, or discard the changes in Architect"
            )
            return (told,)
        return ()

    def _ended(self, seen: Seen) -> Live:
        """Return the flow once our own operation on it has ended: until then it cannot be given back."""
        operation = seen.operation
        if operation is None or operation.done or not operation.may_be_of(self._client):
            return seen.live
        try:
            self._flows.follow(self._flow_id, operation, deadline=self._deadline)
        except (OperationFailed, Conflict) as error:
            structlog.get_logger().info("ended", object=str(self._identity), why=error.message)
        return self._flows.look(self._flow_id).live

    def _drop(self, live: Live) -> None:
        if not self._is_foreign(live):
            try:
                self._send(self._flows.revert)
            except (PlatformRefused, PermissionDenied) as error:
                structlog.get_logger().warning("not reverted", object=str(self._identity), why=error.message)
            live = self._flows.look(self._flow_id).live
        if not is_ours(live, self._client):
            return
        if has_draft(live):
            self._keep(live)
        else:
            self._send(self._flows.unlock)
        if is_ours(self._flows.look(self._flow_id).live, self._client):
            raise Conflict(f"the platform still shows {self._identity} as locked by us")

    def _is_foreign(self, live: Live) -> bool:
        author = live.saved.by if live.saved else None
        return has_draft(live) and author is not None and not is_client(author, self._client)

    def _keep(self, live: Live) -> None:
        """
        Check in a draft that must not, or cannot, be dropped.

        That keeps it as a version and ends the lock. To unlock the flow might publish the draft.
        """
        author = live.saved.by if live.saved and self._is_foreign(live) else None
        operation = self._flows.begin("checkin", self._flow_id)
        self._flows.follow(self._flow_id, operation, deadline=self._deadline)
        whose = f"the draft that {author} had saved" if author else "our draft, which could not be dropped,"
        self._notes.append(f"{whose} was checked in to give the flow back: it is a version that is not published")

    def _send(self, call: Callable[[str], None]) -> None:
        try:
            call(self._flow_id)
        except ApiUnavailable:
            # Both calls may be repeated, and nobody else will give this lock back.
            call(self._flow_id)

    def free(self, seen: Seen) -> Live:
        """
        Return the flow of a look, unless somebody else is at it.

        Raises:
            Conflict: Somebody holds it, has a newer draft, or an operation on it has not ended.
        """
        conflict = decide.held_by_somebody(self._identity, seen.live, own_client=self._client)
        running = seen.operation is not None and not seen.operation.done
        if conflict is None and running and seen.operation and not seen.operation.may_be_of(self._client):
            conflict = Conflict(
                f"{self._identity}: somebody's {seen.operation.actionName or 'operation'} on it has not ended yet",
                hint="Rerun when that is done.",
            )
        if conflict:
            raise conflict
        return seen.live

    def _held(self, error: Conflict, *, first: bool) -> Conflict:
        """Return who holds the flow, if the platform tells; otherwise what it said."""
        # A request that was not answered may have been carried out after the look that did not show it.
        self._asked = not first
        try:
            seen = self._flows.look(self._flow_id).live
        except FlowSyncError:
            return error
        return decide.held_by_somebody(self._identity, seen, own_client=self._client) or error
