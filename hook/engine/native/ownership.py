"""Whose a lock, a draft and a checked-in version are; pure functions over what a look at a flow has shown."""

from __future__ import annotations

from hook.errors import Conflict
from hook.model import Actor, Identity, Live


def is_ours(live: Live, own_client: str) -> bool:
    """Tell whether a flow is checked out for our client."""
    return is_client(live.locked_by, own_client)


def is_client(actor: Actor | None, client_id: str) -> bool:
    """Tell whether an actor is that OAuth client."""
    return actor is not None and actor.is_client and actor.id == client_id


def checked_in_version(live: Live) -> str | None:
    """Return the version that was checked in last."""
    return live.checked_in.version if live.checked_in else None


def has_draft(live: Live) -> bool:
    """Tell whether something is saved that is no version yet; ``savedVersion`` may repeat one that is."""
    return live.saved is not None and live.saved.version not in {live.version, checked_in_version(live)}


def checked_in_since(identity: Identity, before: Live, now: Live, *, own_client: str) -> Conflict | None:
    """Tell whether somebody else has checked in a version between two looks: a publish of ours would pass over it."""
    draft = now.checked_in
    if draft is None or draft.version == checked_in_version(before) or is_client(draft.by, own_client):
        return None
    return Conflict(
        f"{identity}: {draft.by or 'somebody'} checked in version {draft.version} while this run was under way",
        hint="Look at that version in Architect: publish it or bring it into Git, then rerun to plan anew.",
    )
