"""Running the platform on sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.app import Connection, Platform
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the simulator listens."""

    api: str
    login: str
    admin: str
    gateway: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the URLs by name."""
        return asdict(self)


class _Connections:
    """Finds the transport of a request by the address of the other side."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """Return uvicorn's protocol, extended so that connections are known here."""
        transports = self._transports

        class Protocol(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                self.address = tuple(transport.get_extra_info("peername")[:2])
                transports[self.address] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.address, None)
                super().connection_lost(exc)

        return Protocol

    def of(self, scope: Scope) -> Connection:
        """Return the connection of a request."""
        transport = self._transports[tuple(scope["client"])]
        return Connection(close=transport.close, abort=transport.abort)


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals alone and tells when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """Look for the end more often than uvicorn does, so that a test does not wait for it."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks = (ticks + 1) % 864_000
            await asyncio.sleep(0.01)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Service:
    """The platform with its listeners: bound when made, served by :meth:`serve`.

    Args:
        world: The organisation.
        host: The address to bind.
        api_port: Port of API, storage and admin API; 0 for a free one.
        login_port: Port of the login host; 0 for a free one.
        gateway_port: Port of the gateway, which has the login host below ``/login`` and the API below ``/platform``;
            0 for a free one.
    """

    def __init__(
        self,
        world: World,
        *,
        host: str = "127.0.0.1",
        api_port: int = 0,
        login_port: int = 0,
        gateway_port: int = 0,
    ) -> None:
        connections = _Connections()
        self.platform = Platform(world, connection=connections.of)
        self._sockets = [_listen(host, port) for port in (api_port, login_port, gateway_port)]
        api, login, gateway = (one.getsockname()[1] for one in self._sockets)
        self.platform.login_port, self.platform.gateway_port = login, gateway
        base = f"http://{host}:{api}"
        self.urls = Urls(
            api=base, login=f"http://{host}:{login}", admin=f"{base}/_sim", gateway=f"http://{host}:{gateway}"
        )
        options: dict[str, Any] = {"log_config": None, "access_log": False, "lifespan": "off", "ws": "none"}
        config = uvicorn.Config(
            self.platform, http=connections.protocol(), timeout_graceful_shutdown=1, server_header=False, **options
        )
        self._server = _Server(config)

    async def serve(self) -> None:
        """Serve until :meth:`stop`."""
        await self._server.serve(sockets=self._sockets)

    def stop(self) -> None:
        """Ask for the end; may be called from any thread and from a signal handler."""
        self._server.should_exit = True

    def wait_until_ready(self, seconds: float = 10.0) -> None:
        """Wait for the first request to be possible.

        Raises:
            TimeoutError: It is not possible in time.
        """
        if not self._server.ready.wait(seconds):
            raise TimeoutError(f"the simulator was not ready within {seconds:.0f} s")


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{host}:{port} cannot be listened on: {error.strerror}") from error
    listener.listen(2048)
    return listener
