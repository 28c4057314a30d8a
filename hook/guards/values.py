"""Values of guards' settings: what is wrong with one, and short ways to write them."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticCustomError


def wrong(message: str) -> PydanticCustomError:
    """Return the error of a setting, to be raised in a validator; pydantic reports it with its place."""
    return PydanticCustomError("guard_setting", "{message}", {"message": message})


def one_or_many(value: Any) -> Any:
    """Return a single mapping as a list of one."""
    return [value] if isinstance(value, dict) else value
