"""May the client do what its files need, and not everything else as well?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hook import guards
from hook.commands.doctor.protocol import Check, Seen, fail, ok, warn
from hook.commands.doctor.subject import Subject
from hook.guards.permissions import covers
from hook.guards.protocol import Mode
from hook.kinds.permissions import FLOW_PERMISSIONS, GUARD_PERMISSIONS, LOOKUP_PERMISSIONS, Permission
from hook.model import ExitCode, Grant

OF_GUARDS = {
    "capacity": ("analytics:flowObservation:view", "analytics:queueObservation:view"),
    "peakHours": ("routing:scheduleGroup:view", "routing:schedule:view"),
    "trunks": ("telephony:plugin:all",),
}
"""Which guard reads with which permission."""


def look(subject: Subject) -> Iterator[Seen]:
    """
    Hold the client's roles against what the files and the guards can need.

    In which division it must be held depends on the flows that change; the guard ``permissions`` looks at that.
    """
    granted = subject.grants()
    needed = (*FLOW_PERMISSIONS, *_of_names(subject), *_of_guards(subject))
    missing = [one for one in needed if not _held(one, granted)]
    roles = ", ".join(sorted({grant.role for grant in granted if grant.role})) or "no role"
    for one in missing:
        seen = f"{' or '.join(one.names)} is missing: it is needed to {one.purpose} ({one.when})."
        yield fail(seen, f"Add it to a role of the OAuth client ({roles}).", ExitCode.CREDENTIALS)
    if not missing:
        yield ok(f"all {len(needed)} permissions that the files and guards can need, from {roles}.")
    powerful = sorted({grant.role or "a role" for grant in granted if _is_wild(grant.permission)})
    if powerful:
        seen = f"{', '.join(powerful)} allows everything, or everything of a domain."
        yield warn(seen, "Give the client a role of its own with the permissions of docs/permissions.md, and no other.")


def _of_names(subject: Subject) -> Iterator[Permission]:
    kinds = {reference.kind for one in subject.workspace().desired for reference in one.references}
    yield from (LOOKUP_PERMISSIONS[kind] for kind in sorted(kinds & LOOKUP_PERMISSIONS.keys()))


def _of_guards(subject: Subject) -> Iterator[Permission]:
    configured = guards.configure(subject.settings().guards)
    on = {one.guard.name: one.settings for one in configured if one.settings.mode is not Mode.OFF}
    for name, wanted in OF_GUARDS.items():
        if name not in on or (name == "peakHours" and not getattr(on[name], "schedule_group", None)):
            continue
        yield from (one for one in GUARD_PERMISSIONS if set(one.names) & set(wanted))


def _held(permission: Permission, granted: Iterable[Grant]) -> bool:
    return any(covers(grant.permission, name) for grant in granted for name in permission.names)


def _is_wild(permission: str) -> bool:
    parts: Sequence[str] = permission.split(":")
    return parts[0] == "*" or (len(parts) > 1 and parts[1] == "*")


CHECK = Check("permissions", look)
