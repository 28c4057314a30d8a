"""An organisation as a JSON document: what to put into the simulator, and what is in it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from simulator import publishing
from simulator.acts import actor
from simulator.documents import minimal
from simulator.errors import PlatformError
from simulator.making import in_order, new_entity
from simulator.model import Model
from simulator.native_outline import to_archy
from simulator.objects import PATHS
from simulator.settings import Settings
from simulator.state import Act, Client, Entity, Flow, Organisation, Version
from simulator.traffic import FlowLoad, TrafficFixture
from simulator.world import QUEUES, World


class Who(Model):
    """A user or a client by name; with ``name`` alone, a user."""

    user: str | None = None
    client: str | None = None
    name: str | None = None


class FixtureFlow(Model):
    """A published flow; name and type are taken from its document, or native configuration, where not given.

    It is published ``times`` times with the same content, after the documents ``versions``, the oldest first.
    """

    id: str | None = None
    name: str | None = None
    type: str | None = None
    document: str | None = None
    native: dict[str, Any] | None = None
    published_by: Who = Who()
    times: int = Field(default=1, ge=1)
    versions: list[str] = Field(default_factory=list)


class Fixture(Model):
    """What to add to the organisation; ``objects`` maps a list's path to names or objects."""

    organisation: Organisation | None = None
    clients: list[Client] = Field(default_factory=list)
    settings: dict[str, Any] = Field(default_factory=dict)
    objects: dict[str, list[str | dict[str, Any]]] = Field(default_factory=dict)
    flows: list[FixtureFlow] = Field(default_factory=list)
    traffic: TrafficFixture = TrafficFixture()


def load(world: World, fixture: Fixture) -> None:
    """Add everything in ``fixture`` to the organisation.

    Raises:
        PlatformError: 400 for an unknown list or a flow without name and type.
    """
    if fixture.organisation:
        world.state.organisation = fixture.organisation
    for client in fixture.clients:
        world.state.clients[client.id] = client
    change_settings(world, fixture.settings)
    for path in in_order(list(fixture.objects)):
        for row in fixture.objects[path]:
            attributes = {} if isinstance(row, str) else dict(row)
            add_object(world, path, row if isinstance(row, str) else str(attributes.pop("name", "")), attributes)
    for flow in fixture.flows:
        add_flow(world, flow)
    set_traffic(world, fixture.traffic)
    world.changed()


def set_traffic(world: World, fixture: TrafficFixture) -> None:
    """Set how busy flows and queues are; what is not named stays.

    Raises:
        PlatformError: 400 for a name that the organisation does not have.
    """
    traffic = world.state.traffic
    for name, given in fixture.flows.items():
        load = FlowLoad(count=given) if isinstance(given, int) else given
        flow = world.find_flow(name, load.type)
        if flow is None:
            raise PlatformError(400, message=f"There is no flow '{name}' that could have traffic.")
        traffic.flows.setdefault(flow.id, {})[load.media_type] = load
    for name, queue_load in fixture.queues.items():
        found = world.find_entities(QUEUES, name)
        if not found:
            raise PlatformError(400, message=f"There is no queue '{name}' that could have traffic.")
        traffic.queues.setdefault(found[0].id, {})[queue_load.media_type] = queue_load
        if queue_load.on_queue is not None:
            traffic.on_queue[found[0].id] = queue_load.on_queue
    world.changed()


def change_settings(world: World, changes: dict[str, Any]) -> None:
    """Change some settings, named in camelCase or as in Python.

    Raises:
        ValidationError: A setting is not known, or its value does not fit.
    """
    given = Settings.model_validate(changes)
    world.state.settings = world.state.settings.model_copy(
        update={name: getattr(given, name) for name in given.model_fields_set}
    )
    world.changed()


def add_object(world: World, path: str, name: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Add an object to a list and return it; attributes may hold an ``id``.

    Raises:
        PlatformError: 400 for an unknown list or a missing name.
    """
    if path not in PATHS:
        raise PlatformError(400, message=f"'{path}' is none of: {', '.join(sorted(PATHS))}.")
    if not name:
        raise PlatformError(400, message=f"An object of '{path}' has no name.")
    entity = world.add_entity(path, new_entity(world, path, name, attributes))
    return {"id": entity.id, "name": entity.name, **entity.attributes}


def add_flow(world: World, row: FixtureFlow) -> Flow:
    """Add a published flow.

    Raises:
        PlatformError: 400 when neither the row nor its document tells name and type.
    """
    document = publishing.try_read(row.document) if row.document else None
    native = row.native or {}
    name = row.name or (document.name if document else native.get("name"))
    flow_type = row.type or (document.flow_type if document else native.get("type"))
    if not name or not flow_type:
        raise PlatformError(400, message="A flow needs a name and a type, or a document that has them.")
    by = actor(world, user=row.published_by.user or row.published_by.name, client=row.published_by.client)
    at = world.now()
    flow = publishing.create(world, name=str(name), flow_type=str(flow_type).lower(), by=by, at=at)
    flow.listed_from = at
    if row.id:
        del world.state.flows[flow.id]
        flow.id = row.id
        world.add_flow(flow)
    text = to_archy(row.native, flow) if row.native else row.document or minimal(flow.name, flow.type)
    for older in row.versions:
        version = publishing.check_in(world, flow, older, by=by, at=at)
        publishing.publish_version(world, flow, version, by=by, at=at)
    for _ in range(row.times):
        publishing.publish(world, flow, text, by=by, at=at, native=row.native)
    return flow


def make_act(
    world: World, *, do: str, name: str, flow_type: str, who: Who, details: dict[str, Any] | None = None
) -> Act:
    """Return an act by the user or client ``who``; ``details`` are document, native, value or lock."""
    by = actor(world, user=who.user or who.name, client=who.client)
    return Act(by=by, do=do, name=name, flow_type=flow_type.lower(), **(details or {}))


def dump(world: World) -> dict[str, Any]:
    """Return the whole organisation as JSON data, with every version of every flow."""
    state = world.state
    return {
        "organisation": state.organisation.model_dump(by_alias=True),
        "clients": [client.model_dump(by_alias=True) for client in state.clients.values()],
        "settings": state.settings.model_dump(by_alias=True),
        "objects": {path: [_dump_entity(world, one) for one in entities] for path, entities in state.objects.items()},
        "flows": [dump_flow(world, flow) for flow in state.flows.values()],
        "jobs": [
            {"id": job.id, "client": job.client_id, "runs": [run.status for run in job.runs]}
            for job in state.flow_jobs.values()
        ],
    }


def _dump_entity(world: World, entity: Entity) -> dict[str, Any]:
    division = {"division": world.division(entity.division_id).name} if entity.division_id else {}
    return {"id": entity.id, "name": entity.name, **division, **entity.attributes}


def dump_flow(world: World, flow: Flow) -> dict[str, Any]:
    """Return a flow with its versions and how often it was published."""
    return {
        "id": flow.id,
        "name": flow.name,
        "type": flow.type,
        "description": flow.description,
        "division": world.division(flow.division_id).name,
        "deleted": flow.deleted,
        "publishCount": flow.publish_count,
        "published": flow.published,
        "checkedIn": flow.checked_in,
        "lockedBy": flow.locked_by.name if flow.locked_by else None,
        "draft": _dump_version(flow.draft) if flow.draft else None,
        "versions": [_dump_version(version) for version in flow.versions],
    }


def _dump_version(version: Version) -> dict[str, Any]:
    return {
        "id": version.id,
        "type": version.type,
        "by": {version.by.kind: version.by.name},
        "document": version.document,
        **({"native": version.native} if version.native is not None else {}),
    }
