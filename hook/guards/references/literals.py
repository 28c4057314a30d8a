"""Ids and computed names in documents: what a file alone cannot make good, held against what the target knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hook.documents.rules import value_kind
from hook.kinds.lookups import label
from hook.model import FLOWS, Desired, Examination, Finding, Identity, Problem, ResolutionStatus, Verdict

LITERAL_ID = "literal-id"
DYNAMIC = "dynamic-reference"

_ID = re.compile(r"(?:custom_-_)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_ID_SUFFIX = re.compile(r"(?:_?(?:ids?|guid))\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Directory:
    """
    What the target is known to have.

    Args:
        by_id: Objects by their id in lower case.
        kinds: The kinds of which everything was listed.
    """

    by_id: Mapping[str, Identity]
    kinds: frozenset[str]


def directory(examination: Examination) -> Directory:
    """Return what the examination tells of ids: the kinds that were listed, and the flows of the plan."""
    by_id = {known.id.casefold(): known.identity for known in examination.known if known.id}
    by_id |= {change.live.id.casefold(): change.live.identity for change in examination.plan.changes if change.live}
    listed = {one.reference.kind for one in examination.resolutions if one.status is not ResolutionStatus.UNCHECKED} | {
        known.identity.kind for known in examination.known
    }
    return Directory(by_id, frozenset(listed - {FLOWS}))


def findings(desired: Desired, known: Directory, *, guard: str) -> Iterator[Finding]:
    """Warn of each literal id in a document, and then of each name that only the running flow knows."""
    for problem in desired.warnings:
        if problem.code == LITERAL_ID:
            yield Finding(guard, Verdict.WARN, _belongs(problem, known), problem.place, problem.hint)
    for problem in desired.warnings:
        if problem.code == DYNAMIC:
            yield Finding(guard, Verdict.WARN, problem.message, problem.place, problem.hint)


def _belongs(problem: Problem, known: Directory) -> str:
    found = _ID.search(problem.message)
    if found is None:
        return problem.message
    id_ = found.group()
    owner = known.by_id.get(id_.casefold())
    if owner is not None:
        return f"the literal id {id_} belongs to the {_what(owner)} of this organisation."
    kind = _kind_of(problem.place.path)
    if kind in known.kinds:
        return f"the literal id {id_} is unknown in this organisation: no {label(kind)} has it."
    if known.kinds:
        listed = ", ".join(sorted(label(one) for one in known.kinds))
        return f"the literal id {id_} belongs to nothing that was listed of this organisation ({listed})."
    return f"there is a literal id here, {id_}, and nothing was listed that it could belong to."


def _what(owner: Identity) -> str:
    if owner.kind == FLOWS:
        return f"{owner.type} flow '{owner.name}'"
    return f"{label(owner.kind)} '{owner.name}'"


def _kind_of(path: str) -> str:
    """Return the kind that the name of a parameter tells (``inputs.queueId.lit``); empty when it tells none."""
    words = [word for word in _WORD.findall(path) if word not in {"lit", "exp"}]
    name = _ID_SUFFIX.sub("", words[-1]) if words else ""
    return (value_kind(name[:1].lower() + name[1:]) or "") if name else ""
