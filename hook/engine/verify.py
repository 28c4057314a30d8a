"""Did it happen? What the platform must show after a job said that it succeeded."""

from __future__ import annotations

from hook.errors import Conflict, FlowSyncError, VerificationFailed
from hook.model import Change, Live, fold

KEPT = ("division", "description")
"""What a flow had, and the file does not mention, must still be there afterwards."""


def verify(change: Change, before: Live | None, after: Live | None, *, own_client: str | None) -> FlowSyncError | None:
    """
    Return why a change is not verified, ``None`` when it is.

    Args:
        change: The change that was carried out.
        before: The object right before the write.
        after: The object as it was read back; ``None`` when it could not be seen.
        own_client: The id of our OAuth client, ``None`` when it is not known.
    """
    if after is None:
        return VerificationFailed(f"{change.identity}: the job succeeded, but the flow cannot be found afterwards")
    if after.version is None or (before and after.version == before.version):
        return VerificationFailed(
            f"{change.identity}: the job succeeded, but the published version is still {after.version or 'none'}"
        )
    author = after.published_by
    if author and own_client and not (author.is_client and author.id == own_client):
        return Conflict(
            f"{change.identity}: version {after.version} was published by {author} right after ours",
            hint="Rerun to plan anew.",
        )
    return _said(change, after)


def was_reset(change: Change, before: Live | None, after: Live) -> bool:
    """Tell whether the publish changed something that the file does not mention."""
    if before is None or change.desired is None:
        return False
    return any(
        change.desired.attribute(name) is None and (before.attribute(name) or "") != (after.attribute(name) or "")
        for name in KEPT
    )


def _said(change: Change, after: Live) -> FlowSyncError | None:
    for name in KEPT:
        wanted = change.desired.attribute(name) if change.desired else None
        got = after.attribute(name)
        if wanted is None or got is None:
            continue
        if fold(wanted.strip()) != fold(got.strip()) if name == "division" else wanted.strip() != got.strip():
            return VerificationFailed(
                f"{change.identity}: {name} is {got!r} after the publish, the file says {wanted!r}"
            )
    return None
