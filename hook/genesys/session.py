"""Calls of the platform's API: paced, retried, and told apart when they fail.

There is no method that deletes. A request that may have been carried out is never sent a second time unless repeating
it is harmless; its lost answer is a :class:`~hook.errors.ConnectionLost`, and the caller looks before he sends again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import requests
from structlog.typing import FilteringBoundLogger

from hook.deadline import Deadline
from hook.errors import (
    ApiUnavailable,
    AuthenticationFailed,
    ConnectionLost,
    FlowSyncError,
    RateLimited,
    UnexpectedResponse,
)
from hook.genesys.circuit import Circuit
from hook.genesys.pacing import Pacing, operation, token_wide
from hook.genesys.regions import Endpoints
from hook.genesys.responses import BrokenBody, Json, error_body, read, refusal
from hook.genesys.retries import (
    TEMPORARY,
    TOO_MANY_REQUESTS,
    Again,
    RetryPolicy,
    retry_after,
    retrying,
    temporary,
    uncertain,
)
from hook.genesys.tokens import TokenSource
from hook.genesys.wire import Answer, Wire, WireError
from hook.redaction import Redactor

Scalar = str | int | float | bool
Query = Mapping[str, Scalar | Sequence[Scalar] | None]

UNAUTHORISED = 401
LOOK = "Look whether it was carried out before sending it again."


@dataclass(frozen=True, slots=True)
class Reply:
    """
    The body of a successful call, with what else its answer said.

    ``empty`` tells that there was no body; names of ``headers`` ignore case.
    """

    body: Json
    status: int
    correlation_id: str
    empty: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class _Call:
    """One call and what its attempts learned."""

    method: str
    path: str
    query: dict[str, str | list[str]]
    payload: bytes | None
    repeatable: bool
    renewed: bool = False
    unanswered: bool = False

    @property
    def request(self) -> str:
        return f"{self.method} {self.path}"


class Session:
    """Speaks to the API of one organisation; threads share it.

    Args:
        endpoints: The API base.
        tokens: Where the access token comes from.
        wire: Sends the requests; shared with ``tokens``, so that ``calls`` counts logins too.
        pacing: The budget of requests.
        deadline: The run's.
        redactor: Masks secrets in messages.
        log: Gets one debug line per request.
        policy: How often and how patiently a request is sent again.
    """

    def __init__(
        self,
        *,
        endpoints: Endpoints,
        tokens: TokenSource,
        wire: Wire,
        pacing: Pacing,
        deadline: Deadline,
        redactor: Redactor,
        log: FilteringBoundLogger,
        policy: RetryPolicy | None = None,
    ) -> None:
        self._api = endpoints.api
        self._tokens = tokens
        self._wire = wire
        self._pacing = pacing
        self._deadline = deadline
        self._redactor = redactor
        self._log = log
        self._policy = policy or RetryPolicy()
        self._circuit = Circuit(
            deadline=deadline,
            log=log,
            base=2 * self._policy.base,
            cap=self._policy.cap,
            tries=self._policy.attempts,
        )

    @property
    def calls(self) -> int:
        """How many requests were sent, logins and repetitions included, transfers to storage not."""
        return self._wire.sent

    def get(self, path: str, params: Query | None = None) -> Json:
        """Return the body of ``GET path``; raises as :meth:`call` does."""
        return self.call("GET", path, params=params, repeatable=True).body

    def post(self, path: str, body: object = None, params: Query | None = None, *, repeatable: bool = False) -> Json:
        """Return the body of ``POST path``; ``repeatable`` when a second one would do no harm."""
        return self.call("POST", path, params=params, body=body, repeatable=repeatable).body

    def put(self, path: str, body: object, params: Query | None = None) -> Json:
        """Return the body of ``PUT path``; it is repeated like a GET, since it says the whole state."""
        return self.call("PUT", path, params=params, body=body, repeatable=True).body

    def patch(self, path: str, body: object, params: Query | None = None, *, repeatable: bool = False) -> Json:
        """Return the body of ``PATCH path``; ``repeatable`` when a second one would do no harm."""
        return self.call("PATCH", path, params=params, body=body, repeatable=repeatable).body

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        body: object = None,
        repeatable: bool,
    ) -> Reply:
        """Carry out one call, sending it again where that is safe.

        Args:
            method: GET, POST, PUT or PATCH.
            path: From the API base, with its leading slash, already percent-encoded (``/api/v2/flows``).
            params: The query; booleans are sent as ``true``/``false``, sequences repeated, ``None`` left out.
            body: Sent as JSON; none when ``None``.
            repeatable: Whether a request that may have been carried out may be sent again.

        Raises:
            AuthenticationFailed: A fresh token was refused too.
            PermissionDenied: 403; carries the missing permissions.
            NotFound: 404 or 410.
            Conflict: 409 or 412, or a 400 about a stale version.
            PlatformRefused: Any other 4xx.
            UnexpectedResponse: A 2xx whose body is none that the platform documents, or says ``success: false``.
            ConnectionLost: It is not known whether a request that is not repeatable was carried out.
            RateLimited: The platform asks for a wait that the deadline does not leave.
            ApiUnavailable: No answer, or 408 or 5xx, after all attempts.
        """
        call = _Call(
            method=method,
            path=path,
            query=_query(params or {}),
            payload=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
            repeatable=repeatable,
        )
        return retrying(
            lambda number: self._attempt(call, number), policy=self._policy, deadline=self._deadline, log=self._log
        )

    def _attempt(self, call: _Call, number: int) -> Reply:
        self._deadline.check(f"calling {call.request}")
        name = operation(call.method, call.path)
        token = self._tokens.token()
        self._circuit.enter()
        self._pacing.take(name)
        answer = self._send(call, token, number)
        self._pacing.learn(name, answer.headers)
        if answer.status in TEMPORARY:
            self._circuit.failed(f"{call.request} answered {answer.status}")
        else:
            self._circuit.succeeded()
        if answer.status == UNAUTHORISED:
            raise self._unauthorised(call, token, answer)
        if answer.status >= 300:  # noqa: PLR2004  (beyond success)
            raise self._refused(call, name, answer)
        try:
            body = read(answer, request=call.request, redact=self._redactor.text)
        except BrokenBody as error:
            if call.repeatable:
                raise Again(
                    UnexpectedResponse(str(error), status=answer.status, correlation_id=answer.correlation_id)
                ) from error
            raise ConnectionLost(str(error), hint=LOOK, correlation_id=answer.correlation_id) from error
        empty = not answer.body.strip()
        return Reply(
            body=body,
            status=answer.status,
            correlation_id=answer.correlation_id,
            empty=empty,
            headers=answer.headers,
        )

    def _send(self, call: _Call, token: str, number: int) -> Answer:
        def authorise(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {token}"
            return request

        headers = {"Accept": "application/json"}
        if call.payload is not None:
            headers["Content-Type"] = "application/json"
        log = self._log.bind(method=call.method, path=call.path, attempt=number)
        try:
            answer = self._wire.send(
                call.method,
                self._api + call.path,
                authorise=authorise,
                params=call.query,
                headers=headers,
                data=call.payload,
                longest=self._deadline.remaining,
            )
        except WireError as error:
            log.debug("call", error=str(error), may_have_arrived=error.may_have_arrived)
            raise self._broken(call, error) from error
        log.debug(
            "call",
            status=answer.status,
            ms=round(answer.seconds * 1000),
            correlation_id=answer.correlation_id,
        )
        return answer

    def _broken(self, call: _Call, error: WireError) -> Exception:
        self._circuit.failed(f"{call.request}: {error}")
        text = self._redactor.text(f"{call.request} at {self._api}: {error}")
        if error.may_have_arrived:
            call.unanswered = True
            if not call.repeatable:
                return ConnectionLost(text, hint=LOOK)
        unavailable = ApiUnavailable(text, hint="Check the network, the proxy settings and the platform's status page.")
        return unavailable if error.permanent else Again(unavailable)

    def _unauthorised(self, call: _Call, token: str, answer: Answer) -> Exception:
        failure = refusal(answer, request=call.request, redact=self._redactor.text)
        failed = AuthenticationFailed(
            failure.message,
            hint="A fresh token was refused too: see whether the OAuth client was disabled, and its IP restrictions.",
            correlation_id=failure.correlation_id,
        )
        if call.renewed:
            return failed
        call.renewed = True
        self._tokens.invalidate(token)
        return Again(failed, wait=0.0, counts=False)

    def _refused(self, call: _Call, name: str, answer: Answer) -> Exception:
        failure = refusal(answer, request=call.request, redact=self._redactor.text)
        body = error_body(answer)
        wait = retry_after(answer.headers.get("Retry-After"))
        if not temporary(status=answer.status, code=body.code, retry_after=wait, repeatable=call.repeatable):
            if uncertain(answer.status):
                return ConnectionLost(failure.message, hint=LOOK, correlation_id=failure.correlation_id)
            if call.unanswered and not failure.hint:
                failure.hint = "An earlier attempt was not answered; it may have been carried out. Read again."
            return failure
        if wait and wait >= self._deadline.remaining:
            return _too_long(failure, wait, self._deadline.remaining)
        if answer.status != TOO_MANY_REQUESTS:
            return Again(failure, wait=wait or None)
        if wait:
            self._pacing.pause(wait, name="" if token_wide(body.limit_key) else name)
        # The pause is waited for where turns are given out, together with everybody else.
        return Again(failure, wait=0.0 if wait else None, counts=False)


def _too_long(failure: FlowSyncError, wait: float, left: float) -> RateLimited:
    return RateLimited(
        f"the platform asks to wait {wait:.0f} s, but the run's deadline leaves {left:.0f} s ({failure.message})",
        hint="Raise --deadline, or rerun later.",
        correlation_id=failure.correlation_id,
    )


def _query(params: Query) -> dict[str, str | list[str]]:
    return {
        name: _scalar(value) if isinstance(value, Scalar) else [_scalar(item) for item in value]
        for name, value in params.items()
        if value is not None
    }


def _scalar(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
