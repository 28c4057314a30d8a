"""The simulator inside a test: a server in a thread, and a handle on its organisation."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator import fixtures
from simulator.handle import Org
from simulator.http import parsed
from simulator.server import Service
from simulator.state import Client
from simulator.world import World

__all__ = ["Org", "Simulator", "running"]


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator: its URLs and a handle on its organisation."""

    api: str
    login: str
    admin: str
    org: Org
    gateway: str = ""


@contextlib.contextmanager
def running(
    *,
    speed: float = 200.0,
    fixture: dict[str, Any] | None = None,
    persist: Path | None = None,
    clients: Iterable[Client] = (),
    api_port: int = 0,
    login_port: int = 0,
    host: str = "127.0.0.1",
) -> Iterator[Simulator]:
    """Run a simulator for the time of a ``with`` block.

    Args:
        speed: By how much simulated delays are shortened.
        fixture: What to add to the organisation.
        persist: The file that holds the state between two lives.
        clients: OAuth clients besides ``flowsync`` with the secret ``secret-of-flowsync``.
        api_port: The port of the API; 0 for a free one.
        login_port: The port of the login host; 0 for a free one.
        host: The address to listen on.
    """
    world = World(speed=speed, persist=persist)
    if fixture:
        fixtures.load(world, parsed(fixtures.Fixture, fixture))
    for client in clients:
        world.state.clients[client.id] = client
    world.save()
    service = Service(world, host=host, api_port=api_port, login_port=login_port)
    org = Org(service.platform)
    thread = threading.Thread(target=lambda: asyncio.run(service.serve()), name="simulator", daemon=True)
    thread.start()
    try:
        service.wait_until_ready()
        urls = service.urls
        yield Simulator(api=urls.api, login=urls.login, admin=urls.admin, org=org, gateway=urls.gateway)
    finally:
        service.stop()
        thread.join(timeout=10)
