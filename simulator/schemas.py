"""The models of request bodies: what an attribute is called, may hold, and has to be there."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

from simulator.errors import PlatformError, invalid_value

MODELS: dict[str, Any] = json.loads((Path(__file__).parent / "schemas.json").read_text("utf-8"))
"""Attributes by model, generated from the official SDKs (version 269 of the Python one)."""

LIST = re.compile(r"list\[(.*)\]")
MAP = re.compile(r"dict\(str, (.*)\)")
PYTHON: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}
DATES = ("datetime", "date", "LocalDateTime")


@functools.cache
def attributes(model: str) -> frozenset[str]:
    """Return the names of a model's attributes; none for a model that is not stored."""
    return frozenset(MODELS.get(model, {}).get("attributes", {}))


def kind_of(model: str, attribute: str) -> str:
    """Return the type of an attribute as the Python SDK writes it; empty when there is no such attribute."""
    return str(MODELS.get(model, {}).get("attributes", {}).get(attribute, {}).get("type", ""))


def checked(model: str, data: dict[str, Any], *, partial: bool = False, within: str = "") -> dict[str, Any]:
    """Return the part of a body that the model knows; an unknown attribute is dropped, as the platform does.

    Args:
        model: Name of the model.
        data: The body, or an object inside it.
        partial: Whether what is required may be missing.
        within: Where the object is in the body, for messages.

    Raises:
        PlatformError: 400 when an attribute is missing, of another type, or not among the values of its enum.
    """
    schema = MODELS[model]
    if not partial:
        missing = [name for name in schema["required"] if data.get(name) is None]
        if missing:
            raise missing_value(f"{within}{missing[0]}")
    known = schema["attributes"]
    return {
        name: _value(row["type"], row.get("enum"), value, f"{within}{name}") if value is not None else None
        for name, value in data.items()
        if (row := known.get(name)) is not None
    }


def missing_value(field: str) -> PlatformError:
    """Return the 400 of a required attribute that is not there; the platform's text is not in public sources."""
    return PlatformError(400, message=f"The value of '{field}' is required.", params={"field": field}, field=field)


def _value(kind: str, enum: list[str] | None, value: Any, place: str) -> Any:
    if found := LIST.fullmatch(kind):
        if not isinstance(value, list):
            raise _wrong(value, "Array", place)
        return [_value(found[1], enum, one, f"{place}[{number}]") for number, one in enumerate(value)]
    if found := MAP.fullmatch(kind):
        if not isinstance(value, dict):
            raise _wrong(value, "Object", place)
        return {key: _value(found[1], enum, one, f"{place}.{key}") for key, one in value.items()}
    if kind in PYTHON or kind in DATES:
        return _plain(kind, enum, value, place)
    if kind == "object":
        return value
    if not isinstance(value, dict):
        raise _wrong(value, kind, place)
    return checked(kind, value, within=f"{place}.") if kind in MODELS else value


def _plain(kind: str, enum: list[str] | None, value: Any, place: str) -> Any:
    if isinstance(value, bool) != (kind == "bool") or not isinstance(value, PYTHON.get(kind, (str,))):
        raise _wrong(value, "String" if kind in DATES else kind.capitalize(), place)
    if enum and value not in enum:
        same = next((one for one in enum if one.lower() == str(value).lower()), None)
        if same is None:
            name = place.rpartition(".")[2]
            raise invalid_value(str(value), name[:1].upper() + name[1:], ", ".join(enum))
        return same
    return value


def _wrong(value: Any, wanted: str, place: str) -> PlatformError:
    text = f"The value of '{place}' is no {wanted}: {json.dumps(value)[:80]}"
    return PlatformError(400, message=text, params={"field": place}, field=place)
