"""Were the files that this Pod was made for ever published?"""

from __future__ import annotations

from collections.abc import Iterator

from hook import guards
from hook.commands.doctor.protocol import Check, Seen, fail, ok
from hook.commands.doctor.subject import Subject
from hook.engine.drifting import never_published, undeployed_trigger
from hook.model import ExitCode
from hook.workspace.variables import UNREADABLE_SECRET


def look(subject: Subject) -> Iterator[Seen]:
    """
    Hold the files of the CronJob's template against what the state says was published.

    Argo CD applies the CronJob only after the Job of the same sync has succeeded; so files that it carries and that
    were never published tell of a sync that looked good and did nothing.
    """
    expected = subject.options["expected_digest"]
    if not expected:
        return
    contents, _ = subject.state()
    workspace = subject.workspace()
    public = any(one.code == UNREADABLE_SECRET for one in workspace.warnings)
    kept, left_out = guards.left_out(workspace.desired, guards.configure(subject.settings().guards))
    waiting = never_published(kept, contents, public=public)
    said = undeployed_trigger(expected, waiting, good=subject.deployed(), last=subject.last_run())
    if said:
        todo = "Sync the Application again (in the UI: Sync), or start the CronJob (Create Job), and look at its Job."
        yield fail(f"{said[0].upper()}{said[1:]}", todo, ExitCode.REFUSED)
    else:
        more = f", and {len(left_out)} are left out for want of a licence" if left_out else ""
        yield ok(f"all {len(kept)} files of the digest {expected} were published{more}.")


CHECK = Check("trigger", look)
