"""Short ways to make what a guard judges, and a platform that answers what a test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hook.errors import FlowSyncError
from hook.guards import Configured, examine
from hook.guards.protocol import Guard
from hook.model import (
    FLOWS,
    Change,
    Desired,
    Examination,
    Finding,
    Grant,
    Identity,
    Known,
    Live,
    Operation,
    Organisation,
    Place,
    Plan,
    Problem,
    QueueLoad,
    Reference,
    Resolution,
    ScheduleGroup,
    TrunkState,
)

OURS = Organisation("org-1", "Example Energy")


@dataclass(frozen=True)
class Answers:
    """Readings of which only the grants are known; an exception in their place is raised, and nothing may be asked
    where there are none."""

    given: Sequence[Grant] | FlowSyncError | None = None

    def grants(self) -> tuple[Grant, ...]:
        if isinstance(self.given, FlowSyncError):
            raise self.given
        assert self.given is not None, "the guard asked for grants that it does not need"
        return tuple(self.given)

    def flow_observations(self, flow_ids: Sequence[str]) -> Mapping[str, int]:
        raise AssertionError(flow_ids)

    def queue_observations(self, queue_ids: Sequence[str]) -> Mapping[str, QueueLoad]:
        raise AssertionError(queue_ids)

    def schedule_group(self, name: str) -> ScheduleGroup:
        raise AssertionError(name)

    def trunks(self) -> tuple[TrunkState, ...]:
        raise AssertionError("trunks")

    def trunk_bases(self) -> tuple[str, ...]:
        raise AssertionError("trunk bases")

    def products(self) -> tuple[str, ...]:
        raise AssertionError("products")


def flow(name: str = "Main", type_: str = "inboundcall") -> Identity:
    return Identity(FLOWS, type_, name)


def live(name: str = "Main", *, division: str | None = "Sales", id_: str = "") -> Live:
    """Return a flow as the organisation has it, in the division with the id ``d-<name in lower case>``."""
    attributes = (("division", division), ("divisionId", f"d-{division.lower()}")) if division else ()
    return Live(flow(name), id_ or f"id-{name}", version="1.0", attributes=attributes)


def change(
    name: str = "Main",
    operation: Operation = Operation.CREATE,
    *,
    writes: bool = True,
    of: Live | None = None,
    names: Sequence[Reference] = (),
    warnings: Sequence[Problem] = (),
    division: str = "",
    **more: Any,
) -> Change:
    """Return a change of an inbound call flow; ``division`` is what its document says."""
    desired = Desired(
        identity=flow(name),
        place=Place(f"flows/dev/{name.lower()}.yaml", 1, 1),
        content=b"inboundCall: {}",
        digest="sha256:1",
        public_digest="sha256:1",
        references=tuple(names),
        warnings=tuple(warnings),
        attributes=(("division", division),) if division else (),
    )
    return Change(flow(name), operation, writes=writes, desired=desired, live=of, **more)


def examination(
    *changes: Change,
    resolutions: Sequence[Resolution] = (),
    known: Sequence[Known] = (),
    expected: str | None = OURS.id,
) -> Examination:
    return Examination(Plan(changes), "dev", OURS, expected, tuple(resolutions), tuple(known))


def judge(guard: Guard, of: Examination, answers: Answers | None = None, **settings: Any) -> tuple[Finding, ...]:
    """Run one guard the way a run does, with its settings as an environments file gives them."""
    configured = Configured(guard, guard.settings.model_validate({"mode": guard.default, **settings}))
    return examine(of, [configured], answers or Answers())
