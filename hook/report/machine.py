"""A result as JSON, for pipelines; read it again with any JSON reader, unknown keys may be added."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from enum import Enum
from typing import Any

from hook.model import Desired, Live, Result

SCHEMA_VERSION = 1
"""Raised when a reader of the former shape would misread the new one."""


def render(result: Result) -> str:
    """Return the result as one JSON object."""
    return json.dumps(as_data(result), ensure_ascii=False, indent=2)


def as_data(result: Result) -> dict[str, Any]:
    """Return the result as plain JSON data, with the plan's checksum and the exit code worked out."""
    data: dict[str, Any] = {"schemaVersion": SCHEMA_VERSION, "exitCode": int(result.exit_code)}
    data |= plain(result)
    if result.plan:
        data["plan"] = {"changes": plain(result.plan.changes), "checksum": result.plan.checksum}
    return data


def plain(value: Any) -> Any:
    """Return any of our plain values as JSON data; of content only what may be shown."""
    if isinstance(value, Desired):
        return {"file": value.place.file, "digest": value.public_digest}
    if isinstance(value, Live):
        return {"id": value.id, "version": value.version}
    if dataclasses.is_dataclass(value):
        return {_camel(field.name): plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value.value if isinstance(value, Enum) else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
