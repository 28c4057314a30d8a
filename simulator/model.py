"""The base of everything that the simulator stores or receives."""

from __future__ import annotations

import re
import uuid

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


def new_id() -> str:
    """Return a new GUID."""
    return str(uuid.uuid4())


class Model(BaseModel):
    """Unknown keys are refused, JSON names are camelCase."""

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


def pattern(text: str) -> str:
    """Return a regular expression as it was given.

    Raises:
        ValueError: It is none.
    """
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is no regular expression: {error}") from error
    return text
