"""Whether the organisation has what a document names, and whether the document's own references hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from simulator.access import sees
from simulator.documents import Document
from simulator.model import new_id
from simulator.objects import visible
from simulator.references import FLOWS, Named, references
from simulator.state import Client, Flow
from simulator.world import World, same

UNREDACTED = "unredacted-value-of-a-lookup"
"""Stands in the request and response bodies of job details, which the platform shows as they were."""

CONTAINER = re.compile(r"(?P<kind>\w+)\[(?P<ref>[^\]]*)\]\s*$")
CONTAINER_SETTINGS = ("startUpRef", "targetTaskRef", "targetMenuRef", "targetStateRef")


def unresolved(world: World, document: Document, client: Client) -> list[Named]:
    """Return the names that do not stand for anything that the client can use; a flow has to be published."""
    return [one for one in references(document) if not _exists(world, one, client)]


def _exists(world: World, named: Named, client: Client) -> bool:
    if named.path == FLOWS:
        flow = world.find_flow(named.name, named.qualifier)
        return flow is not None and flow.published is not None and sees(world, client, flow.division_id)
    found = [one for one in world.find_entities(named.path, named.name) if visible(world, named.path, one, client)]
    if named.object_type == "dataAction":
        return any(same(str(one.attributes.get("category", ""))) == same(named.qualifier) for one in found)
    return bool(found)


def unpublished(world: World, named: Named) -> Flow | None:
    """Return the flow that a name stands for although it cannot be used yet."""
    return world.find_flow(named.name, named.qualifier) if named.path == FLOWS else None


def diagnostics(named: Named, base: str) -> list[dict[str, Any]]:
    """Return the network diagnostics of one failed look-up; bodies are unredacted, as the platform warns."""
    return [
        {
            "type": "NetworkDiagnostic",
            "url": f"{base}/api/v2/{named.path}?name={quote(named.name)}&pageSize=25",
            "method": "POST",
            "requestBody": json.dumps({"name": named.name, "session": UNREDACTED}),
            "statusCode": 200,
            "statusMessage": "OK",
            "correlationId": new_id(),
            "responseBody": json.dumps({"entities": [], "note": UNREDACTED}),
        }
    ]


def broken_containers(document: Document) -> list[str]:
    """Return a sentence for each reference to a menu, task or state that the document does not have.

    References are absolute (``/inboundCall/menus/menu[Main Menu_10]``) or relative (``./menus/menu[main]``).
    """
    known = set(_containers(document.body))
    return [
        f"{setting} '{text}' does not lead to a menu, task, state or bot of flow '{document.name}'"
        for setting, text in _container_references(document.body)
        if not (match := CONTAINER.search(text)) or (match["kind"], match["ref"]) not in known
    ]


def _containers(value: Any) -> Iterator[tuple[str, str]]:
    """Every named part of a document: the key that it stands under, and its ``refId`` or else its name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict) and isinstance(ref := inner.get("refId", inner.get("name")), str):
                yield key, ref
            yield from _containers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _containers(inner)


def _container_references(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in CONTAINER_SETTINGS and isinstance(inner, str):
                yield key, inner
            else:
                yield from _container_references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _container_references(inner)
