"""What only the manifest of a configuration says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hook.documents.native.outline.telling import Entries, Teller
from hook.documents.native.outline.volatile import LAYOUT
from hook.documents.native.packing import Configuration
from hook.documents.native.tokens import GUID, OPENING

_USUAL = frozenset({"id", "name", "context"})


def dependencies(configuration: Configuration, teller: Teller) -> Entries:
    """
    Return by kind and name what the manifest lists and the rest of the document does not use.

    Of what the document does use, only what else the manifest says, such as the version of a bot flow. The names and
    contexts of entries, and their order, are no content; see :mod:`hook.documents.native.outline.volatile`.

    Args:
        configuration: A named configuration.
        teller: For the values.
    """
    into = Entries()
    if "manifest" not in configuration:
        return into
    manifest = configuration["manifest"]
    if not isinstance(manifest, dict):
        into.add("manifest", teller.node(manifest))
        return into
    used = _Used(configuration)
    for kind in sorted(manifest):
        entries = manifest[kind]
        if not isinstance(entries, list):
            into.add(kind, teller.node(entries))
            continue
        inner = Entries()
        for entry in sorted(entries, key=_order):
            _entry(inner, entry, used, teller)
        if len(inner):
            into.add(kind, inner.node())
    return into


def _entry(into: Entries, entry: Any, used: _Used, teller: Teller) -> None:
    if not isinstance(entry, dict):
        into.add("", teller.node(entry))
        return
    own, name = entry.get("id"), entry.get("name")
    shown = Entries()
    if not isinstance(own, str) or own not in used:
        for key in sorted({"id", "name"} & entry.keys()):
            if key == "id" or not isinstance(name, str):
                shown.add(key, teller.node(entry[key]))
    teller.fill(shown, entry, told=_USUAL)
    if len(shown):
        into.add(name if isinstance(name, str) else str(own), shown.node())


def _order(entry: Any) -> tuple[str, str]:
    found = entry if isinstance(entry, dict) else {}
    return str(found.get("name", "")), str(found.get("id", entry))


class _Used:
    """The texts and keys of a configuration, its manifest aside."""

    def __init__(self, configuration: Configuration) -> None:
        rest = {key: value for key, value in configuration.items() if key != "manifest"}
        self._texts = set(_texts(rest))
        self._all = "\n".join(text for text in self._texts if OPENING in text or GUID.search(text))

    def __contains__(self, own: str) -> bool:
        """Return whether an id stands anywhere: as a text, or, if it can be told from words, inside of one."""
        return own in self._texts or ((OPENING in own or bool(GUID.search(own))) and own in self._all)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in LAYOUT and key != "metaData":
                yield key
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
