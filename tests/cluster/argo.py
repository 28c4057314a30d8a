"""Argo CD's REST API: the calls that its web page makes when a person presses a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

from tests.cluster.lab.access import ArgoAccess
from tests.cluster.waiting import wait_for

FAILED = frozenset({"Failed", "Error"})
ENDED = FAILED | {"Succeeded"}


@dataclass(frozen=True)
class Row:
    """One row of an operation's result: what became of one object."""

    kind: str
    name: str
    hook: str
    status: str
    message: str


@dataclass(frozen=True)
class App:
    """What Argo CD says of an Application.

    Attributes:
        sync: `Synced`, `OutOfSync` or `Unknown`.
        health: Of the whole application.
        revision: The commit that `sync` is about.
        phase: Of the last operation; empty before the first.
        message: Of the last operation.
        operation_revision: The commit that the last operation brought.
        started: When the last operation started; tells two operations of one commit apart.
        retries: How often the last operation was tried again.
        rows: Its results.
        conditions: Type and message of each.
    """

    sync: str
    health: str
    revision: str
    phase: str
    message: str
    operation_revision: str
    started: str
    retries: int
    rows: tuple[Row, ...] = ()
    conditions: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether there was an operation, and it is over."""
        return self.phase in ENDED


def read_app(document: dict[str, Any]) -> App:
    """Return the state in an Application object."""
    status = document.get("status", {})
    sync, operation = status.get("sync", {}), status.get("operationState", {})
    result = operation.get("syncResult", {})
    return App(
        sync=sync.get("status", "Unknown"),
        health=status.get("health", {}).get("status", "Unknown"),
        revision=sync.get("revision", ""),
        phase=operation.get("phase", ""),
        message=operation.get("message", ""),
        operation_revision=result.get("revision", ""),
        started=operation.get("startedAt", ""),
        retries=int(operation.get("retryCount", 0)),
        rows=tuple(
            Row(
                kind=one.get("kind", ""),
                name=one.get("name", ""),
                hook=one.get("hookType", ""),
                status=one.get("hookPhase") or one.get("status", ""),
                message=one.get("message", ""),
            )
            for one in result.get("resources") or []
        ),
        conditions=tuple(f"{one['type']}: {one.get('message', '')}" for one in status.get("conditions") or []),
    )


@dataclass
class Argo:
    """A session of the administrator."""

    access: ArgoAccess
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        body = {"username": self.access.username, "password": self.access.password}
        # Argo CD refuses a POST of another type than JSON, so that no foreign page can make one.
        self.session.headers["Content-Type"] = "application/json"
        self.session.headers["Authorization"] = f"Bearer {self._call('POST', 'session', json=body)['token']}"

    def app(self, name: str) -> App:
        """Return the state of an Application."""
        return read_app(self._call("GET", f"applications/{name}"))

    def refresh(self, name: str, *, hard: bool = False) -> App:
        """Press Refresh: compare with Git now."""
        return read_app(self._call("GET", f"applications/{name}", params={"refresh": "hard" if hard else "normal"}))

    def sync(self, name: str, *, revision: str = "main", dry_run: bool = False) -> None:
        """Press Sync."""
        body = {"revision": revision, "prune": False, "dryRun": dry_run, "strategy": {"hook": {"force": False}}}
        self._call("POST", f"applications/{name}/sync", json=body)

    def terminate(self, name: str) -> None:
        """Press Terminate."""
        self._call("DELETE", f"applications/{name}/operation")

    def create_job(self, name: str, *, namespace: str, cron_job: str) -> None:
        """Press Create Job in the menu of a CronJob."""
        body = {
            "namespace": namespace,
            "resourceName": cron_job,
            "version": "v1",
            "group": "batch",
            "kind": "CronJob",
            "action": "create-job",
            "resourceActionParameters": [],
        }
        self._call("POST", f"applications/{name}/resource/actions/v2", json=body)

    def tree(self, name: str) -> list[dict[str, Any]]:
        """Return the nodes of the tree that the page shows."""
        nodes: list[dict[str, Any]] = self._call("GET", f"applications/{name}/resource-tree").get("nodes") or []
        return nodes

    def pod_messages(self, name: str, *, timeout: float = 30) -> list[str]:
        """Return what the tree says at its Pods that failed: their termination messages.

        The tree is filled a moment after an operation's end, so it is looked at until there is such a message.
        """

        def said() -> list[str]:
            pods = [node.get("health", {}) for node in self.tree(name) if node["kind"] == "Pod"]
            return [health["message"] for health in pods if health.get("message")]

        return wait_for(f"a message at a Pod in the tree of {name}", said, bool, timeout=timeout)

    def delete(self, name: str, *, cascade: bool = True) -> None:
        """Delete an Application."""
        self._call("DELETE", f"applications/{name}", params={"cascade": str(cascade).lower()})

    def wait_operation(self, name: str, revision: str, *, after: str = "", timeout: float = 120) -> App:
        """Wait until an operation that brought a commit is over, and return the state.

        Args:
            name: The Application.
            revision: Full hash of the commit.
            after: The `started` of an earlier operation that does not count.
            timeout: Seconds.
        """
        return wait_for(
            f"the end of an operation of {name} at {revision[:8]}",
            lambda: self.app(name),
            lambda app: app.ended and app.operation_revision == revision and app.started != after,
            timeout=timeout,
        )

    def wait_synced(self, name: str, revision: str, *, after: str | None = None, timeout: float = 120) -> App:
        """Wait until an Application is Synced at a commit and no operation runs, and return the state.

        Args:
            name: The Application.
            revision: Full hash of the commit.
            after: The `started` of the operation before, empty if there was none. With it, an operation that came
                later and failed at that commit ends the wait at once.
            timeout: Seconds.

        Raises:
            AssertionError: It failed, or the time is over; with the last state.
        """

        def synced(app: App) -> bool:
            return app.sync == "Synced" and app.revision == revision and app.phase == "Succeeded"

        def failed(app: App) -> bool:
            late = after is not None and app.started != after and app.operation_revision == revision
            return late and app.phase in FAILED

        what = f"{name} to be Synced at {revision[:8]}"
        app = wait_for(what, lambda: self.app(name), lambda one: synced(one) or failed(one), timeout=timeout)
        assert synced(app), f"{name} failed at {revision[:8]}:\n{app!r}"
        return app

    def wait_compared(self, name: str, revision: str, *, timeout: float = 60) -> App:
        """Wait until Argo CD has looked at a commit, and return the state."""
        return wait_for(
            f"{name} to be compared with {revision[:8]}",
            lambda: self.refresh(name),
            lambda app: app.revision == revision,
            timeout=timeout,
        )

    def wait_phase(self, name: str, *phases: str, timeout: float = 60) -> App:
        """Wait until the operation is in one of some phases, and return the state."""
        return wait_for(
            f"the operation of {name} in {' or '.join(phases)}",
            lambda: self.app(name),
            lambda app: app.phase in phases,
            timeout=timeout,
        )

    def _call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = self.session.request(method, f"{self.access.url}/api/v1/{path}", timeout=60, **more)
        if not answer.ok:
            raise AssertionError(f"Argo CD answered {answer.status_code} to {method} {path}: {answer.text}")
        body: dict[str, Any] = answer.json() or {}
        return body
