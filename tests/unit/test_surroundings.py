"""Which lock, state and Events a run has, by its settings and by where it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hook.cluster.connection import ClusterUnavailable, connect
from hook.cluster.events import JobEvents, NoEvents
from hook.cluster.lease import LeaseLock
from hook.cluster.run_records import ConfigMapRecords
from hook.cluster.state_store import ConfigMapStore
from hook.commands import surroundings
from hook.commands.surroundings import Surroundings
from hook.deadline import Deadline
from hook.engine.locking import NoLock
from hook.engine.records import FileRecords, NoRecords, RunRecord, RunRecords
from hook.engine.stores import Contents, FileStore, NoStore
from hook.errors import CredentialsError, InvalidInput, LockUnavailable
from hook.redaction import Redactor
from tests.apiserver import ApiServer, api_server

DEFAULTS: dict[str, Any] = {
    "lock": "auto",
    "lock_timeout": 0.0,
    "lock_namespace": "",
    "state": "auto",
    "events": None,
    "pod_name": "flows-sync-x7k2p",
    "pod_namespace": "flows",
    "pod_uid": "uid-1",
    "job_name": "flows-sync",
    "job_uid": "uid-2",
}
ORGANISATION = "7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101"


def around(environ: dict[str, str], **options: Any) -> Surroundings:
    return Surroundings(DEFAULTS | options, environ, Deadline(60))


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")}


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with api_server() as server:
        yield server


@pytest.fixture
def inside(api: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    kubeconfig = {"KUBECONFIG": str(api.kubeconfig(tmp_path))}
    monkeypatch.setattr(surroundings, "connect", lambda environ, namespace: connect(kubeconfig, namespace=namespace))
    return {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "XDG_STATE_HOME": str(tmp_path)}


def test_outside_a_cluster_there_is_a_file_and_neither_lock_nor_events(outside: dict[str, str]) -> None:
    here = around(outside)

    assert isinstance(here.lock("r-1"), NoLock)
    assert isinstance(here.store(), FileStore)
    assert isinstance(here.records(), FileRecords)
    assert isinstance(here.events("r-1", Redactor()), NoEvents)


def test_in_a_cluster_there_are_a_lease_configmaps_and_events(inside: dict[str, str], api: ApiServer) -> None:
    here = around(inside)
    store = here.store()
    contents, _ = store.load(ORGANISATION)
    store.save(contents.model_copy(update={"entries": []}))
    events = here.events("r-1", Redactor())

    assert isinstance(here.lock("r-1"), LeaseLock)
    assert isinstance(events, JobEvents)
    assert api.calls == [("get", "configmaps", f"flowsync-state-{ORGANISATION}")]


def test_where_the_state_may_not_be_read_a_file_is_taken(
    inside: dict[str, str], api: ApiServer, tmp_path: Path
) -> None:
    api.forbidden.add(("get", "configmaps"))
    here = around(inside)
    store, records = here.store(), here.records()
    store.load(ORGANISATION)
    store.save(Contents(organisation=ORGANISATION))
    record = RunRecord(run="r-1", environment="dev", started="now", plan_checksum="sha256:1")
    records.save(records.load(ORGANISATION).with_record(record))

    assert {one.name for one in (tmp_path / "flowsync").iterdir()} == {
        f"{ORGANISATION}.json",
        f"{ORGANISATION}.runs.json",
    }
    assert records.load(ORGANISATION).runs == (record,)


def test_where_the_state_is_in_the_cluster_the_records_are_too(inside: dict[str, str], api: ApiServer) -> None:
    here = around(inside)
    here.store().load(ORGANISATION)
    records = here.records()
    records.load(ORGANISATION)
    records.save(RunRecords(organisation=ORGANISATION))

    assert api.names("configmaps") == [f"flowsync-runs-{ORGANISATION}"]


@pytest.mark.parametrize("state", ["auto", "none"])
def test_without_a_way_to_the_api_server_nothing_is_written_unless_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise ClusterUnavailable("there is no token", hint="Mount one.")

    monkeypatch.setattr(surroundings, "connect", nothing)
    here = around({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "XDG_STATE_HOME": str(tmp_path)}, state=state)

    with pytest.raises(LockUnavailable, match="nothing is written: there is no token"):
        here.lock("r-1")
    assert isinstance(here.events("r-1", Redactor()), NoEvents)
    assert isinstance(here.store(), FileStore if state == "auto" else NoStore)
    assert isinstance(around({"KUBERNETES_SERVICE_HOST": "x"}, lock="none").lock("r-1"), NoLock)


def test_a_configmap_that_is_wanted_and_cannot_be_reached_is_an_error(outside: dict[str, str]) -> None:
    with pytest.raises(CredentialsError, match="cannot be kept in a ConfigMap"):
        around(outside, state="configmap").store()


def test_what_is_named_is_taken(inside: dict[str, str], tmp_path: Path) -> None:
    assert isinstance(around(inside, state="configmap").store(), ConfigMapStore)
    assert isinstance(around(inside, state="configmap").records(), ConfigMapRecords)
    assert isinstance(around(inside, state=f"file:{tmp_path / 'x.json'}").store(), FileStore)
    assert isinstance(around(inside, state="none").records(), NoRecords)
    assert isinstance(around(inside, events=False).events("r-1", Redactor()), NoEvents)
    with pytest.raises(InvalidInput, match="cannot be 'elsewhere'"):
        around(inside, state="elsewhere").store()


def test_without_a_home_no_state_is_kept() -> None:
    assert isinstance(around({"XDG_STATE_HOME": "relative"}).store(), NoStore)


def test_events_that_are_wanted_need_something_to_be_about(inside: dict[str, str]) -> None:
    assert isinstance(around(inside, events=True, job_name="", pod_name="").events("r-1", Redactor()), NoEvents)
