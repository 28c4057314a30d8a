"""Recognises what is no Archy document but looks like a flow, by content, and says how to get an Archy document."""

from __future__ import annotations

import base64
import binascii
import json
import urllib.parse

from hook.documents.nodes import Mapping
from hook.model import Place, Problem

_EXPORT_HINT = (
    "Export the flow as Archy YAML (Architect: Export > YAML; or 'archy export'; or POST /api/v2/flows/export/jobs with"
    " exportType Yaml) and commit that file."
)


def is_packed_native(text: str) -> bool:
    """
    Return whether ``text`` is the content of an ``.i3*`` file: base64 of the URI-encoded JSON.

    That is how twelve exports published by Genesys are packed.
    """
    packed = "".join(text.split())
    # A JSON object in URI encoding begins with %7B, and so its base64 always with the same letters.
    if not packed.startswith("JTdC"):
        return False
    try:
        configuration = json.loads(urllib.parse.unquote(base64.b64decode(packed, validate=True).decode("ascii")))
    except (binascii.Error, ValueError, RecursionError):
        return False
    return isinstance(configuration, dict)


def foreign_shape(root: Mapping, *, file: str) -> Problem | None:
    """
    Return the problem if ``root`` is native configuration or the shape of the guides; ``None`` if it is neither.

    Native configuration has ``flowSequenceItemList`` or ``manifest`` beside ``name`` and ``type``; the guides show
    objects with ``flowType`` and ``elements``, which no interface of the platform takes.
    """
    keys = set(root.keys())
    if "flowSequenceItemList" in keys or ("manifest" in keys and {"name", "type"} & keys):
        return native_problem(file)
    if "flowType" in keys or "elements" in keys:
        found = ", ".join(key for key in ("flowType", "elements") if key in keys)
        return Problem(
            "not-a-platform-format",
            f"this is not a flow that Genesys Cloud can take: {found} is the shape of a guide, not of the platform.",
            Place(file, root.line, root.column),
            _EXPORT_HINT,
        )
    return None


def native_problem(file: str) -> Problem:
    """Return the problem of a file that holds native configuration."""
    return Problem(
        "native-configuration",
        "this is Architect's native configuration, which is not supported yet.",
        Place(file),
        _EXPORT_HINT,
    )
