"""The platform's error body, and the exception that becomes one."""

from __future__ import annotations

from typing import Any

GENERIC = {
    400: ("bad.request", "The request could not be understood by the server due to malformed syntax."),
    401: ("bad.credentials", "Invalid login credentials."),
    403: ("not.authorized", "You are not authorized to perform the requested action."),
    404: ("not.found", "The requested resource was not found."),
    405: ("method.not.allowed", "The requested method is not allowed on this resource."),
    408: ("request.timeout", "The request timed out."),
    409: ("conflict", "The request conflicts with the current state of the resource."),
    410: ("gone", "The requested resource was deleted."),
    413: ("request.entity.too.large", "The request body is too large."),
    415: ("unsupported.media.type", "Unsupported Media Type - Unsupported or incorrect media type."),
    429: ("too.many.requests.retry.after", "Rate limit exceeded the maximum. Retry the request in [1] seconds"),
    500: ("internal.server.error", "The server encountered an unexpected condition."),
    502: ("bad.gateway", "Bad gateway."),
    503: ("service.unavailable", "Service Unavailable - The server is currently unavailable."),
    504: ("request.timeout", "The request timed out."),
}
"""Code and text per HTTP status where no more precise one is known."""


class PlatformError(Exception):
    """An answer that is no success.

    Args:
        status: The HTTP status.
        code: The platform's error code; the generic one of the status when empty.
        message: The text; the generic one of the status when empty.
        params: The values that were put into the text.
        headers: Further headers of the answer.
        field: The attribute of the body that is refused; it becomes a ``Detail``.
    """

    def __init__(
        self,
        status: int,
        code: str = "",
        message: str = "",
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        field: str = "",
    ) -> None:
        generic_code, generic_message = GENERIC.get(status, ("error", "The request failed."))
        self.status = status
        self.code = code or generic_code
        self.message = message or generic_message
        self.params = params or {}
        self.headers = headers or {}
        self.field = field
        super().__init__(self.message)

    def body(self, correlation_id: str) -> dict[str, Any]:
        """Return the ErrorBody; its ``contextId`` is the correlation id of the answer."""
        return {
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "contextId": correlation_id,
            "details": [{"errorCode": self.code, "fieldName": self.field}] if self.field else [],
            "errors": [],
            "messageParams": self.params,
        }


def invalid_value(value: str, field: str, allowed: str) -> PlatformError:
    """Return the 400 of a value that a parameter does not take."""
    return PlatformError(
        400,
        "invalid.value",
        f"Value [{value}] is not valid for field type [{field}]. Allowable values are: {allowed}",
        params={"value": value, "field": field, "allowed": allowed},
    )
