"""JSON text to the same tree, with line and column.

Not every valid JSON text is valid YAML for libyaml (long keys, surrogate escapes, a colon on the next line), so the
standard library judges the text and tokens give the places.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.nodes import Node
from hook.documents.treebuilder import TreeBuilder
from hook.errors import InvalidInput
from hook.model import Place, Problem

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def looks_like_json(text: str, *, file: str) -> bool:
    """Return whether ``text`` is to be read as JSON: by the file's name, or because it is an object in valid JSON."""
    if file.lower().endswith(".json"):
        return True
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def parse_json(text: str, *, file: str, limits: Limits = DEFAULT_LIMITS) -> Node:
    """
    Return the tree of a JSON text; numbers, ``true``, ``false`` and ``null`` become plain scalars as they are written.

    Args:
        text: The document, placeholders substituted.
        file: The name for messages.
        limits: Bounds for depth and number of nodes.

    Raises:
        InvalidInput: With every duplicate key, or the first syntax error, or the limit that was passed.
    """
    if not text.strip():
        raise InvalidInput(
            Problem("empty-file", "the file is empty.", Place(file), "Put a flow into it, or remove it.")
        )
    try:
        # Depth is judged by the builder; the standard library gives up far beyond it.
        json.loads(text, parse_constant=_refuse_constant, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise InvalidInput(
            Problem("json-syntax", f"this is no valid JSON: {error.msg}.", place, "Correct the JSON there.")
        ) from error
    except ValueError as error:
        raise InvalidInput(
            Problem("json-syntax", f"this is no valid JSON: {error}.", Place(file), "Correct the JSON.")
        ) from error
    except RecursionError as error:
        message = f"objects and arrays are nested deeper than {limits.nesting} levels."
        raise InvalidInput(
            Problem("nested-too-deeply", message, Place(file), "Move inner actions into a task of their own.")
        ) from error
    builder = TreeBuilder(file=file, limits=limits)
    for event in _events(text, file):
        builder.take(event)
    return builder.root()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _events(text: str, file: str) -> Iterator[yaml.Event]:
    line, start = 1, 0
    for match in _TOKEN.finditer(text):
        piece, offset = match.group(), match.start()
        newlines = text.count("\n", start, offset)
        if newlines:
            line += newlines
        start = offset
        column = offset - text.rfind("\n", 0, offset) - 1
        mark = yaml.Mark(file, offset, line - 1, column, None, 0)
        if piece[0] == '"':
            yield yaml.ScalarEvent(None, None, (False, True), _string(piece, mark, file), mark, mark, style='"')
        elif piece == "{":
            yield yaml.MappingStartEvent(None, None, True, mark, mark)
        elif piece == "[":
            yield yaml.SequenceStartEvent(None, None, True, mark, mark)
        elif piece == "}":
            yield yaml.MappingEndEvent(mark, mark)
        elif piece == "]":
            yield yaml.SequenceEndEvent(mark, mark)
        elif piece not in ",:":
            yield yaml.ScalarEvent(None, None, (True, False), piece, mark, mark, style=None)


def _string(token: str, mark: yaml.Mark, file: str) -> str:
    value = str(json.loads(token))
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            Problem(
                "invalid-character",
                "the text holds half of a surrogate pair.",
                Place(file, mark.line + 1, mark.column + 1),
                "Remove the lone \\ud800 to \\udfff escape.",
            )
        ) from error
    return value
