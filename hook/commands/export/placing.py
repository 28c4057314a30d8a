"""Which file each flow goes into: the one that describes it already, or a new one with a readable name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hook.commands.export.documents import Document
from hook.commands.export.secrets import hide
from hook.documents.document import METADATA_KEY
from hook.documents.native.writing import pretty
from hook.errors import InvalidInput
from hook.model import Live, Place, Problem
from hook.workspace.existing import ExistingFile, Folder
from hook.workspace.file_names import TakenNames, numbered, readable
from hook.workspace.metadata import Metadata, environment_prefix
from hook.workspace.writing import shown

ENDINGS = {False: ".yaml", True: ".json"}
"""Of Archy documents, and of native configurations."""


class Fate(StrEnum):
    """What becomes of a flow's file."""

    NEW = "new"
    RENEWED = "overwritten"
    SAME = "unchanged"


@dataclass(frozen=True, slots=True)
class Placed:
    """
    A flow and its file.

    Attributes:
        live: The flow.
        path: The file below the folder.
        content: What it shall hold.
        fate: What becomes of it.
        notes: What a person should know of it.
    """

    live: Live
    path: str
    content: bytes
    fate: Fate
    notes: tuple[str, ...]


def place(
    documents: Sequence[tuple[Live, Document]], folder: Folder, *, equals: Callable[[Live, ExistingFile], bool]
) -> tuple[Placed, ...]:
    """
    Choose a file for each flow.

    Args:
        documents: Flows and their documents.
        folder: Where they go, and what is there.
        equals: Tells whether a file says what is live, however it is written; such a file stays as it is.

    Raises:
        InvalidInput: A file that would have to be overwritten is of the other format, or has a secret that cannot be
            read here.
    """
    taken = TakenNames(file.path for file in folder.files.values())
    placed: list[Placed] = []
    problems: list[Problem] = []
    for live, document in documents:
        there = folder.files.get(live.identity.key)
        if there is None:
            path = taken.take(numbered(_stem(live, folder), ENDINGS[document.desired.native]))
            placed.append(_without_secrets(Placed(live, path, document.content, Fate.NEW, document.notes), folder))
        elif there.desired.native is not document.desired.native:
            problems.append(_other_format(live, there, folder))
        elif there.desired.digest == document.desired.digest or equals(live, there):
            placed.append(Placed(live, there.path, b"", Fate.SAME, ()))
        elif problem := _unable(there, document, folder):
            problems.append(problem)
        else:
            content = _marked(document, there.metadata)
            notes = (*document.notes, *_lost(there))
            placed.append(_without_secrets(Placed(live, there.path, content, Fate.RENEWED, notes), folder))
    if problems:
        raise InvalidInput(*problems)
    return tuple(placed)


def _without_secrets(placed: Placed, folder: Folder) -> Placed:
    hidden = hide(placed.content, folder.variables.of_file(placed.path))
    return replace(placed, content=hidden.content, notes=placed.notes + hidden.notes)


def contents(placed: Sequence[Placed]) -> Mapping[str, bytes]:
    """Return what is to be written, by path."""
    return {one.path: one.content for one in placed if one.fate is not Fate.SAME}


def _stem(live: Live, folder: Folder) -> str:
    stem = f"{readable(live.identity.name)}.{live.identity.type}"
    if not folder.environment:
        return stem
    prefix = environment_prefix(stem, {*folder.known, folder.environment})
    needed = prefix is None and folder.settings.require_environment_mark
    # Without it, the file would count as another environment's, or as nobody's.
    return f"{folder.environment}_{stem}" if needed or prefix not in {None, folder.environment} else stem


def _marked(document: Document, metadata: Metadata) -> bytes:
    """Return a document with what the former file said about itself."""
    said = {key: value for key, value in metadata.model_dump(mode="json").items() if value}
    if not said:
        return document.content
    if document.desired.native:
        return pretty({**json.loads(document.content), METADATA_KEY: said}).encode()
    return f"# {METADATA_KEY}: {json.dumps(said, ensure_ascii=False)}\n".encode() + document.content


def _lost(there: ExistingFile) -> tuple[str, ...]:
    if not there.placeholders:
        return ()
    names = ", ".join(f"{{{{{name}}}}}" for name in there.placeholders)
    return (f"the former file had {names}; the new one has the values that are live.",)


def _unable(there: ExistingFile, document: Document, folder: Folder) -> Problem | None:
    """Return why a file cannot be overwritten at all."""
    place = Place(shown(folder.root, there.path))
    values = folder.variables.of_file(there.path)
    unread = [name for name in there.placeholders if name in values and values[name].missing]
    if unread:
        message = (
            f"the file has {{{{{unread[0]}}}}}, a secret that cannot be read here: its value might go into the file."
        )
        return Problem("secret-not-readable", message, place, "Give the secret, or leave the flow out with --name.")
    if there.path.casefold().endswith(".json") and not document.desired.native:
        message = "the file is an Archy document as JSON, and an export is YAML."
        return Problem("other-format", message, place, "Rename it to .yaml first, or leave the flow out with --name.")
    return None


def _other_format(live: Live, there: ExistingFile, folder: Folder) -> Problem:
    held, other = ("native configuration", "native") if there.desired.native else ("an Archy document", "archy")
    message = f"the file describes {live.identity} already, as {held}."
    hint = f"Export with --format {other}, or remove the file first."
    return Problem("other-format", message, Place(shown(folder.root, there.path)), hint)
