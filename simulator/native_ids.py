"""What a native configuration points to and the organisation, or the configuration itself, does not have.

A draft may hold anything; this is asked when it is published. What only the editor of flows remembers (``uiMetaData``)
is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.native_kinds import (
    ACTION_LINKS,
    FLOW_KINDS,
    KEYS,
    LITERALS,
    MANIFEST,
    SEQUENCE_LINKS,
    Configuration,
    items,
    rows,
)
from simulator.paths import FLOWS
from simulator.state import Flow
from simulator.world import World

UNKNOWN_OBJECT = "architect.external.publish.error"
BROKEN_FLOW = "architect.object.validate.failed"
NUMBERED = re.compile(r"\d+\.\d+")
EDITOR_ONLY = "uiMetaData"
REFERENCES = "metaData"
NO_DEFINITIONS = frozenset({EDITOR_ONLY, REFERENCES})
PROMPT = "prompt."
OF_THE_PLATFORM = "__"
"""How the ids of what every organisation has begin, such as ``__on_hold_music__``."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is pointed to and is not there; ``place`` is where, such as ``manifest.queue[0].id``."""

    text: str
    place: str
    id: str
    name: str
    code: str = UNKNOWN_OBJECT

    @property
    def detail(self) -> dict[str, str]:
        """The ``Detail`` of an operation that fails for it."""
        return {"errorCode": self.code, "fieldName": self.place, "entityId": self.id, "entityName": self.name}


def missing(world: World, configuration: Configuration, own: Flow) -> list[Missing]:
    """Return what a configuration of the flow ``own`` points to in vain; each object once, at its first place."""
    first: dict[tuple[str, str], Missing] = {}
    for one in (*_of_manifest(world, configuration, own), *_Document(world, configuration, own).missing()):
        first.setdefault((one.id, one.code), one)
    return list(first.values())


def _of_manifest(world: World, configuration: Configuration, own: Flow) -> Iterator[Missing]:
    for kind, path, number, entry in rows(configuration):
        wanted, name = str(entry.get("id", "")), str(entry.get("name", ""))
        place = f"manifest.{kind}[{number}].id"
        if path == FLOWS:
            version = entry.get("version")
            text = _why_no_flow(world, wanted, own, flow_type=FLOW_KINDS[kind.lower()], version=version)
        else:
            text = "" if _platforms(wanted) or world.entity(path, wanted) else "does not exist."
        if text:
            yield Missing(f"The {kind} '{name}' with the id '{wanted}' {text}", place, wanted, name)


def _platforms(wanted: str) -> bool:
    return wanted.startswith(OF_THE_PLATFORM)


def _why_no_flow(world: World, wanted: str, own: Flow, *, flow_type: str = "", version: Any = None) -> str:
    """The end of a sentence about a flow that cannot be used; empty when it can. A flow may always name itself."""
    flow = world.state.flows.get(wanted)
    if flow is None:
        return "does not exist."
    if flow.deleted:
        return "was deleted."
    if flow_type and flow.type != flow_type:
        return f"is a flow of the type '{flow.type}'."
    if flow.published is None and flow is not own:
        return "is not published."
    if isinstance(version, str) and NUMBERED.fullmatch(version) and flow.version(version) is None:
        return f"has no version '{version}'."
    return ""


