"""What an earlier run left unfinished is settled before anything is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial

from hook.deadline import Deadline
from hook.engine.locking import Lock
from hook.engine.native.settle import Settler
from hook.engine.protocols import Platform
from hook.engine.recover import Finished, Reset, finish_jobs, note, take_over, unseen
from hook.engine.restore import put_back
from hook.engine.state import State
from hook.engine.target import Policy, Target
from hook.errors import ApiUnavailable, FlowSyncError
from hook.model import Live

LOOKS = 30
"""How often to look for what may still show."""

RECENT = timedelta(minutes=10)
"""How long what an earlier run published may still be on its way into the listings."""


@dataclass
class Recovery:
    """
    What one run does about those before it.

    Args:
        state: What they noted, and what is noted of them.
        target: What this run is to reach.
        platform: The organisation.
        policy: Whether this run may write.
        deadline: Its end.
        lock: Asked before each write.
        own_client: The id of our OAuth client, ``None`` when it is not known.
        notes: Gets what there is to tell, in sentences.
    """

    state: State
    target: Target
    platform: Platform
    policy: Policy
    deadline: Deadline
    lock: Lock
    own_client: str | None
    notes: list[str]
    _failures: list[FlowSyncError] = field(default_factory=list, init=False)

    def settle(self, died: str) -> Sequence[Live]:
        """
        Settle what an earlier run left unfinished.

        Args:
            died: What there is to tell of a former holder of the lock; empty when there is nothing.

        Returns:
            The live flows after that.

        Raises:
            ApiUnavailable: It cannot be known yet what became of a write.
            LockUnavailable: The lock was lost.
        """
        settler = Settler(
            flows=self.platform.natives,
            keeper=self.platform.flows,
            own_client=self.own_client or "",
            deadline=self.deadline,
            lock=self.lock,
            write=self.policy.write,
        )
        finished, told = finish_jobs(self.state, self.platform.jobs, settler.settle)
        if died:
            unsure = f"{len(told)} of its writes were unsure" if told else "none of its writes was unsure"
            self.notes.append(f"{died}; {unsure}.")
        self.notes += told
        live: Sequence[Live] = self.platform.flows.list()
        if not finished:
            return live
        live = self._see(finished, live)
        flows = self.platform.flows
        taken = take_over(
            self.state,
            finished,
            live,
            published_since=flows.published_since,
            home=cache(flows.home_division),
            desired=self.target.desired,
        )
        self.notes += [f"{one.job.identity}: {one.moved}." for one in taken if one.moved]
        resets = [one for one in taken if one.what]
        return self._put_back(resets) if resets else live

    def check(self) -> None:
        """
        Raise why something is not as it was before an earlier run; it does not keep this run from its own work.

        Raises:
            FlowSyncError: The first reason, with the others as details.
        """
        if self._failures:
            first, *others = self._failures
            first.details = (*first.details, *(one.message for one in others))
            raise first

    def _see(self, finished: Sequence[Finished], live: Sequence[Live]) -> Sequence[Live]:
        """Give the platform some time to show what an earlier run's jobs have published."""
        for _ in range(LOOKS):
            if not unseen(finished, live):
                break
            self.deadline.sleep(self.policy.verify_pause, doing="waiting for what an earlier run published")
            live = self.platform.flows.list()
        recent = [
            one
            for one in unseen(finished, live)
            if datetime.now(tz=UTC) - datetime.fromisoformat(one.intent.at) < RECENT
        ]
        if recent:
            raise ApiUnavailable(
                f"an earlier run's job published {recent[0].identity}, and the platform does not show it yet",
                hint="Rerun in some minutes: publishing it again now might make a second one.",
            )
        return live

    def _put_back(self, resets: Sequence[Reset]) -> Sequence[Live]:
        """Put back what a publish of an earlier run reset; a plan only tells."""
        flows = self.platform.flows
        if not self.policy.write:
            for one in resets:
                note(self.state, one)
                self.notes.append(
                    f"{one.job.identity}: an earlier run's publish reset {one.names}; a sync puts it back."
                )
            return flows.list()
        pause = partial(self.deadline.sleep, self.policy.verify_pause, doing="waiting for what was put back")
        result = put_back(resets, flows=flows, lock=self.lock, pauses=[pause] * LOOKS)
        for one in result.done:
            note(self.state, one)
            self.notes.append(
                f"{one.job.identity}: an earlier run's publish had reset {one.names}, which was put back."
            )
        for one, why in result.failed:
            note(self.state, one, unfinished=True)
            message = (
                f"{one.job.identity}: an earlier run's publish reset {one.names},"
                f" and it cannot be put back: {why.message}"
            )
            self._failures.append(type(why)(message, hint="Put it back by hand, or say it in the flow's file."))
        return result.live
