"""
Flows as native configurations: the calls that Architect itself makes.

The platform names these endpoints and documents the body of none: what a configuration holds is known from exports.
A flow is checked out, a configuration is saved as its draft, checked in and published; the last two are asynchronous.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hook.deadline import Deadline
from hook.errors import UnexpectedResponse
from hook.genesys.operations import Operation, Operations, Seen, current
from hook.genesys.paging import entities
from hook.genesys.responses import Json
from hook.genesys.session import Session
from hook.kinds.flows import read_live
from hook.model import Identity, Live

ACTIONS = "/api/v2/flows/actions"


@dataclass(frozen=True, slots=True)
class NativeFlows:
    """The native route into the flows of one organisation."""

    session: Session
    operations: Operations

    def look(self, flow_id: str) -> Seen:
        """Return a flow as it is now; raises :class:`NotFound` when there is none."""
        path = _path(flow_id)
        return _seen(self.session.get(path), request=f"GET {path}")

    def find(self, identity: Identity) -> Live | None:
        """Return a flow by type and name (``GET /api/v2/flows`` filtered by both, compared here again)."""
        found = entities(self.session, "/api/v2/flows", params={"name": identity.name, "type": [identity.type]})
        live = (read_live(entity) for entity in found if not entity.get("deleted"))
        return next((one for one in live if one.identity.key == identity.key), None)

    def create(self, identity: Identity, *, description: str | None) -> Live:
        """
        Create a flow without content, in the home division.

        Raises:
            ConnectionLost: It is not known whether it was created.
        """
        body = {"name": identity.name, "type": identity.type.upper()}
        if description is not None:
            body["description"] = description
        return read_live(self.session.post("/api/v2/flows", body))

    def configuration(self, flow_id: str, version: str) -> dict[str, Any]:
        """Return the native configuration of a version."""
        return self.session.get(f"{_path(flow_id)}/versions/{quote(version, safe='')}/configuration")

    def check_out(self, flow_id: str) -> Seen:
        """
        Check a flow out: from then on it is locked for everybody else.

        Raises:
            Conflict: Somebody holds it.
            ConnectionLost: It is not known whether it is checked out.
        """
        path = f"{ACTIONS}/checkout"
        return _seen(self.session.post(path, params={"flow": flow_id}), request=f"POST {path}")

    def save(self, flow_id: str, configuration: dict[str, Any]) -> str:
        """
        Save a configuration as the flow's draft.

        Returns:
            The draft's version id.

        Raises:
            ConnectionLost: It is not known whether it was saved.
            UnexpectedResponse: The answer names no version.
        """
        path = f"{_path(flow_id)}/versions"
        version = self.session.post(path, configuration).get("id")
        if not version:
            raise UnexpectedResponse(f"POST {path} answered without the id of a version")
        return str(version)

    def begin(self, action: str, flow_id: str) -> Operation:
        """Begin ``checkin`` or ``publish``; see :meth:`Operations.begin`."""
        return self.operations.begin(action, flow_id)

    def follow(self, flow_id: str, operation: Operation, *, deadline: Deadline) -> Operation:
        """Follow an operation to its success; see :meth:`Operations.follow`."""
        return self.operations.follow(flow_id, operation, deadline=deadline)

    def revert(self, flow_id: str) -> None:
        """Drop what is checked out and not checked in."""
        self.session.post(f"{ACTIONS}/revert", params={"flow": flow_id}, repeatable=True)

    def unlock(self, flow_id: str) -> None:
        """Take the lock away; a saved draft becomes a version. It needs the permission ``architect:flow:unlock``."""
        self.session.post(f"{ACTIONS}/unlock", params={"flow": flow_id}, repeatable=True)


def _path(flow_id: str) -> str:
    return f"/api/v2/flows/{quote(flow_id, safe='')}"


def _seen(body: Json, *, request: str) -> Seen:
    return Seen(read_live(body), current(body, request=request))
