"""A configuration as a document that can be compared: in the words of Architect and Archy, without what is volatile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from hook.documents.canonical import fingerprint
from hook.documents.document import FlowDocument
from hook.documents.limits import DEFAULT_LIMITS
from hook.documents.native.kinds import MANIFEST_KINDS
from hook.documents.native.naming import name_ids
from hook.documents.native.outline.body import KEYS, body_of
from hook.documents.native.packing import Configuration
from hook.documents.native.tokens import find_tokens, unescape
from hook.documents.nodes import Mapping as Object
from hook.documents.nodes import Node, Scalar, children, key_path
from hook.errors import InvalidInput
from hook.model import FLOWS, Identity, Place, Problem, Reference


def outline(configuration: Configuration, *, layout: bool = False) -> FlowDocument:
    """
    Return a configuration as a document for :mod:`hook.documents.comparison`.

    Args:
        configuration: Raw or named.
        layout: Whether what is only seen on the canvas counts; see :mod:`hook.documents.native.outline.volatile`.

    Raises:
        InvalidInput: It is nested too deeply.
    """
    try:
        named = name_ids(configuration)
        body = body_of(named, layout=layout)
    except RecursionError:
        raise InvalidInput(_too_deep()) from None
    kind = configuration.get("type")
    kind = kind.lower() if isinstance(kind, str) else ""
    key = KEYS.get(kind) or kind or "flow"
    name, description = named.get("name"), named.get("description")
    document = FlowDocument(
        identity=Identity(FLOWS, kind, unescape(name) if isinstance(name, str) else ""),
        place=Place(path=key_path(key, "name")),
        key=key,
        body=body,
        attributes=(("description", unescape(description)),) if isinstance(description, str) else (),
        references=tuple(_references(body, key)),
        is_outline=True,
    )
    if _depth(document.root) > DEFAULT_LIMITS.nesting:
        raise InvalidInput(_too_deep())
    return document


def canonical_digest(configuration: Configuration, *, layout: bool = False) -> str:
    """
    Return ``sha256:<hex>`` over what counts of a configuration.

    Equal for two configurations if and only if comparing their outlines finds nothing.

    Raises:
        InvalidInput: It is nested too deeply.
    """
    text = fingerprint(outline(configuration, layout=layout).root)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _references(node: Node, path: str) -> Iterator[Reference]:
    if isinstance(node, Scalar):
        yield from _mentioned(f"{node.value} {node.meaning}", path)
        return
    if isinstance(node, Object):
        for entry in node.entries:
            yield from _mentioned(entry.key.meaning, key_path(path, entry.key.value))
    for below, item in children(node, path):
        yield from _references(item, below)


def _mentioned(text: str, path: str) -> Iterator[Reference]:
    for _, _, token in find_tokens(text):
        kind = MANIFEST_KINDS.get(token.kind) if token else None
        if token is not None and kind is not None:
            yield Reference(kind.kind, token.name, token.qualifier or kind.type, Place(path=path))


def _depth(root: Node) -> int:
    deepest, waiting = 0, [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((item, depth + 1) for _, item in children(node, ""))
    return deepest


def _too_deep() -> Problem:
    message = f"the configuration is nested deeper than {DEFAULT_LIMITS.nesting} levels."
    return Problem("nested-too-deeply", message, Place(), "Move inner actions into a task of their own.")
