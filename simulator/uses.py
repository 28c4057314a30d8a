"""Who uses what: the references of documents, as dependency tracking knows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from simulator.documents import DocumentError, read
from simulator.native_kinds import rows
from simulator.paths import FLOWS
from simulator.references import Named, references
from simulator.state import Entity, Flow, Version
from simulator.world import World, same

TYPES = {
    "queue": "QUEUE",
    "acdSkill": "ACDSKILL",
    "acdLanguage": "ACDLANGUAGE",
    "schedule": "SCHEDULE",
    "scheduleGroup": "SCHEDULEGROUP",
    "emergencyGroup": "EMERGENCYGROUP",
    "contactList": "CONTACTLIST",
    "wrapupCode": "ACDWRAPUPCODE",
    "user": "USER",
    "group": "GROUP",
    "flowOutcome": "FLOWOUTCOME",
    "milestone": "FLOWMILESTONE",
    "script": "COMPOSERSCRIPT",
    "dataTable": "DATATABLE",
    "dataAction": "DATAACTION",
    "userPrompt": "USERPROMPT",
    "division": "DIVISION",
}
"""Object types of documents, and those of dependency tracking; flows are told by their own type."""

PATHS = {
    "QUEUE": "routing/queues", "ACDSKILL": "routing/skills", "ACDLANGUAGE": "routing/languages",
    "SCHEDULE": "architect/schedules", "SCHEDULEGROUP": "architect/schedulegroups",
    "EMERGENCYGROUP": "architect/emergencygroups", "CONTACTLIST": "outbound/contactlists",
    "ACDWRAPUPCODE": "routing/wrapupcodes", "USER": "users", "GROUP": "groups", "FLOWOUTCOME": "flows/outcomes",
    "FLOWMILESTONE": "flows/milestones", "COMPOSERSCRIPT": "scripts", "DATATABLE": "flows/datatables",
    "DATAACTION": "integrations/actions", "USERPROMPT": "architect/prompts", "DIVISION": "authorization/divisions",
    "IVRCONFIGURATION": "architect/ivrs", "RESPONSE": "responsemanagement/responses",
}  # fmt: skip
"""Where the objects of a type are listed."""

TYPE_OF_PATH = {path: kind for kind, path in PATHS.items()}


@dataclass(frozen=True, slots=True)
class Use:
    """One object that a document uses; ``gone`` when it was deleted since."""

    kind: str
    id: str
    name: str
    version: str = ""
    gone: bool = False


def flow_kind(flow_type: str) -> str:
    """Return the object type of flows of a type: ``WORKFLOW`` has no second ``FLOW``."""
    return "WORKFLOW" if flow_type == "workflow" else f"{flow_type.upper()}FLOW"


@lru_cache(maxsize=4096)
def named(text: str) -> tuple[Named, ...]:
    """Return what a document names; nothing when it cannot be read."""
    try:
        return tuple(references(read(text)))
    except DocumentError:
        return ()


def uses(world: World, version: Version) -> list[Use]:
    """Return what a version uses; what never stood for anything is left out.

    A native configuration tells it by ids in its manifest, an Archy document by names.
    """
    found: Iterator[Use | None]
    if version.native is not None:
        found = (_held(world, path, str(entry.get("id"))) for _, path, _, entry in rows(version.native))
    else:
        found = (_use(world, one) for one in named(version.document))
    return list(dict.fromkeys(one for one in found if one is not None))


def _held(world: World, path: str, entity_id: str) -> Use | None:
    if path == FLOWS:
        flow = world.state.flows.get(entity_id)
        return _of_flow(flow) if flow else None
    entity = world.entity(path, entity_id) or world.removed(path, entity_id)
    gone = world.entity(path, entity_id) is None
    return Use(TYPE_OF_PATH[path], entity.id, entity.name, gone=gone) if entity else None


def _of_flow(flow: Flow) -> Use:
    return Use(flow_kind(flow.type), flow.id, flow.name, flow.published or "", flow.deleted)


def _use(world: World, one: Named) -> Use | None:
    if one.path == FLOWS:
        flow = world.find_flow(one.name, one.qualifier) or _deleted_flow(world, one)
        return _of_flow(flow) if flow else None
    kind = TYPES[one.object_type]
    living = of_category(world.find_entities(one.path, one.name), one)
    if living:
        return Use(kind, living[0].id, living[0].name)
    gone = [row for row in world.state.removed.get(one.path, []) if same(row.name) == same(one.name)]
    buried = of_category(gone, one)
    return Use(kind, buried[-1].id, buried[-1].name, gone=True) if buried else None


def of_category(found: list[Entity], one: Named) -> list[Entity]:
    """Return those of some objects that a name means: data actions are told apart by their category."""
    if one.object_type != "dataAction":
        return found
    return [row for row in found if same(str(row.attributes.get("category", ""))) == same(one.qualifier)]


def _deleted_flow(world: World, one: Named) -> Flow | None:
    wanted = (flow for flow in world.state.flows.values() if flow.deleted and same(flow.name) == same(one.name))
    return next((flow for flow in wanted if not one.qualifier or flow.type == one.qualifier), None)


def tracked(world: World, which: str = "") -> Iterator[tuple[Flow, Version]]:
    """Return the versions that the index holds: published and checked-in ones, or only those of ``which``."""
    for flow in world.state.flows.values():
        if flow.deleted:
            continue
        wanted = {"published": [flow.published], "checkedIn": [flow.checked_in]}.get(
            which, [flow.published, flow.checked_in]
        )
        for version_id in dict.fromkeys(wanted):
            if version_id and (version := flow.version(version_id)) is not None:
                yield flow, version


def consumers(world: World, path: str, name: str) -> list[tuple[Flow, Version]]:
    """Return the flow versions that name an object of a list."""
    return [
        (flow, version)
        for flow, version in tracked(world)
        if any(one.path == path and same(one.name) == same(name) for one in _named_by(world, version))
    ]


def _named_by(world: World, version: Version) -> Iterator[Named]:
    """Names in a document, or those of the objects whose ids a native configuration holds."""
    if version.native is None:
        yield from named(version.document)
        return
    for _, path, _, entry in rows(version.native):
        entity = world.entity(path, str(entry.get("id"))) if path != FLOWS else None
        if entity is not None:
            yield Named("", path, entity.name)
