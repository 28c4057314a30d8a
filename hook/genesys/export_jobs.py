"""Reading flows back: one export job for many flows, one download for all of them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from structlog.typing import FilteringBoundLogger

from hook.deadline import Deadline
from hook.errors import UnexpectedResponse
from hook.genesys.job_states import FAILURE, JobBody, JobState, job_failure, job_state, parse
from hook.genesys.retries import Again, RetryPolicy, retrying
from hook.genesys.session import Session
from hook.genesys.transfers import DOWNLOAD_LIMIT, Transfers
from hook.genesys.watching import PollSchedule, WatchSettings, watch
from hook.redaction import Redactor

PATH = "/api/v2/flows/export/jobs"
BATCH = 50
HIDDEN_429 = ("exit code to 107", "exit code: 107", "could not find the flow with id")
"""In the messages of an export job that met the platform's own rate limit; the Terraform provider repeats such jobs."""
WATCH = WatchSettings(first=2.0, cap=10.0, timeout=300.0)
REPEAT = RetryPolicy(attempts=5, base=15.0, cap=75.0)
ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class ExportItem:
    """
    A version of a flow. Without a version the platform would export somebody's draft.

    ``native`` asks for the content of an ``.i3*`` file (``exportType`` ``Architect``) in place of an Archy document.
    """

    flow_id: str
    version: str
    native: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Flow id and version."""
        return (self.flow_id, self.version)


class ExportJobs:
    """Export jobs of one organisation; threads share it.

    Args:
        session: Makes the calls.
        transfers: Downloads the result.
        deadline: The run's.
        redactor: Masks secrets in the messages of jobs.
        log: Where a repeated job is told.
        settings: How to wait for a job.
        repeat: How often and how patiently a job that met a rate limit is created again.
        batch: Flows per job.
        limit: The most bytes that one job's flows may have, unpacked.
    """

    def __init__(
        self,
        *,
        session: Session,
        transfers: Transfers,
        deadline: Deadline,
        redactor: Redactor,
        log: FilteringBoundLogger,
        settings: WatchSettings = WATCH,
        repeat: RetryPolicy = REPEAT,
        batch: int = BATCH,
        limit: int = DOWNLOAD_LIMIT,
    ) -> None:
        self._session = session
        self._transfers = transfers
        self._deadline = deadline
        self._redactor = redactor
        self._log = log
        self._settings = settings
        self._schedule = PollSchedule(settings)
        self._repeat = repeat
        self._batch = batch
        self._limit = limit

    def export(self, items: Sequence[ExportItem]) -> dict[tuple[str, str], bytes]:
        """Return the documents of versions of flows, all of one export type.

        Args:
            items: Which; repeated ones are exported once.

        Returns:
            (flow id, version) → the document as Architect writes it. Every item is there.

        Raises:
            JobFailed: A job failed; its messages are the details.
            UnexpectedResponse: A flow is missing in what was downloaded.
            FlowSyncError: As :meth:`Session.call`, :meth:`Transfers.download` and :func:`watch` do.
        """
        wanted = list(dict.fromkeys(items))
        documents: dict[tuple[str, str], bytes] = {}
        for start in range(0, len(wanted), self._batch):
            names = file_names(wanted[start : start + self._batch])
            content = retrying(
                lambda _, names=names: self._download(names),  # type: ignore[misc]
                policy=self._repeat,
                deadline=self._deadline,
                log=self._log,
            )
            files = unpack(content, expected=tuple(names), limit=self._limit)
            documents |= {item.key: files[name] for name, item in names.items()}
        return documents

    def _download(self, names: dict[str, ExportItem]) -> bytes:
        flows = [
            {
                "flow": {"id": item.flow_id, "version": item.version},
                "fileName": name,
                "exportType": "Architect" if item.native else "Yaml",
            }
            for name, item in names.items()
        ]
        reply = self._session.call("POST", PATH, body={"flows": flows}, repeatable=True)
        created = parse(JobBody, reply.body, request=f"POST {PATH}", correlation_id=reply.correlation_id)
        if not created.id:
            raise UnexpectedResponse(f"POST {PATH} answered without a job id", correlation_id=reply.correlation_id)
        job_id, what = created.id, f"export job {created.id}"
        state, url = watch(
            lambda: self._look(job_id),
            done=lambda found: found[0].done,
            schedule=self._schedule,
            settings=self._settings,
            deadline=self._deadline,
            what=what,
        )
        if state.status == FAILURE:
            failure = job_failure(state, what=what)
            if limited(state):
                raise Again(failure)
            raise failure
        if not url:
            raise UnexpectedResponse(f"{what} succeeded without a download URL", correlation_id=state.correlation_id)
        return self._transfers.download(url, limit=self._limit)

    def _look(self, job_id: str) -> tuple[JobState, str]:
        path = f"{PATH}/{quote(job_id, safe='')}"
        reply = self._session.call("GET", path, params={"expand": "messages"}, repeatable=True)
        body = parse(JobBody, reply.body, request=f"GET {path}", correlation_id=reply.correlation_id)
        state = job_state(body, job_id=job_id, correlation_id=reply.correlation_id, redact=self._redactor.text)
        return state, body.downloadUrl or ""


def limited(state: JobState) -> bool:
    """Decide whether a failed export met a rate limit behind the job, and may be created again."""
    return any(text in message.text.casefold() for message in state.messages for text in HIDDEN_429)


def file_names(items: Sequence[ExportItem]) -> dict[str, ExportItem]:
    """Return a unique file name for each item, of the characters that the platform allows: letters, digits, _ and -."""
    return {
        f"{number:04d}_{re.sub(r'[^A-Za-z0-9-]', '-', item.flow_id)[:64]}": item for number, item in enumerate(items)
    }


def unpack(content: bytes, *, expected: Sequence[str], limit: int) -> dict[str, bytes]:
    """Return the files of a download by name without extension: a zip of several, or one file as it is.

    Args:
        content: What was downloaded.
        expected: The names that must be there; others are ignored.
        limit: The most bytes of all together, unpacked.

    Raises:
        UnexpectedResponse: The archive is damaged or too large, or a name is missing or there twice.
    """
    if not content.startswith(ZIP) and len(expected) == 1:
        return {expected[0]: content}
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name, data in _members(archive, limit):
                if name in files:
                    raise UnexpectedResponse(f"the export holds the file {name} twice")
                files[name] = data
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise UnexpectedResponse(f"the export is no readable zip archive ({type(error).__name__})") from error
    missing = [name for name in expected if name not in files]
    if missing:
        raise UnexpectedResponse(f"the export lacks {len(missing)} of {len(expected)} flows", details=tuple(missing))
    return files


def _members(archive: zipfile.ZipFile, limit: int) -> Iterator[tuple[str, bytes]]:
    left = limit
    for info in archive.infolist():
        if info.is_dir():
            continue
        with archive.open(info) as member:
            # The size in the directory is the sender's claim; what is read is what counts.
            data = member.read(left + 1)
        left -= len(data)
        if left < 0:
            raise UnexpectedResponse(f"the export is larger than {limit} bytes when unpacked")
        yield PurePosixPath(info.filename).stem, data
