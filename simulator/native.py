"""The native configuration of a flow that was published as an Archy document: ids where that has names.

What is known of its shape is in real exports: the top-level keys, the manifest, the items of ``flowSequenceItemList``.
The inside of an item is not documented; here it holds the part of the Archy document that it stands for. (A
configuration that came in as such is held as it is, and never passes here.)
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any
from urllib.parse import quote

from simulator.documents import Document
from simulator.native_kinds import KIND_OF_PATH, Configuration, flow_key
from simulator.paths import FLOWS
from simulator.references import Named
from simulator.state import Flow
from simulator.uses import named, of_category
from simulator.world import World

OUTSIDE = frozenset({"name", "description", "division", "defaultLanguage", "startUpRef"})
EXTENSIONS = {
    "inboundcall": "i3InboundFlow",
    "inqueuecall": "i3InQueueFlow",
    "inboundshortmessage": "i3InboundMessage",
    "workflow": "i3WorkFlow",
    "bot": "i3BotFlow",
    "inboundemail": "i3InboundEmail",
    "inboundchat": "i3InboundChat",
    "outboundcall": "i3OutboundFlow",
    "commonmodule": "i3CommonModule",
    "securecall": "i3SecureFlow",
    "digitalbot": "i3DigitalBotFlow",
}
"""Extensions of native exports; from the sixth on by analogy."""


def to_native(world: World, flow: Flow, document: Document, text: str) -> Configuration:
    """Return the native configuration of a document."""
    language = document.text("defaultLanguage") or "en-us"
    items = [_item(flow, key, value, number) for number, (key, value) in enumerate(_inner(document), start=10)]
    given = document.body.get("supportedLanguages")
    languages = list(given) if isinstance(given, dict) else [language]
    return {
        "name": flow.name,
        **({"description": flow.description} if flow.description else {}),
        "type": flow.type,
        "defaultLanguage": _native_language(language),
        "supportedLanguages": [_native_language(one) for one in languages],
        "supportedLanguageOptions": [{"language": _native_language(one), "isDefault": one == language}
                                     for one in languages],
        "initialSequence": items[0]["id"] if items else None,
        "startUpRef": document.text("startUpRef"),
        "nextTrackingNumber": 10 + len(items),
        "manifest": _manifest(world, text),
        "flowSequenceItemList": items,
        "variables": [],
        "uiMetaData": {},
        "defaultSettings": {},
        "debugSettings": {},
        "errorHandling": {},
        "flowMetaData": {"flowDocumentVersion": "1.0", "minimumServerVersion": "1.0", "ttsDataVersion": "1.0"},
    }  # fmt: skip


def _native_language(text: str) -> str:
    language, dash, country = text.partition("-")
    return f"{language.lower()}{dash}{country.upper()}"


def _inner(document: Document) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in document.body.items() if key not in OUTSIDE]


def _item(flow: Flow, key: str, value: Any, number: int) -> Configuration:
    item_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{flow.id} {key}"))
    return {"id": item_id, "name": key, "__type": key, "trackingId": number, "settings": {key: value}}


def _manifest(world: World, text: str) -> dict[str, list[dict[str, Any]]]:
    manifest: dict[str, list[dict[str, Any]]] = {}
    for one in named(text):
        entry = _entry(world, one)
        if entry is not None:
            kind, row = entry
            manifest.setdefault(kind, []).append(row)
    return manifest


def _entry(world: World, one: Named) -> tuple[str, dict[str, Any]] | None:
    """Kind and row of the manifest; ``None`` for what is not in it, as a division, or does not exist."""
    if one.path == FLOWS:
        flow = world.find_flow(one.name, one.qualifier)
        row = {"id": flow.id, "name": flow.name, "version": "published", "context": []} if flow else None
        return (flow_key(flow.type), row) if flow and row else None
    found = of_category(world.find_entities(one.path, one.name), one)
    if not found or one.path not in KIND_OF_PATH:
        return None
    return KIND_OF_PATH[one.path], {"id": found[0].id, "name": found[0].name, "context": []}


def encoded(configuration: Configuration) -> bytes:
    """Return a configuration the way an export of type ``Architect`` holds it: base64 of URI-encoded JSON."""
    text = json.dumps(configuration, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(quote(text, safe="!*'()").encode())
