"""How much of the client's rate limit do others use?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, ok, unknown, warn
from hook.commands.doctor.subject import Subject


def look(subject: Subject) -> Iterator[Seen]:
    """Hold the calls that the platform counted in this minute against those that were made here."""
    found = subject.glance()
    if found.counted is None or found.allowed is None:
        yield unknown("the platform's answer does not tell its rate limit.")
        return
    ours = subject.platform().calls
    seen = f"{found.counted} of {found.allowed} calls of this minute are used, {ours} of them by this command."
    if found.counted > ours and found.counted > found.allowed / 2:
        yield warn(seen, "Something else works with the same client: give flowsync a client of its own.")
    elif subject.options["rate"] > found.allowed:
        yield warn(f"--rate is {subject.options['rate']}; {seen}", f"Set it below {found.allowed}.")
    else:
        yield ok(seen)


CHECK = Check("rate", look)
