"""
What a value stands for, in one line that is equal for two values if and only if all is equal that counts in them.

People see it only where the texts of two values are equal and what they stand for is not: another queue behind a name.
"""

from __future__ import annotations

import json
import re
from typing import Any

from hook.documents.native.outline.labels import Labels
from hook.documents.native.outline.volatile import IN_EXPRESSIONS, IN_VALUES, LAYOUT
from hook.documents.native.tokens import parse_token

SHOWN = frozenset({"config", "text", "type"})
"""Keys of a value that are told in words; the others are told as JSON."""

VERSION = 2
"""The version of values that Architect writes."""

_PLAIN = re.compile(r"[^\s\"(){\[:=](?:[^\s\"()]*[^\s\"(),:;=])?\Z")


def value_meaning(value: dict[str, Any], labels: Labels, *, layout: bool) -> str:
    """
    Return everything about a value that counts.

    Its text and type are left out where the expression tree repeats them, and the version where it is the usual one.
    """
    dropped = IN_VALUES.keys() if layout else IN_VALUES.keys() | LAYOUT.keys()
    rest = {key: item for key, item in value.items() if key not in dropped and key not in SHOWN}
    parts = []
    _, body = only(value.get("config"))
    if "config" in value:
        parts.append(_expression(value["config"], labels))
    if (body.get("text"), body.get("type")) != (value["text"], value["type"]):
        parts.append(f"{_quoted(labels.text(value['text']))}: {_word(value['type'])}")
    if "version" not in rest:
        parts.append("without a version")
    elif rest["version"] == VERSION and not isinstance(rest["version"], bool):
        del rest["version"]
    if rest:
        parts.append(plain_json(rest, labels))
    return "; ".join(parts)


def plain_json(data: Any, labels: Labels) -> str:
    """Return any JSON data in one line, keys in order, local ids by name."""
    return json.dumps(_named(data, labels), ensure_ascii=False, sort_keys=True, separators=(", ", ": "))


def _named(data: Any, labels: Labels) -> Any:
    if isinstance(data, str):
        return labels.text(data)
    if isinstance(data, dict):
        return {labels.text(key): _named(item, labels) for key, item in data.items()}
    if isinstance(data, list):
        return [_named(item, labels) for item in data]
    return int(data) if isinstance(data, float) and data.is_integer() else data


def only(config: Any) -> tuple[str, dict[str, Any]]:
    """Return the one operator of a tree and what stands under it; empty ones for any other shape."""
    if isinstance(config, dict) and len(config) == 1:
        operator, body = next(iter(config.items()))
        if isinstance(body, dict):
            return operator, body
    return "", {}


def _expression(node: Any, labels: Labels) -> str:
    """Return a tree in one line: ``operator "text"(operands): type = value``, and other keys as JSON."""
    operator, body = only(node)
    if not operator:
        return plain_json(node, labels)
    rest = {key: item for key, item in body.items() if key not in IN_EXPRESSIONS}
    parts = [_word(operator)]
    if isinstance(rest.get("text"), str):
        parts.append(f" {_quoted(labels.text(rest.pop('text')))}")
    if isinstance(rest.get("operands"), list):
        parts.append(f"({', '.join(_expression(operand, labels) for operand in rest.pop('operands'))})")
    if isinstance(rest.get("type"), str):
        parts.append(f": {_word(rest.pop('type'))}")
    if isinstance(rest.get("val"), str):
        stands_for = rest.pop("val")
        parts.append(f" = {_word(labels.text(stands_for))}")
    if rest:
        parts.append(f" {plain_json(rest, labels)}")
    return "".join(parts)


def _word(text: str) -> str:
    """Return ``text``, quoted unless it cannot be taken for anything else."""
    return text if _PLAIN.match(text) or ('"' not in text and parse_token(text) is not None) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
