"""What the platform itself writes into an object: version, state, when, by whom."""

from __future__ import annotations

from typing import Any

from simulator.kinds import KIND_OF, Kind
from simulator.schemas import attributes, kind_of
from simulator.state import Actor

OWN = frozenset({
    "id", "name", "division", "divisionId", "selfUri", "version", "state", "dateCreated", "dateModified", "createdBy",
    "modifiedBy", "createdByApp", "modifiedByApp", "memberCount", "userMemberCount", "joinedMemberCount",
    "currentOperation", "homeDivision", "objectCounts", "status", "reportedState", "username", "password",
    "sourceQueueId", "ownerIds",
})  # fmt: skip
"""Attributes of a body that are not stored as they were sent."""


def fresh(path: str, *, at: str, by: Actor | None = None) -> dict[str, Any]:
    """Return what an object has that was just made: the kind's usual values and the platform's own."""
    kind = KIND_OF[path]
    known = attributes(kind.model)
    body: dict[str, Any] = dict(kind.usual)
    if "state" in known and kind_of(kind.model, "state") == "str":
        body["state"] = "active"
    if "version" in known:
        body["version"] = _version(kind, 1)
    if by is not None:
        for name in ("dateCreated", "dateModified", "createdDate", "modifiedDate"):
            if name in known:
                body[name] = at
        for name in ("createdBy", "modifiedBy"):
            if name in known:
                body[name] = _author(kind, name, by)
    return body


def touched(kind: Kind, before: dict[str, Any], *, at: str, by: Actor) -> dict[str, Any]:
    """Return the platform's own attributes of an object after a change, with its next version."""
    known = attributes(kind.model)
    body = {name: value for name, value in before.items() if name in OWN}
    if "version" in known:
        body["version"] = _version(kind, int(before.get("version", 1)) + 1)
    for name in ("dateModified", "modifiedDate"):
        if name in known:
            body[name] = at
    if "modifiedBy" in known:
        body["modifiedBy"] = _author(kind, "modifiedBy", by)
    return body


def _version(kind: Kind, number: int) -> int | str:
    return str(number) if kind_of(kind.model, "version") == "str" else number


def _author(kind: Kind, name: str, by: Actor) -> Any:
    """A plain id, or an object: architect's objects tell the id, response management tells a user."""
    return by.id if kind_of(kind.model, name) == "str" else {"id": by.id, "name": by.name}