class _Document:
    """One configuration without its manifest."""

    def __init__(self, world: World, configuration: Configuration, own: Flow) -> None:
        self._world = world
        self._own = own
        self._inner = {key: value for key, value in configuration.items() if key != "manifest"}
        self._ids: set[str] = set()
        self._parts: set[str] = set()
        self._collect(self._inner)
        self._sequences = {str(one.get("id")) for one in items(configuration)}

    def _collect(self, value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("id"), str):
                self._ids.add(value["id"])
                if "__type" in value:
                    self._parts.add(value["id"])
            for key, inner in value.items():
                if key not in NO_DEFINITIONS:
                    self._collect(inner)
        elif isinstance(value, list):
            for inner in value:
                self._collect(inner)

    def missing(self) -> Iterator[Missing]:
        """Yield what is not there, in document order."""
        yield from self._walk(self._inner, "", str(self._own.name))

    def _walk(self, value: Any, place: str, near: str) -> Iterator[Missing]:
        if isinstance(value, list):
            for number, inner in enumerate(value):
                yield from self._walk(inner, f"{place}[{number}]", near)
        if not isinstance(value, dict):
            return
        if "__type" in value:
            near = str(value.get("name") or value["__type"])
        yield from self._references(value, place)
        for key, inner in value.items():
            if key == EDITOR_ONLY:
                continue
            inner_place = f"{place}.{key}" if place else key
            if isinstance(inner, str) and inner:
                yield from self._text(value, key, inner, inner_place, near)
            elif isinstance(inner, dict) and key in {"lit", "ref"}:
                yield from self._value(key, inner, inner_place, near)
            else:
                yield from self._walk(inner, inner_place, near)

    def _text(self, holder: dict[str, Any], key: str, wanted: str, place: str, near: str) -> Iterator[Missing]:
        if (key in ACTION_LINKS and wanted not in self._parts) or (
            key in SEQUENCE_LINKS and wanted not in self._sequences
        ):
            what = "an action" if key in ACTION_LINKS else "a task, menu or state"
            text = f"The {key} of '{near}' leads to '{wanted}', which is not {what} of the flow."
            yield Missing(text, place, wanted, near, BROKEN_FLOW)
        elif key in KEYS:
            stem = key.removesuffix("Id")
            yield from self._object(KEYS[key], wanted, str(holder.get(f"{stem}Name", "")), place)

    def _value(self, key: str, value: dict[str, Any], place: str, near: str) -> Iterator[Missing]:
        """A literal such as ``{type: que, text, val}``, or a reference to a variable or a prompt."""
        wanted, kind = value.get("val"), str(value.get("type", ""))
        if not isinstance(wanted, str) or not wanted or _platforms(wanted) or wanted in self._ids:
            return
        name = str(value.get("text", ""))
        if key == "lit" and kind in LITERALS:
            yield from self._object(LITERALS[kind], wanted, name, f"{place}.val")
        elif key == "ref" and kind == "pmt" and name.lower().startswith(PROMPT):
            yield from self._object(LITERALS[kind], wanted, name.partition(".")[2], f"{place}.val")
        elif key == "ref":
            text = f"'{near}' uses the variable '{name}' with the id '{wanted}', which the flow does not have."
            yield Missing(text, f"{place}.val", wanted, name, BROKEN_FLOW)

    def _references(self, value: dict[str, Any], place: str) -> Iterator[Missing]:
        """The prompts that an expression tells beside itself; variables there may be gone since."""
        metadata = value.get(REFERENCES)
        references = metadata.get("references") if isinstance(metadata, dict) else None
        for number, one in enumerate(references if isinstance(references, list) else ()):
            wanted = one.get("id") if isinstance(one, dict) else None
            name = str(one.get("name", "")) if isinstance(one, dict) else ""
            if isinstance(wanted, str) and name.lower().startswith(PROMPT):
                inner = f"{place}.{REFERENCES}.references[{number}].id"
                yield from self._object(LITERALS["pmt"], wanted, name.partition(".")[2], inner)

    def _object(self, kind: str, wanted: str, name: str, place: str) -> Iterator[Missing]:
        if _platforms(wanted):
            return
        if kind == FLOWS:
            text, kind = _why_no_flow(self._world, wanted, self._own), "flow"
        else:
            text = "" if self._world.entity(MANIFEST[kind], wanted) else "does not exist."
        if text:
            yield Missing(f"The {kind} '{name}' with the id '{wanted}' {text}", place, wanted, name)
