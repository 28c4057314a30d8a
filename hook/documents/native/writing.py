"""A configuration as text for Git: stable, so that what did not change has no difference."""

from __future__ import annotations

import json
from typing import Any

from hook.documents.native.packing import Configuration

_FIRST = {key: position for position, key in enumerate(("name", "type", "description"))}


def pretty(configuration: Configuration) -> str:
    """
    Return ``configuration`` as JSON text.

    In every object ``name``, ``type`` and ``description`` come first and then the other keys in order; lists keep
    their order, except those of the manifest, which are sorted.
    """
    ordered = dict(configuration)
    manifest = configuration.get("manifest")
    if isinstance(manifest, dict):
        ordered["manifest"] = {
            kind: sorted(entries, key=_manifest_order) if isinstance(entries, list) else entries
            for kind, entries in manifest.items()
        }
    return json.dumps(_ordered(ordered), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=_key_order)}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    return value


def _key_order(key: str) -> tuple[int, str]:
    return (_FIRST.get(key, len(_FIRST)), key)


def _manifest_order(entry: Any) -> tuple[str, str]:
    name = entry.get("name") if isinstance(entry, dict) else None
    return (name if isinstance(name, str) else "", json.dumps(_ordered(entry), ensure_ascii=False))
