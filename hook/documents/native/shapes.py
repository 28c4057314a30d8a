"""Tells by content what looks like a flow and is no Archy document, and says what to do with it."""

from __future__ import annotations

from hook.documents.nodes import Mapping
from hook.model import Place, Problem

EXPORT_HINT = (
    "Export the flow as Archy YAML (Architect: Export > YAML; or 'archy export'; or POST /api/v2/flows/export/jobs with"
    " exportType Yaml) and commit that file."
)
_NATIVE_HINT = "The setting nativeFlows: true of an environment lets it be deployed as it is. "


def is_native_shape(keys: set[str]) -> bool:
    """
    Return whether an object with these keys is native configuration.

    It has ``flowSequenceItemList``, or ``manifest`` beside ``name`` or ``type``.
    """
    return "flowSequenceItemList" in keys or ("manifest" in keys and bool({"name", "type"} & keys))


def foreign_shape(root: Mapping, *, file: str) -> Problem | None:
    """
    Return the problem if ``root`` is native configuration or the shape of the guides; ``None`` if it is neither.

    The guides show objects with ``flowType`` and ``elements``, which no interface of the platform takes.
    """
    keys = set(root.keys())
    if is_native_shape(keys):
        return native_problem(file)
    if "flowType" in keys or "elements" in keys:
        found = ", ".join(key for key in ("flowType", "elements") if key in keys)
        return Problem(
            "not-a-platform-format",
            f"this is not a flow that Genesys Cloud can take: {found} is the shape of a guide, not of the platform.",
            Place(file, root.line, root.column),
            EXPORT_HINT,
        )
    return None


def native_problem(file: str) -> Problem:
    """Return the problem of a file that holds native configuration where an Archy document is wanted."""
    return Problem(
        "native-configuration",
        "this is Architect's native configuration, not an Archy document.",
        Place(file),
        _NATIVE_HINT + EXPORT_HINT,
    )
