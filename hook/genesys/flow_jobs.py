"""Publishing a document: register a job, upload the file, follow the job to its end.

A registered job without a file does nothing, and the arrival of the file starts it. So the registration may be
repeated at will, and the upload never blindly: a second arrival would publish a second time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from hook.deadline import Deadline
from hook.errors import ConnectionLost, UploadRefused
from hook.genesys.job_states import FAILURE, REGISTERED, JobBody, JobState, job_failure, job_state, parse
from hook.genesys.session import Session
from hook.genesys.transfers import Transfers, UploadOutcome, UploadResult, UploadTarget
from hook.genesys.watching import PollSchedule, WatchSettings, watch
from hook.redaction import Redactor

PATH = "/api/v2/flows/jobs"
SETTLE = 10.0
"""Seconds after which a job that still waits for its file has not got it."""
LOOKS = 4


class _Registration(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    presignedUrl: str  # noqa: N815  (the platform's name)
    headers: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RegisteredJob:
    """A job that waits for its file; ``id`` may be noted ahead, to look the job up after a crash."""

    id: str
    upload: UploadTarget


class FlowJobs:
    """Publish jobs of one organisation; threads share it.

    Args:
        session: Makes the calls.
        transfers: Uploads the file.
        deadline: The run's.
        redactor: Masks secrets in the messages of jobs.
        settings: How to wait.
        schedule: When to look; shared by all jobs.
        settle: Seconds after an upload without an answer, within which a job that got its file has started.
    """

    def __init__(
        self,
        *,
        session: Session,
        transfers: Transfers,
        deadline: Deadline,
        redactor: Redactor,
        settings: WatchSettings | None = None,
        schedule: PollSchedule | None = None,
        settle: float = SETTLE,
    ) -> None:
        self._session = session
        self._transfers = transfers
        self._deadline = deadline
        self._redactor = redactor
        self._settings = settings or WatchSettings()
        self._schedule = schedule or PollSchedule(self._settings)
        self._settle = settle

    def register(self, *, create_stubs: bool = False) -> RegisteredJob:
        """Register a job.

        Args:
            create_stubs: Whether the platform creates stubs of flows that the document names and that do not exist.

        Raises:
            FlowSyncError: As :meth:`Session.call` does.
        """
        reply = self._session.call("POST", PATH, body={"createStubs": True} if create_stubs else None, repeatable=True)
        body = parse(_Registration, reply.body, request=f"POST {PATH}", correlation_id=reply.correlation_id)
        return RegisteredJob(id=body.id, upload=UploadTarget(url=body.presignedUrl, headers=body.headers or {}))

    def upload(self, job: RegisteredJob, content: bytes, *, permitted: Callable[[], None] = lambda: None) -> None:
        """Hand a job its file, which starts it.

        When the answer is lost, the job is looked at: it is uploaded once more only if the job still waits for its
        file after some seconds.

        Args:
            job: As :meth:`register` returned it.
            content: The Archy YAML, sent as it is.
            permitted: Called right before each attempt; what it raises ends the upload.

        Raises:
            UploadRefused: The storage refused the file.
            ConnectionLost: Neither of two uploads was answered, and the job still waits.
            ApiUnavailable: The storage cannot be reached; the job has not started.
        """
        for _ in range(2):
            outcome = self._transfers.upload(job.upload, content, permitted=permitted)
            if outcome.result is UploadResult.STORED:
                return
            if outcome.result is UploadResult.REFUSED:
                raise _refused(outcome)
            if self._started(job.id):
                return
        raise ConnectionLost(
            f"two uploads of the document were not answered, and job {job.id} still waits for it: {outcome.message}",
            hint="Rerun: the job is looked up before the document is sent again.",
        )

    def _started(self, job_id: str) -> bool:
        end = time.monotonic() + self._settle
        while self.state(job_id).status == REGISTERED:
            left = end - time.monotonic()
            if left <= 0:
                return False
            doing = f"looking whether job {job_id} got its document"
            self._deadline.sleep(min(left, self._settle / LOOKS), doing=doing)
        return True

    def state(self, job_id: str, *, messages: bool = False) -> JobState:
        """Return where a job stands.

        Args:
            job_id: As noted when it was registered.
            messages: Whether its messages are wanted too.

        Raises:
            NotFound: The platform does not know the job (any more).
            UnexpectedResponse: The answer is none of a job.
            FlowSyncError: As :meth:`Session.call` does.
        """
        path = f"{PATH}/{quote(job_id, safe='')}"
        reply = self._session.call("GET", path, params={"expand": "messages" if messages else None}, repeatable=True)
        body = parse(JobBody, reply.body, request=f"GET {path}", correlation_id=reply.correlation_id)
        return job_state(body, job_id=job_id, correlation_id=reply.correlation_id, redact=self._redactor.text)

    def wait(self, job_id: str) -> JobState:
        """Follow a job to its success.

        Every look asks for the messages too, so that no further call is needed once the job is done; the warnings of a
        successful job are in the returned state.

        Raises:
            JobFailed: It failed; its messages are the details.
            Conflict: It failed because somebody holds the flow.
            ApiUnavailable: It was not done in time; :class:`DeadlineExceeded` when it is the run's time.
        """
        what = f"publish job {job_id}"
        state = watch(
            lambda: self.state(job_id, messages=True),
            done=lambda state: state.done,
            schedule=self._schedule,
            settings=self._settings,
            deadline=self._deadline,
            what=what,
        )
        if state.status == FAILURE:
            raise job_failure(state, what=what)
        return state


def _refused(outcome: UploadOutcome) -> UploadRefused:
    return UploadRefused(
        f"the storage refused the document ({outcome.status} {outcome.code}): {outcome.message}",
        status=outcome.status,
        code=outcome.code,
        hint="Presigned URLs expire, and a proxy that changes headers breaks their signature; rerun.",
    )
