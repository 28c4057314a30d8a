"""Reading back one object after its job: did it happen, was it us, is what the file is silent about still there?"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Protocol

from hook.deadline import Deadline
from hook.engine.decide import SHOWN, describe
from hook.engine.locking import Lock
from hook.engine.native.comparing import not_taken
from hook.engine.native.protocol import NativeFlows
from hook.engine.task import Task
from hook.engine.verify import is_foreign, is_successor, not_as_before, overtaken, reset_since, to_keep, verify
from hook.errors import FlowSyncError, VerificationFailed
from hook.model import Live

PATIENCE = 30.0
"""Seconds that the platform is given to show what a job has published."""


class FlowKeeper(Protocol):
    """What reading back needs of the organisation's flows."""

    def restore(self, *, before: Live, after: Live, what: Collection[str]) -> None:
        """Put back division, description or both, and leave the other as it is."""
        ...

    def published_since(self, flow_id: str, version: str | None) -> tuple[str, ...]:
        """Return the versions of a flow that were published after a version, oldest first."""
        ...

    def home_division(self) -> str:
        """Return the id of the home division."""
        ...


class ReadBack:
    """
    Judges what a listing shows of an object whose job has succeeded.

    Args:
        flows: The organisation's flows.
        natives: The native route into them, to read back what was sent that way.
        deadline: The end of the run.
        own_client: The id of our OAuth client, ``None`` when it is not known.
        lock: Asked right before something is put back.
    """

    def __init__(
        self, *, flows: FlowKeeper, natives: NativeFlows, deadline: Deadline, own_client: str | None, lock: Lock
    ) -> None:
        self._flows = flows
        self._natives = natives
        self._lock = lock
        self._deadline = deadline
        self._own_client = own_client

    def judge(self, task: Task, after: Live | None) -> FlowSyncError | None:
        """Return why the change is not verified, ``None`` when it is; what the publish reset is put back once."""
        try:
            return (
                verify(task.change, task.before, after)
                or self._overtaken(task, after)
                or self._keep(task, after)
                or self._taken(task, after)
            )
        except FlowSyncError as error:
            return error

    def may_still_show(self, task: Task, error: FlowSyncError | None) -> bool:
        """Tell whether a later look may find what this one did not: the platform is eventually consistent."""
        patience = min(PATIENCE, self._deadline.remaining)
        return isinstance(error, VerificationFailed) and time.monotonic() - task.finished < patience

    def _overtaken(self, task: Task, after: Live | None) -> FlowSyncError | None:
        if after is None:
            return None
        if is_successor(task.before, after) and not is_foreign(after, own_client=self._own_client):
            return None
        planned = task.before.version if task.before else None
        return overtaken(task.change, after, published=self._flows.published_since(after.id, planned))

    def _taken(self, task: Task, after: Live | None) -> FlowSyncError | None:
        """Hold the published configuration against the one that was sent."""
        if task.sent is None or after is None or after.version is None:
            return None
        shown = self._natives.configuration(after.id, after.version)
        different = not_taken(task.sent, shown)
        if not different:
            return None
        secret = task.change.desired is not None and task.change.desired.has_secrets
        return VerificationFailed(
            f"{task.change.identity}: version {after.version} is published, and its content is not what was sent",
            hint="Look at the flow in Architect: somebody may have saved it at the same moment. Then rerun.",
            details=tuple(describe(one) for one in different[:SHOWN]) if not secret else (),
        )

    def _keep(self, task: Task, after: Live | None) -> FlowSyncError | None:
        if task.before is None or after is None:
            return None
        former = to_keep(task.change.desired, task.before)
        what = reset_since(former, after, home=self._flows.home_division)
        if not what:
            _tell_moved(task, former, after)
            return None
        if not task.restored:
            task.restored = True
            self._lock.check()
            self._flows.restore(before=task.before, after=after, what=what)
            task.notes.append(f"the publish had reset {' and '.join(sorted(what))}, which was put back")
        return VerificationFailed(
            f"{task.change.identity}: the publish reset division or description, and they could not be put back"
        )


def _tell_moved(task: Task, former: Mapping[str, str], after: Live) -> None:
    if "division" in not_as_before(former, after):
        task.notes.append(
            f"somebody moved it from division '{former['division']}' to '{after.attribute('division')}'"
            " while the job ran; it stays there"
        )
