"""
What to do with one object: the rules that keep us from overwriting what somebody else did.

Pure functions over plain data. "Ours" means: the live published version is the one that the document became
that we uploaded last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hook.engine.stores import Entry
from hook.engine.verify import KEPT, plain
from hook.errors import Conflict
from hook.model import Actor, Change, Desired, Difference, Draft, Identity, Live, Operation

SHOWN = 3
"""How many differences a conflict spells out."""

WAY_OUT = "Bring that content into Git, or run with --on-drift overwrite."
WITHOUT_STATE = (
    "Give the run the state of the earlier ones (--state); without it, a flow is adopted when it equals its file, and"
    " nothing else is taken for ours."
)


class DriftPolicy(StrEnum):
    """What to do with a flow that moved since we published it, or that was there before us, and differs."""

    FAIL = "fail"
    OVERWRITE = "overwrite"


class Look(StrEnum):
    """What must be compared before an object can be decided."""

    NOTHING = "nothing"
    FOR_SHOW = "for-show"
    WITH_DESIRED = "with-desired"
    WITH_OURS = "with-ours"


@dataclass(frozen=True, slots=True)
class Contents:
    """
    What comparing contents gave; ``None`` when it could not be compared, with ``why_not``.

    Args:
        to_desired: From the live content to the file's.
        since_ours: From the content that we published last to the live one.
    """

    to_desired: tuple[Difference, ...] | None = None
    since_ours: tuple[Difference, ...] | None = None
    why_not: str = ""


def ours(entry: Entry | None, live: Live) -> bool:
    """Tell whether the live version is the one that we published, of that very flow and not of a namesake."""
    return (
        entry is not None
        and entry.version is not None
        and entry.version == live.version
        and entry.flow_id in {None, live.id}
    )


def look_needed(desired: Desired, live: Live | None, entry: Entry | None, *, own_client: str | None) -> Look:
    """Tell which contents must be exported to decide about an object."""
    if live is None or live.version is None:
        return Look.NOTHING
    if ours(entry, live):
        assert entry is not None  # noqa: S101  (what ours() has just told)
        return Look.NOTHING if entry.digest == desired.digest else Look.FOR_SHOW
    if _our_stub(entry, live, own_client):
        return Look.FOR_SHOW
    return Look.WITH_OURS if entry is not None and entry.version else Look.WITH_DESIRED


def decide(
    desired: Desired,
    live: Live | None,
    entry: Entry | None,
    contents: Contents,
    *,
    policy: DriftPolicy,
    own_client: str | None,
) -> Change:
    """
    Decide about one object.

    Args:
        desired: What the file says.
        live: What the organisation has, ``None`` when it has no such object.
        entry: What the state tells of the object.
        contents: What comparing gave, where :func:`look_needed` asked for it.
        policy: Whether somebody else's content may be overwritten.
        own_client: The id of our OAuth client, ``None`` when it is not known.
    """
    base = Change(identity=desired.identity, operation=Operation.CREATE, desired=desired, live=live)
    if live is None:
        return replace(base, writes=True, reason="not in the organisation yet")
    base = replace(
        base, differences=contents.to_desired or (), warnings=(contents.why_not,) if contents.why_not else ()
    )
    if ours(entry, live) and entry is not None:
        return _as_we_left_it(base, live, entry, contents, policy)
    if _our_stub(entry, live, own_client):
        return _once_a_stub(base, contents)
    if entry is not None and entry.version:
        return _moved(base, live, entry, contents, policy)
    return _not_known(base, live, contents, policy, own_client)


def _as_we_left_it(base: Change, live: Live, entry: Entry, contents: Contents, policy: DriftPolicy) -> Change:
    desired = base.desired
    assert desired is not None  # noqa: S101  (decide() has set it)
    if entry.digest != desired.digest:
        if desired.native and contents.to_desired == () and not _said_otherwise(desired, live):
            # The digest is over the outline, whose words may change from one version of this tool to the next.
            return replace(
                base, operation=Operation.UNCHANGED, records=True, reason="the file says what is live in other words"
            )
        return replace(base, operation=Operation.UPDATE, writes=True, reason="the document changed")
    changed = _said_otherwise(desired, live)
    if changed:
        return _foreign(replace(base, operation=Operation.DRIFTED), changed, (), "", policy)
    return replace(base, operation=Operation.UNCHANGED)


def _said_otherwise(desired: Desired, live: Live) -> str:
    """Say what the file tells of division and description, and the organisation has otherwise; empty when nothing."""
    found = [
        f"{name} is {live.attribute(name)!r}, the file says {desired.attribute(name)!r}"
        for name in KEPT
        if desired.attribute(name) is not None
        and (live.attribute(name) is not None or name == "description")
        and plain(name, desired.attribute(name) or "") != plain(name, live.attribute(name) or "")
    ]
    return f"{desired.identity} was changed by hand: {'; '.join(found)}" if found else ""


def _our_stub(entry: Entry | None, live: Live, own_client: str | None) -> bool:
    if entry is None or not entry.stub or entry.version is not None:
        return False
    drafted = live.checked_in or live.saved
    author = live.published_by or (drafted.by if drafted else None)
    if author is None or (author.is_client and author.id == own_client):
        return True
    # The platform may name another client than ours; then only the very version that our job made is ours.
    seen = entry.stub_version is not None and (entry.flow_id, entry.stub_version) == (live.id, live.version or "")
    return author.is_client and seen


def _once_a_stub(base: Change, contents: Contents) -> Change:
    if contents.to_desired == ():
        # The earlier run had gone on to publish the flow itself, and ended before it could note that.
        return replace(base, operation=Operation.UNCHANGED, records=True, reason="published by an earlier run")
    return replace(base, operation=Operation.UPDATE, writes=True, reason="replaces the stub of an earlier run")


def _moved(base: Change, live: Live, entry: Entry, contents: Contents, policy: DriftPolicy) -> Change:
    assert base.desired is not None  # noqa: S101  (decide() has set it)
    if contents.to_desired == ():
        return replace(
            base, operation=Operation.UNCHANGED, records=True, reason=f"{_published(live)}, with the file's content"
        )
    if contents.since_ours == ():
        again = f"{_published(live)}, without a change to what we had published"
        if entry.digest == base.desired.digest:
            return replace(base, operation=Operation.UNCHANGED, records=True, reason=again)
        return replace(base, operation=Operation.UPDATE, writes=True, reason=f"the document changed ({again})")
    shown = contents.since_ours if contents.since_ours is not None else contents.to_desired
    other = "" if entry.flow_id in {None, live.id} else "another flow has the name now, "
    moved = f"{base.identity} moved since we published version {entry.version}: {other}{_published(live)}"
    return _foreign(replace(base, operation=Operation.DRIFTED), moved, shown, contents.why_not, policy)


def _not_known(base: Change, live: Live, contents: Contents, policy: DriftPolicy, own_client: str | None) -> Change:
    if contents.to_desired == ():
        return replace(
            base, operation=Operation.ADOPT, records=True, reason=f"{_published(live)}, with the file's content"
        )
    what, hint = f"{base.identity} was not put there by us: {_published(live)}", WAY_OUT
    if live.published_by and _is_us(live.published_by, own_client):
        what = f"{base.identity} has a version of our own client that the state does not know: {_published(live)}"
        hint = f"{WITHOUT_STATE} {WAY_OUT}"
    adopted = replace(base, operation=Operation.ADOPT)
    return _foreign(adopted, what, contents.to_desired, contents.why_not, policy, hint=hint)


def _foreign(
    change: Change,
    what: str,
    differences: Sequence[Difference] | None,
    why_not: str,
    policy: DriftPolicy,
    *,
    hint: str = WAY_OUT,
) -> Change:
    if policy is DriftPolicy.OVERWRITE:
        return replace(change, writes=True, reason=f"{what}; overwritten as asked for")
    if differences is None:
        details: tuple[str, ...] = (
            f"its content cannot be shown equal to the file's{': ' + why_not if why_not else ''}",
        )
    else:
        more = [f"and {len(differences) - SHOWN} more"] if len(differences) > SHOWN else []
        details = (*(describe(difference) for difference in differences[:SHOWN]), *more)
    conflict = Conflict(what, hint=hint, details=details)
    return replace(change, reason=what, refusal=conflict.failure())


def describe(difference: Difference) -> str:
    """Return one difference as one line."""
    values = " -> ".join(repr(value) for value in (difference.before, difference.after) if value is not None)
    return f"{difference.operation} {difference.subject} {difference.path}" + (f": {values}" if values else "")


def _published(live: Live) -> str:
    if live.version is None:
        return "it is not published now"
    who = f" by {live.published_by}" if live.published_by else ""
    when = f" at {live.published_at:%Y-%m-%d %H:%M:%S} UTC" if live.published_at else ""
    return f"version {live.version} was published{who}{when}"


def held_by_somebody(identity: Identity, live: Live, *, own_client: str | None) -> Conflict | None:
    """
    Tell who keeps us from writing an object: a lock, or a draft that a publish would lose.

    A lock or draft of our own client is no conflict.
    """
    if live.locked_by and not _is_us(live.locked_by, own_client):
        since = f" since {live.saved.at:%Y-%m-%d %H:%M:%S} UTC" if live.saved and live.saved.at else ""
        return Conflict(
            f"{identity} is locked by {live.locked_by}{since}",
            hint="Ask them to check it in or to discard their changes in Architect, then rerun.",
        )
    if live.saved and _is_newer(live.saved, live) and not (live.saved.by and _is_us(live.saved.by, own_client)):
        who = f" of {live.saved.by}" if live.saved.by else ""
        when = f" from {live.saved.at:%Y-%m-%d %H:%M:%S} UTC" if live.saved.at else ""
        return Conflict(
            f"{identity} has a saved draft{who}{when} that is newer than the published version",
            hint="A publish would lose it: ask them to publish or to revert it in Architect, then rerun.",
        )
    return None


def unpublished_check_in(identity: Identity, live: Live) -> str | None:
    """Return a warning when somebody checked in a version after the published one."""
    if live.checked_in and live.version and _is_newer(live.checked_in, live):
        who = f" by {live.checked_in.by}" if live.checked_in.by else ""
        return f"{identity} has version {live.checked_in.version} checked in{who}, which was never published"
    return None


def moved_since_planned(identity: Identity, planned: Live | None, now: Live | None) -> Conflict | None:
    """Tell whether the live version is another than the one that the plan was made for."""
    before = planned.version if planned else None
    after = now.version if now else None
    if (planned is None) == (now is None) and before == after and (not planned or not now or planned.id == now.id):
        return None
    if now is None:
        return Conflict(f"{identity} disappeared while this run was under way", hint="Rerun to plan anew.")
    return Conflict(
        f"{identity} changed while this run was under way: {_published(now)}"
        + (f", the plan was made for {before}" if before else ", the plan was made when there was none"),
        hint="Rerun to plan anew.",
    )


def _is_us(actor: Actor, own_client: str | None) -> bool:
    return actor.is_client and actor.id == own_client


def _is_newer(draft: Draft, live: Live) -> bool:
    if draft.version == live.version:
        return False
    if draft.at is None or live.published_at is None:
        return True
    return draft.at > live.published_at
