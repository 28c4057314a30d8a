"""Did it happen? What the platform must show after a job said that it succeeded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from hook.errors import Conflict, FlowSyncError, VerificationFailed
from hook.model import Change, Desired, Live, fold

_NUMBER = re.compile(r"(\d+)\.0\Z")
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
    author = after.published_by
    by_user = author is not None and not author.is_client
    if list(published) == [after.version] and not by_user:
        return None
    others = ", ".join(version for version in published if version != after.version)
    replaced = f", and replaced {others}" if others else ""
    return Conflict(
        f"{change.identity}: somebody published while our job ran;"
        f" version {after.version} by {author or 'nobody known'} is live{replaced}",
        hint="Look at the flow's versions in Architect: an edit may have been replaced. Then rerun to plan anew.",
    )


def is_successor(before: Live | None, after: Live) -> bool:
    """Tell whether the live version can only be the next one: ``2.0`` after ``1.0``, or the first of a new flow."""
    numbers = [_NUMBER.match(live.version or "") if live else None for live in (before, after)]
    if numbers[1] is None or (before is not None and before.version is not None and numbers[0] is None):
        return False
    return int(numbers[1][1]) == (int(numbers[0][1]) if numbers[0] else 0) + 1


def to_keep(desired: Desired | None, before: Live | None) -> Mapping[str, str]:
    """Return what of :data:`KEPT` a flow has and its file does not mention, with the id of the division."""
    if before is None or desired is None:
        return {}
    kept = {name: before.attribute(name) or "" for name in KEPT if desired.attribute(name) is None}
    if "division" in kept and (division_id := before.attribute("divisionId")):
        kept["divisionId"] = division_id
    return kept


def not_as_before(former: Mapping[str, str], after: Live) -> frozenset[str]:
    """
    Return which of :data:`KEPT` are not as they were, whoever changed them.

    Args:
        former: As :func:`to_keep` returned it before the publish.
        after: The object after it.
    """
    return frozenset(name for name in KEPT if name in former and former[name] != (after.attribute(name) or ""))


def reset_since(former: Mapping[str, str], after: Live, *, home: Callable[[], str]) -> frozenset[str]:
    """
    Return which of :data:`KEPT` a publish reset.

    A description that is another one, and not empty, is no reset, and neither is a division other than the home
    division: somebody changed them meanwhile.

    Args:
        former: As :func:`to_keep` returned it before the publish.
        after: The object after it.
        home: Returns the id of the home division; called only when the division is another one.
    """
    changed = set(not_as_before(former, after))
    if (after.attribute("description") or "").strip():
        changed.discard("description")
    if "division" in changed and after.attribute("divisionId") not in {None, home()}:
        changed.discard("division")
    return frozenset(changed)


def _said(change: Change, after: Live) -> FlowSyncError | None:
    for name in KEPT:
        wanted = change.desired.attribute(name) if change.desired else None
        got = after.attribute(name)
        if wanted is not None and plain(name, wanted) != plain(name, got or ""):
            return VerificationFailed(
                f"{change.identity}: {name} is {got!r} after the publish, the file says {wanted!r}"
            )
    return None


def plain(name: str, text: str) -> str:
    """Return a text without what the platform may do to it: blanks and line ends, for names also upper case."""
    words = " ".join(text.split())
    return fold(words) if name == "division" else words
