"""
Our exception tree; each class carries the exit code that it stands for.

* FlowSyncError                   1
  x InvalidInput                  3   files, settings, usage; carries every problem found
  x CredentialsError              4
    + CredentialsMissing          4
    + AuthenticationFailed        4   the platform does not know the client (often: the wrong region)
    + PermissionDenied            4   403; carries the names of the missing permissions
  x ApiUnavailable                5   no answer, 5xx, or the rate limit outlasted the deadline
    + ConnectionLost              5   it is not known whether the request arrived
    + RateLimited                 5
    + DeadlineExceeded            5
  x NameUnresolved                6   a name that a native configuration needs the id of is not in the organisation
  x GuardRefused                  6   what a guard refuses, in a command that makes no plan
  x LockUnavailable               7
  x Conflict                      8   the live object changed, or somebody holds it
  x PlatformRefused               1
    + NotFound                    1   404, and 410 for what was deleted
    + UploadRefused               1   the presigned transfer was refused, so that the job never started
    + JobFailed                   1   a flow or export job that ended in Failure
    + OperationFailed             1   an asynchronous operation that ended in FAILURE
    + VerificationFailed          1   what was written could not be seen afterwards
    + UnexpectedResponse          1   a body that does not say what the platform documents
  x Terminated                  143   SIGTERM, after a clean stop
  x InternalError                70   a bug of ours

The client library's own exceptions never leave ``hook.genesys``; they are chained as the cause.
"""

from __future__ import annotations

from typing import ClassVar

from hook.model import ExitCode, Failure, Problem


class FlowSyncError(Exception):
    """
    Base class; everything that we raise on purpose.

    Args:
        message: One sentence for the operator, with the place in it.
        hint: The way out, if there is one to name.
        details: Further lines, for example the messages of a failed job.
        correlation_id: The platform's ``ININ-Correlation-Id``, to quote to its support.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        details: tuple[str, ...] = (),
        correlation_id: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details
        self.correlation_id = correlation_id

    def failure(self) -> Failure:
        """Return this exception as plain data."""
        return Failure(
            error=type(self).__name__,
            message=self.message,
            exit_code=self.exit_code,
            hint=self.hint,
            details=self.details,
            correlation_id=self.correlation_id,
        )


class InvalidInput(FlowSyncError):
    """Files, settings or usage are wrong; nothing was written."""

    exit_code = ExitCode.INVALID_INPUT

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        first = str(problems[0]) if problems else "invalid input"
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(first + more, details=tuple(str(problem) for problem in problems))


class CredentialsError(FlowSyncError):
    """Credentials or permissions do not suffice."""

    exit_code = ExitCode.CREDENTIALS


class CredentialsMissing(CredentialsError):
    """No client id, secret or region was found, or one is empty."""


class AuthenticationFailed(CredentialsError):
    """The platform does not accept the client."""


class PermissionDenied(CredentialsError):
    """The platform answered 403; ``permissions`` are those that it named."""

    def __init__(
        self,
        message: str,
        *,
        permissions: tuple[str, ...] = (),
        hint: str = "",
        details: tuple[str, ...] = (),
        correlation_id: str = "",
    ) -> None:
        super().__init__(message, hint=hint, details=details, correlation_id=correlation_id)
        self.permissions = permissions


class ApiUnavailable(FlowSyncError):
    """The platform cannot be reached, or does not answer in time."""

    exit_code = ExitCode.UNAVAILABLE


class ConnectionLost(ApiUnavailable):
    """The connection broke after the request may have left; it is not known whether it arrived."""


class RateLimited(ApiUnavailable):
    """The rate limit outlasted the deadline."""


class DeadlineExceeded(ApiUnavailable):
    """The run's own deadline is over."""


class NameUnresolved(FlowSyncError):
    """The organisation has no object, or several, of a name whose id is needed."""

    exit_code = ExitCode.GUARD


class GuardRefused(FlowSyncError):
    """What a guard refuses, in a command that makes no plan."""

    exit_code = ExitCode.GUARD


class LockUnavailable(FlowSyncError):
    """Another run holds the lock, or ours was lost."""

    exit_code = ExitCode.LOCK


class Conflict(FlowSyncError):
    """The live object changed, or somebody holds it."""

    exit_code = ExitCode.CONFLICT


class PlatformRefused(FlowSyncError):
    """The platform said no; ``status`` and ``code`` are its own, 0 and empty when it gave none."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: str = "",
        hint: str = "",
        details: tuple[str, ...] = (),
        correlation_id: str = "",
    ) -> None:
        super().__init__(message, hint=hint, details=details, correlation_id=correlation_id)
        self.status = status
        self.code = code


class NotFound(PlatformRefused):
    """The platform does not know the object (404), or it was deleted (410)."""


class UploadRefused(PlatformRefused):
    """The presigned transfer was refused; the job that waited for the document never started."""


class JobFailed(PlatformRefused):
    """A flow or export job ended in ``Failure``."""


class OperationFailed(PlatformRefused):
    """An asynchronous operation ended in ``FAILURE``."""


class VerificationFailed(PlatformRefused):
    """What was written could not be seen afterwards."""


class UnexpectedResponse(PlatformRefused):
    """The body does not say what the platform documents, or says ``success: false``."""


class Terminated(FlowSyncError):
    """SIGTERM arrived and the run stopped cleanly."""

    exit_code = ExitCode.TERMINATED


class InternalError(FlowSyncError):
    """A bug of ours."""

    exit_code = ExitCode.BUG
