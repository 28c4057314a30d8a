"""One native configuration: what it is called, what it says about itself, and what it refers to."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from hook.documents.document import METADATA_KEY
from hook.documents.identity import name_problems
from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.native.ids import UnexplainedId, unexplained
from hook.documents.native.naming import SameKeys, is_named, name_ids
from hook.documents.native.packing import Configuration, is_packed, looks_like_base64
from hook.documents.native.places import Places
from hook.documents.native.reading.checking import (
    entry_problems,
    ids_in_names,
    manifest_problems,
    mixed_problems,
    problems_of,
    text_warnings,
    token_problems,
)
from hook.documents.native.reading.source import Source, read_source
from hook.documents.native.references import lookup_warnings, references
from hook.documents.native.shapes import is_native_shape
from hook.documents.native.tokens import unescape
from hook.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from hook.documents.types import FLOW_TYPES, did_you_mean
from hook.errors import InvalidInput
from hook.model import FLOWS, Identity, Place, Problem, Reference

_I3 = re.compile(r"\.i3[A-Za-z]*\Z", re.IGNORECASE)
_TYPES = tuple(entry.platform for entry in FLOW_TYPES)


@dataclass(frozen=True, slots=True)
class NativeDocument:
    """
    A flow as one native configuration describes it.

    Attributes:
        identity: Kind, platform type and name.
        place: Where the name stands.
        configuration: With names in place of ids.
        attributes: ``description``, where the configuration has it.
        references: Every place that names another object.
        warnings: What a person should know, but that stops nothing.
        unexplained: Ids of which nothing tells what they are.
        metadata: What stands under the sibling key ``x-flowsync``; it is no part of the configuration.
    """

    identity: Identity
    place: Place
    configuration: Configuration
    attributes: tuple[tuple[str, str], ...] = ()
    references: tuple[Reference, ...] = ()
    warnings: tuple[Problem, ...] = ()
    unexplained: tuple[UnexplainedId, ...] = ()
    metadata: Node | None = field(default=None, compare=False)


def is_native(text: str, file: str) -> bool:
    """
    Return whether a file is to be read as native configuration, by its content.

    It is packed; or it is a JSON object with ``flowSequenceItemList``, or with ``manifest`` beside ``name`` or
    ``type``. The name of the file only decides about what is neither an object nor YAML: a damaged ``.i3*`` file.
    """
    if is_packed(text):
        return True
    damaged = _I3.search(file) is not None
    if text.lstrip().startswith("{"):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            return damaged
        return isinstance(data, dict) and is_native_shape(set(data))
    return damaged and looks_like_base64(text)


def read_native(text: str, *, file: str, limits: Limits = DEFAULT_LIMITS) -> NativeDocument:
    """
    Read one native configuration from its text, placeholders substituted.

    Args:
        text: The content of an ``.i3*`` file, or JSON with ids or with names.
        file: The file's name, for places.
        limits: Bounds for depth and size, also of what is inside a packed file.

    Raises:
        InvalidInput: With every problem that can be told at once.
    """
    source = read_source(text, file=file, limits=limits)
    given, root, metadata = _without_metadata(source)
    places = Places(file, given, root)
    problems = _identity_problems(given, places, root, file) + manifest_problems(given, places)
    if problems:
        raise InvalidInput(*problems)
    raw = root is None or not is_named(given)
    if raw:
        problems = mixed_problems(given, places, everywhere=root is not None)
    try:
        configuration = name_ids(given, raw=raw)
    except SameKeys as error:
        hint = "Write the token in place of the id."
        raise InvalidInput(*problems, Problem("same-keys", f"{error}.", Place(file), hint)) from error
    places = Places(file, configuration, root)
    problems += problems_of(configuration, places, token_problems, entry_problems, ids_in_names)
    if problems:
        raise InvalidInput(*problems)
    description = configuration.get("description")
    return NativeDocument(
        identity=Identity(FLOWS, str(given["type"]).lower(), unescape(configuration["name"])),
        place=places.value(("name",)),
        configuration=configuration,
        attributes=_attributes(description),
        references=references(configuration, file, places),
        warnings=problems_of(configuration, places, text_warnings, lookup_warnings),
        unexplained=unexplained(configuration),
        metadata=metadata,
    )


def _attributes(description: str | None) -> tuple[tuple[str, str], ...]:
    """Return the description."""
    return () if description is None else (("description", unescape(description)),)


def _without_metadata(source: Source) -> tuple[Configuration, Mapping | None, Node | None]:
    given = {key: value for key, value in source.data.items() if key != METADATA_KEY}
    if source.root is None:
        return given, None, _node(source.data[METADATA_KEY]) if METADATA_KEY in source.data else None
    entries = tuple(entry for entry in source.root.entries if entry.key.value != METADATA_KEY)
    root = Mapping(entries, source.root.line, source.root.column)
    return given, root, source.root.get(METADATA_KEY)


def _identity_problems(given: Configuration, places: Places, root: Mapping | None, file: str) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    for key in ("name", "type"):
        if key not in given:
            message = f"the configuration has no {key}."
            problems.append(Problem(f"missing-{key}", message, places.value(()), f'Add "{key}": "…".'))
    for key in ("name", "type", "description"):
        if not isinstance(given.get(key, ""), str) and (key != "description" or given[key] is not None):
            message = f"'{key}' must be a text."
            problems.append(Problem("not-a-text", message, places.value((key,)), "Write it in quotation marks."))
    if isinstance(given.get("name"), str):
        body = root or Mapping((Entry(Scalar("name"), Scalar(given["name"])),))
        problems += name_problems(body, key="", at=Scalar(""), file=file)
    kind = given.get("type")
    if isinstance(kind, str) and kind.lower() not in _TYPES:
        message = f"'{kind}' is no type of flow."
        problems.append(Problem("unknown-flow-type", message, places.value(("type",)), did_you_mean(kind, _TYPES)))
    if not isinstance(given.get("flowSequenceItemList", []), list):
        message = "'flowSequenceItemList' must be a list."
        problems.append(
            Problem("not-a-list", message, places.value(("flowSequenceItemList",)), "Export the flow once more.")
        )
    return tuple(problems)


def _node(value: Any) -> Node:
    """Return JSON data as a tree without places."""
    if isinstance(value, dict):
        return Mapping(tuple(Entry(Scalar(key), _node(item)) for key, item in value.items()))
    if isinstance(value, list):
        return Sequence(tuple(_node(item) for item in value))
    return Scalar(value) if isinstance(value, str) else Scalar(json.dumps(value), plain=True)
