"""What objects are called, and where in the input something stands."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

FLOWS = "architect/flows"


def fold(name: str) -> str:
    """Return the form in which two names count as one: NFKC, then case folding, then NFKC again."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the input: file, line and column (from 1; 0 when unknown), and path inside the document.

    ``path`` uses dots and indexes, for example ``inboundCall.menus[0].menu.choices[1]``; a key that is no
    plain word is quoted, for example ``callData.category["My Category"]``.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        """Return ``file:line:column (path)`` without the parts that are unknown."""
        text = self.file
        if self.line:
            text += f":{self.line}"
            if self.column:
                text += f":{self.column}"
        return f"{text} ({self.path})" if self.path else text


NOWHERE = Place()
"""For what concerns no place in the input."""


class Severity(StrEnum):
    """Whether a problem stops the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the input that a person should know: what, where, and the way out.

    ``code`` is a stable machine-readable word with hyphens, for example ``duplicate-key``.
    """

    code: str
    message: str
    place: Place = NOWHERE
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return one line: place, message, and the way out."""
        where = f"{self.place}: " if str(self.place) else ""
        return f"{where}{self.message}" + (f" {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What an object is known by: kind, type where names repeat per type, and name. Never an id.

    For ``architect/flows`` the type is the platform's flow type in lower case (``inboundcall``); for
    ``integrations/actions`` it is the category; for the other kinds it is empty.
    """

    kind: str
    type: str
    name: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The form to compare and look up by: two identities with one key count as one."""
        return (self.kind, fold(self.type), fold(self.name))

    def __str__(self) -> str:
        """Return for example ``inboundcall 'Main line'``, or ``routing/queues 'Sales'``."""
        return f"{self.type if self.kind == FLOWS else self.kind} '{self.name}'" + (
            f" in '{self.type}'" if self.type and self.kind != FLOWS else ""
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in one object that names another object.

    ``type`` follows the rules of :class:`Identity`; it may be empty for a flow when the document does not
    tell the type of the flow that it names, and then any type will do.
    """

    kind: str
    name: str
    type: str = ""
    place: Place = NOWHERE

    @property
    def identity(self) -> Identity:
        """The identity that this reference names."""
        return Identity(self.kind, self.type, self.name)
