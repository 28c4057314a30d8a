"""What an answer means: a body, or an exception of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from hook.errors import (
    ApiUnavailable,
    AuthenticationFailed,
    Conflict,
    FlowSyncError,
    NotFound,
    PermissionDenied,
    PlatformRefused,
    RateLimited,
    UnexpectedResponse,
)
from hook.genesys.licensing import licence_hint
from hook.genesys.wire import Answer

Json = dict[str, Any]
Redact = Callable[[str], str]

SHOWN = 200
"""Characters of a body that is shown when it is none of the platform's."""
WRAPPERS = ("result", "response", "data", "body", "status")
"""Keys under which a body may nest its ``success``; elsewhere a key of that name may be somebody's own data."""
STALE = "does not match the current version"
"""Text of a 400 that means a version conflict (the Terraform provider treats it as one)."""
_PERMISSION = re.compile(r"[A-Za-z]\w*:[\w*]+:[\w*]+")


class BrokenBody(Exception):
    """A 2xx whose body is no complete JSON."""


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)


Text = Annotated[str, BeforeValidator(_text)]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Detail(_Lenient):
    """The platform's ``Detail``."""

    errorCode: Text = ""  # noqa: N815  (the platform's name)
    fieldName: Text = ""  # noqa: N815  (the platform's name)
    entityName: Text = ""  # noqa: N815  (the platform's name)


class Limit(_Lenient):
    """The platform's ``Limit``, sent with limit errors."""

    key: Text = ""


class ErrorBody(_Lenient):
    """The platform's ``ErrorBody``, and the OAuth errors of the login host."""

    message: Text = ""
    code: Text = ""
    contextId: Text = ""  # noqa: N815  (the platform's name)
    messageWithParams: Text = ""  # noqa: N815  (the platform's name)
    messageParams: dict[str, Text] | None = None  # noqa: N815  (the platform's name)
    details: list[Detail] | None = None
    errors: list[ErrorBody] | None = None
    limit: Limit | None = None
    error: Text = ""
    error_description: Text = ""
    description: Text = ""

    @property
    def text(self) -> str:
        """The message, or the description of an OAuth error."""
        return self.message or self.error_description or self.description

    @property
    def limit_key(self) -> str:
        """The limit that was reached, if the body names it."""
        return self.limit.key if self.limit else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Details and nested errors, one line each."""
        details = (": ".join(filter(None, (d.fieldName, d.entityName, d.errorCode))) for d in self.details or [])
        nested = (": ".join(filter(None, (e.code, e.text))) for e in self.errors or [])
        return tuple(line for line in (*details, *nested) if line)

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permission names in the message and its parameters, each once, in order."""
        texts = (self.message, self.messageWithParams, *(self.messageParams or {}).values())
        return tuple(dict.fromkeys(name for text in texts for name in _PERMISSION.findall(text)))


def error_body(answer: Answer) -> ErrorBody:
    """Return the error body; an empty one when the body is none (a proxy's page, say)."""
    try:
        return ErrorBody.model_validate_json(answer.body)
    except ValidationError:
        return ErrorBody()


def read(answer: Answer, *, request: str, redact: Redact) -> Json:
    """Return the body of an answer.

    Args:
        answer: The whole answer.
        request: Method and path, for the message.
        redact: Masks secrets in what is shown of the body.

    Returns:
        The JSON object; empty for an empty body. A 206 counts as any other 2xx: listings may answer it.

    Raises:
        BrokenBody: The body of a 2xx ends too early.
        UnexpectedResponse: The body of a 2xx is no JSON object, or says ``success: false``.
        FlowSyncError: The status is none of 2xx; see :func:`refusal`.
    """
    if not 200 <= answer.status < 300:  # noqa: PLR2004  (the range of success)
        raise refusal(answer, request=request, redact=redact)
    if not answer.body.strip():
        return {}
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        if "json" in answer.content_type or answer.body.lstrip()[:1] in {b"{", b"["}:
            text = f"{request} answered {answer.status} with a body that is no complete JSON ({len(answer.body)} bytes)"
            raise BrokenBody(text) from error
        raise _foreign(answer, request=request, redact=redact) from error
    if not isinstance(body, dict):
        raise UnexpectedResponse(
            f"{request} answered {answer.status} with a JSON {type(body).__name__} where an object was expected",
            status=answer.status,
            correlation_id=answer.correlation_id,
        )
    _refuse_disguised(body, answer, request=request, redact=redact)
    return body


