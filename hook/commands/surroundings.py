"""What a run has around it: lock, state, records and Events, in a cluster or outside of one."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from hook.cluster.connection import ClusterUnavailable, Connection, connect, in_cluster
from hook.cluster.events import JobEvents, NoEvents, Regarded
from hook.cluster.lease import LeaseLock
from hook.cluster.marker import ConfigMapMarker
from hook.cluster.run_records import ConfigMapRecords
from hook.cluster.state_store import ConfigMapStore
from hook.deadline import Deadline
from hook.engine.locking import Lock, NoLock
from hook.engine.marker import Marker, NoMarker
from hook.engine.records import FileRecords, NoRecords, RecordStore, RunRecords
from hook.engine.stores import Contents, FileStore, NoStore, Store
from hook.errors import CredentialsError, InvalidInput, LockUnavailable
from hook.model import Problem
from hook.redaction import Redactor

Kept = tuple[Store, RecordStore]


class Surroundings:
    """
    Chooses them by the settings.

    Args:
        options: The command's options by parameter name.
        environ: The process's environment.
        deadline: The end of the run.
    """

    def __init__(self, options: Mapping[str, Any], environ: Mapping[str, str], deadline: Deadline) -> None:
        self._options = options
        self._environ = environ
        self._deadline = deadline
        self._made: Connection | None = None
        self._kept: Kept | None = None

    def lock(self, run_id: str) -> Lock:
        """
        Return the lock of a run that writes.

        Raises:
            LockUnavailable: A Lease is wanted, and there is no way to the API server.
        """
        kind = self._options["lock"]
        if kind == "none" or (kind == "auto" and not in_cluster(self._environ)):
            structlog.get_logger().warning(
                "no lock", why="see to it that only one run at a time works on an organisation", setting=f"lock {kind}"
            )
            return NoLock()
        try:
            connection = self.connection()
        except ClusterUnavailable as error:
            raise LockUnavailable(
                f"the lock cannot be had, so nothing is written: {error.message}",
                hint=f"{error.hint} Or do without a lock: --lock none.",
            ) from error
        return LeaseLock(
            connection,
            identity=f"{self._options['pod_name'] or socket.gethostname()}_{run_id}",
            timeout=self._options["lock_timeout"],
            deadline=self._deadline,
        )

    def store(self) -> Store:
        """
        Return where the state is kept.

        Raises:
            InvalidInput: ``--state`` names no such place.
            CredentialsError: A ConfigMap is wanted, and there is no way to the API server.
        """
        return self._places()[0]

    def records(self) -> RecordStore:
        """Return where the records of the last runs are kept: where the state is."""
        return self._places()[1]

    def marker(self) -> Marker:
        """Return what says in the cluster whether the files are live; nothing where it is not named."""
        if not self._options["marker"]:
            return NoMarker()
        try:
            connection = self.connection()
        except ClusterUnavailable as error:
            structlog.get_logger().warning("no marker", why=error.message)
            return NoMarker()
        own = connection.within(self._options["pod_namespace"] or connection.namespace)
        return ConfigMapMarker(own, self._options["marker"], inputs=self._options["marker_inputs"])

    def events(self, run_id: str, redactor: Redactor) -> JobEvents | NoEvents:
        """Return who tells Events on this run's Job; nobody outside a cluster, or without a way to tell them."""
        wanted = self._options["events"]
        job = self._regarded()
        if wanted is False or (wanted is None and not in_cluster(self._environ)) or job is None:
            if wanted:
                structlog.get_logger().warning(
                    "no Events", why="neither FLOWSYNC_JOB_NAME nor FLOWSYNC_POD_NAME is set"
                )
            return NoEvents()
        try:
            connection = self.connection()
        except ClusterUnavailable as error:
            structlog.get_logger().warning("no Events", why=error.message)
            return NoEvents()
        own = connection.within(self._options["pod_namespace"] or connection.namespace)
        return JobEvents(own, job, host=self._options["pod_name"], run_id=run_id, redactor=redactor)

    def connection(self) -> Connection:
        """
        Return the API server, and the namespace of lock and state.

        Raises:
            ClusterUnavailable: There is no way to it.
        """
        if self._made is None:
            self._made = connect(self._environ, namespace=self._options["lock_namespace"])
        return self._made

    def _regarded(self) -> Regarded | None:
        options = self._options
        if options["job_name"]:
            return Regarded("Job", options["job_name"], options["job_uid"])
        return Regarded("Pod", options["pod_name"], options["pod_uid"]) if options["pod_name"] else None

    def _places(self) -> Kept:
        if self._kept is None:
            self._kept = self._choose(self._options["state"])
        return self._kept

    def _choose(self, where: str) -> Kept:
        kind, _, path = where.partition(":")
        if where == "none":
            return NoStore(), NoRecords()
        if kind == "file" and path:
            return _file(Path(path))
        if where == "configmap":
            try:
                connection = self.connection()
            except ClusterUnavailable as error:
                message = f"the state cannot be kept in a ConfigMap: {error.message}"
                raise CredentialsError(message, hint=error.hint) from error
            return ConfigMapStore(connection), ConfigMapRecords(connection)
        if where == "auto":
            return self._automatic()
        raise InvalidInput(
            Problem("unknown-state", f"--state cannot be '{where}'.", hint="Use auto, none, file:PATH or configmap.")
        )

    def _automatic(self) -> Kept:
        if not in_cluster(self._environ):
            return self._home()
        try:
            connection = self.connection()
        except ClusterUnavailable as error:
            structlog.get_logger().warning("no state in the cluster", why=error.message, setting="state auto")
            return self._home()
        store = _WithRights(connection, self._home)
        return store, _RecordsOf(store, connection)

    def _home(self) -> Kept:
        folder = self._environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111  (no home: kept)
        home = Path(folder) / "flowsync"
        try:
            if not home.is_absolute():
                raise FileNotFoundError(f"{folder} is no absolute path")
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            structlog.get_logger().warning("no state is kept", folder=str(home), why=str(error))
            return NoStore(), NoRecords()
        return _file(home)


def _file(path: Path) -> Kept:
    return FileStore(path), FileRecords(path)


class _WithRights:
    """The ConfigMaps of the cluster if we may read them, otherwise what is taken outside of one."""

    def __init__(self, connection: Connection, otherwise: Callable[[], Kept]) -> None:
        self._store: Store = ConfigMapStore(connection)
        self._otherwise = otherwise
        self.instead: RecordStore | None = None

    def load(self, organisation_id: str) -> tuple[Contents, tuple[Problem, ...]]:
        """Read the state; this is where it shows whether there are rights."""
        try:
            return self._store.load(organisation_id)
        except CredentialsError as error:
            structlog.get_logger().warning("no state in the cluster", why=error.message, hint=error.hint)
        self._store, self.instead = self._otherwise()
        return self._store.load(organisation_id)

    def save(self, contents: Contents) -> None:
        """Replace what is stored."""
        self._store.save(contents)


class _RecordsOf:
    """The records where that state turned out to be."""

    def __init__(self, store: _WithRights, connection: Connection) -> None:
        self._store = store
        self._records = ConfigMapRecords(connection)

    def load(self, organisation_id: str) -> RunRecords:
        """Return what is stored."""
        return (self._store.instead or self._records).load(organisation_id)

    def save(self, records: RunRecords) -> None:
        """Replace what is stored."""
        (self._store.instead or self._records).save(records)
