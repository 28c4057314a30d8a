"""Walks over the texts of a configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hook.documents.native.places import Location


@dataclass(frozen=True, slots=True)
class Text:
    """
    A text of a configuration, and where it stands.

    Attributes:
        text: The text.
        location: Keys and positions that lead to it; to the value of the key, where it is a key.
        is_key: It is a key and no value.
    """

    text: str
    location: Location
    is_key: bool = False


def texts(value: Any, location: Location = ()) -> Iterator[Text]:
    """Yield every text and every key below ``value``, in order."""
    if isinstance(value, str):
        yield Text(value, location)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield Text(key, (*location, key), is_key=True)
            yield from texts(item, (*location, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, (*location, index))


def mappings(value: Any, location: Location = ()) -> Iterator[tuple[dict[str, Any], Location]]:
    """Yield every object at and below ``value``, outer ones first."""
    if isinstance(value, dict):
        yield value, location
        for key, item in value.items():
            yield from mappings(item, (*location, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from mappings(item, (*location, index))
