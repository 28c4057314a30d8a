"""
Who did what to a flow since a version: from its versions, and from its history.

Versions tell what was published, checked in or saved; the history tells beside that what changes no version, such as a
new description. It is asked for first (``POST .../history`` answers an Operation whose id is the history's) and read
when it is complete; neither writes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hook.errors import FlowSyncError
from hook.genesys.paging import entities
from hook.genesys.session import Session
from hook.kinds.flows import VERSIONS_SIZE, actor_of, moment_of
from hook.model.drift import Touch

MOST = 20
"""Entries that are told of one flow."""
LOOKS = 10
"""How often to look whether a history is complete."""
PAUSE = 1.0
"""Seconds between two looks."""
DONE = {"PUBLISH": "published", "CHECKIN": "checked in", "SAVE": "saved"}
"""What a version's type says in words; every other action is told in its own, in lower case."""


@dataclass(frozen=True, slots=True)
class FlowHistory:
    """
    The histories of an organisation's flows.

    Args:
        session: Makes the calls.
        sleep: Waits some seconds; raises when the deadline does not leave them.
    """

    session: Session
    sleep: Callable[[float], None]

    def since(self, flow_id: str, version: str | None) -> tuple[tuple[Touch, ...], str]:
        """
        Return what was done to a flow after a version was published.

        Args:
            flow_id: The flow.
            version: The version to begin after; ``None`` for whatever is known.

        Returns:
            What was done, newest first, at most :data:`MOST`; and why it may not be all, empty when nothing is amiss.

        Raises:
            FlowSyncError: Not even the versions can be read; see :meth:`Session.call`.
        """
        versions = list(entities(self.session, f"/api/v2/flows/{flow_id}/versions", params={}, page_size=VERSIONS_SIZE))
        start = next((_when(one) for one in versions if version is not None and str(one.get("id")) == version), None)
        known = [touch for one in versions if (touch := _of_version(one)).version != version]
        try:
            told = [_of_history(one) for one in self._history(flow_id)]
            why_not = ""
        except FlowSyncError as error:
            told, why_not = [], f"the flow's history cannot be read: {error.message}"
        recent = [one for one in told or known if start is None or (one.at is not None and one.at > start)]
        recent.sort(key=lambda one: one.at.timestamp() if one.at else 0.0, reverse=True)
        return tuple(recent[:MOST]), why_not

    def _history(self, flow_id: str) -> list[Mapping[str, Any]]:
        path = f"/api/v2/flows/{flow_id}/history"
        asked = str(self.session.post(path, repeatable=True).get("id") or "")
        for _ in range(LOOKS):
            body = self.session.get(f"{path}/{asked}", {"pageSize": 100, "pageNumber": 1, "sortOrder": "desc"})
            if body.get("complete") is not False and isinstance(body.get("entities"), list):
                return [one for one in body["entities"] if isinstance(one, Mapping)]
            if body.get("actionStatus") == "FAILURE":
                raise FlowSyncError(f"the platform says {body.get('errorMessage') or 'FAILURE'}")
            self.sleep(PAUSE)
        raise FlowSyncError(f"it is not complete after {LOOKS} looks")


def _of_version(version: Mapping[str, Any]) -> Touch:
    type_ = str(version.get("type") or "").upper()
    by = actor_of(version.get("createdByClient"), is_client=True) or actor_of(version.get("createdBy"), is_client=False)
    return Touch(DONE.get(type_, type_.lower() or "made"), by, _when(version), str(version.get("id") or ""))


def _of_history(entry: Mapping[str, Any]) -> Touch:
    action = str(entry.get("action") or "").upper()
    by = actor_of(entry.get("client"), is_client=True) or actor_of(entry.get("user"), is_client=False)
    said = DONE.get(action, action.lower() or "changed")
    return Touch(said, by, moment_of(entry.get("timestamp")), str(entry.get("version") or ""))


def _when(version: Mapping[str, Any]) -> datetime | None:
    found: Iterable[datetime | None] = (
        moment_of(version.get(key)) for key in ("datePublished", "dateCheckedIn", "dateSaved", "dateCreated")
    )
    return next((moment for moment in found if moment), None)
