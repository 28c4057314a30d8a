"""Beginning an asynchronous operation on a flow, once, and following it to its end."""

from __future__ import annotations

from collections.abc import Callable

from hook.deadline import Deadline
from hook.engine.native.holding import TRIES
from hook.engine.native.protocol import NativeFlows
from hook.errors import Conflict, ConnectionLost
from hook.genesys.operations import Seen
from hook.model import Live

LOOKS = 5
"""How often to look for what a request without an answer has begun."""


def carry_out(
    action: str,
    before: Seen,
    *,
    flows: NativeFlows,
    own_client: str,
    permitted: Callable[[], None],
    happened: Callable[[Live], bool],
    pause: Callable[[str], None],
    deadline: Deadline,
) -> None:
    """
    Begin an operation and follow it to its success; after a lost answer, look first whether it has begun.

    Args:
        action: ``checkin`` or ``publish``.
        before: The flow right before.
        flows: The organisation's flows.
        own_client: The id of our OAuth client.
        permitted: Called right before each request; raises when it must not be made.
        happened: Tells by the flow whether the operation has had its effect.
        pause: Waits between two looks; is told what for.
        deadline: The end of the wait.

    Raises:
        OperationFailed: It ended in failure.
        Conflict: Somebody else works on the flow.
        ConnectionLost: It is not known whether it has begun.
    """
    flow_id = before.live.id
    for number in range(1, TRIES + 1):
        permitted()
        try:
            operation = flows.begin(action, flow_id)
        except (ConnectionLost, Conflict) as error:
            if number == 1 and isinstance(error, Conflict):
                raise
            begun = _begun(before, flows=flows, happened=happened, pause=pause)
            if begun is None:
                continue
            if begun.operation is None or _id(begun) == _id(before):
                return
            operation = begun.operation
            if operation.actionName.casefold() not in {"", action} or not operation.may_be_of(own_client):
                raise
        flows.follow(flow_id, operation, deadline=deadline)
        return
    raise ConnectionLost(f"{TRIES} attempts at the {action} of {before.live.identity} were not answered")


def _begun(
    before: Seen, *, flows: NativeFlows, happened: Callable[[Live], bool], pause: Callable[[str], None]
) -> Seen | None:
    """Return the flow with what a request without an answer has begun; ``None`` when it has begun nothing."""
    for number in range(LOOKS):
        seen = flows.look(before.live.id)
        if _id(seen) != _id(before) or happened(seen.live):
            return seen
        if number < LOOKS - 1:
            pause(f"looking what became of {before.live.identity}")
    return None


def _id(seen: Seen) -> str:
    return seen.operation.id if seen.operation else ""
