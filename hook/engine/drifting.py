"""Where each flow stands: what the plan says of it, in the light of what we published last. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hook.engine.decide import held_by_somebody, unpublished_check_in
from hook.engine.records import RunRecords
from hook.engine.stores import Contents, Entry
from hook.model import Change, Desired, Identity, Operation, Plan
from hook.model.drift import Deployed, DriftStatus, FlowDrift, LastRun

SHOWN = 5
"""How many flows one sentence names."""


def flows_of(plan: Plan, contents: Contents, *, own_client: str | None) -> tuple[FlowDrift, ...]:
    """
    Say of every flow of a plan where it stands.

    Args:
        plan: Made without overwriting what others published.
        contents: The state that it was made with.
        own_client: The id of our OAuth client, ``None`` when it is not known.
    """
    entries = {entry.identity.key: entry for entry in contents.entries}
    return tuple(_flow(change, entries.get(change.identity.key), own_client) for change in plan.changes)


def _flow(change: Change, entry: Entry | None, own_client: str | None) -> FlowDrift:
    published = entry if entry is not None and entry.version else None
    status, said = _stands(change, published)
    details = change.refusal.details if change.refusal else ()
    return FlowDrift(
        identity=change.identity,
        status=status,
        said=said,
        file=change.desired.place.file if change.desired else "",
        deployed_version=published.version if published else None,
        deployed_at=published.at if published else None,
        deployed_by=published.run if published else None,
        live_version=change.live.version if change.live else None,
        details=details,
        differences=change.differences,
        warnings=(*change.warnings, *_under_way(change, own_client)),
    )


_PLAIN = {
    Operation.LEFT_ALONE: DriftStatus.LEFT_ALONE,
    Operation.UNCHANGED: DriftStatus.IN_SYNC,
    Operation.UPDATE: DriftStatus.UNDEPLOYED,
}
"""What follows from the plan alone."""


def _stands(change: Change, published: Entry | None) -> tuple[DriftStatus, str]:
    operation = change.intended or change.operation
    said = change.reason or (change.refusal.message if change.refusal else "")
    if change.refusal and change.refusal.error == "Ambiguous":
        return DriftStatus.UNCLEAR, change.refusal.message
    if operation in _PLAIN:
        return _PLAIN[operation], said
    if operation is not Operation.CREATE:
        return _put_there_by_others(change, published, operation, said)
    if published is None:
        return DriftStatus.UNDEPLOYED, "not in the organisation yet"
    return DriftStatus.MISSING, f"we published version {published.version}, and there is no such flow any more"


def _put_there_by_others(
    change: Change, published: Entry | None, operation: Operation, said: str
) -> tuple[DriftStatus, str]:
    if operation is Operation.ADOPT and change.records:
        return DriftStatus.IN_SYNC, f"not put there by us; {said}"
    if not change.differences and change.warnings:
        return DriftStatus.UNCLEAR, said
    if operation is Operation.ADOPT:
        return DriftStatus.NOT_OURS, said
    ahead = published is not None and change.desired is not None and published.digest != change.desired.digest
    return DriftStatus.DRIFTED, said + ("; the file changed, too" if ahead else "")


def _under_way(change: Change, own_client: str | None) -> tuple[str, ...]:
    """Say who works on a flow that is to stay as it is; a plan looks only at those that it would write."""
    if change.live is None or change.writes:
        return ()
    held = held_by_somebody(change.identity, change.live, own_client=own_client)
    checked_in = unpublished_check_in(change.identity, change.live)
    return tuple(said for said in (held.message if held else None, checked_in) if said)


def never_published(desired: Iterable[Desired], contents: Contents, *, public: bool) -> tuple[Identity, ...]:
    """
    Return the objects whose files are not what the state says that we published last.

    Args:
        desired: What the files say.
        contents: The state.
        public: Compare public digests, because the secrets of the files could not be read.
    """
    known: Mapping[tuple[str, str, str], str | None] = {
        entry.identity.key: entry.public_digest if public else entry.digest for entry in contents.entries
    }
    return tuple(
        one.identity for one in desired if known.get(one.identity.key) != (one.public_digest if public else one.digest)
    )


def last_run(records: RunRecords, environment: str) -> LastRun | None:
    """Return the last run of an environment that had something to write."""
    own = [one for one in records.runs if one.environment == environment]
    if not own:
        return None
    last = own[-1]
    return LastRun(last.run, last.started, last.finished, last.exit_code, last.flows_digest)


def deployed(records: RunRecords, environment: str) -> Deployed | None:
    """Return the last run of an environment that did all of its work, whether or not that was to write something."""
    last = records.succeeded.get(environment)
    return Deployed(last.run, last.at, last.flows_digest) if last else None


def undeployed_trigger(
    expected: str | None, waiting: Sequence[Identity], *, good: Deployed | None, last: LastRun | None
) -> str:
    """
    Say that files were handed to a Pod, and were never published; empty when that is not so.

    The charts' CronJob carries the digest of the files of the last sync that Argo CD took for good. When some of those
    files were never published, that sync applied the CronJob and its Job did not do its work. When they were published,
    and a later run with other files failed after it had written some of them, what it wrote is still there.

    Args:
        expected: The digest that this Pod was made for; empty outside of one.
        waiting: The objects whose files were never published.
        good: The last run that did all of its work.
        last: The last run that had something to write.
    """
    if not expected or not waiting:
        return ""
    names = ", ".join(str(one) for one in waiting[:SHOWN])
    more = f" and {len(waiting) - SHOWN} more" if len(waiting) > SHOWN else ""
    if good and good.flows_digest == expected:
        # Argo CD compares objects only: a commit that failed half-way and was taken back leaves it nothing to do.
        if last is None or last.finished is None or last.flows_digest == expected or last.started < good.at:
            return ""
        return (
            f"the files with the digest {expected} are in the cluster, but other ones are published: {names}{more}."
            f" {_told(last)} It had the files with the digest {last.flows_digest}."
        )
    return (
        f"the files with the digest {expected} were applied to the cluster, but not published: {names}{more}."
        f" {_told(last)}"
        + (f" The last files that were published as a whole have the digest {good.flows_digest}." if good else "")
    )


def _told(last: LastRun | None) -> str:
    if last is None:
        return "No run is on record."
    if last.finished is None:
        return f"The last run on record, {last.run}, began at {last.started} and never ended."
    return f"The last run on record, {last.run}, ended at {last.finished} with exit code {last.exit_code}."
