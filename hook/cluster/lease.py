"""The lock of an organisation: a Lease that one run holds, and renews in the background until it ends."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from hook.cluster.connection import Body, Connection
from hook.cluster.errors import ClusterError, Forbidden, Unanswered
from hook.cluster.leasing import DURATION, Candidate, Held, Record, Taken
from hook.cluster.names import LABELS, object_name
from hook.deadline import Deadline
from hook.errors import CredentialsError, DeadlineExceeded, FlowSyncError, LockUnavailable

RENEW = 5.0
"""Seconds between two renewals."""

POLL = 2.0
"""Seconds between two looks at a Lease that somebody else holds."""

TELL = 30.0
"""Seconds between two lines of the log about who is waited for."""

UNANSWERED = 30.0
"""Seconds that the API server may be silent before a run that waits for the lock gives up."""

LAST_RENEWAL = 10.0
"""Seconds that a renewal which is under way may take at the end of a run."""


def boot_seconds() -> float:
    """Return seconds that only grow, and that go on while the machine sleeps, where the system tells them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


@dataclass(frozen=True, slots=True)
class ClusterLease:
    """One Lease of the API server, by name."""

    connection: Connection
    name: str

    def read(self) -> Record:
        """Return it."""
        return _record(self.connection.read_lease(self.name))

    def create(self, holder: str) -> Record:
        """Create it."""
        now = _now()
        body = self._body({"holderIdentity": holder, "acquireTime": now, "renewTime": now, "leaseTransitions": 0})
        return _record(self.connection.create_lease(body))

    def replace(self, record: Record, *, holder: str) -> Record:
        """Renew, take, or with an empty holder release it."""
        now = _now()
        ours = holder == record.holder
        spec = {
            # An empty identity is not allowed; a Lease without one is free.
            **({"holderIdentity": holder} if holder else {}),
            "acquireTime": record.acquired if ours and record.acquired else now,
            "renewTime": now,
            "leaseTransitions": record.transitions + (1 if holder and not ours else 0),
        }
        return _record(self.connection.replace_lease(self._body(spec, version=record.version)))

    def _body(self, spec: Body, *, version: str = "") -> Body:
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {
                "name": self.name,
                "namespace": self.connection.namespace,
                "labels": dict(LABELS),
                **({"resourceVersion": version} if version else {}),
            },
            "spec": {**spec, "leaseDurationSeconds": round(DURATION)},
        }


