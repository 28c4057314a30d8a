"""The text of a file as JSON data, with all of its limits held."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hook.documents.jsontext import parse_json
from hook.documents.limits import Limits
from hook.documents.native.packing import NotPacked, is_packed, looks_like_base64, unpacked_text
from hook.documents.native.places import Location, path_of
from hook.documents.native.shapes import EXPORT_HINT
from hook.documents.nodes import Mapping
from hook.errors import InvalidInput
from hook.model import Place, Problem

_PACKED_HINT = "Export the flow once more, and commit the file unchanged."
_JSON_HINT = "Correct the JSON."


@dataclass(frozen=True, slots=True)
class Source:
    """
    What a file holds.

    Attributes:
        data: The object.
        root: Its tree with lines and columns; ``None`` for a packed file.
    """

    data: dict[str, Any]
    root: Mapping | None


def read_source(text: str, *, file: str, limits: Limits) -> Source:
    """
    Return the JSON object in a file, packed or not.

    Raises:
        InvalidInput: It is damaged, holds no object, or passes a limit.
    """
    if is_packed(text):
        return Source(_packed(text, file, limits), None)
    if not text.lstrip().startswith("{") and looks_like_base64(text):
        message = "this is neither the content of an .i3 file (base64 of URI-encoded JSON) nor a JSON object."
        raise InvalidInput(Problem("not-packed", message, Place(file), EXPORT_HINT))
    root = parse_json(text, file=file, limits=limits)
    if not isinstance(root, Mapping):
        place = Place(file, root.line, root.column)
        raise InvalidInput(Problem("not-a-flow", "this is no JSON object.", place, EXPORT_HINT))
    try:
        data = json.loads(text, parse_float=_finite)
    except ValueError as error:
        raise InvalidInput(
            Problem("json-syntax", f"this is no valid JSON: {error}.", Place(file), _JSON_HINT)
        ) from error
    return Source(data, root)


def _packed(text: str, file: str, limits: Limits) -> dict[str, Any]:
    place = Place(file)
    try:
        content = unpacked_text(text)
    except NotPacked as error:
        raise InvalidInput(
            Problem("not-packed", f"this packed flow cannot be unpacked: {error}.", place, _PACKED_HINT)
        ) from error
    try:
        data = json.loads(content, object_pairs_hook=_Object.of, parse_constant=_refuse_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        near = content[max(0, error.pos - 20) : error.pos + 20]
        message = f"the JSON inside is not valid: {error.msg} at character {error.pos + 1}, near {near!r}."
        raise InvalidInput(Problem("json-syntax", message, place, _PACKED_HINT)) from error
    except RecursionError as error:
        raise InvalidInput(_too_deep(limits, place)) from error
    except ValueError as error:
        raise InvalidInput(
            Problem("json-syntax", f"the JSON inside is not valid: {error}.", place, _PACKED_HINT)
        ) from error
    if not isinstance(data, dict):
        raise InvalidInput(Problem("not-a-flow", "inside there is no JSON object.", place, EXPORT_HINT))
    problems = _checked(data, file, limits)
    if problems:
        raise InvalidInput(*problems)
    return data


class _Object(dict[str, Any]):
    """An object of the packed JSON that knows which of its keys stood there twice."""

    twice: tuple[str, ...] = ()

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        if len(plain) == len(pairs):
            return plain
        found = cls(pairs)
        found.twice = tuple(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return found


def _checked(data: dict[str, Any], file: str, limits: Limits) -> list[Problem]:
    """Return what the tree builder would say of a file that is not packed, with paths in place of lines."""
    problems: list[Problem] = []
    pending: list[tuple[Any, Location]] = [(data, ())]
    nodes = 0
    while pending:
        value, location = pending.pop()
        if isinstance(value, dict | list) and len(location) >= limits.nesting:
            return [_too_deep(limits, Place(file, path=path_of(location)))]
        nodes += 1
        if isinstance(value, _Object):
            for key in value.twice:
                place = Place(file, path=path_of((*location, key)))
                message = f"the key '{key}' stands twice in one object."
                problems.append(Problem("duplicate-key", message, place, "Remove or rename one of them."))
        if isinstance(value, dict):
            nodes += len(value)
            for key in value:
                problems += _surrogates(key, file, (*location, key))
            pending += [(item, (*location, key)) for key, item in reversed(value.items())]
        elif isinstance(value, list):
            pending += [(value[index], (*location, index)) for index in reversed(range(len(value)))]
        elif isinstance(value, str):
            problems += _surrogates(value, file, location)
        if nodes > limits.nodes:
            message = f"the document has more than {limits.nodes} values."
            return [Problem("too-many-nodes", message, Place(file), "Split the flow.")]
    return problems


def _surrogates(text: str, file: str, location: Location) -> list[Problem]:
    try:
        text.encode()
    except UnicodeEncodeError:
        path = path_of(location).encode(errors="backslashreplace").decode()
        message = "the text holds half of a surrogate pair."
        hint = "Remove the lone \\ud800 to \\udfff escape."
        return [Problem("invalid-character", message, Place(file, path=path), hint)]
    return []


def _too_deep(limits: Limits, place: Place) -> Problem:
    message = f"objects and arrays are nested deeper than {limits.nesting} levels."
    return Problem("nested-too-deeply", message, place, "Move inner actions into a task of their own.")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text} is too large")
    return number
