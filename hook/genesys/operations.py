"""Asynchronous operations on a flow: a 200 or 202 only says that one has begun."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from hook.deadline import Deadline
from hook.errors import Conflict, OperationFailed
from hook.genesys.job_states import parse
from hook.genesys.responses import Detail, Json, Text
from hook.genesys.session import Session
from hook.genesys.watching import PollSchedule, WatchSettings, watch
from hook.model import Live
from hook.redaction import Redactor

FAILED = "FAILURE"
WATCH = WatchSettings(first=1.0, cap=10.0, timeout=300.0)


class _Actor(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = ""


class Operation(BaseModel):
    """The platform's ``Operation``: what is being done to a flow, by whom, and how it went."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    complete: bool = False
    user: _Actor | None = None
    client: _Actor | None = None
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

    def may_be_of(self, client_id: str | None) -> bool:
        """Tell whether an OAuth client may have begun it: it names nobody else."""
        if self.user is not None and self.user.id:
            return False
        return client_id is None or self.client is None or self.client.id in {"", client_id}


@dataclass(frozen=True, slots=True)
class Seen:
    """One flow as it is now, and what is being done to it, or was done last."""

    live: Live
    operation: Operation | None


class _FlowBody(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    currentOperation: Operation | None = None  # noqa: N815  (the platform's name)


def current(flow: Json, *, request: str) -> Operation | None:
    """
    Return the operation that a ``Flow`` body names as its current, or last, one.

    Raises:
        UnexpectedResponse: ``flow`` is no flow.
    """
    return parse(_FlowBody, flow, request=request).currentOperation


class Operations:
    """
    The asynchronous operations of one organisation's flows; threads share it.

    Args:
        session: Makes the calls.
        redactor: Masks secrets in what the platform says of a failure.
        settings: How to wait.
    """

    def __init__(self, *, session: Session, redactor: Redactor, settings: WatchSettings = WATCH) -> None:
        self._session = session
        self._redactor = redactor
        self._settings = settings
        self._schedule = PollSchedule(settings)

    def begin(self, action: str, flow_id: str) -> Operation:
        """
        Begin an operation.

        Args:
            action: ``checkin`` or ``publish``.
            flow_id: The flow.

        Raises:
            ConnectionLost: It is not known whether it has begun.
            UnexpectedResponse: The answer is no operation.
            FlowSyncError: As :meth:`Session.call` does.
        """
        path = f"/api/v2/flows/actions/{action}"
        reply = self._session.call("POST", path, params={"flow": flow_id}, repeatable=False)
        return parse(Operation, reply.body, request=f"POST {path}", correlation_id=reply.correlation_id)

    def follow(self, flow_id: str, operation: Operation, *, deadline: Deadline) -> Operation:
        """
        Follow an operation to its success, through ``currentOperation`` of its flow: none can be read by its id.

        Args:
            flow_id: The flow that is operated on.
            operation: As the answer that began it, or a look at the flow, told it.
            deadline: The end of the wait.

        Raises:
            OperationFailed: It ended in ``FAILURE``, or with an error.
            Conflict: Another operation began on the flow before the end of this one was seen.
            FlowSyncError: As :meth:`Session.call` and :func:`watch` do.
        """
        path = f"/api/v2/flows/{quote(flow_id, safe='')}"
        what = f"operation {operation.actionName or operation.id} on flow {flow_id}"

        def look() -> Operation | None:
            return current(self._session.get(path), request=f"GET {path}")

        def seen(found: Operation | None) -> bool:
            return found is not None and (found.done or found.id != operation.id)

        if not operation.done:
            found = watch(
                look, done=seen, schedule=self._schedule, settings=self._settings, deadline=deadline, what=what
            )
            if found is None or found.id != operation.id:
                raise Conflict(
                    f"another operation began on flow {flow_id} before the end of {what} was seen",
                    hint="Somebody else works on this flow; rerun when that is done.",
                )
            operation = found
        if operation.failed:
            said = self._redactor.text(operation.errorMessage)
            raise OperationFailed(
                f"{what} failed: {said or 'the platform gave no reason'}",
                code=operation.errorCode,
                details=tuple(
                    self._redactor.text(": ".join(filter(None, (d.fieldName, d.entityName, d.errorCode))))
                    for d in operation.errorDetails or []
                ),
            )
        return operation
