from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import structlog
from structlog.testing import LogCapture

from hook.deadline import Deadline
from hook.genesys.client import ClientSettings, Platform, connect
from hook.genesys.credentials import Credentials
from hook.genesys.regions import Endpoints
from hook.genesys.retries import RetryPolicy
from hook.genesys.watching import WatchSettings
from hook.redaction import Redactor
from tests.unit.genesys.server import Request, Scripted, Server, serving

SECRET = "s3cr3t-of-the-client"
QUICK = RetryPolicy(attempts=3, base=0.01, cap=0.03)
WATCH = WatchSettings(first=0.02, cap=0.05, timeout=5.0)
SETTINGS = ClientSettings(
    retry=QUICK,
    watch=WATCH,
    settle=0.2,
    export_watch=WATCH,
    export_repeat=QUICK,
    operation_watch=WATCH,
    timeout=(2.0, 0.5),
)


@dataclass
class Told:
    """What was logged: ``log`` is the logger, ``lines`` what it got."""

    capture: LogCapture = field(default_factory=LogCapture)

    @property
    def log(self) -> structlog.typing.FilteringBoundLogger:
        logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
            structlog.PrintLogger(), processors=[self.capture], wrapper_class=structlog.make_filtering_bound_logger(0)
        )
        return logger

    @property
    def lines(self) -> list[str]:
        return [str(entry) for entry in self.capture.entries]

    def events(self, name: str) -> list[dict[str, object]]:
        return [dict(entry) for entry in self.capture.entries if entry["event"] == name]


Connect = Callable[..., Platform]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        numbers = itertools.count(1)

        def log_in(_: Request) -> Scripted:
            body = {"access_token": f"token-{next(numbers)}-abcdef", "token_type": "bearer", "expires_in": 86399}
            return Scripted(body=body)

        running.on("POST", "/oauth/token", log_in)
        yield running


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


@pytest.fixture
def connected(server: Server, told: Told, redactor: Redactor) -> Iterator[Connect]:
    """Return a function that connects to the server, with other settings or deadline where a test wants them."""
    platforms: list[Platform] = []

    def make(
        *,
        settings: ClientSettings = SETTINGS,
        deadline: Deadline | None = None,
        api: str | None = None,
        login: str | None = None,
    ) -> Platform:
        platform = connect(
            endpoints=Endpoints(api=api or server.url, login=login or server.url, region="eu-central-1"),
            credentials=Credentials("client-1", SECRET, source="a test"),
            deadline=deadline or Deadline(30),
            redactor=redactor,
            log=told.log,
            settings=settings,
        )
        platforms.append(platform)
        return platform

    yield make
    for platform in platforms:
        platform.close()


@pytest.fixture
def platform(connected: Connect) -> Platform:
    return connected()
