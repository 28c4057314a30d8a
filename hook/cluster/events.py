"""
Events on the Job of a run: started, what failed, ended.

They are told in the background and once: an Event that cannot be written never costs a run anything but its line in
the log. Events are ``v1`` (the API server serves the same objects as ``events.k8s.io/v1``): ``kubectl describe`` and
Argo CD show their times.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import structlog

from hook.cluster.connection import Body, Connection
from hook.cluster.errors import ClusterError, Forbidden, Unanswered
from hook.cluster.names import LABELS
from hook.cluster.shorten import to_bytes
from hook.cluster.termination import refusals, said
from hook.model import ExitCode, Outcome, Result, Status
from hook.redaction import Redactor
from hook.report.text import closing_line

MESSAGE = 1024
"""Bytes that Kubernetes allows for an Event's message."""

MOST_FAILURES = 20
"""Failed objects that get an Event of their own; the last Event counts the rest."""

MOST_REASONS = 3
"""Problems of files, and refusals of guards, that the last Event tells; the termination message has more."""

FAREWELL = 6.0
"""Seconds that the last Events may take at the end of a run."""


@dataclass(frozen=True, slots=True)
class Regarded:
    """The object that Events are about: the Job, or the Pod where there is no Job."""

    kind: Literal["Job", "Pod"]
    name: str
    uid: str


class NoEvents:
    """Tells nothing."""

    def started(self, environment: str) -> None:
        """Tell nothing."""

    def outcome(self, outcome: Outcome) -> None:
        """Tell nothing."""

    def ended(self, result: Result) -> None:
        """Tell nothing."""


class JobEvents:
    """
    Tells Events; call :meth:`ended` last.

    Args:
        connection: The API server, and the Pod's namespace.
        regarded: What they are about.
        host: Which Pod tells them.
        run_id: The run.
        redactor: Knows the secrets.
    """

    def __init__(
        self, connection: Connection, regarded: Regarded, *, host: str, run_id: str, redactor: Redactor
    ) -> None:
        self._connection = connection
        self._regarded = regarded
        self._host = host
        self._run_id = run_id
        self._redactor = redactor
        self._failures = 0
        self._waiting: queue.SimpleQueue[Body | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._tell, name="events", daemon=True)
        self._thread.start()

    def started(self, environment: str) -> None:
        """Tell that the run has begun."""
        self._put("Normal", "SyncStarted", f"Run {self._run_id} makes the organisation of '{environment}' match Git.")

    def outcome(self, outcome: Outcome) -> None:
        """Tell of an object that failed, or met a conflict."""
        if outcome.status not in {Status.FAILED, Status.CONFLICT}:
            return
        self._failures += 1
        if self._failures > MOST_FAILURES:
            return
        details = outcome.failure.details if outcome.failure else ()
        reason = "ObjectConflict" if outcome.status is Status.CONFLICT else "ObjectFailed"
        self._put("Warning", reason, said(str(outcome.identity), outcome.message, details))

    def ended(self, result: Result) -> None:
        """Tell how the run ended, and wait for what is still to be told, but not for long."""
        code = result.exit_code
        good = code in {ExitCode.DONE, ExitCode.DIFFERENCES}
        left = self._failures - MOST_FAILURES
        more = [f"{left} more objects failed."] if left > 0 else []
        why = [said("", result.failure.message, result.failure.details)] if result.failure else []
        why += [f"{one}" for one in result.problems if not good][:MOST_REASONS]
        why += list(refusals(result))[:MOST_REASONS]
        text = " ".join([closing_line(result), *more, *why])
        self._put("Normal" if good else "Warning", "SyncSucceeded" if good else "SyncFailed", text)
        self._waiting.put(None)
        self._thread.join(FAREWELL)

    def _put(self, kind: str, reason: str, message: str) -> None:
        now = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._waiting.put(
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {
                    "generateName": "flowsync-",
                    "namespace": self._connection.namespace,
                    "labels": dict(LABELS),
                },
                "involvedObject": {
                    "apiVersion": "batch/v1" if self._regarded.kind == "Job" else "v1",
                    "kind": self._regarded.kind,
                    "name": self._regarded.name,
                    "namespace": self._connection.namespace,
                    "uid": self._regarded.uid,
                },
                "type": kind,
                "reason": reason,
                "message": to_bytes(self._redactor.text(message), MESSAGE),
                "firstTimestamp": now,
                "lastTimestamp": now,
                "count": 1,
                "source": {"component": "flowsync", "host": self._host},
            }
        )

    def _tell(self) -> None:
        failed = 0
        while (body := self._waiting.get()) is not None:
            if failed:
                continue
            try:
                self._connection.create_event(body)
            except ClusterError as error:
                failed += isinstance(error, Forbidden | Unanswered)
                structlog.get_logger().warning("event not written", why=error.message, hint=error.hint)
            except Exception:  # noqa: BLE001  (an Event must not cost a run anything)
                structlog.get_logger().exception("bug")