def refusal(answer: Answer, *, request: str, redact: Redact) -> FlowSyncError:
    """Return the exception that an answer outside of 2xx stands for.

    Args:
        answer: The whole answer.
        request: Method and path, for the message.
        redact: Masks secrets in what is shown of the body.
    """
    body = error_body(answer)
    correlation_id = answer.correlation_id or body.contextId
    if not (body.text or body.code or body.error):
        return _bodiless(answer, request=request, redact=redact)
    name = body.code or body.error
    message = redact(f"{request} answered {answer.status}{f' {name}' if name else ''}: {body.text or 'no message'}")
    details = tuple(redact(line) for line in body.lines)
    if answer.status == 403:  # noqa: PLR2004  (Forbidden)
        denied = PermissionDenied(
            message,
            permissions=body.permissions,
            hint=_permission_hint(body),
            details=details,
            correlation_id=correlation_id,
        )
        denied.hint = f"{denied.hint} {licence_hint(denied)}".strip()
        return denied
    if answer.status in {409, 412} or (answer.status == 400 and STALE in body.text):  # noqa: PLR2004  (Bad Request)
        return Conflict(message, details=details, correlation_id=correlation_id)
    plain = _by_status(answer.status)
    if issubclass(plain, PlatformRefused):
        return plain(
            message,
            status=answer.status,
            code=name,
            details=details,
            correlation_id=correlation_id,
            hint=_REDIRECT if answer.status < 400 else "",  # noqa: PLR2004  (redirects lie below)
        )
    return plain(message, details=details, correlation_id=correlation_id)


_REDIRECT = "Check the region, FLOWSYNC_API_BASE and the proxy: the platform does not redirect."


def _by_status(status: int) -> type[FlowSyncError]:
    known: Mapping[int, type[FlowSyncError]] = {
        401: AuthenticationFailed,
        403: PermissionDenied,
        404: NotFound,
        408: ApiUnavailable,
        409: Conflict,
        410: NotFound,
        412: Conflict,
        429: RateLimited,
    }
    if status in known:
        return known[status]
    if status >= 500:  # noqa: PLR2004  (server errors)
        return ApiUnavailable
    return PlatformRefused if status >= 400 else UnexpectedResponse  # noqa: PLR2004  (client errors)


def _permission_hint(body: ErrorBody) -> str:
    if not body.permissions:
        return "Give the OAuth client a role and division that allow this."
    word = "one of the permissions" if body.code == "missing.any.permissions" else "the permission"
    return f"Give a role of the OAuth client {word} {', '.join(body.permissions)}."


def _shown(answer: Answer, redact: Redact) -> str:
    text = " ".join(redact(answer.body[: 20 * SHOWN].decode("utf-8", "replace")).split())
    return text[:SHOWN] or "an empty body"


def _bodiless(answer: Answer, *, request: str, redact: Redact) -> FlowSyncError:
    """Return the exception for an answer that something between us and the platform may have written."""
    kind = _by_status(answer.status)
    message = (
        f"{request} answered {answer.status} without an error body of the platform"
        f" ({answer.content_type or 'no content type'}): {_shown(answer, redact)}"
    )
    hint = _REDIRECT if answer.status < 400 else "A proxy or gateway on the way may have written this answer."  # noqa: PLR2004  (redirects lie below)
    if issubclass(kind, PlatformRefused):
        return kind(message, status=answer.status, hint=hint, correlation_id=answer.correlation_id)
    return kind(message, hint=hint, correlation_id=answer.correlation_id)


def _foreign(answer: Answer, *, request: str, redact: Redact) -> UnexpectedResponse:
    return UnexpectedResponse(
        f"{request} answered {answer.status} with {answer.content_type or 'no content type'} instead of JSON:"
        f" {_shown(answer, redact)}",
        status=answer.status,
        hint="A proxy or login page on the way may have answered in place of the platform.",
        correlation_id=answer.correlation_id,
    )


def _refuse_disguised(body: Json, answer: Answer, *, request: str, redact: Redact) -> None:
    for part in (body, *(body[key] for key in WRAPPERS if isinstance(body.get(key), dict))):
        if any(key.casefold() == "success" and _is_false(value) for key, value in part.items()):
            said = next(
                (_text(part[key]) for key in ("message", "errorMessage", "error", "description") if part.get(key)), ""
            )
            raise UnexpectedResponse(
                redact(f"{request} answered {answer.status}, but its body says success: false: {said or 'no message'}"),
                status=answer.status,
                code=_text(part.get("code")),
                correlation_id=answer.correlation_id,
            )


def _is_false(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().casefold() == "false")
