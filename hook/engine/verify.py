"""Did it happen? What the platform must show after a job said that it succeeded."""

from __future__ import annotations

from collections.abc import Sequence

from hook.errors import Conflict, FlowSyncError, VerificationFailed
from hook.model import Change, Live, fold

KEPT = ("division", "description")
"""What a flow had, and the file does not mention, must still be there afterwards."""


def verify(change: Change, before: Live | None, after: Live | None) -> FlowSyncError | None:
    """
    Return why a change is not verified, ``None`` when it is.

    Args:
        change: The change that was carried out.
        before: The object right before the write.
        after: The object as it was read back; ``None`` when it could not be seen.
    """
    if after is None:
        return VerificationFailed(f"{change.identity}: the job succeeded, but the flow cannot be found afterwards")
    if after.version is None or (before and after.version == before.version):
        return VerificationFailed(
            f"{change.identity}: the job succeeded, but the published version is still {after.version or 'none'}"
        )
    return _said(change, after)


def is_foreign(after: Live, *, own_client: str | None) -> bool:
    """
    Tell whether the published version names somebody else than our client as its author.

    That alone does not mean that somebody published after us: it is not certain that the platform's jobs publish
    in the name of the client that registered them.
    """
    author = after.published_by
    return author is not None and own_client is not None and not (author.is_client and author.id == own_client)


def overtaken(change: Change, after: Live, *, published: Sequence[str]) -> Conflict | None:
    """
    Tell whether somebody published after our job.

    Args:
        change: The change that was carried out.
        after: The object as it was read back.
        published: The versions that were published since the planned one, oldest first.
    """
    if list(published) == [after.version]:
        return None
    return Conflict(
        f"{change.identity}: version {after.version} was published by {after.published_by} right after ours",
        hint="Rerun to plan anew.",
    )


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
        if _plain(name, wanted) != _plain(name, got):
            return VerificationFailed(
                f"{change.identity}: {name} is {got!r} after the publish, the file says {wanted!r}"
            )
    return None


def _plain(name: str, text: str) -> str:
    """Return a text without what the platform may do to it: blanks and line ends, for names also upper case."""
    words = " ".join(text.split())
    return fold(words) if name == "division" else words
