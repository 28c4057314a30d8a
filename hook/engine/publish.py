"""Publish one object: note what is about to happen, hand over the document, follow the job to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import structlog

from hook.deadline import Deadline
from hook.engine.locking import Lock
from hook.engine.state import State
from hook.engine.stores import Intent
from hook.engine.verify import to_keep
from hook.errors import Conflict, FlowSyncError, JobFailed, UploadRefused
from hook.genesys.flow_jobs import RegisteredJob
from hook.genesys.job_states import JobState
from hook.model import Change, Live


class Jobs(Protocol):
    """What is needed of the platform's flow jobs."""

    def register(self, *, create_stubs: bool = False) -> RegisteredJob:
        """Register a job."""
        ...

    def upload(self, job: RegisteredJob, content: bytes, *, permitted: Callable[[], None]) -> None:
        """Hand over the document; ``permitted`` raises when that must not be done any more."""
        ...

    def wait(self, job_id: str) -> JobState:
        """Return the state of a job that has succeeded, or raise."""
        ...


@dataclass(frozen=True, slots=True)
class Publisher:
    """
    Publishes objects; its threads share it.

    Args:
        jobs: The platform's flow jobs.
        state: Where intents are noted before the document is handed over.
        deadline: The end of the run.
        lock: Asked right before every write.
    """

    jobs: Jobs
    state: State
    deadline: Deadline
    lock: Lock

    def publish(self, change: Change, before: Live | None) -> JobState:
        """
        Publish the document of a change.

        Args:
            change: The change; it has a document.
            before: The object right before the write, ``None`` when there is none.

        Returns:
            The job that succeeded; that the platform shows what it published is for others to verify.

        Raises:
            JobFailed: The platform refused the document.
            Conflict: Somebody holds the flow.
            LockUnavailable: The lock was lost before the document was handed over.
            FlowSyncError: It is not known what became of it; the intent stays noted.
        """
        if change.desired is None:
            raise ValueError(f"{change.identity} has no document")
        self.deadline.check(f"starting the publish of {change.identity}")
        self.lock.check()
        job = self.jobs.register(create_stubs=bool(change.stubs))
        for stub in change.stubs:
            self.state.expect_stub(stub)
        planned = before.version if before else None
        now = datetime.now(tz=UTC).isoformat(timespec="seconds")
        intent = Intent(
            digest=change.desired.digest,
            public_digest=change.desired.public_digest,
            job_id=job.id,
            planned_version=planned,
            former=to_keep(change.desired, before),
            stubs=tuple(stub.key for stub in change.stubs),
            at=now,
        )
        self.state.intend(change.identity, intent)
        structlog.get_logger().info(
            "publishing", object=str(change.identity), job=job.id, version=planned, stubs=len(change.stubs)
        )
        try:
            self.jobs.upload(job, change.desired.content, permitted=self.lock.check)
            return self.jobs.wait(job.id)
        except (UploadRefused, JobFailed, Conflict):
            # The platform has said that it did not publish, so there is nothing to look for in the next run. Where that
            # cannot be noted, the next run hears the same from the platform; what it has said must be told now.
            try:
                self.state.forget_intent(change.identity)
            except FlowSyncError as error:
                structlog.get_logger().warning("not noted", object=str(change.identity), why=error.message)
            raise
