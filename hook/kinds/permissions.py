"""
What our OAuth client needs the permissions of the platform for, change by change.

The names are those of the public API's endpoints. A flow job runs with the rights of the client that registered it, so
the client also needs what creating, saving and publishing a flow needs by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hook.kinds.lookups import LOOKUPS
from hook.model import FLOWS, Change, Operation


@dataclass(frozen=True, slots=True)
class Permission:
    """
    One thing that the client must be allowed to do.

    Args:
        names: The permissions, as ``domain:entity:action``; one of them is enough.
        purpose: What for, in words that follow "to".
        when: When it is needed, in words.
        divided: Whether it must be held in the division of the object; otherwise any division will do.
    """

    names: tuple[str, ...]
    purpose: str
    when: str
    divided: bool = False


VIEW = Permission(("architect:flow:view",), "list flows, and read back what was published", "always", divided=True)
_BY_JOB = "a flow is created or updated from an Archy document"
CREATE_JOB = Permission(("architect:job:create",), "register flow jobs", _BY_JOB)
VIEW_JOB = Permission(("architect:job:view",), "follow flow jobs", _BY_JOB)
ADD = Permission(("architect:flow:add",), "create flows", "a flow is created", divided=True)
EDIT = Permission(
    ("architect:flow:edit",),
    "save flows, and put back a description or division that a publish reset",
    "a flow is created or updated",
    divided=True,
)
PUBLISH = Permission(("architect:flow:publish",), "publish flows", "a flow is created or updated", divided=True)
_OTHERS = "a flow exists that we did not publish last; without it, changes of our own flows are not shown in detail"
EXPORT = Permission(("architect:jobExport:create",), "export flows, to compare them with the files", _OTHERS)
VIEW_EXPORT = Permission(("architect:jobExport:view",), "follow exports", _OTHERS)

FLOW_PERMISSIONS = (VIEW, CREATE_JOB, VIEW_JOB, ADD, EDIT, PUBLISH, EXPORT, VIEW_EXPORT)
"""Every permission that flows can need."""

LOOKUP_PERMISSIONS = {
    lookup.kind: Permission(
        lookup.permissions, f"look {lookup.label}s up by name", f"changed flows name {lookup.label}s"
    )
    for lookup in LOOKUPS.values()
    if lookup.permissions
}
"""By kind, what looking its names up needs; a kind that needs nothing has no row."""

GUARD_PERMISSIONS = (
    Permission(("analytics:flowObservation:view",), "count interactions in flows", "the guard capacity is on"),
    Permission(("analytics:queueObservation:view",), "see how busy queues are", "the guard capacity is on"),
    Permission(
        ("routing:scheduleGroup:view",), "read a schedule group", "the guard peakHours takes its hours from one"
    ),
    Permission(("routing:schedule:view",), "read its schedules", "the guard peakHours takes its hours from a group"),
    Permission(("telephony:plugin:all",), "read trunks and their settings", "the guard trunks is on"),
)
"""What guards read that are off until they are configured; without it they refuse, since they know nothing."""


def needed(change: Change) -> Iterator[Permission]:
    """
    Yield what one change needs.

    A flow that somebody else published is compared by an export whether or not it is written in the end. An update of
    what we published is exported only to be shown, and goes on without that.
    """
    others = change.live is not None and {change.operation, change.intended} & {Operation.ADOPT, Operation.DRIFTED}
    if change.identity.kind == FLOWS and others:
        yield from (EXPORT, VIEW_EXPORT)
    if not change.writes or change.refusal is not None:
        return
    if change.identity.kind == FLOWS:
        native = change.desired is not None and change.desired.native
        yield from (VIEW,) if native else (VIEW, CREATE_JOB, VIEW_JOB)
        if change.live is None:
            yield ADD
        yield from (EDIT, PUBLISH)
    kinds = {reference.kind for reference in change.desired.references} if change.desired else set()
    for kind in sorted(kinds & LOOKUP_PERMISSIONS.keys()):
        yield LOOKUP_PERMISSIONS[kind]
