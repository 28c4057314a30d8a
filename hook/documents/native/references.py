"""Every place in a named configuration that names another object of the organisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hook.documents.expressions import Kind, mentions
from hook.documents.native.kinds import target_of
from hook.documents.native.packing import Configuration
from hook.documents.native.places import Location, Places
from hook.documents.native.tokens import TOKEN_TEXT, Token, find_tokens, parse_token, unescape
from hook.documents.native.walking import mappings, texts
from hook.model import Place, Problem, Reference, Severity

COPIES = frozenset({"uiMetaData", "metaData"})
"""Below these keys the editor repeats what stands elsewhere."""

_VALUE = "config"
_PLAIN = frozenset({"lit", "emp"})
_DYNAMIC_HINT = "Nothing to do if every name that can occur exists in the target."


def references(configuration: Configuration, file: str, places: Places | None = None) -> tuple[Reference, ...]:
    """
    Return what a configuration refers to, as the extractor for Archy documents names it.

    A reference stands wherever a token does, in the manifest too, and wherever an expression looks something up by a
    literal name. What only repeats a token, below ``uiMetaData`` and ``metaData``, is left out.

    Args:
        configuration: A named configuration.
        file: The file's name.
        places: The places in it; without them, references have paths only.
    """
    places = places or Places(file, configuration)
    found: dict[tuple[str, str, str, str], Reference] = {}
    copies: list[Reference] = []
    for token, location, is_key in placed_tokens(configuration):
        target = target_of(token.kind)
        if target is None:
            continue
        place = places.key(location) if is_key else places.value(location, shown=_shown(configuration, location))
        reference = Reference(target.kind, token.name, target.type or token.qualifier, place)
        if COPIES & set(location):
            copies.append(reference)
        else:
            _add(found, reference)
    for looked_up, _ in _lookups(configuration, places):
        if looked_up is not None:
            _add(found, looked_up)
    known = {(reference.kind, reference.type, reference.name) for reference in found.values()}
    for reference in copies:
        if (reference.kind, reference.type, reference.name) not in known:
            _add(found, reference)
    return tuple(sorted(found.values(), key=lambda reference: (reference.place.line, reference.place.column)))


def lookup_warnings(configuration: Configuration, places: Places) -> tuple[Problem, ...]:
    """Return a warning for every look-up of a name that only the running flow knows."""
    return tuple(warning for _, warning in _lookups(configuration, places) if warning is not None)


def placed_tokens(configuration: Configuration) -> Iterator[tuple[Token, Location, bool]]:
    """Yield every token, the location of its text, and whether that is a key."""
    for one in texts(configuration):
        for _, _, token in find_tokens(one.text):
            if token is not None:
                yield token, one.location, one.is_key


def values(configuration: Configuration) -> Iterator[tuple[dict[str, Any], Location]]:
    """Yield every value of a flow: ``{config: {<expression tree>}, text: …, type: …}``."""
    for mapping, location in mappings(configuration):
        if isinstance(mapping.get(_VALUE), dict) and isinstance(mapping.get("text"), str):
            yield mapping, location


def _add(found: dict[tuple[str, str, str, str], Reference], reference: Reference) -> None:
    found.setdefault((reference.kind, reference.type, reference.name, reference.place.path), reference)


def _shown(configuration: Configuration, location: Location) -> int | None:
    """Return how many parts of a location lead to the value that a person would look for."""
    if _VALUE in location:
        return location.index(_VALUE)
    if location[-1] == "text":
        above: Any = configuration
        for part in location[:-1]:
            above = above[part]
        if isinstance(above.get(_VALUE), dict):
            return len(location) - 1
    return None


def _lookups(configuration: Configuration, places: Places) -> Iterator[tuple[Reference | None, Problem | None]]:
    for value, location in values(configuration):
        if COPIES & set(location) or _PLAIN & value[_VALUE].keys():
            continue
        # A token would be read as text; ``@{}`` is kept for unescape.
        text = TOKEN_TEXT.sub(lambda match: "" if parse_token(match.group()) else match.group(), value["text"])
        at = places.value((*location, "text"))
        place = Place(at.file, at.line, at.column, places.value(location).path)
        for mention in mentions(unescape(text)):
            if mention.what is Kind.NAME:
                yield Reference(mention.object_kind, mention.text, "", place), None
            elif mention.what is Kind.DYNAMIC:
                message = f"{mention.text}(…) looks up a name that only the running flow knows."
                yield None, Problem("dynamic-reference", message, place, _DYNAMIC_HINT, Severity.WARNING)
