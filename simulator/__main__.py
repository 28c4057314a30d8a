"""``python -m simulator``: run the platform until a signal comes."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from simulator import fixtures
from simulator.errors import PlatformError
from simulator.http import parsed
from simulator.places import ScenarioError
from simulator.scenario import ScenarioFile
from simulator.server import Service
from simulator.state import Client
from simulator.world import World

USAGE = 3


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="simulator",
        description="A Genesys Cloud stand-in for tests and demos.",
        epilog="It prints its URLs as one line of JSON, and serves a page for people at the API's root.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--api-port", type=int, default=0, help="port of the API; 0 takes a free one")
    parser.add_argument("--login-port", type=int, default=0, help="port of the login host; 0 takes a free one")
    parser.add_argument("--gateway-port", type=int, default=0, help="port of the gateway; 0 takes a free one")
    parser.add_argument("--speed", type=float, help="divide every simulated delay by this (default 1)")
    parser.add_argument("--scenario", type=Path, metavar="FILE", help="organisation, faults and acts of others (YAML)")
    parser.add_argument("--fixture", type=Path, metavar="FILE", help="an organisation alone (JSON)")
    parser.add_argument("--persist", type=Path, metavar="FILE", help="keep the state here; read at start if it exists")
    parser.add_argument("--ports-file", type=Path, metavar="FILE", help="write the URLs to this file, too")
    parser.add_argument("--seed-client", action="append", default=[], metavar="ID:SECRET", help="add an OAuth client")
    return parser.parse_args(argv)


def world_of(options: argparse.Namespace) -> World:
    """Return the world that the command line asks for; a kept state is stronger than a scenario or fixture.

    Raises:
        ScenarioError: The scenario does not fit.
        PlatformError: The fixture does not fit.
    """
    scenario = ScenarioFile(options.scenario) if options.scenario else None
    kept = options.persist is not None and options.persist.exists()
    speed = options.speed or (scenario.scenario.speed if scenario else None) or 1.0
    world = World(speed=speed, persist=options.persist)
    if options.fixture and not kept:
        fixtures.load(world, parsed(fixtures.Fixture, json.loads(options.fixture.read_text("utf-8"))))
    if scenario and not kept:
        scenario.apply(world)
    for pair in options.seed_client:
        client_id, _, secret = pair.partition(":")
        world.state.clients[client_id] = Client(id=client_id, name=client_id, secret=secret)
    world.save()
    return world


async def serve(service: Service, ports_file: Path | None) -> None:
    """Serve until SIGTERM or SIGINT; say where on standard output as soon as it is possible."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)
    serving = asyncio.create_task(service.serve())
    await asyncio.to_thread(service.wait_until_ready)
    line = json.dumps(service.urls.as_dict())
    if ports_file:
        scratch = ports_file.with_name(ports_file.name + ".new")
        scratch.write_text(line + "\n", encoding="utf-8")
        scratch.replace(ports_file)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    await serving


def main() -> None:
    """Run; end with 3 when the scenario or the fixture does not fit, or a port is taken."""
    options = arguments()
    try:
        service = Service(
            world_of(options),
            host=options.host,
            api_port=options.api_port,
            login_port=options.login_port,
            gateway_port=options.gateway_port,
        )
    except (ScenarioError, PlatformError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(USAGE)
    asyncio.run(serve(service, options.ports_file))


if __name__ == "__main__":
    main()
