"""What ``flowsync drift`` found: per flow, what is live against what was deployed last and against Git."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hook.model.exits import ExitCode, worst
from hook.model.names import Identity, Problem
from hook.model.objects import Actor, Organisation
from hook.model.plan import Difference, Failure


class DriftStatus(StrEnum):
    """Where a flow stands."""

    IN_SYNC = "in-sync"
    DRIFTED = "drifted"
    MISSING = "missing"
    NOT_OURS = "not-ours"
    UNDEPLOYED = "undeployed"
    LEFT_ALONE = "left-alone"
    UNCLEAR = "unclear"

    @property
    def is_drift(self) -> bool:
        """Whether the organisation has something else than what was put there."""
        return self in {DriftStatus.DRIFTED, DriftStatus.MISSING, DriftStatus.NOT_OURS, DriftStatus.UNCLEAR}


@dataclass(frozen=True, slots=True)
class Touch:
    """One thing that somebody did to a flow; ``version`` is empty where the platform does not tell it."""

    action: str
    by: Actor | None = None
    at: datetime | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class FlowDrift:
    """
    One flow.

    Attributes:
        identity: The flow.
        status: Where it stands.
        said: Why, in words.
        file: Its file in Git; empty when it is gone from there.
        deployed_version: What we published last, and
        deployed_at: when (ISO 8601), and
        deployed_by: in which run; ``None`` when it is not known that we ever did.
        live_version: What is published now.
        details: What is known beside the differences, one line each.
        differences: From the live content to the file's.
        touches: What was done to it since our publish, newest first.
        warnings: What is under way: drafts, locks, and what could not be found out.
    """

    identity: Identity
    status: DriftStatus
    said: str = ""
    file: str = ""
    deployed_version: str | None = None
    deployed_at: str | None = None
    deployed_by: str | None = None
    live_version: str | None = None
    details: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    touches: tuple[Touch, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run that is on record for the environment; without ``finished`` it runs, or was killed."""

    run: str
    started: str
    finished: str | None = None
    exit_code: int | None = None
    flows_digest: str = ""


@dataclass(frozen=True, slots=True)
class Deployed:
    """The last run on record that did all of its work: which files it was started with, and when it ended."""

    run: str
    at: str
    flows_digest: str = ""


@dataclass(frozen=True, slots=True)
class DriftReport:
    """
    Everything that was found.

    Attributes:
        environment: Its name.
        started: When the command began, and
        finished: when it was done.
        digest: Over the files that were compared; empty when they could not be read.
        organisation: Whose flows these are; ``None`` when it was not found out.
        flows: Every flow of the environment, in the order of the plan.
        undeployed_trigger: What is to be told of files that were to be deployed and were not; empty when nothing.
        last_run: The last run on record that had something to write.
        deployed: The last one that did all of its work.
        problems: What is wrong with files or state.
        notes: What the run noticed beside the flows.
        failure: What ended it before it was done.
        calls: How many calls were made.
        drift_is_an_error: Whether drift ends the command with 2.
    """

    environment: str
    started: datetime
    finished: datetime
    digest: str = ""
    organisation: Organisation | None = None
    flows: tuple[FlowDrift, ...] = ()
    undeployed_trigger: str = ""
    last_run: LastRun | None = None
    deployed: Deployed | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    failure: Failure | None = None
    calls: int = 0
    drift_is_an_error: bool = False

    @property
    def drifted(self) -> tuple[FlowDrift, ...]:
        """The flows that are not as they were put there."""
        return tuple(one for one in self.flows if one.status.is_drift)

    @property
    def exit_code(self) -> ExitCode:
        """What ended the command; 2 for drift where that was asked for."""
        codes = {self.failure.exit_code} if self.failure else set()
        if self.drift_is_an_error and self.drifted:
            codes.add(ExitCode.DIFFERENCES)
        return worst(codes)
