"""Does the platform itself take the live flows for valid? Only with ``--server``."""

from __future__ import annotations

import time
from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, fail, ok
from hook.commands.doctor.subject import Subject
from hook.model import ExitCode

SHOWN = 3
"""How many messages of one flow are spelled out."""


def look(subject: Subject) -> Iterator[Seen]:
    """Run the platform's validate job over the published versions of the flows that the files name."""
    if not subject.options["server"]:
        return
    subject.account()
    wanted = {one.identity.key for one in subject.workspace().desired}
    live = [one for one in subject.platform().flows.list() if one.identity.key in wanted and one.version]
    names = {(one.id, one.version or ""): one.identity for one in live}
    end: float = time.monotonic() + subject.options["job_timeout"]

    def wait() -> bool:
        subject.context.deadline.sleep(subject.options["poll_interval"], doing="waiting for a validate job")
        return time.monotonic() < end

    failed = subject.platform().validate([*names], wait=wait, redact=subject.context.redactor.text)
    for version, state in failed.items():
        said = [line for line in state.lines if line.strip()]
        more = f" (and {len(said) - SHOWN} more)" if len(said) > SHOWN else ""
        seen = f"{names[version]} version {version[1]}: {'; '.join(said[:SHOWN]) or 'no reason was given'}{more}."
        yield fail(seen, "Validate the flow in Architect; callers may meet the same.", ExitCode.REFUSED)
    if not failed:
        yield ok(f"the platform takes all {len(names)} live flows of the {len(wanted)} in the files for valid.")


CHECK = Check("server", look)
