"""Does every name that a changed object uses exist in the target, or is it created earlier in the plan?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import Field

from hook.guards.protocol import Guard, Readings, Settings
from hook.guards.references import literals
from hook.kinds.lookups import label
from hook.model import (
    FLOWS,
    Examination,
    Finding,
    Identity,
    Place,
    Reference,
    Resolution,
    ResolutionStatus,
    Verdict,
    fold,
)

NAME = "references"
TOLD = frozenset({literals.LITERAL_ID, literals.DYNAMIC})
"""Codes of the documents' warnings that this guard tells, with what the organisation knows of them."""
_ELSEWHERE = re.compile(r"(?P<name>.*) \(in '(?P<type>[^']*)'\)\Z", re.DOTALL)


class ReferenceSettings(Settings):
    """
    Settings of the guard.

    Attributes:
        max_warnings: How many warnings of one document are told; the others are counted.
    """

    max_warnings: int = Field(default=20, ge=0)


def examine(examination: Examination, settings: ReferenceSettings, _readings: Readings) -> Iterator[Finding]:
    """
    Refuse names that are missing, ambiguous or not published; warn of what could not be checked.

    Only objects that are written are looked at. Refusals are all told; warnings up to a number per document.
    """
    known = literals.directory(examination)
    of_owner: dict[Identity, list[Finding]] = {}
    natives = {change.identity for change in examination.plan.writes if change.desired and change.desired.native}
    for resolution in examination.resolutions:
        judged = _judged(resolution, native=resolution.owner in natives)
        of_owner.setdefault(resolution.owner, []).extend(judged)
    for change in examination.plan.writes:
        if change.desired:
            of_owner.setdefault(change.identity, []).extend(literals.findings(change.desired, known, guard=NAME))
    for owner, found in of_owner.items():
        yield from (one for one in found if one.verdict.refuses)
        yield from _some(owner, [one for one in found if not one.verdict.refuses], most=settings.max_warnings)


def _some(owner: Identity, warnings: Sequence[Finding], *, most: int) -> Iterator[Finding]:
    yield from warnings[:most]
    left = len(warnings) - most
    if left > 0:
        message = f"{owner} has {left} {'more ' if most else ''}warning{'s'[: left > 1]} about ids and names."
        hint = "guards.references.maxWarnings in environments.yaml says how many are told."
        yield Finding(NAME, Verdict.WARN, message, Place(warnings[most].place.file), hint)


def _judged(resolution: Resolution, *, native: bool) -> Iterator[Finding]:
    finding = _finding(resolution, native=native)
    if finding:
        yield finding


def _finding(resolution: Resolution, *, native: bool) -> Finding | None:
    reference = resolution.reference
    what = _what(reference, reference.type)
    match resolution.status:
        case ResolutionStatus.MISSING:
            return _missing(resolution)
        case ResolutionStatus.AMBIGUOUS:
            return Finding(
                NAME,
                Verdict.REFUSE,
                f"there is more than one {what}, and which is meant cannot be told.",
                reference.place,
                "Rename one of them.",
            )
        case ResolutionStatus.UNPUBLISHED:
            return Finding(
                NAME,
                Verdict.REFUSE,
                f"{what} exists but was never published, so nothing can use it.",
                reference.place,
                "Publish it in Architect, or put its document into Git.",
            )
        case ResolutionStatus.OTHER_CASE:
            return Finding(
                NAME,
                # The ids that a native configuration needs are looked up by the exact name.
                Verdict.REFUSE if native else Verdict.WARN,
                f"{what} is spelled '{resolution.nearest[0]}' in the organisation.",
                reference.place,
                "Use its spelling." if native else "The platform may tell upper from lower case; use its spelling.",
            )
        case ResolutionStatus.UNCHECKED:
            return Finding(NAME, Verdict.WARN, f"whether there is a {what} was not checked.", reference.place)
        case _:
            return None


def _missing(resolution: Resolution) -> Finding:
    """Refuse a name that is not there, and tell where the same name is, or which ones resemble it."""
    reference = resolution.reference
    others: list[str] = []
    nearest: list[str] = []
    for name in resolution.nearest:
        elsewhere = _ELSEWHERE.match(name)
        if elsewhere and fold(elsewhere["name"]) == fold(reference.name):
            others.append(_what(Reference(reference.kind, elsewhere["name"]), elsewhere["type"]))
        else:
            nearest.append(f"'{name}'")
    message = f"there is no {_what(reference, reference.type)}"
    if others:
        message += f", but there is {' and '.join(_article(other) for other in others)}"
        hint = "Name one of the right kind, or correct what refers to it."
    elif nearest:
        hint = f"Did you mean {', '.join(nearest)}?"
    else:
        hint = "Create it first, or correct the name."
    hidden = "If it exists, it is in a division that the OAuth client cannot see."
    return Finding(NAME, Verdict.REFUSE, f"{message}.", reference.place, f"{hint} {hidden}")


def _what(reference: Reference, type_: str) -> str:
    if reference.kind == FLOWS:
        return f"{type_} flow '{reference.name}'" if type_ else f"flow '{reference.name}'"
    suffix = f" in category '{type_}'" if type_ else ""
    return f"{label(reference.kind)} '{reference.name}'{suffix}"


def _article(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"


GUARD = Guard(name=NAME, settings=ReferenceSettings, examine=examine)
