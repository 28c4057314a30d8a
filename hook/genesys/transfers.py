"""Files to and from the platform's storage, through presigned URLs.

Such a URL is a secret that needs no token, and storage refuses a request that carries both. So transfers have
connections of their own, and neither URL nor signed header reaches a log or a message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape

from structlog.typing import FilteringBoundLogger

from hook.deadline import Deadline
from hook.errors import ApiUnavailable, PlatformRefused
from hook.genesys.retries import TEMPORARY, Again, RetryPolicy, retry_after, retrying
from hook.genesys.wire import Answer, Wire, WireError

DOWNLOAD_LIMIT = 256 * 1024 * 1024
SLOW_DOWN = 503
"""Storage refuses at this rate ("SlowDown"); nothing was stored."""
_ELEMENT = re.compile(rb"<(Code|Message)>([^<]{1,300})")
_URL = re.compile(r"https?://\S+|\S*X-Amz-\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """Where a file goes: a presigned URL and the headers that were signed with it, both hidden when shown."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class UploadResult(StrEnum):
    """What is known of an upload."""

    STORED = "stored"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """What is known of an upload, with the storage's status and words when it refused."""

    result: UploadResult
    status: int = 0
    code: str = ""
    message: str = ""


class Transfers:
    """Uploads and downloads; threads share it.

    Args:
        wire: Its own, never the one that carries tokens.
        deadline: The run's.
        log: Gets one debug line per transfer, without its URL.
        policy: How often and how patiently a transfer is tried again.
    """

    def __init__(
        self, *, wire: Wire, deadline: Deadline, log: FilteringBoundLogger, policy: RetryPolicy | None = None
    ) -> None:
        self._wire = wire
        self._deadline = deadline
        self._log = log
        self._policy = policy or RetryPolicy()

    @property
    def sent(self) -> int:
        """How many transfers were sent, repetitions included."""
        return self._wire.sent

    def upload(
        self, target: UploadTarget, content: bytes, *, permitted: Callable[[], None] = lambda: None
    ) -> UploadOutcome:
        """Send a file with ``PUT`` and exactly the signed headers.

        It is sent again only as long as it surely was not stored.

        Args:
            target: Where to.
            content: The file.
            permitted: Called right before each attempt; what it raises ends the upload.

        Raises:
            ApiUnavailable: The storage cannot be reached, or kept asking to slow down.
        """
        return retrying(
            lambda number: self._upload(target, content, number, permitted),
            policy=self._policy,
            deadline=self._deadline,
            log=self._log,
        )

    def _upload(
        self, target: UploadTarget, content: bytes, number: int, permitted: Callable[[], None]
    ) -> UploadOutcome:
        self._deadline.check("uploading a document")
        permitted()
        try:
            answer = self._wire.send(
                "PUT", target.url, headers=target.headers, data=content, longest=self._deadline.remaining
            )
        except WireError as error:
            if error.may_have_arrived:
                self._log.debug("upload", error=str(error), attempt=number)
                return UploadOutcome(UploadResult.UNKNOWN, message=str(error))
            raise _unreachable("the upload", error) from error
        self._tell("upload", answer, number)
        if 200 <= answer.status < 300:  # noqa: PLR2004  (the range of success)
            return UploadOutcome(UploadResult.STORED, status=answer.status)
        code, message = storage_error(answer.body)
        if answer.status == SLOW_DOWN:
            failure = ApiUnavailable(f"the storage refused the upload ({answer.status} {code}): {message}")
            raise Again(failure, wait=retry_after(answer.headers.get("Retry-After")) or None)
        unknown = answer.status >= 500 or answer.status in TEMPORARY  # noqa: PLR2004  (server errors)
        result = UploadResult.UNKNOWN if unknown else UploadResult.REFUSED
        return UploadOutcome(result, status=answer.status, code=code, message=message)

    def download(self, url: str, *, limit: int = DOWNLOAD_LIMIT) -> bytes:
        """Return a file.

        Args:
            url: Presigned.
            limit: The most bytes to accept.

        Raises:
            PlatformRefused: The storage refuses, for example because the URL expired.
            ApiUnavailable: The storage cannot be reached, or the file is larger than ``limit``.
        """
        return retrying(
            lambda number: self._download(url, limit, number),
            policy=self._policy,
            deadline=self._deadline,
            log=self._log,
        )

    def _download(self, url: str, limit: int, number: int) -> bytes:
        self._deadline.check("downloading an export")
        try:
            answer = self._wire.send("GET", url, limit=limit, longest=self._deadline.remaining)
        except WireError as error:
            raise _unreachable("the download", error) from error
        self._tell("download", answer, number)
        if 200 <= answer.status < 300:  # noqa: PLR2004  (the range of success)
            return answer.body
        code, message = storage_error(answer.body)
        text = f"the storage refused the download ({answer.status} {code}): {message}"
        if answer.status >= 500 or answer.status in TEMPORARY or answer.status == 429:  # noqa: PLR2004  (server errors, Too Many Requests)
            raise Again(ApiUnavailable(text), wait=retry_after(answer.headers.get("Retry-After")) or None)
        raise PlatformRefused(text, status=answer.status, code=code, hint="Presigned URLs expire; rerun.")

    def _tell(self, event: str, answer: Answer, number: int) -> None:
        self._log.debug(event, status=answer.status, ms=round(answer.seconds * 1000), attempt=number)


def storage_error(body: bytes) -> tuple[str, str]:
    """Return code and message of a storage error (S3's XML); a message of ours when it is none.

    Only these two elements are read: others of the same body hold the request that was signed.
    """
    found = {
        name.decode(): unescape(value.decode("utf-8", "replace")) for name, value in _ELEMENT.findall(body[:65536])
    }
    return _URL.sub("***", found.get("Code", "")), _URL.sub("***", found.get("Message", "no message"))


def _unreachable(what: str, error: WireError) -> Exception:
    failure = ApiUnavailable(
        f"{what} to or from the platform's storage failed: {error}",
        hint="The storage is another host than the API: check that network policy and proxy allow it.",
    )
    return failure if error.permanent else Again(failure)