class LeaseLock:
    """
    The lock of one organisation, for one run.

    Args:
        connection: The API server; its namespace is the lock's.
        identity: Names the Pod and the run; nobody else ever has it.
        timeout: Seconds to wait for another run.
        deadline: The end of this run.
        clock: Seconds that only grow.
        poll: Seconds between two looks at a Lease that somebody else holds.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        identity: str,
        timeout: float,
        deadline: Deadline,
        clock: Callable[[], float] = boot_seconds,
        poll: float = POLL,
    ) -> None:
        self._connection = connection
        self._identity = identity
        self._timeout = timeout
        self._deadline = deadline
        self._clock = clock
        self._poll = poll
        self._name = ""
        self._candidate: Candidate | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._trouble = ""

    def acquire(self, organisation_id: str) -> str:
        """
        Wait for the lock, and keep it from then on.

        Returns:
            What there is to tell of a former holder that died, empty when there is nothing.

        Raises:
            LockUnavailable: Somebody else kept it, or the API server does not answer.
            CredentialsError: The rights do not suffice.
        """
        self._name = object_name("flowsync", organisation_id)
        lease = ClusterLease(self._connection, self._name)
        self._candidate = candidate = Candidate(lease, identity=self._identity, clock=self._clock)
        held = self._wait(candidate)
        structlog.get_logger().info("locked", lease=self._name, namespace=self._connection.namespace)
        self._thread = threading.Thread(target=self._keep, args=(candidate,), name="lease", daemon=True)
        self._thread.start()
        if held.former is None:
            return ""
        return (
            f"the lock was taken over from {_who(held.former)}, which has not renewed it since:"
            " that run died, or lost its connection"
        )

    def check(self) -> None:
        """
        Raise unless the lock is certainly ours.

        Raises:
            LockUnavailable: It was lost.
        """
        if self._candidate and not self._candidate.holds():
            why = self._candidate.lost or "it was given back"
            more = (self._trouble,) if self._trouble else ()
            raise LockUnavailable(
                f"the lock {self._where} was lost: {why}; nothing new was written after that",
                hint="Rerun: what was done is not done again, and what was under way is looked at first.",
                details=more,
            )

    def release(self) -> str:
        """Give the lock back; return what went wrong, empty when nothing did."""
        self._ended.set()
        if self._candidate is None:
            return ""
        if self._thread:
            self._thread.join(LAST_RENEWAL)
            if self._thread.is_alive():
                return f"the lock {self._where} runs out by itself: the API server does not answer"
        try:
            self._candidate.release()
        except ClusterError as error:
            structlog.get_logger().warning("lock not released", lease=self._name, why=error.message)
            return f"the lock {self._where} could not be given back and runs out by itself: {error.message}"
        return ""

    @property
    def _where(self) -> str:
        return f"(Lease {self._name} in namespace {self._connection.namespace})"

    def _wait(self, candidate: Candidate) -> Held:
        began = answered = self._clock()
        told = float("-inf")
        while True:
            problem: FlowSyncError
            try:
                standing = candidate.attempt()
            except ClusterError as error:
                problem = self._no_answer(error)
                if not isinstance(error, Unanswered) or self._clock() - answered >= UNANSWERED:
                    raise problem from error
                log = {"why": error.message}
            else:
                if isinstance(standing, Held):
                    return standing
                answered = self._clock()
                problem = self._taken(standing, waited=self._clock() - began)
                log = {"holder": standing.by.holder, "since": standing.by.acquired}
            if self._clock() - began >= self._timeout or self._deadline.stopping:
                raise problem
            if self._clock() - told >= TELL:
                told = self._clock()
                structlog.get_logger().info("waiting for the lock", lease=self._name, **log)
            try:
                self._deadline.sleep(self._poll, doing="waiting for the lock")
            except DeadlineExceeded:
                raise problem from None

    def _no_answer(self, error: ClusterError) -> FlowSyncError:
        message = f"the lock {self._where} cannot be had, so nothing is written: {error.message}"
        if isinstance(error, Forbidden):
            return CredentialsError(message, hint=f"{error.hint} Or do without a lock: --lock none.".strip())
        return LockUnavailable(message, hint=error.hint or "Rerun when the API server answers, or pass --lock none.")

    def _taken(self, standing: Taken, *, waited: float) -> LockUnavailable:
        return LockUnavailable(
            f"another run holds the lock {self._where}: {_who(standing.by)}; waited {waited:.0f} s",
            hint="Rerun when that run has ended. The lock of a run that died is taken over after"
            f" {standing.by.seconds:.0f} s: give at least that as --lock-timeout.",
        )

    def _keep(self, candidate: Candidate) -> None:
        while not self._ended.wait(RENEW) and candidate.holds():
            try:
                candidate.renew()
                self._trouble = ""
            except ClusterError as error:
                self._trouble = error.message
                structlog.get_logger().warning("lock not renewed", lease=self._name, why=error.message)
            except Exception as error:  # noqa: BLE001  (the thread must live: without it the lock is lost)
                self._trouble = f"{type(error).__name__}: {error}"
                structlog.get_logger().exception("bug")
        if not self._ended.is_set():
            with contextlib.suppress(LockUnavailable):
                self.check()
            structlog.get_logger().error("lock lost", lease=self._name, why=candidate.lost, last=self._trouble)


def _who(record: Record) -> str:
    times = [
        f"since {record.acquired}" if record.acquired else "",
        f"renewed {record.renewed}" if record.renewed else "",
    ]
    told = ", ".join(one for one in times if one)
    return f"{record.holder} ({told})" if told else record.holder


def _record(body: Body) -> Record:
    spec = body.get("spec") or {}
    seconds: Any = spec.get("leaseDurationSeconds")
    return Record(
        holder=str(spec.get("holderIdentity") or ""),
        version=str(body["metadata"]["resourceVersion"]),
        seconds=float(seconds) if isinstance(seconds, int) and seconds > 0 else DURATION,
        acquired=str(spec.get("acquireTime") or ""),
        renewed=str(spec.get("renewTime") or ""),
        transitions=int(spec.get("leaseTransitions") or 0),
    )


def _now() -> str:
    return datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
