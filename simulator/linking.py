"""What one object says of another by its id: whether that is there, and its name for the answer."""

from __future__ import annotations

from typing import Any

from simulator.errors import PlatformError
from simulator.kinds import KIND_OF, Kind
from simulator.paths import FLOWS
from simulator.state import Entity
from simulator.world import World


def linked(world: World, kind: Kind, attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a body with the names of the objects that they name by id.

    Raises:
        PlatformError: 400 for an id that the organisation does not have.
    """
    result = attributes
    for place, path in kind.references.items():
        result = _at(world, result, place.split("."), path, place)
    return result


def _at(world: World, value: Any, steps: list[str], path: str, place: str) -> Any:
    if isinstance(value, list):
        return [_at(world, one, steps, path, place) for one in value]
    if not steps:
        return _link(world, path, value, place)
    if not isinstance(value, dict) or value.get(steps[0]) is None:
        return value
    return {**value, steps[0]: _at(world, value[steps[0]], steps[1:], path, place)}


def _link(world: World, path: str, value: Any, place: str) -> dict[str, str]:
    wanted = value.get("id") if isinstance(value, dict) else None
    if path == FLOWS:
        flow = world.state.flows.get(str(wanted))
        if flow is not None and not flow.deleted:
            return {"id": flow.id, "name": flow.name, "selfUri": f"/api/v2/flows/{flow.id}"}
    elif (entity := world.entity(path, str(wanted))) is not None:
        return {"id": entity.id, "name": entity.name, "selfUri": f"{KIND_OF[path].url}/{entity.id}"}
    text = "Unable to find entity that matches the key."
    params = {"field": place, "id": str(wanted)}
    raise PlatformError(400, "referenced.key.does.not.exist", text, params=params, field=place)


def configuration_of(integration: Entity) -> dict[str, Any]:
    """Return the configuration of an integration; its name is the integration's."""
    usual = {"version": 1, "properties": {}, "advanced": {}, "notes": "", "credentials": {}}
    uri = f"/api/v2/integrations/{integration.id}/config/current"
    stored = integration.parts.get("config", {})
    return {"id": integration.id, "name": integration.name, **usual, **stored, "selfUri": uri}
