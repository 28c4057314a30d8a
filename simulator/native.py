"""The native configuration of a flow: the same content as the Archy document, with ids where that has names.

What is known of its shape is in real exports: the top-level keys, the manifest, the items of ``flowSequenceItemList``.
The inside of an item is not documented; here it holds the part of the Archy document that it stands for.
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any
from urllib.parse import quote

import yaml

from simulator.documents import ARCHY_KEYS, Document, minimal
from simulator.paths import FLOWS
from simulator.references import Named
from simulator.state import Flow
from simulator.uses import named
from simulator.world import World

Configuration = dict[str, Any]

MANIFEST = {
    "queue": "routing/queues",
    "acdSkill": "routing/skills",
    "acdLanguage": "routing/languages",
    "acdWrapupCode": "routing/wrapupcodes",
    "dataAction": "integrations/actions",
    "dataTable": "flows/datatables",
    "userPrompt": "architect/prompts",
    "user": "users",
    "group": "groups",
    "schedule": "architect/schedules",
    "scheduleGroup": "architect/schedulegroups",
    "emergencyGroup": "architect/emergencygroups",
    "composerScript": "scripts",
    "contactList": "outbound/contactlists",
    "flowOutcome": "flows/outcomes",
    "flowMilestone": "flows/milestones",
}
"""Kinds of the manifest whose ids are those of objects; engines, voices and languages are the platform's own."""

KIND_OF_PATH = {path: kind for kind, path in MANIFEST.items()}
OUTSIDE = frozenset({"name", "description", "division", "defaultLanguage", "supportedLanguages", "startUpRef"})
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


def flow_key(flow_type: str) -> str:
    """Return the kind of the manifest for flows of a type, for example ``inqueueCallFlow``."""
    key = ARCHY_KEYS[flow_type]
    return key if key.endswith("Flow") else f"{key}Flow"


def to_native(world: World, flow: Flow, document: Document, text: str) -> Configuration:
    """Return the native configuration of a document."""
    language = document.text("defaultLanguage") or "en-us"
    items = [_item(flow, key, value, number) for number, (key, value) in enumerate(_inner(document), start=10)]
    given = document.body.get("supportedLanguages")
    languages = list(given) if isinstance(given, dict) else [language]
    return {
        "name": flow.name,
        "description": flow.description,
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
    found = world.find_entities(one.path, one.name)
    if not found or one.path not in KIND_OF_PATH:
        return None
    return KIND_OF_PATH[one.path], {"id": found[0].id, "name": found[0].name, "context": []}


def to_archy(configuration: Configuration, flow: Flow) -> str:
    """Return the Archy document of a native configuration; only its outline when it was not made here."""
    key = ARCHY_KEYS[flow.type]
    body: dict[str, Any] = {"name": flow.name}
    if configuration.get("description"):
        body["description"] = str(configuration["description"])
    if configuration.get("startUpRef"):
        body["startUpRef"] = str(configuration["startUpRef"])
    body["defaultLanguage"] = str(configuration.get("defaultLanguage", "en-us")).lower()
    for item in configuration.get("flowSequenceItemList") or []:
        if isinstance(item, dict) and isinstance(item.get("settings"), dict):
            body |= item["settings"]
    if len(body) == len(configuration.keys() & {"name"}):
        return minimal(flow.name, flow.type)
    return yaml.dump({key: body}, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=1_000_000)


def unknown_ids(world: World, configuration: Configuration) -> list[str]:
    """Return a sentence for each id of the manifest that the organisation does not have."""
    found: list[str] = []
    flow_keys = {flow_key(one) for one in ARCHY_KEYS}
    for kind, rows in (configuration.get("manifest") or {}).items():
        for row in rows if isinstance(rows, list) else []:
            wanted = str(row.get("id"))
            if kind in MANIFEST and world.entity(MANIFEST[kind], wanted) is None:
                found.append(f"The {kind} '{row.get('name', '')}' with the id '{wanted}' does not exist.")
            elif kind in flow_keys and not _published(world, wanted):
                found.append(f"The {kind} '{row.get('name', '')}' with the id '{wanted}' is not published.")
    return found


def _published(world: World, flow_id: str) -> bool:
    flow = world.state.flows.get(flow_id)
    return flow is not None and not flow.deleted and flow.published is not None


def encoded(configuration: Configuration) -> bytes:
    """Return a configuration the way an export of type ``Architect`` holds it: base64 of URI-encoded JSON."""
    text = json.dumps(configuration, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(quote(text, safe="!*'()").encode())
