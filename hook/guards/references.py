"""Does every name that a changed object uses exist in the target, or is it created earlier in the plan?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.kinds.lookups import label
from hook.model import FLOWS, Examination, Finding, Resolution, ResolutionStatus, Verdict


def examine(examination: Examination) -> Iterator[Finding]:
    """Refuse names that are missing, ambiguous or not published; warn of those that could not be checked."""
    for resolution in examination.resolutions:
        finding = _finding(resolution)
        if finding:
            yield finding


def _finding(resolution: Resolution) -> Finding | None:
    reference = resolution.reference
    what = _what(resolution)
    match resolution.status:
        case ResolutionStatus.MISSING:
            nearest = ", ".join(f"'{name}'" for name in resolution.nearest)
            hint = f"Did you mean {nearest}?" if nearest else "Create it first, or correct the name."
            return Finding("references", Verdict.REFUSE, f"there is no {what}.", reference.place, hint)
        case ResolutionStatus.AMBIGUOUS:
            return Finding(
                "references",
                Verdict.REFUSE,
                f"there is more than one {what}, and which is meant cannot be told.",
                reference.place,
                "Rename one of them.",
            )
        case ResolutionStatus.UNPUBLISHED:
            return Finding(
                "references",
                Verdict.REFUSE,
                f"{what} exists but was never published, so nothing can use it.",
                reference.place,
                "Publish it in Architect, or put its document into Git.",
            )
        case ResolutionStatus.OTHER_CASE:
            return Finding(
                "references",
                Verdict.WARN,
                f"{what} is spelled '{resolution.nearest[0]}' in the organisation.",
                reference.place,
                "The platform may tell upper from lower case; use its spelling.",
            )
        case ResolutionStatus.UNCHECKED:
            return Finding(
                "references",
                Verdict.WARN,
                f"whether there is a {what} was not checked.",
                reference.place,
            )
        case _:
            return None


def _what(resolution: Resolution) -> str:
    reference = resolution.reference
    if reference.kind == FLOWS:
        return (
            f"{reference.type or 'flow'} '{reference.name}'"
            if not reference.type
            else (f"{reference.type} flow '{reference.name}'")
        )
    suffix = f" in category '{reference.type}'" if reference.type else ""
    return f"{label(reference.kind)} '{reference.name}'{suffix}"
