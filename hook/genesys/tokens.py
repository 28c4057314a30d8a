"""The access token of a run: one for all threads, renewed before it expires and once after a 401."""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from collections.abc import Callable

import requests
from structlog.typing import FilteringBoundLogger

from hook.deadline import Deadline
from hook.errors import ApiUnavailable, AuthenticationFailed, UnexpectedResponse
from hook.genesys.credentials import Credentials
from hook.genesys.regions import Endpoints
from hook.genesys.responses import BrokenBody, Json, error_body, read, refusal
from hook.genesys.retries import TOO_MANY_REQUESTS, Again, RetryPolicy, retry_after, retrying, temporary
from hook.genesys.wire import Answer, Wire, WireError
from hook.redaction import Redactor

PATH = "/oauth/token"
LIFETIME = 86400.0
"""Seconds: the default of an OAuth client, taken when the answer does not say."""
MARGIN = 60.0
MARGIN_SHARE = 0.1
"""A token is renewed this share of its lifetime before its end, at most ``MARGIN`` seconds before."""
REFUSED = frozenset({400, 401, 403})


class TokenSource:
    """Logs in when a token is needed; one login is in flight at most.

    Args:
        endpoints: The login base; the region is named when the login is refused.
        credentials: The OAuth client.
        wire: Sends the request.
        deadline: The run's.
        redactor: Told the secret and every token.
        log: Never sees either.
        policy: For logins that were not answered, or with 408, 429, 5xx.
        clock: Seconds that only go forward; tells when a token is to be renewed.
    """

    def __init__(
        self,
        *,
        endpoints: Endpoints,
        credentials: Credentials,
        wire: Wire,
        deadline: Deadline,
        redactor: Redactor,
        log: FilteringBoundLogger,
        policy: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoints = endpoints
        self._credentials = credentials
        self._wire = wire
        self._deadline = deadline
        self._redactor = redactor
        self._log = log
        self._policy = policy or RetryPolicy()
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0.0
        self._refused: AuthenticationFailed | None = None
        pair = f"{credentials.client_id}:{credentials.client_secret}".encode()
        self._basic = b64encode(pair).decode("ascii")
        redactor.add(credentials.client_secret, self._basic)

    def token(self) -> str:
        """Return a token that is good for some time.

        Raises:
            AuthenticationFailed: The platform does not know the client; it is not asked a second time.
            ApiUnavailable: The login host does not answer.
        """
        with self._lock:
            if self._refused:
                raise AuthenticationFailed(
                    self._refused.message, hint=self._refused.hint, correlation_id=self._refused.correlation_id
                )
            if not self._token or self._clock() >= self._renew_at:
                self._log_in()
            return self._token

    def invalidate(self, token: str) -> None:
        """Forget a token that the platform refused; does nothing when another thread renewed it meanwhile."""
        with self._lock:
            if self._token == token:
                self._token = ""

    def _log_in(self) -> None:
        self._deadline.check("logging in")
        body = retrying(self._attempt, policy=self._policy, deadline=self._deadline, log=self._log)
        token = body.get("access_token")
        if not isinstance(token, str) or not token:
            raise UnexpectedResponse(f"the login at {self._endpoints.login} answered without an access token")
        self._redactor.add(token)
        lifetime = _lifetime(body.get("expires_in"))
        self._token = token
        self._renew_at = self._clock() + lifetime - min(MARGIN, lifetime * MARGIN_SHARE)
        self._log.debug("logged in", login=self._endpoints.login, lifetime=lifetime)

    def _authorise(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Basic {self._basic}"
        return request

    def _attempt(self, number: int) -> Json:
        request = f"POST {self._endpoints.login}{PATH}"
        try:
            answer = self._wire.send(
                "POST",
                self._endpoints.login + PATH,
                authorise=self._authorise,
                headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                data=b"grant_type=client_credentials",
                longest=self._deadline.remaining,
            )
        except WireError as error:
            failure = ApiUnavailable(f"{request}: {error}", hint=_unreachable_hint(self._endpoints))
            if error.permanent:
                raise failure from error
            raise Again(failure) from error
        self._log.debug(
            "call",
            method="POST",
            path=PATH,
            status=answer.status,
            ms=round(answer.seconds * 1000),
            attempt=number,
            correlation_id=answer.correlation_id,
        )
        if answer.status in REFUSED:
            self._refused = self._refusal(answer)
            raise self._refused
        wait = retry_after(answer.headers.get("Retry-After"))
        if temporary(status=answer.status, code="", retry_after=wait, repeatable=True):
            failed = refusal(answer, request=request, redact=self._redactor.text)
            raise Again(failed, wait=wait or None, counts=answer.status != TOO_MANY_REQUESTS)
        try:
            return read(answer, request=request, redact=self._redactor.text)
        except BrokenBody as error:
            raise Again(UnexpectedResponse(str(error), status=answer.status)) from error

    def _refusal(self, answer: Answer) -> AuthenticationFailed:
        body = error_body(answer)
        said = ": ".join(filter(None, (body.error or body.code, body.text))) or "no reason given"
        where = f"region {self._endpoints.region}, " if self._endpoints.region else ""
        hint = (
            f"Check the client id and secret (from {self._credentials.source or 'the settings'}), and the region:"
            " a client of another region gets the same answer."
        )
        if body.error != "invalid_client":
            hint += " The client's grant type must be client credentials."
        return AuthenticationFailed(
            self._redactor.text(f"the login was refused ({where}{self._endpoints.login}, {answer.status}): {said}"),
            hint=hint,
            correlation_id=answer.correlation_id,
        )


def _lifetime(value: object) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        return LIFETIME
    return seconds if 0 < seconds < float("inf") else LIFETIME


def _unreachable_hint(endpoints: Endpoints) -> str:
    setting = "the region" if endpoints.region else "FLOWSYNC_LOGIN_BASE"
    return f"Check {setting}, the network policy and the proxy settings (HTTPS_PROXY, NO_PROXY)."
