"""
Kinds that are only looked up by name: what a flow may reference, and where the platform lists it.

Adding one is one row. The paths, permissions and page sizes are those of the public API
(``GET`` of a collection with ``pageNumber`` and ``pageSize``); 500 where the platform is known to take it,
otherwise 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hook.genesys.paging import entities
from hook.genesys.session import Session
from hook.model import Identity, Known


@dataclass(frozen=True, slots=True)
class Lookup:
    """
    Where the objects of one kind are listed.

    Args:
        kind: The kind's name, as in :class:`hook.model.Reference`.
        path: The collection.
        label: What a person calls one object of the kind.
        page_size: The largest page that the platform is known to take.
        type_attribute: The attribute that tells objects of one name apart, empty when names are unique.
        permissions: What listing them needs: one of these; none when empty.
    """

    kind: str
    path: str
    label: str
    page_size: int = 100
    type_attribute: str = ""
    permissions: tuple[str, ...] = ()


LOOKUPS: Mapping[str, Lookup] = {
    lookup.kind: lookup
    for lookup in (
        Lookup("routing/queues", "/api/v2/routing/queues", "queue", 500, permissions=("routing:queue:view",)),
        Lookup("routing/skills", "/api/v2/routing/skills", "skill", 500, permissions=("routing:skill:view",)),
        Lookup("routing/languages", "/api/v2/routing/languages", "language skill"),
        Lookup(
            "routing/wrapup-codes",
            "/api/v2/routing/wrapupcodes",
            "wrap-up code",
            permissions=("routing:wrapupCode:view",),
        ),
        Lookup("users/users", "/api/v2/users", "user"),
        Lookup("groups/groups", "/api/v2/groups", "group"),
        Lookup(
            "architect/schedules",
            "/api/v2/architect/schedules",
            "schedule",
            permissions=("routing:schedule:view",),
        ),
        Lookup(
            "architect/schedule-groups",
            "/api/v2/architect/schedulegroups",
            "schedule group",
            permissions=("routing:scheduleGroup:view",),
        ),
        Lookup(
            "architect/emergency-groups",
            "/api/v2/architect/emergencygroups",
            "emergency group",
            permissions=("routing:emergencyGroup:view",),
        ),
        Lookup(
            "architect/prompts",
            "/api/v2/architect/prompts",
            "user prompt",
            permissions=("architect:userPrompt:view",),
        ),
        Lookup(
            "architect/data-tables",
            "/api/v2/flows/datatables",
            "data table",
            permissions=("architect:datatable:view",),
        ),
        Lookup(
            "architect/flow-outcomes",
            "/api/v2/flows/outcomes",
            "flow outcome",
            permissions=("architect:flowOutcome:view",),
        ),
        Lookup(
            "architect/flow-milestones",
            "/api/v2/flows/milestones",
            "flow milestone",
            permissions=("architect:flowMilestone:view",),
        ),
        Lookup(
            "integrations/actions",
            "/api/v2/integrations/actions",
            "data action",
            type_attribute="category",
            permissions=("integrations:action:view", "bridge:actions:view"),
        ),
        Lookup("scripts/scripts", "/api/v2/scripts", "script", permissions=("scripter:script:view",)),
        Lookup(
            "outbound/contact-lists",
            "/api/v2/outbound/contactlists",
            "contact list",
            permissions=("outbound:contactList:view",),
        ),
        Lookup("authorization/divisions", "/api/v2/authorization/divisions", "division"),
    )
}


def label(kind: str) -> str:
    """Return what a person calls an object of ``kind``; the kind's own name when it is not in the table."""
    return LOOKUPS[kind].label if kind in LOOKUPS else kind


def known(session: Session, kind: str) -> tuple[Known, ...]:
    """
    List all objects of a kind by name.

    Raises:
        PermissionDenied: The client may not list them; which means "cannot see", never "there are none".
        ApiUnavailable: The platform does not answer.
    """
    lookup = LOOKUPS[kind]
    # Prompts would be sent with their audio resources unless told otherwise.
    params = {"includeMediaUris": "false", "includeResources": "false"} if kind == "architect/prompts" else {}
    found = entities(session, lookup.path, params=params, page_size=lookup.page_size)
    return tuple(_known(lookup, found))


def _known(lookup: Lookup, found: Iterable[Mapping[str, Any]]) -> Iterable[Known]:
    for entity in found:
        if entity.get("state") == "deleted":
            continue
        type_ = str(entity.get(lookup.type_attribute) or "") if lookup.type_attribute else ""
        yield Known(Identity(lookup.kind, type_, str(entity.get("name") or "")), str(entity.get("id") or ""))
