"""What the native route needs of the organisation's flows; who provides it is none of its business."""

from __future__ import annotations

from typing import Protocol

from hook.deadline import Deadline
from hook.documents.native.packing import Configuration
from hook.genesys.operations import Operation, Seen
from hook.model import Identity, Live


class NativeFlows(Protocol):
    """Flows as native configurations; see :class:`hook.kinds.native_flows.NativeFlows`."""

    def look(self, flow_id: str) -> Seen:
        """Return a flow as it is now."""
        ...

    def find(self, identity: Identity) -> Live | None:
        """Return a flow by type and name."""
        ...

    def create(self, identity: Identity, *, description: str | None) -> Live:
        """Create a flow without content."""
        ...

    def configuration(self, flow_id: str, version: str) -> Configuration:
        """Return the configuration of a version."""
        ...

    def check_out(self, flow_id: str) -> Seen:
        """Check a flow out."""
        ...

    def save(self, flow_id: str, configuration: Configuration) -> str:
        """Save a draft."""
        ...

    def begin(self, action: str, flow_id: str) -> Operation:
        """Begin ``checkin`` or ``publish``."""
        ...

    def follow(self, flow_id: str, operation: Operation, *, deadline: Deadline) -> Operation:
        """Follow an operation to its success."""
        ...

    def revert(self, flow_id: str) -> None:
        """Drop what is checked out and not checked in."""
        ...

    def unlock(self, flow_id: str) -> None:
        """Take the lock away."""
        ...
