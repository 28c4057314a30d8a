"""Creating a flow without content, once: a second one would be a namesake that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable

from hook.engine.native.protocol import NativeFlows
from hook.errors import ConnectionLost, NotFound
from hook.model import Identity, Live

LOOKS = 10
"""How often to look for a flow whose creation was not answered."""


def created_before(flows: NativeFlows, identity: Identity, flow_id: str | None) -> Live | None:
    """Return the flow that an earlier run noted to have created, if it is still there under its name."""
    if flow_id is None:
        return None
    try:
        found = flows.look(flow_id).live
    except NotFound:
        return None
    return found if found.identity.key == identity.key else None


def create(flows: NativeFlows, identity: Identity, *, description: str | None, pause: Callable[[str], None]) -> Live:
    """
    Create a flow; where the answer is lost, look for it.

    Args:
        flows: The organisation's flows.
        identity: Its type and name.
        description: What the file says, if anything.
        pause: Waits between two looks; is told what for.

    Raises:
        ConnectionLost: The answer was lost, and the flow cannot be seen.
    """
    try:
        return flows.create(identity, description=description)
    except ConnectionLost:
        for _ in range(LOOKS):
            found = flows.find(identity)
            if found is not None:
                return found
            pause(f"looking whether {identity} was created")
        raise
