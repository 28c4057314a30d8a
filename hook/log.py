"""Logs: one event a line as JSON, readable text on a terminal, never a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, TextIO

import structlog

from hook.redaction import Redactor


def configure(
    *,
    redactor: Redactor,
    level: str,
    as_json: bool,
    bound: Mapping[str, str] = MappingProxyType({}),
    stream: TextIO | None = None,
) -> None:
    """
    Set up logging for this process.

    Args:
        redactor: Knows the secrets; every text of every event goes through it.
        level: The least level that is written, for example ``info``.
        as_json: JSON lines, otherwise readable text.
        bound: Said in every line (run id, environment).
        stream: Where to write; the process's stderr by default.
    """
    target = stream or sys.stderr

    def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: _redacted(value, redactor) for key, value in event.items()}

    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**bound)


def _redacted(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, dict):
        return {key: _redacted(inner, redactor) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(inner, redactor) for inner in value]
    if value is None or isinstance(value, int | float):
        return value
    return redactor.text(str(value))
