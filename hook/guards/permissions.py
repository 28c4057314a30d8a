"""Does our OAuth client have the permissions that this plan needs, in the divisions of its objects?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hook.genesys.authorization import EVERYWHERE, HOME
from hook.guards.protocol import Guard, Readings, Settings
from hook.kinds.permissions import Permission, needed
from hook.model import NOWHERE, Change, Examination, Finding, Grant, Identity, Known, Place, Verdict, fold

NAME = "permissions"
DIVISIONS = "authorization/divisions"
SHOWN = 5
"""How many objects a finding names."""


@dataclass(frozen=True, slots=True)
class Division:
    """Where a permission must be held; without an id the home division."""

    id: str
    name: str


AT_HOME = Division("", HOME)


@dataclass(frozen=True, slots=True)
class Need:
    """A permission that objects need; without a division any will do."""

    permission: Permission
    division: Division | None


def examine(examination: Examination, _settings: Settings, readings: Readings) -> Iterator[Finding]:
    """
    Refuse when a permission is missing; a plan that writes nothing needs none.

    A flow is written in the division that it is in, and in the one that its document names; a new one whose document
    names none, in the home division. Where the division cannot be told, any counts, and a warning says so.
    """
    if not examination.plan.writes:
        return
    needs: dict[Need, list[Change]] = {}
    unclear: dict[Identity, Change] = {}
    for change in examination.plan.changes:
        divisions = _divisions(change, examination.known)
        for permission in needed(change):
            for division in divisions if permission.divided else (None,):
                needs.setdefault(Need(permission, division), []).append(change)
                if permission.divided and division is None:
                    unclear[change.identity] = change
    held = readings.grants()
    for need, changes in needs.items():
        if not _held(need, held):
            yield _missing(need, changes, held)
    if unclear:
        yield Finding(
            NAME,
            Verdict.WARN,
            f"the division of {_shown([*unclear.values()])} cannot be told, so that a permission in any division"
            " was enough.",
            _place([*unclear.values()]),
            "Name the division in the document.",
        )


def _divisions(change: Change, known: Sequence[Known]) -> tuple[Division | None, ...]:
    """Return the divisions that a change is written in; ``None`` is one that cannot be told."""
    wanted = change.desired.attribute("division") if change.desired else None
    found: list[Division | None] = []
    if change.live is not None:
        id_ = change.live.attribute("divisionId")
        found.append(Division(id_, change.live.attribute("division") or id_) if id_ else None)
        if wanted and fold(wanted) == fold(change.live.attribute("division") or ""):
            return tuple(found)
    if wanted:
        found.append(_named(wanted, known))
    return tuple(dict.fromkeys(found)) or (AT_HOME,)


def _named(name: str, known: Iterable[Known]) -> Division | None:
    alike = [
        one for one in known if one.identity.kind == DIVISIONS and one.id and fold(one.identity.name) == fold(name)
    ]
    exact = [one for one in alike if one.identity.name == name] or alike
    return Division(exact[0].id, exact[0].identity.name) if len(exact) == 1 else None


def _held(need: Need, held: Iterable[Grant]) -> bool:
    return any(
        covers(grant.permission, name) and _holds_in(grant, need.division)
        for grant in held
        for name in need.permission.names
    )


def covers(granted: str, wanted: str) -> bool:
    """Tell whether a granted permission, each part of which may be ``*``, is the wanted one."""
    parts, words = granted.split(":"), wanted.split(":")
    return len(parts) == len(words) and all(
        part in {"*", word} or fold(part) == fold(word) for part, word in zip(parts, words, strict=True)
    )


def _holds_in(grant: Grant, division: Division | None) -> bool:
    if division is None or grant.division_id == EVERYWHERE:
        return True
    return grant.division_id == division.id if division.id else fold(grant.division_name) == fold(division.name)


def _missing(need: Need, changes: Sequence[Change], held: Sequence[Grant]) -> Finding:
    where = f" in division '{need.division.name}'" if need.division else ""
    roles = ", ".join(f"'{role}'" for role in sorted({grant.role for grant in held if grant.role}))
    return Finding(
        NAME,
        Verdict.REFUSE,
        f"the permission {' or '.join(need.permission.names)} is missing{where}: it is needed to"
        f" {need.permission.purpose}, here for {_shown(changes)}.",
        _place(changes),
        f"Add it to a role of the OAuth client{where} ({f'it has {roles}' if roles else 'it has no role'}).",
    )


def _shown(changes: Sequence[Change]) -> str:
    identities: list[Identity] = [change.identity for change in changes]
    names = ", ".join(str(identity) for identity in identities[:SHOWN])
    return f"{names} and {len(identities) - SHOWN} more" if len(identities) > SHOWN else names


def _place(changes: Sequence[Change]) -> Place:
    return next((Place(change.desired.place.file) for change in changes if change.desired), NOWHERE)


GUARD = Guard(name=NAME, settings=Settings, examine=examine)
