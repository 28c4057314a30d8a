"""Does the platform know the client?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, ok
from hook.commands.doctor.subject import Subject


def look(subject: Subject) -> Iterator[Seen]:
    """Log in, and ask whose credentials these are."""
    organisation, client = subject.account()
    yield ok(f"client {client} is known, in the organisation {organisation.name or organisation.id}.")


CHECK = Check("login", look)
