"""
The state of an organisation in ConfigMaps.

Most organisations fit into one. Where one is full, objects that are new go into the next: ``-1``, ``-2``, ... Each part
is a state of its own, so that a write touches only the part whose objects changed, and a run that is killed between
two writes leaves no part that contradicts another. The first part says how many there are, and says so before the
new one is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, ValidationError

from hook.cluster.connection import Connection
from hook.cluster.names import object_name
from hook.cluster.stored import NotUsable, StoredText, TooLarge
from hook.engine.stores import Contents, Entry
from hook.errors import InvalidInput
from hook.model import Problem, Severity

ROOM = 4_000
"""Objects that one part may have; at some 110 compressed bytes each they leave room for what is under way."""

Key = tuple[str, str, str]


class Part(Contents):
    """What one ConfigMap holds; ``parts`` counts in the first part only."""

    parts: int = Field(default=1, ge=1, le=100)


class ConfigMapStore:
    """
    Keeps the state in ConfigMaps.

    Args:
        connection: The API server, and the namespace.
        room: Objects that one part may have.
    """

    def __init__(self, connection: Connection, *, room: int = ROOM) -> None:
        self._connection = connection
        self._room = room
        self._texts: list[StoredText] = []
        self._parts: list[Part] = []
        self._homes: dict[Key, int] = {}
        self._organisation = ""

    def load(self, organisation_id: str) -> tuple[Contents, tuple[Problem, ...]]:
        """
        Read the state.

        A part that cannot be understood, or that belongs to another organisation, is reported and not trusted; it is
        kept under another name when the first state is saved in its place.

        Raises:
            CredentialsError: The rights do not suffice.
            ApiUnavailable: The API server does not answer.
        """
        self._organisation = organisation_id
        self._texts, self._parts, self._homes = [], [], {}
        problems: list[Problem] = []
        number = 0
        while number < (self._parts[0].parts if self._parts else 1):
            text, part, problem = self._read(number)
            self._texts.append(text)
            self._parts.append(part)
            problems += [problem] if problem else []
            self._homes |= {entry.identity.key: number for entry in part.entries}
            number += 1
        entries = [entry for part in self._parts for entry in part.entries]
        return Contents(organisation=organisation_id, entries=entries), tuple(problems)

    def save(self, contents: Contents) -> None:
        """
        Write the parts whose objects changed.

        Raises:
            LockUnavailable: Somebody else has written one of them.
            CredentialsError: The rights do not suffice.
            ApiUnavailable: The API server does not answer.
            InvalidInput: The state is too large.
        """
        entries = self._assigned(contents.entries)
        if len(entries) > len(self._parts):
            self._announce(len(entries))
        self._homes = {entry.identity.key: number for number, of_part in enumerate(entries) for entry in of_part}
        for number, of_part in enumerate(entries):
            if of_part != self._parts[number].entries:
                self._write(number, self._parts[number].model_copy(update={"entries": of_part}))

    def _assigned(self, entries: Sequence[Entry]) -> list[list[Entry]]:
        """Return the objects of each part: known ones where they are, new ones in the last part, or in one more."""
        homes = dict(self._homes)
        assigned: list[list[Entry]] = [[] for _ in self._parts]
        for entry in entries:
            if entry.identity.key in homes:
                assigned[homes[entry.identity.key]].append(entry)
        for entry in entries:
            if entry.identity.key not in homes:
                if len(assigned[-1]) >= self._room:
                    assigned.append([])
                homes[entry.identity.key] = len(assigned) - 1
                assigned[-1].append(entry)
        return assigned

    def _announce(self, parts: int) -> None:
        self._write(0, self._parts[0].model_copy(update={"parts": parts}))
        for number in range(len(self._parts), parts):
            text, part, _ = self._read(number)
            self._texts.append(text)
            if part.entries:
                # Left by a state that was lost: kept beside, like everything that is not trusted.
                text.distrust()
            self._parts.append(Part(organisation=self._organisation))

    def _write(self, number: int, part: Part) -> None:
        try:
            self._texts[number].write(part.model_dump_json(by_alias=True, exclude_none=True))
        except TooLarge as error:
            place = self._texts[number].place
            message = f"the state is too large for a ConfigMap ({error})."
            raise InvalidInput(
                Problem("state-too-large", message, place, "Keep it in a file (--state file:PATH).")
            ) from error
        self._parts[number] = part

    def _read(self, number: int) -> tuple[StoredText, Part, Problem | None]:
        name = object_name("flowsync-state", self._organisation) + (f"-{number}" if number else "")
        stored = StoredText(self._connection, name, what="state")
        empty = Part(organisation=self._organisation)
        try:
            text = stored.read()
            if text is None:
                return stored, empty, None
            part = Part.model_validate_json(text)
        except NotUsable as error:
            return stored, empty, _not_usable(stored, str(error))
        except ValidationError as error:
            stored.distrust()
            why = f"is not a state that this version understands ({error.error_count()} errors)"
            return stored, empty, _not_usable(stored, why)
        if part.organisation != self._organisation:
            stored.distrust()
            return stored, empty, _not_usable(stored, f"belongs to organisation {part.organisation}")
        return stored, part, None


def _not_usable(stored: StoredText, why: str) -> Problem:
    return Problem(
        "state-not-usable",
        f"the state {why}; it is rebuilt from the organisation, and the ConfigMap is kept as {stored.aside}.",
        stored.place,
        "Until then, objects whose content cannot be shown equal count as not put there by us.",
        Severity.WARNING,
    )
