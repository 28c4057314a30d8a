"""Everything of the platform in one value, wired."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import structlog
from structlog.typing import FilteringBoundLogger

from hook.deadline import Deadline
from hook.genesys.credentials import Credentials
from hook.genesys.export_jobs import REPEAT, ExportJobs
from hook.genesys.export_jobs import WATCH as EXPORT_WATCH
from hook.genesys.flow_jobs import SETTLE, FlowJobs
from hook.genesys.identity import Account, who_am_i
from hook.genesys.operations import WATCH as OPERATION_WATCH
from hook.genesys.operations import Operations
from hook.genesys.pacing import LIMIT_PER_MINUTE, Pacing
from hook.genesys.regions import Endpoints
from hook.genesys.retries import RetryPolicy
from hook.genesys.session import Session
from hook.genesys.tokens import TokenSource
from hook.genesys.transfers import Transfers
from hook.genesys.watching import WatchSettings
from hook.genesys.wire import Wire
from hook.redaction import Redactor


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """How the platform is spoken to.

    ``timeout`` are the seconds to connect and the seconds without any byte of an answer; ``settle`` see
    :class:`FlowJobs`.
    """

    limit_per_minute: int = LIMIT_PER_MINUTE
    timeout: tuple[float, float] = (5.0, 30.0)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    watch: WatchSettings = field(default_factory=WatchSettings)
    settle: float = SETTLE
    export_watch: WatchSettings = EXPORT_WATCH
    export_repeat: RetryPolicy = REPEAT
    operation_watch: WatchSettings = OPERATION_WATCH


@dataclass(frozen=True, slots=True)
class Platform:
    """One organisation, as one OAuth client sees it; close it at the end."""

    session: Session
    transfers: Transfers
    jobs: FlowJobs
    exports: ExportJobs
    operations: Operations
    client_id: str
    wires: tuple[Wire, ...] = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        for wire in self.wires:
            wire.close()

    @property
    def calls(self) -> int:
        """How many requests were sent to the API and the login host; transfers to storage are not counted."""
        return self.session.calls

    def who_am_i(self) -> Account:
        """Ask for the organisation and our own client; raises as :func:`hook.genesys.identity.who_am_i` does."""
        return who_am_i(self.session, client_id=self.client_id)


def connect(
    *,
    endpoints: Endpoints,
    credentials: Credentials,
    deadline: Deadline,
    redactor: Redactor,
    log: FilteringBoundLogger | None = None,
    settings: ClientSettings | None = None,
) -> Platform:
    """Wire the platform; nothing is sent before the first call.

    Args:
        endpoints: Where the API and the login host are.
        credentials: The OAuth client.
        deadline: The run's; every wait honours it.
        redactor: Told the secret and every token; masks them in messages.
        log: One of our own name when absent.
        settings: How the platform is spoken to.
    """
    settings = settings or ClientSettings()
    log = log or structlog.get_logger("hook.genesys")
    api, storage = Wire(timeout=settings.timeout), Wire(timeout=settings.timeout, redirects=True)
    tokens = TokenSource(
        endpoints=endpoints,
        credentials=credentials,
        wire=api,
        deadline=deadline,
        redactor=redactor,
        log=log,
        policy=settings.retry,
    )
    session = Session(
        endpoints=endpoints,
        tokens=tokens,
        wire=api,
        pacing=Pacing(deadline=deadline, log=log, limit_per_minute=settings.limit_per_minute),
        deadline=deadline,
        redactor=redactor,
        log=log,
        policy=settings.retry,
    )
    transfers = Transfers(wire=storage, deadline=deadline, log=log, policy=settings.retry)
    return Platform(
        session=session,
        transfers=transfers,
        jobs=FlowJobs(
            session=session,
            transfers=transfers,
            deadline=deadline,
            redactor=redactor,
            settings=settings.watch,
            settle=settings.settle,
        ),
        exports=ExportJobs(
            session=session,
            transfers=transfers,
            deadline=deadline,
            redactor=redactor,
            log=log,
            settings=settings.export_watch,
            repeat=settings.export_repeat,
        ),
        operations=Operations(session=session, redactor=redactor, settings=settings.operation_watch),
        client_id=credentials.client_id,
        wires=(api, storage),
    )
