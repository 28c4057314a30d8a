"""State, records and Events with a real API server, and a ServiceAccount that has nothing but its rights."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hook.cluster.events import JobEvents, Regarded
from hook.cluster.run_records import ConfigMapRecords
from hook.cluster.state_store import ConfigMapStore
from hook.cluster.stored import LIMIT, StoredText
from hook.engine.records import RunRecord
from hook.engine.state import State
from hook.engine.stores import Intent
from hook.errors import CredentialsError, LockUnavailable
from hook.model import Identity, Result
from hook.redaction import Redactor
from tests.cluster.kube import Kube
from tests.cluster.service_account import ORGANISATION, RUNS, STATE, Account, account, rules
from tests.cluster.waiting import wait_for

INTENT = Intent(digest="sha256:1", job_id="j-1", planned_version="1.0", at="2026-03-02T09:30:00+00:00")


@pytest.fixture
def pod(kube: Kube, tmp_path: Path) -> Iterator[Account]:
    with account(kube, tmp_path, role=rules()) as made:
        yield made


def flow(name: str) -> Identity:
    return Identity("architect/flows", "inboundcall", name)


def state_of(pod: Account) -> State:
    return State(ConfigMapStore(pod.connect()), organisation_id=ORGANISATION, environment="dev", run_id="r-1")


def test_a_state_is_created_changed_and_read_again(pod: Account, kube: Kube) -> None:
    state = state_of(pod)
    state.intend(flow("Main"), INTENT)
    state.published(flow("Main"), digest="sha256:1", public_digest="sha256:p", version="2.0", flow_id="f-1", at="now")
    state.intend(flow("Ärger mit Umlauten"), INTENT)

    assert [one.name for one in state_of(pod).entries()] == ["Main", "Ärger mit Umlauten"]
    stored = kube.get("configmap", STATE, pod.namespace)
    assert stored is not None
    assert stored["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "flowsync"}


def test_a_write_of_somebody_else_is_noticed_and_a_label_is_none(pod: Account, kube: Kube) -> None:
    ours = state_of(pod)
    ours.intend(flow("Main"), INTENT)
    kube.run("label", "configmap", STATE, "-n", pod.namespace, "team=telephony")
    ours.intend(flow("Other"), INTENT)
    state_of(pod).intend(flow("Theirs"), INTENT)

    with pytest.raises(LockUnavailable, match="written by somebody else"):
        ours.intend(flow("Third"), INTENT)
    assert [one.name for one in state_of(pod).entries()] == ["Main", "Other", "Theirs"]


def test_a_state_that_somebody_deletes_meanwhile_is_written_anew(pod: Account, kube: Kube) -> None:
    state = state_of(pod)
    state.intend(flow("Main"), INTENT)
    kube.delete("configmap", STATE, pod.namespace)
    state.intend(flow("Other"), INTENT)

    assert [one.name for one in state_of(pod).entries()] == ["Main", "Other"]


def test_a_state_that_cannot_be_used_is_set_aside(pod: Account, kube: Kube) -> None:
    metadata = {"name": STATE, "namespace": pod.namespace}
    kube.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"hello": "world"}})
    state = state_of(pod)
    state.intend(flow("Main"), INTENT)

    kept = kube.get("configmap", f"{STATE}-set-aside", pod.namespace)
    assert [problem.code for problem in state.problems] == ["state-not-usable"]
    assert kept is not None
    assert kept["data"] == {"hello": "world"}
    assert [one.name for one in state_of(pod).entries()] == ["Main"]


def test_the_largest_text_that_we_write_is_one_that_the_api_server_takes(pod: Account) -> None:
    text = StoredText(pod.connect(), STATE, what="state")
    # What cannot be compressed takes 3/4 of its length in base64; a little less than the limit.
    content = base64.b64encode(os.urandom(int(LIMIT * 0.97))).decode()
    text.write(content)

    assert StoredText(pod.connect(), STATE, what="state").read() == content


def test_the_records_of_runs_are_kept(pod: Account, kube: Kube) -> None:
    store = ConfigMapRecords(pod.connect())
    record = RunRecord(run="r-1", environment="dev", started="2026-03-02T09:30:00+00:00", plan_checksum="sha256:1")
    store.save(store.load(ORGANISATION).with_record(record))

    assert ConfigMapRecords(pod.connect()).load(ORGANISATION).runs == (record,)
    assert kube.get("configmap", RUNS, pod.namespace) is not None


@pytest.mark.parametrize("verb", ["get", "create", "patch"])
def test_each_right_is_needed_and_its_absence_is_told(kube: Kube, tmp_path: Path, verb: str) -> None:
    with account(kube, tmp_path, role=rules(without=("configmaps", verb))) as pod:

        def refusal() -> str:
            with pytest.raises(CredentialsError) as caught:
                state_of(pod).intend(flow("Main"), INTENT)
            return caught.value.message

        # A new Role takes a moment until the API server knows it; until then, all rights are missing.
        named = f"no right to {verb} configmaps/{STATE} in namespace {pod.namespace}"
        wait_for("a refusal", refusal, lambda text: named in text, timeout=30)


def test_events_are_told_on_the_job(pod: Account, kube: Kube) -> None:
    job = Regarded("Job", "flows-sync", "3b1f0c9e-0000-4000-8000-000000000001")
    events = JobEvents(pod.connect(), job, host="flows-sync-x7k2p", run_id="r-1", redactor=Redactor())
    now = datetime.now(tz=UTC)
    events.started("dev")
    events.ended(Result(run_id="r-1", command="sync", environment="dev", started=now, finished=now))

    told = [one for one in kube.all("events", pod.namespace) if one["involvedObject"].get("name") == "flows-sync"]
    assert sorted((one["type"], one["reason"]) for one in told) == [
        ("Normal", "SyncStarted"),
        ("Normal", "SyncSucceeded"),
    ]
    assert all(one["lastTimestamp"] for one in told)
