"""Asynchronous operations on a flow: a 200 or 202 only says that one has begun."""

from __future__ import annotations

from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from hook.deadline import Deadline
from hook.errors import Conflict, OperationFailed
from hook.genesys.job_states import parse
from hook.genesys.responses import Detail, Json, Text
from hook.genesys.session import Session
from hook.genesys.watching import PollSchedule, WatchSettings, watch

FAILED = "FAILURE"
WATCH = WatchSettings(first=1.0, cap=10.0, timeout=300.0)


class Operation(BaseModel):
    """The platform's ``Operation``: what is being done to a flow, and how it went."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    complete: bool = False
    actionName: Text = ""  # noqa: N815  (the platform's name)
    actionStatus: Text = ""  # noqa: N815  (the platform's name)
    errorMessage: Text = ""  # noqa: N815  (the platform's name)
    errorCode: Text = ""  # noqa: N815  (the platform's name)
    errorDetails: list[Detail] | None = None  # noqa: N815  (the platform's name)

    @property
    def failed(self) -> bool:
        """Whether it went wrong."""
        return self.actionStatus.upper() == FAILED or bool(self.errorCode or self.errorMessage)

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return self.complete or self.actionStatus.upper() == FAILED


class _FlowBody(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    currentOperation: Operation | None = None  # noqa: N815  (the platform's name)


def follow(
    session: Session,
    flow_id: str,
    started: Json,
    *,
    deadline: Deadline,
    settings: WatchSettings = WATCH,
    schedule: PollSchedule | None = None,
) -> Operation:
    """Follow an operation to its success, through ``currentOperation`` of its flow (operations cannot be read by id).

    Args:
        session: Makes the calls.
        flow_id: The flow that is operated on.
        started: The body of the answer that started it.
        deadline: The run's.
        settings: How to wait.
        schedule: When to look; one of its own when absent.

    Raises:
        OperationFailed: It ended in ``FAILURE``, or with an error.
        Conflict: Another operation began on the flow before the end of this one was seen.
        UnexpectedResponse: ``started`` is no operation.
        FlowSyncError: As :meth:`Session.call` and :func:`watch` do.
    """
    path = f"/api/v2/flows/{quote(flow_id, safe='')}"
    operation = parse(Operation, started, request="the platform")
    what = f"operation {operation.actionName or operation.id} on flow {flow_id}"

    def look() -> Operation | None:
        return parse(_FlowBody, session.get(path), request=f"GET {path}").currentOperation

    def seen(found: Operation | None) -> bool:
        return found is not None and (found.done or found.id != operation.id)

    if not operation.done:
        found = watch(
            look,
            done=seen,
            schedule=schedule or PollSchedule(settings),
            settings=settings,
            deadline=deadline,
            what=what,
        )
        if found is None or found.id != operation.id:
            raise Conflict(
                f"another operation began on flow {flow_id} before the end of {what} was seen",
                hint="Somebody else works on this flow; rerun when he is done.",
            )
        operation = found
    if operation.failed:
        raise OperationFailed(
            f"{what} failed: {operation.errorMessage or 'the platform gave no reason'}",
            code=operation.errorCode,
            details=tuple(
                ": ".join(filter(None, (d.fieldName, d.entityName, d.errorCode))) for d in operation.errorDetails or []
            ),
        )
    return operation
