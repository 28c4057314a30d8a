"""Which settings are in force, and from where."""

from __future__ import annotations

import platform
from collections.abc import Iterator

from hook import __version__
from hook.commands.doctor.protocol import Check, Seen, ok
from hook.commands.doctor.subject import Subject
from hook.settings import PREFIX


def look(subject: Subject) -> Iterator[Seen]:
    """Say the version, the config file and the names of the variables; a wrong one has ended the command before."""
    config = subject.options["config"]
    names = sorted(name for name in subject.context.environ if name.startswith(PREFIX))
    said = [
        f"flowsync {__version__}, Python {platform.python_version()}",
        f"config file {config}" if config else "no config file",
        f"variables {', '.join(names)}" if names else "no variables",
    ]
    yield ok("; ".join(said) + ".")


CHECK = Check("settings", look)
