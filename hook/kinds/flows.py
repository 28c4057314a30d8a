"""
Architect flows: list, look, publish by a flow job, export.

Content goes in through flow jobs with Archy documents, the only documented route; a job ends published.
Listing entities are the platform's ``Flow`` model; a version's ``dateCreated`` is in milliseconds since 1970,
``datePublished`` an ISO-8601 text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from hook.errors import UnexpectedResponse
from hook.genesys.export_jobs import ExportItem
from hook.genesys.flow_jobs import FlowJobs
from hook.genesys.paging import entities
from hook.genesys.session import Session
from hook.model import FLOWS, Actor, Draft, Identity, Live

PAGE_SIZE = 500
"""The largest page of ``GET /api/v2/flows`` (since 2025-09-01)."""

LOOKUP_SIZE = 100
"""Ids per ``GET /api/v2/flows/lookup``; keeps the address below 4 kB."""

VERSIONS_SIZE = 100
"""Versions per page of ``GET /api/v2/flows/{id}/versions``."""


HOME_DIVISION = "/api/v2/authorization/divisions/home"
PARTS = (
    "publishedVersion",
    "savedVersion",
    "checkedInVersion",
    "division",
    "lockedUser",
    "lockedClient",
    "publishedBy",
)
"""Attributes of a flow that are objects themselves."""


class Exports(Protocol):
    """What is needed of the platform's export jobs."""

    def export(self, items: Sequence[ExportItem]) -> Mapping[tuple[str, str], bytes]:
        """Return the Archy document of each (flow id, version)."""
        ...


@dataclass(frozen=True, slots=True)
class FlowKind:
    """The flows of one organisation."""

    session: Session
    jobs: FlowJobs
    exports: Exports

    name: str = FLOWS

    def list(self) -> tuple[Live, ...]:
        """
        List every flow that is not deleted.

        ``virtualAgentEnabled`` is left out on purpose: either value hides some bot flows.
        """
        return _read(entities(self.session, "/api/v2/flows", params={}, page_size=PAGE_SIZE))

    def look(self, ids: Sequence[str]) -> tuple[Live, ...]:
        """Return the flows with these ids as they are now, with locks and drafts, in bulk."""
        found: list[Live] = []
        for start in range(0, len(ids), LOOKUP_SIZE):
            part = list(ids[start : start + LOOKUP_SIZE])
            found += _read(
                entities(self.session, "/api/v2/flows/lookup", params={"id": part}, page_size=LOOKUP_SIZE),
            )
        return tuple(found)

    def contents(self, versions: Iterable[tuple[str, str]], *, native: bool = False) -> Mapping[tuple[str, str], bytes]:
        """
        Export (flow id, version) pairs, in as few jobs as the platform allows.

        Args:
            versions: Which.
            native: As native configurations, packed as in an ``.i3*`` file; otherwise as Archy documents.
        """
        items = [ExportItem(flow_id, version, native) for flow_id, version in dict.fromkeys(versions)]
        return self.exports.export(items) if items else {}

    def published_since(self, flow_id: str, version: str | None) -> tuple[str, ...]:
        """
        Return the versions of a flow that were published after a version, oldest first.

        Args:
            flow_id: The flow.
            version: The version to begin after; ``None`` for all.
        """
        found = list(entities(self.session, f"/api/v2/flows/{flow_id}/versions", params={}, page_size=VERSIONS_SIZE))
        published = [one for one in found if str(one.get("type", "")).upper() == "PUBLISH"]
        published.sort(key=lambda one: one.get("dateCreated") or 0)
        ids = [str(one.get("id")) for one in published]
        return tuple(ids[ids.index(version) + 1 :] if version in ids else ids)

    def home_division(self) -> str:
        """
        Return the id of the home division (``GET /api/v2/authorization/divisions/home``, which needs no permission).

        Raises:
            UnexpectedResponse: The answer has no id.
        """
        found = self.session.get(HOME_DIVISION).get("id")
        if not found:
            raise UnexpectedResponse(f"GET {HOME_DIVISION} answered without an id")
        return str(found)

    def restore(self, *, before: Live, after: Live, what: Collection[str]) -> None:
        """
        Put back division, description or both as they were, when a publish reset what the file does not mention.

        ``PUT /api/v2/flows/{id}`` takes a ``Flow`` and changes metadata only, never the logic. It replaces the
        description, so what is not put back is sent as it is now.

        Args:
            before: The flow before the publish.
            after: The flow now.
            what: ``division``, ``description`` or both.
        """
        described, divided = (before if name in what else after for name in ("description", "division"))
        body: dict[str, Any] = {"name": after.identity.name, "description": described.attribute("description") or ""}
        if division := divided.attribute("divisionId"):
            body["division"] = {"id": division}
        self.session.put(f"/api/v2/flows/{after.id}", body)


def _read(found: Iterable[Mapping[str, Any]]) -> tuple[Live, ...]:
    return tuple(read_live(entity) for entity in found if not entity.get("deleted"))


def read_live(entity: Mapping[str, Any]) -> Live:
    """
    Return a ``Flow`` entity as plain data.

    Raises:
        UnexpectedResponse: The entity has no id, name or type.
    """
    missing = [key for key in ("id", "name", "type") if not entity.get(key)]
    if missing:
        raise UnexpectedResponse(f"the platform listed a flow without {', '.join(missing)}: id {entity.get('id')!r}")
    for key in PARTS:
        if entity.get(key) is not None and not isinstance(entity[key], Mapping):
            raise UnexpectedResponse(f"the platform listed a flow whose {key} is no object: id {entity.get('id')!r}")
    published = entity.get("publishedVersion") or {}
    division = entity.get("division") or {}
    attributes = {
        "division": division.get("name"),
        "divisionId": division.get("id"),
        "description": entity.get("description"),
    }
    return Live(
        identity=Identity(FLOWS, str(entity["type"]).lower(), str(entity["name"])),
        id=str(entity["id"]),
        version=str(published["id"]) if published.get("id") else None,
        published_by=_version_author(published) or actor_of(entity.get("publishedBy"), is_client=False),
        published_at=moment_of(published.get("datePublished") or published.get("dateCreated")),
        locked_by=actor_of(entity.get("lockedUser"), is_client=False)
        or actor_of(entity.get("lockedClient"), is_client=True),
        saved=_draft(entity.get("savedVersion"), "dateSaved"),
        checked_in=_draft(entity.get("checkedInVersion"), "dateCheckedIn"),
        attributes=tuple((key, str(value)) for key, value in attributes.items() if value is not None),
    )


def _version_author(version: Mapping[str, Any]) -> Actor | None:
    return actor_of(version.get("createdByClient"), is_client=True) or actor_of(
        version.get("createdBy"), is_client=False
    )


def actor_of(reference: Mapping[str, Any] | None, *, is_client: bool) -> Actor | None:
    """Return the user or client that a reference means; ``None`` without an id."""
    if not isinstance(reference, Mapping) or not reference.get("id"):
        return None
    return Actor(id=str(reference["id"]), name=str(reference.get("name") or ""), is_client=is_client)


def _draft(version: Mapping[str, Any] | None, date: str) -> Draft | None:
    if not version or not version.get("id"):
        return None
    return Draft(
        version=str(version["id"]),
        by=_version_author(version),
        at=moment_of(version.get(date) or version.get("dateCreated")),
    )


def moment_of(value: object) -> datetime | None:
    """Return a moment that the platform wrote as milliseconds since 1970 or as ISO-8601 text; ``None`` for neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1000, tz=UTC)
        except (ValueError, OverflowError, OSError):
            return None
    if isinstance(value, str) and value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
