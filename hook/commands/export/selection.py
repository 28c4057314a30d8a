"""Which of the live flows are exported."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass

from hook.documents.types import FLOW_TYPES, did_you_mean
from hook.errors import InvalidInput
from hook.model import Live, Problem, fold


@dataclass(frozen=True, slots=True)
class Selection:
    """
    Which flows a person asked for.

    Attributes:
        names: Globs, of which a name must match one, whatever the case; empty for all.
        types: Types in the platform's words; empty for all.
        prefix: What names must begin with, in an organisation that environments share.
    """

    names: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    prefix: str = ""

    def of(self, flows: Sequence[Live]) -> tuple[Live, ...]:
        """
        Return the flows that match, sorted by identity.

        Raises:
            InvalidInput: There are flows, but none that match.
        """
        found = tuple(sorted((flow for flow in flows if self._has(flow)), key=lambda flow: flow.identity))
        if flows and not found:
            message = f"none of the {len(flows)} flows of the organisation is selected."
            hint = "Widen --name and --type"
            hint += f"; guards.environment.prefix is '{self.prefix}'." if self.prefix else "."
            raise InvalidInput(Problem("nothing-selected", message, hint=hint))
        return found

    def _has(self, flow: Live) -> bool:
        name = fold(flow.identity.name)
        return (
            flow.identity.name.startswith(self.prefix)
            and (not self.types or flow.identity.type in self.types)
            and (not self.names or any(fnmatch.fnmatchcase(name, fold(glob)) for glob in self.names))
        )


def types_of(words: Sequence[str]) -> frozenset[str]:
    """
    Return types of flows in the platform's words, from those (``inboundcall``) or Archy's (``inboundCall``).

    Raises:
        InvalidInput: A word is no type.
    """
    known = {word.casefold(): one.platform for one in FLOW_TYPES for word in (one.key, one.platform)}
    unknown = [word for word in words if word.casefold() not in known]
    if unknown:
        keys = tuple(one.key for one in FLOW_TYPES)
        raise InvalidInput(
            *(
                Problem("unknown-flow-type", f"'{word}' is no type of flow.", hint=did_you_mean(word, keys))
                for word in unknown
            )
        )
    return frozenset(known[word.casefold()] for word in words)
