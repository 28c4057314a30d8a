"""What the platform says of a flow job or export job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from hook.errors import Conflict, FlowSyncError, JobFailed, UnexpectedResponse
from hook.genesys.responses import Json

SUCCESS = "success"
FAILURE = "failure"
REGISTERED = "registered"
LOCKED = "is locked by another entity"
"""In the message of a publish job that met a flow which somebody else holds."""

M = TypeVar("M", bound=BaseModel)


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Detail(_Body):
    method: str | None = None
    statusCode: int | None = None  # noqa: N815  (the platform's name)
    errorCode: str | None = None  # noqa: N815  (the platform's name)
    correlationId: str | None = None  # noqa: N815  (the platform's name)

    @property
    def line(self) -> str:
        answer = f"answered {self.statusCode}" if self.statusCode else f"failed with {self.errorCode or 'no answer'}"
        line = f"{self.method or 'request'} {answer}"
        return f"{line} (correlation id {self.correlationId})" if self.correlationId else line


class _Message(_Body):
    type: str | None = None
    text: str | None = None
    details: list[_Detail] | None = None


class _Flow(_Body):
    id: str | None = None


class JobBody(_Body):
    """``ArchitectJobStateResponse`` and ``ArchitectExportJobStateResponse``, as far as they are used."""

    id: str | None = None
    status: str
    flow: _Flow | None = None
    messages: list[_Message] | None = None
    downloadUrl: str | None = None  # noqa: N815  (the platform's name)


@dataclass(frozen=True, slots=True)
class JobMessage:
    """A message of a job: ``type`` is ``Error``, ``Warning`` or ``Unknown``.

    ``notes`` tell of the platform's own requests behind it: method, status and correlation id. Their URLs and bodies,
    which the platform reports without redaction, are dropped.
    """

    type: str
    text: str
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The message and its notes, to be shown below one another."""
        return (f"{self.type}: {self.text}", *(f"  {note}" for note in self.notes))


@dataclass(frozen=True, slots=True)
class JobState:
    """Where a job stands; ``status`` is in lower case (``registered``, ``started``, ``success``, ``failure``)."""

    id: str
    status: str
    flow_id: str | None = None
    messages: tuple[JobMessage, ...] = ()
    correlation_id: str = ""

    @property
    def done(self) -> bool:
        """Whether it ended; a status that we do not know counts as under way."""
        return self.status in {SUCCESS, FAILURE}

    @property
    def lines(self) -> tuple[str, ...]:
        """All messages as lines."""
        return tuple(line for message in self.messages for line in message.lines)


def parse(model: type[M], body: Json, *, request: str, correlation_id: str = "") -> M:
    """Return a body as a model.

    Raises:
        UnexpectedResponse: It is none; names the places, never the values.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        problems: list[Any] = error.errors(include_input=False, include_url=False, include_context=False)
        places = tuple(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems)
    raise UnexpectedResponse(
        f"{request} answered with a body that the platform does not document",
        details=places,
        correlation_id=correlation_id,
    )


def job_state(body: JobBody, *, job_id: str, correlation_id: str, redact: Callable[[str], str]) -> JobState:
    """Return the plain data of a job's body."""
    return JobState(
        id=body.id or job_id,
        status=body.status.strip().casefold(),
        flow_id=body.flow.id if body.flow else None,
        messages=tuple(
            JobMessage(
                type=message.type or "Unknown",
                text=redact(message.text or ""),
                notes=tuple(redact(detail.line) for detail in message.details or []),
            )
            for message in body.messages or []
        ),
        correlation_id=correlation_id,
    )


def job_failure(state: JobState, *, what: str) -> FlowSyncError:
    """Return the exception that a job's failure stands for."""
    errors = [message for message in state.messages if message.type.casefold() == "error"] or list(state.messages)
    if any(LOCKED in message.text.casefold() for message in errors):
        return Conflict(
            f"{what} failed: the flow is locked by another entity",
            hint="Ask who holds it to check it in or to discard their changes in Architect, then rerun.",
            details=state.lines,
            correlation_id=state.correlation_id,
        )
    if not any(message.text.strip() for message in errors):
        return JobFailed(
            f"{what} failed, and the platform gave no reason",
            hint="Open the flow in Architect and validate it there, or publish it with Archy; the platform's support"
            f" can look up the correlation id {state.correlation_id or '(none was sent)'}.",
            details=state.lines,
            correlation_id=state.correlation_id,
        )
    first = next(message.text for message in errors if message.text.strip())
    return JobFailed(f"{what} failed: {first}", details=state.lines, correlation_id=state.correlation_id)
