"""May this Pod do in the cluster what lock, state, Events and marker need?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hook.cluster.errors import ClusterError
from hook.cluster.names import object_name
from hook.cluster.rights import Right, event_rights, is_allowed, lock_rights, marker_rights, state_rights
from hook.commands.doctor.protocol import Check, Seen, fail, ok, unknown, warn
from hook.commands.doctor.subject import Subject
from hook.model import ExitCode

WITHOUT = {
    "state": "Without it, every run compares by export.",
    "Events": "Without it, there are no Events.",
    "marker": "Without it, Argo CD does not see that a run or its sync failed when the commit is taken back.",
}


def look(subject: Subject) -> Iterator[Seen]:
    """Ask the API server for each right that the settings make a run use."""
    options = subject.options
    wanted: dict[str, Sequence[Right]] = {}
    organisation = subject.organisation_id
    if not subject.uses_cluster:
        yield ok("this is no Pod, and neither lock nor state is to be in a cluster.")
        return
    namespace = subject.connection().namespace
    if subject.uses("lock", "lease"):
        wanted["lock"] = lock_rights(namespace, object_name("flowsync", organisation))
    if subject.uses("state", "configmap"):
        names = [object_name(prefix, organisation) for prefix in ("flowsync-state", "flowsync-runs")]
        wanted["state"] = state_rights(namespace, names)
    if options["events"] or (options["events"] is None and subject.in_cluster):
        wanted["Events"] = event_rights(options["pod_namespace"] or namespace)
    if options["marker"]:
        wanted["marker"] = marker_rights(options["pod_namespace"] or namespace, options["marker"])
    for feature, rights in wanted.items():
        yield _feature(subject, feature, rights)


def _feature(subject: Subject, feature: str, rights: Sequence[Right]) -> Seen:
    try:
        missing = [right for right in rights if not is_allowed(subject.connection(), right)]
    except ClusterError as error:
        return unknown(
            f"{feature}: {error.message}.", error.hint, ExitCode.LOCK if feature == "lock" else ExitCode.DONE
        )
    if not missing:
        return ok(f"{feature}: no right is missing, of {len(rights)}.")
    seen = f"{feature}: this Pod may not {'; '.join(map(str, missing))}."
    rules = {
        (one.group, one.resource): sorted({m.verb for m in missing if m.resource == one.resource}) for one in missing
    }
    role = ", ".join(
        f'{{apiGroups: ["{group}"], resources: [{resource}], verbs: [{", ".join(verbs)}]}}'
        for (group, resource), verbs in rules.items()
    )
    todo = f"Add to its Role in namespace {missing[0].namespace}: {role}."
    if feature == "lock":
        return fail(seen, f"{todo} Without the lock nothing is written.", ExitCode.CREDENTIALS)
    if feature == "state" and subject.options["state"] == "configmap":
        return fail(seen, todo, ExitCode.CREDENTIALS)
    return warn(seen, f"{todo} {WITHOUT[feature]}")


CHECK = Check("rights", look)
