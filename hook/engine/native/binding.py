"""From the names in a native configuration to the ids of the organisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hook.documents.native.kinds import MANIFEST_KINDS, ManifestKind
from hook.documents.native.naming import SameKeys, Unbound, bind
from hook.documents.native.packing import Configuration
from hook.documents.native.tokens import Token
from hook.errors import NameUnresolved
from hook.model import Identity, Known, Live, fold


class Names:
    """
    What the organisation calls its objects.

    Args:
        known: Objects of the kinds that were listed.
        flows: Every flow.
    """

    def __init__(self, known: Iterable[Known], flows: Iterable[Live]) -> None:
        self._ids: dict[tuple[str, str], list[tuple[Identity, str]]] = {}
        self._names: dict[str, dict[str, str]] = {}
        for one in known:
            self._add(one.identity, one.id)
        for flow in flows:
            self._add(flow.identity, flow.id)

    def _add(self, identity: Identity, id_: str) -> None:
        self._ids.setdefault((identity.kind, fold(identity.name)), []).append((identity, id_))
        self._names.setdefault(identity.kind, {})[id_] = identity.name

    def id_of(self, token: Token) -> str | None:
        """Return the id of the one object that a token names; ``None`` when there is none, or more than one."""
        ids = self.ids(token)
        return ids[0] if len(ids) == 1 else None

    def name_of(self, kind: ManifestKind, id_: str) -> str | None:
        """Return what the object with an id is called now; empty when none of its kind was listed."""
        known = self._names.get(kind.kind)
        return "" if known is None else known.get(id_)

    def ids(self, token: Token) -> tuple[str, ...]:
        """Return the ids of all objects that a token may mean, of those that are spelled exactly so."""
        target = MANIFEST_KINDS.get(token.kind)
        if target is None or token.foreign_id:
            return ()
        wanted = target.type or token.qualifier
        found = [
            (identity, id_)
            for identity, id_ in self._ids.get((target.kind, fold(token.name)), [])
            if not wanted or fold(identity.type) == fold(wanted)
        ]
        return tuple(id_ for identity, id_ in found if identity.name == token.name)


def bound(configuration: Configuration, names: Names, *, what: Identity) -> Configuration:
    """
    Return a configuration with the organisation's ids.

    Args:
        configuration: With names.
        names: The organisation's.
        what: The flow, for messages.

    Raises:
        NameUnresolved: A name has no id, or more than one.
    """
    try:
        return bind(configuration, id_of=names.id_of)
    except SameKeys as error:
        raise NameUnresolved(f"{what}: {error}", hint="Two keys of the configuration would become one id.") from error
    except Unbound as error:
        lines = tuple(_why(token, names.ids(token)) for token in error.tokens)
        raise NameUnresolved(
            f"{what}: {lines[0]}" + (f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""),
            hint="A native configuration is published with ids, so each name must be that of exactly one object.",
            details=lines,
        ) from error


def _why(token: Token, ids: Sequence[str]) -> str:
    category = f" in '{token.qualifier}'" if token.qualifier else ""
    if ids:
        return f"the organisation has {len(ids)} objects {token.kind} '{token.name}'{category}"
    return f"the organisation has no {token.kind} '{token.name}'{category}"
