"""What a manifest calls objects, brought up to date: it has their names of the day on which the flow was published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hook.documents.native.kinds import MANIFEST_KINDS, ManifestKind
from hook.documents.native.naming import is_nameable, manifest_entries
from hook.documents.native.packing import Configuration


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry of a manifest whose object the organisation does not have (any more)."""

    kind: str
    name: str
    id: str


def with_current_names(
    configuration: Configuration, name_of: Callable[[ManifestKind, str], str | None]
) -> tuple[Configuration, tuple[Gone, ...]]:
    """
    Return a raw configuration in whose manifest each object has the name that it has now.

    Args:
        configuration: As the platform has it, with ids.
        name_of: The name of the object of a kind with an id; ``None`` when there is none, empty when nobody can tell.

    Returns:
        The configuration, and entries whose object is not there; those keep their names.
    """
    gone: list[Gone] = []
    names: dict[int, str] = {}
    for kind, _, entry in manifest_entries(configuration):
        if not is_nameable(kind, entry):
            continue
        name = name_of(MANIFEST_KINDS[kind], entry["id"])
        if name is None:
            gone.append(Gone(kind, entry["name"], entry["id"]))
        elif name:
            names[id(entry)] = name

    def renamed(entry: Any) -> Any:
        return {**entry, "name": names[id(entry)]} if id(entry) in names else entry

    if not names:
        return configuration, tuple(gone)
    manifest = {
        kind: [renamed(entry) for entry in entries] if isinstance(entries, list) else entries
        for kind, entries in configuration["manifest"].items()
    }
    return {**configuration, "manifest": manifest}, tuple(gone)
