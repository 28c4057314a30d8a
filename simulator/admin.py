"""The admin API below ``/_sim``: no token, for tests and demonstrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from simulator import control, fixtures
from simulator.control import DONE
from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Handler, Reply, json_reply, parsed
from simulator.state import Client
from simulator.traffic import Traffic, TrafficFixture

if TYPE_CHECKING:
    from simulator.app import Platform
    from simulator.world import World


def endpoints(platform: Platform) -> list[Endpoint]:
    """Return the rows of the admin API of one simulator."""

    def reset(world: World, _call: Call) -> Reply:
        platform.reset()
        return json_reply(fixtures.dump(world))

    def calls(_world: World, _call: Call) -> Reply:
        return json_reply([record.model_dump(by_alias=True) for record in platform.calls])

    def forget_calls(_world: World, _call: Call) -> Reply:
        platform.calls.clear()
        return DONE

    return [
        Endpoint("POST", "/_sim/reset", reset),
        Endpoint("GET", "/_sim/calls", calls),
        Endpoint("DELETE", "/_sim/calls", forget_calls),
        *(Endpoint(method, f"/_sim/{path}", handler) for method, path, handler in (*ROWS, *control.ROWS)),
    ]


def _load(world: World, call: Call) -> Reply:
    data = call.json()
    try:
        fixtures.load(world, parsed(fixtures.Fixture, data.get("fixture", data)))
    except ValidationError as error:
        raise PlatformError(400, message=str(error)) from error
    return json_reply(fixtures.dump(world))


def _dump(world: World, _call: Call) -> Reply:
    return json_reply(fixtures.dump(world))


def _settings(world: World, _call: Call) -> Reply:
    return json_reply(world.state.settings.model_dump(by_alias=True))


def _change_settings(world: World, call: Call) -> Reply:
    try:
        fixtures.change_settings(world, call.json())
    except ValidationError as error:
        raise PlatformError(400, message=str(error)) from error
    return _settings(world, call)


def _client(world: World, call: Call) -> Reply:
    client = parsed(Client, call.json())
    world.state.clients[client.id] = client
    world.changed()
    return json_reply(client.model_dump(by_alias=True))


def _add_object(world: World, call: Call) -> Reply:
    attributes = call.json()
    name = str(attributes.pop("name", ""))
    return json_reply(fixtures.add_object(world, call.params["path"], name, attributes))


def _remove_object(world: World, call: Call) -> Reply:
    removed = world.remove_entity(call.params["path"], call.query.get("name", ""))
    return json_reply({"removed": removed})


def _traffic(world: World, call: Call) -> Reply:
    fixtures.set_traffic(world, parsed(TrafficFixture, call.json()))
    return DONE


def _clear_traffic(world: World, _call: Call) -> Reply:
    world.state.traffic = Traffic()
    world.changed()
    return DONE


ROWS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "organisation", _dump),
    ("POST", "organisation", _load),
    ("GET", "settings", _settings),
    ("PATCH", "settings", _change_settings),
    ("POST", "clients", _client),
    ("POST", "objects/{path:path}", _add_object),
    ("DELETE", "objects/{path:path}", _remove_object),
    ("POST", "traffic", _traffic),
    ("DELETE", "traffic", _clear_traffic),
)
