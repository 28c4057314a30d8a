"""From what the platform exports to the content of a file: checked, and native configurations with names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hook.documents.limits import DEFAULT_LIMITS
from hook.documents.native.kinds import ManifestKind
from hook.documents.native.naming import name_ids
from hook.documents.native.packing import NotPacked, unpack
from hook.documents.native.renaming import with_current_names
from hook.documents.native.writing import pretty
from hook.errors import FlowSyncError, InvalidInput
from hook.model import FLOWS, Desired, Known, Live, Place, Problem
from hook.workspace.desire import FileRead, read_desired, read_text
from hook.workspace.environments import EnvironmentSettings
from hook.workspace.placeholders import PLACEHOLDER


@dataclass(frozen=True, slots=True)
class Document:
    """
    The content of a file.

    Attributes:
        content: Archy YAML, or a named configuration.
        read: What the file is when it is read again.
        notes: What a person should know of it.
    """

    content: bytes
    read: FileRead
    notes: tuple[str, ...] = ()

    @property
    def desired(self) -> Desired:
        """The flow as the file describes it."""
        return self.read.desired


class CurrentNames:
    """
    What the organisation calls its objects now; each kind is listed when it is first asked for.

    Args:
        flows: Every flow.
        listed: Lists the objects of a kind.
    """

    def __init__(self, flows: Sequence[Live], listed: Callable[[str], Sequence[Known]]) -> None:
        self._listed = listed
        self._names: dict[str, dict[str, str] | None] = {FLOWS: {flow.id: flow.identity.name for flow in flows}}
        self.known: list[Known] = []
        self.notes: list[str] = []

    def of(self, kind: ManifestKind, identifier: str) -> str | None:
        """Return the name of the object with an id; ``None`` when there is none, empty when nobody can tell."""
        if kind.kind not in self._names:
            self._names[kind.kind] = self._read(kind.kind)
        names = self._names[kind.kind]
        return "" if names is None else names.get(identifier)

    def _read(self, kind: str) -> dict[str, str] | None:
        try:
            found = self._listed(kind)
        except FlowSyncError as error:
            self.notes.append(
                f"{kind} cannot be listed ({error.message}): their names are those of the days on which the flows were"
                " published."
            )
            return None
        self.known.extend(found)
        return {one.id: one.identity.name for one in found}


def archy(content: bytes, live: Live, settings: EnvironmentSettings) -> Document:
    """
    Return an Archy document as the platform wrote it.

    Raises:
        InvalidInput: It cannot be read again.
    """
    return _checked(content, live, settings, ())


def native(content: bytes, live: Live, settings: EnvironmentSettings, names: CurrentNames) -> Document:
    """
    Return a packed configuration as JSON with names.

    Raises:
        InvalidInput: It is no native configuration, or cannot be deployed by name.
    """
    try:
        configuration = unpack(content.decode("utf-8", errors="replace"))
    except NotPacked as error:
        raise InvalidInput(_unusable(live, str(error))) from error
    if configuration is None:
        raise InvalidInput(_unusable(live, "it is no packed configuration"))
    current, gone = with_current_names(configuration, names.of)
    notes = tuple(
        f"it uses the {one.kind} '{one.name}' ({one.id}), which the organisation does not show." for one in gone
    )
    return _checked(pretty(name_ids(current, raw=True)).encode(), live, settings, notes)


def _checked(content: bytes, live: Live, settings: EnvironmentSettings, notes: tuple[str, ...]) -> Document:
    """Read a content as a file with it would be read."""
    if len(content) > DEFAULT_LIMITS.file_bytes:
        raise InvalidInput(
            _unusable(live, f"it has {len(content)} bytes, and a file may have {DEFAULT_LIMITS.file_bytes}")
        )
    file = f"the export of {live.identity}"
    literal = frozenset(settings.literal_placeholders)
    text = content.decode("utf-8", errors="replace")
    braces = [name for name in dict.fromkeys(match[1] for match in PLACEHOLDER.finditer(text)) if name not in literal]
    notes += tuple(
        f"it holds {{{{{name}}}}}, which a sync would take for a placeholder: add '{name}' to literalPlaceholders."
        for name in braces
    )
    layout = bool(settings.native_flows and settings.native_flows.layout)
    # Braces that belong to the flow are told above, and stay.
    read = read_desired(read_text(content, {}, file=file, literal=literal | set(braces)), layout=layout)
    if read.desired.identity.key != live.identity.key:
        raise InvalidInput(_unusable(live, f"it is of {read.desired.identity}"))
    return Document(content, read, notes)


def _unusable(live: Live, reason: str) -> Problem:
    message = f"the export of {live.identity} cannot be used: {reason}."
    return Problem("unusable-export", message, Place(), "Look at the flow in Architect.")
