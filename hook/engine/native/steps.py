"""The steps with one flow: save, check in, publish; before each of them, the flow must be as it was planned for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hook.deadline import Deadline
from hook.documents.native.packing import Configuration
from hook.engine import decide
from hook.engine.native.comparing import not_taken
from hook.engine.native.holding import TRIES, Holding
from hook.engine.native.operating import LOOKS, carry_out
from hook.engine.native.ownership import checked_in_since, checked_in_version, is_client
from hook.engine.native.protocol import NativeFlows
from hook.engine.verify import not_as_before
from hook.errors import Conflict, ConnectionLost, OperationFailed
from hook.genesys.operations import Seen
from hook.model import Identity, Live

LOOK = "Look at the flow's versions in Architect, then rerun to plan anew."


@dataclass(frozen=True, slots=True)
class Steps:
    """
    The steps with one flow.

    Args:
        flows: The native route into the organisation's flows.
        holding: The flow, checked out for us.
        identity: The flow, for messages.
        planned: The flow as it was planned for, ``None`` when there was none.
        own_client: The id of our OAuth client.
        permitted: Called with the step right before each request; raises when nothing may be written any more.
        pause: Waits between two looks; is told what for.
        deadline: The end of each wait.
        notes: Gets what a step has left in the flow.
    """

    flows: NativeFlows
    holding: Holding
    identity: Identity
    planned: Live | None
    own_client: str
    permitted: Callable[[str], None]
    pause: Callable[[str], None]
    deadline: Deadline
    notes: list[str] = field(default_factory=list)

    def same(self, now: Live, *, since: Live | None = None) -> None:
        """
        Check that a flow is the one that was planned for.

        Args:
            now: The flow as it is now.
            since: The flow of a former look; since then nobody may have checked in.

        Raises:
            Conflict: It is not.
        """
        if now.identity.key != self.identity.key:
            raise Conflict(
                f"{self.identity} was renamed to '{now.identity.name}' while this run was under way",
                hint="Rerun to plan anew: with the old name in the file, that makes a second flow.",
            )
        is_new = self.planned is None and now.version is None
        moved = None if is_new else decide.moved_since_planned(self.identity, self.planned, now)
        if moved is None and since is not None:
            moved = checked_in_since(self.identity, since, now, own_client=self.own_client)
        if moved:
            raise moved

    def save(self, flow_id: str, configuration: Configuration) -> None:
        """
        Save the draft; after a lost answer again, since under our lock the same draft twice is one draft.

        Raises:
            Conflict: The flow is not checked out for us any more.
            ConnectionLost: It is not known whether it is saved.
        """
        for number in range(1, TRIES + 1):
            self.permitted("save")
            try:
                self.flows.save(flow_id, configuration)
            except ConnectionLost:
                self.same(self.holding.check().live)
                if number == TRIES:
                    raise
            else:
                return

    def check_in(self, taken: Live, configuration: Configuration) -> str:
        """
        Check in what was saved, and read it back.

        Args:
            taken: The flow as it was checked out.
            configuration: What was saved.

        Returns:
            The version that it became.

        Raises:
            Conflict: Somebody took the lock away, checked in, saved or published meanwhile.
            OperationFailed: It failed, or there is no new version.
        """
        before = self.holding.check()
        self.same(before.live, since=taken)
        had = checked_in_version(before.live)
        self.operate("checkin", before, lambda now: checked_in_version(now) != had)
        live = self._seen_checked_in(had)
        self.notes.append("what was checked in stays as a version that is not published")
        self.same(live)
        version = checked_in_version(live) or ""
        author = live.checked_in.by if live.checked_in else None
        if author is not None and not is_client(author, self.own_client):
            raise Conflict(f"{self.identity}: {author} checked in version {version} while this run did", hint=LOOK)
        if not_taken(configuration, self.flows.configuration(taken.id, version)):
            raise Conflict(
                f"{self.identity}: version {version} was checked in, and its content is not what was sent",
                hint="Look at the flow in Architect: somebody may have saved or reverted it at the same moment.",
            )
        return version

    def publish(self, version: str, *, former: Mapping[str, str]) -> None:
        """
        Publish what was checked in; the platform takes the newest version, so it must be still ours.

        Args:
            version: The version that was checked in.
            former: What the flow had and the file does not say.

        Raises:
            Conflict: Somebody checked in, saved, published or changed the description meanwhile.
            OperationFailed: The platform refused it.
        """
        now = self.holding.look()
        self.same(now.live)
        if "description" in not_as_before(former, now.live):
            raise Conflict(
                f"{self.identity}: somebody changed its description while this run was under way",
                hint="Rerun: it is published with that description then.",
            )
        newest = checked_in_version(now.live)
        if newest != version:
            raise Conflict(f"{self.identity}: version {newest} was checked in while this run was", hint=LOOK)
        self.operate("publish", now, lambda seen: seen.version != now.live.version)
        self.notes.clear()

    def operate(self, action: str, before: Seen, happened: Callable[[Live], bool]) -> None:
        """Carry out an asynchronous operation; see :func:`carry_out`."""
        carry_out(
            action,
            before,
            flows=self.flows,
            own_client=self.own_client,
            permitted=lambda: self.permitted(action),
            happened=happened,
            pause=self.pause,
            deadline=self.deadline,
        )

    def _seen_checked_in(self, had: str | None) -> Live:
        """Return the flow once it shows the version that was checked in."""
        for number in range(LOOKS):
            live = self.holding.look().live
            if checked_in_version(live) != had:
                return live
            if number < LOOKS - 1:
                self.pause(f"looking for what was checked in of {self.identity}")
        raise OperationFailed(f"{self.identity}: the check-in is said to have succeeded, and made no version")
