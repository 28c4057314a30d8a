"""Is the organisation the environment's?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, fail, ok, warn
from hook.commands.doctor.subject import Subject
from hook.model import ExitCode


def look(subject: Subject) -> Iterator[Seen]:
    """Hold the client's organisation against the one that the environments file names."""
    organisation, _ = subject.account()
    expected = subject.settings().organization_id
    shown = f"{organisation.name} ({organisation.id})"
    if not expected:
        seen = f"the client belongs to {shown}; nothing says that this is '{subject.environment()}'."
        yield warn(seen, f"If it is, write organizationId: {organisation.id} into the environments file.")
    elif expected.casefold() == organisation.id.casefold():
        yield ok(f"{shown} is '{subject.environment()}'.")
    else:
        seen = f"the client belongs to {shown}, but '{subject.environment()}' is {expected}."
        yield fail(seen, "Use the client of that organisation, or correct organizationId.", ExitCode.GUARD)


CHECK = Check("organisation", look)
