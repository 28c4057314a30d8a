"""Is the state readable, and did the last run end in the middle of something?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, ok, warn
from hook.commands.doctor.subject import Subject


def look(subject: Subject) -> Iterator[Seen]:
    """Read the state of the organisation, and the record of its last run."""
    contents, problems = subject.state()
    for problem in problems:
        yield warn(str(problem), problem.hint)
    own = [entry for entry in contents.entries if entry.environment == subject.environment()]
    unsure = [entry for entry in own if entry.intent]
    if unsure:
        names = ", ".join(str(entry.identity) for entry in unsure[:3])
        seen = f"a run ended, or is, in the middle of {len(unsure)} writes, for example of {names}."
        yield warn(seen, "The next run looks at their jobs before it does anything; nothing is to be done by hand.")
    last = subject.last_run()
    said = f"; the last run that wrote, {last.run}, ended with {last.exit_code}" if last and last.finished else ""
    where = subject.options["state"]
    yield ok(f"{where}: it knows {len(own)} objects of '{subject.environment()}'{said}.")


CHECK = Check("state", look)
