"""Names to objects: every name that a changed object uses is held against the target or the plan."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from hook.model import (
    FLOWS,
    Desired,
    Identity,
    Known,
    Live,
    Reference,
    Resolution,
    ResolutionStatus,
    fold,
)

NEAREST = 3
"""How many similar names are told for a missing one."""

Names = Mapping[str, Sequence[Known]]


def kinds_needed(desired: Iterable[Desired]) -> tuple[str, ...]:
    """Return the kinds, other than flows, that these objects name: one list each, and none for any other kind."""
    return tuple(sorted({reference.kind for one in desired for reference in one.references} - {FLOWS}))


def read_names(
    kinds: Iterable[str], *, known: Collection[str], read: Callable[[str], Sequence[Known]]
) -> dict[str, Sequence[Known]]:
    """
    List each kind once.

    Args:
        kinds: The kinds that are needed.
        known: The kinds that the platform can list; the others stay unchecked.
        read: Lists one kind.
    """
    return {kind: read(kind) for kind in kinds if kind in known}


def resolve(
    desired: Iterable[Desired], *, names: Names, live: Iterable[Live], planned: Iterable[Identity]
) -> tuple[Resolution, ...]:
    """
    Hold every reference against the target.

    Args:
        desired: The objects whose references matter.
        names: The objects of each kind that was listed.
        live: The flows of the organisation.
        planned: The flows that this plan creates or publishes.
    """
    indexes = {kind: _by_name([one.identity for one in found]) for kind, found in names.items()}
    flows = _by_name([one.identity for one in live])
    published = {one.identity.key for one in live if one.version}
    coming = _by_name(list(planned))
    results: list[Resolution] = []
    for one in desired:
        for reference in one.references:
            if reference.kind == FLOWS:
                found = _flow(one.identity, reference, flows=flows, published=published, coming=coming)
                results.append(_as_spelled(found, flows, coming) if one.native else found)
            elif reference.kind in indexes:
                results.append(_other(one.identity, reference, indexes[reference.kind]))
            else:
                results.append(Resolution(one.identity, reference, ResolutionStatus.UNCHECKED))
    return tuple(results)


def flows_named(one: Desired, among: Iterable[Identity]) -> tuple[Identity, ...]:
    """Return the flows of ``among`` that ``one`` names; itself is never among them."""
    index = _by_name(list(among))
    found: dict[tuple[str, str, str], Identity] = {}
    for reference in one.references:
        if reference.kind == FLOWS:
            found.update({identity.key: identity for identity in _matching(reference, index)})
    found.pop(one.identity.key, None)
    return tuple(found.values())


def _by_name(identities: Sequence[Identity]) -> dict[str, list[Identity]]:
    index: dict[str, list[Identity]] = {}
    for identity in identities:
        index.setdefault(fold(identity.name), []).append(identity)
    return index


def _matching(reference: Reference, index: Mapping[str, list[Identity]]) -> list[Identity]:
    return [
        identity
        for identity in index.get(fold(reference.name), [])
        if not reference.type or fold(identity.type) == fold(reference.type)
    ]


def _flow(
    owner: Identity,
    reference: Reference,
    *,
    flows: Mapping[str, list[Identity]],
    published: Collection[tuple[str, str, str]],
    coming: Mapping[str, list[Identity]],
) -> Resolution:
    if _matching(reference, coming):
        return Resolution(owner, reference, ResolutionStatus.PLANNED)
    found = _matching(reference, flows)
    if not found:
        candidates = [*flows.values(), *coming.values()]
        return _missing(owner, reference, [identity for group in candidates for identity in group])
    if not any(identity.key in published for identity in found):
        return Resolution(owner, reference, ResolutionStatus.UNPUBLISHED)
    return Resolution(owner, reference, ResolutionStatus.FOUND)


def _as_spelled(found: Resolution, *indexes: Mapping[str, list[Identity]]) -> Resolution:
    """Hold a native flow to the spelling of the flows that it names: it is published with their ids, by these names."""
    reference = found.reference
    names = [identity.name for index in indexes for identity in _matching(reference, index)]
    if found.status is ResolutionStatus.MISSING or reference.name in names:
        return found
    return Resolution(found.owner, reference, ResolutionStatus.OTHER_CASE, nearest=(names[0],))


def _other(owner: Identity, reference: Reference, index: Mapping[str, list[Identity]]) -> Resolution:
    found = _matching(reference, index)
    exact = [identity for identity in found if identity.name == reference.name]
    if not found:
        return _missing(owner, reference, [identity for group in index.values() for identity in group])
    if len(exact) > 1 or (not exact and len(found) > 1):
        return Resolution(owner, reference, ResolutionStatus.AMBIGUOUS)
    if not exact:
        return Resolution(owner, reference, ResolutionStatus.OTHER_CASE, nearest=(found[0].name,))
    return Resolution(owner, reference, ResolutionStatus.FOUND)


def _missing(owner: Identity, reference: Reference, candidates: Sequence[Identity]) -> Resolution:
    elsewhere = [
        f"{identity.name} (in '{identity.type}')" if identity.type else identity.name
        for identity in candidates
        if fold(identity.name) == fold(reference.name)
    ]
    same_type = {
        fold(identity.name): identity.name
        for identity in candidates
        if not reference.type or fold(identity.type) == fold(reference.type)
    }
    close = difflib.get_close_matches(fold(reference.name), list(same_type), n=NEAREST)
    nearest = [*elsewhere, *(same_type[name] for name in close)][:NEAREST]
    return Resolution(owner, reference, ResolutionStatus.MISSING, nearest=tuple(nearest))
