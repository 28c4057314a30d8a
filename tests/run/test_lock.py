"""Lock, state, Events and termination message of the whole command line, with an API server and an organisation."""

from __future__ import annotations

import base64
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hook.cli import run
from hook.cluster import connection as connecting
from hook.cluster import lease as leasing
from hook.cluster.leasing import Candidate
from hook.engine.apply import Applier
from hook.model import ExitCode
from tests.apiserver import ApiServer, api_server
from tests.run.conftest import Lab, workflow

PATIENCE = 60.0


@pytest.fixture
def api(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    """An API server that this lab's runs use for everything."""
    monkeypatch.setattr(leasing, "RENEW", 0.05)
    monkeypatch.setattr(connecting, "TIMEOUT", (0.5, 0.5))
    with api_server() as server:
        for name, value in {
            "KUBECONFIG": str(server.kubeconfig(tmp_path)),
            "FLOWSYNC_LOCK": "lease",
            "FLOWSYNC_LOCK_TIMEOUT": "0",
            "FLOWSYNC_STATE": "configmap",
            "FLOWSYNC_EVENTS": "true",
            "FLOWSYNC_POD_NAME": "flows-sync-x7k2p",
            "FLOWSYNC_POD_NAMESPACE": "flows",
            "FLOWSYNC_JOB_NAME": "flows-sync",
            "FLOWSYNC_JOB_UID": "3b1f0c9e-0000-4000-8000-000000000001",
            "FLOWSYNC_TERMINATION_LOG": str(tmp_path / "termination-log"),
        }.items():
            monkeypatch.setenv(name, value)
        yield server


def lease(api: ApiServer, lab: Lab) -> dict[str, Any]:
    spec: dict[str, Any] = api.get("leases", f"flowsync-{lab.org.id}")["spec"]
    return spec


def stored(api: ApiServer, name: str) -> dict[str, Any]:
    packed = api.get("configmaps", name)["binaryData"]["content.json.gz"]
    content: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return content


def last_words(lab: Lab) -> str:
    return (lab.root / "termination-log").read_text(encoding="utf-8")


def events(api: ApiServer) -> list[tuple[str, str, str]]:
    return [
        (body["type"], body["reason"], body["message"])
        for (_, kind, _), body in api.objects.items()
        if kind == "events"
    ]


def eventually(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def test_a_run_takes_the_lock_keeps_its_state_and_tells(lab: Lab, api: ApiServer) -> None:
    lab.write("One")
    done = lab.sync()
    again = lab.sync()

    assert (done.code, again.statuses()) == (0, {"One": "unchanged"})
    assert "holderIdentity" not in lease(api, lab)
    assert [one["name"] for one in stored(api, f"flowsync-state-{lab.org.id}")["entries"]] == ["One"]
    assert [(kind, reason) for kind, reason, _ in events(api)] == [
        ("Normal", "SyncStarted"),
        ("Normal", "SyncSucceeded"),
    ] * 2
    assert last_words(lab).startswith("Nothing to do: 1 unchanged")
    job = next(body for (_, kind, _), body in api.objects.items() if kind == "events")["involvedObject"]
    assert (job["kind"], job["name"], job["namespace"]) == ("Job", "flows-sync", "flows")


def test_the_record_of_a_run_tells_the_versions_before_and_after(lab: Lab, api: ApiServer) -> None:
    lab.write("One")
    lab.sync()
    lab.write("One", end="Finish")
    lab.write("Two")
    done = lab.sync()
    lab.sync()

    records = stored(api, f"flowsync-runs-{lab.org.id}")
    last = records["runs"][-1]
    changes = {
        one["name"]: (one["operation"], one.get("versionBefore"), one["versionAfter"]) for one in last["changes"]
    }
    assert len(records["runs"]) == 2
    assert (last["exitCode"], last["planChecksum"]) == (0, done.report["plan"]["checksum"])
    assert changes == {"One": ("update", "1.0", "2.0"), "Two": ("create", None, "1.0")}
    assert last["flowsDigest"].startswith("sha256:")
    assert records["succeeded"]["dev"]["flowsDigest"] == last["flowsDigest"]
    assert records["succeeded"]["dev"]["run"] != last["run"]


def test_a_plan_takes_no_lock_and_writes_nothing(lab: Lab, api: ApiServer) -> None:
    lab.write("One")
    lab.sync()
    api.calls.clear()
    lab.write("One", end="Finish")

    assert lab.plan().code == 0
    assert {(verb, resource) for verb, resource, _ in api.calls} == {("get", "configmaps")}


def test_while_another_run_holds_the_lock_nothing_is_read_or_written(lab: Lab, api: ApiServer) -> None:
    lab.write("One")
    spec = {"holderIdentity": "other-pod_1", "leaseDurationSeconds": 30, "acquireTime": "2026-03-02T09:30:00.000000Z"}
    api.put("leases", {"metadata": {"name": f"flowsync-{lab.org.id}"}, "spec": spec})

    refused = lab.sync()

    assert refused.code == ExitCode.LOCK
    assert "other-pod_1 (since 2026-03-02T09:30:00" in refused.report["failure"]["message"]
    assert lab.calls(path="/api/v2/flows") == []
    assert lease(api, lab) == spec
    assert "other-pod_1" in last_words(lab)
    assert last_words(lab).rstrip().endswith("exit 7.")
    assert events(api)[-1][:2] == ("Warning", "SyncFailed")


def test_of_two_runs_at_once_one_waits_until_the_other_has_ended(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWSYNC_LOCK_TIMEOUT", "60")
    lab.org.settings(job_seconds=300.0)
    for name in ("One", "Two"):
        lab.write(name)
    holders: list[str] = []
    api.before = lambda verb, resource, _: (
        holders.append(lease(api, lab).get("holderIdentity", ""))
        if (verb, resource) == ("patch", "configmaps")
        else None
    )
    started = [start(lab, f"report-{number}.json") for number in range(2)]
    codes = [one.wait(PATIENCE) for one in started]

    reports = [json.loads((lab.root / f"report-{number}.json").read_text()) for number in range(2)]
    assert codes == [0, 0]
    assert sorted(one["status"] for report in reports for one in report["outcomes"]) == ["done"] * 2 + ["unchanged"] * 2
    assert (lab.publishes("One"), lab.publishes("Two")) == (1, 1)
    assert all(holders)


def test_of_two_runs_at_once_one_is_refused_when_it_may_not_wait(lab: Lab, api: ApiServer) -> None:
    lab.org.settings(job_seconds=600.0)
    lab.write("One")
    first = start(lab, "first.json")
    eventually(lambda: bool(lab.calls(method="PUT")))

    second = lab.sync()

    assert second.code == ExitCode.LOCK
    assert first.wait(PATIENCE) == 0
    assert lab.publishes("One") == 1


def test_sigterm_gives_the_lock_back_and_leaves_a_message(lab: Lab, api: ApiServer) -> None:
    lab.org.settings(job_seconds=300.0)
    lab.write("One")
    process = start(lab, "report-0.json", "--grace", "0.3")
    eventually(lambda: bool(lab.calls(method="PUT")))
    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE) == ExitCode.TERMINATED
    assert "holderIdentity" not in lease(api, lab)
    assert "exit 143" in last_words(lab)
    assert "'One'" in last_words(lab).splitlines()[0]
    assert stored(api, f"flowsync-runs-{lab.org.id}")["runs"][0]["exitCode"] == 143


def test_sigterm_while_it_waits_for_the_lock_ends_the_run_at_once(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWSYNC_LOCK_TIMEOUT", "600")
    spec = {"holderIdentity": "other-pod_1", "leaseDurationSeconds": 3600}
    api.put("leases", {"metadata": {"name": f"flowsync-{lab.org.id}"}, "spec": spec})
    lab.write("One")
    process = start(lab, "report-0.json")
    eventually(lambda: api.calls.count(("get", "leases", f"flowsync-{lab.org.id}")) > 1)
    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE) == ExitCode.TERMINATED
    assert "other-pod_1" in last_words(lab)
    assert lease(api, lab) == spec


def test_after_a_kill_the_lock_is_taken_over_and_what_was_unsure_is_told(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.org.settings(job_seconds=300.0)
    lab.write("One")
    process = start(lab, "report-0.json")
    eventually(lambda: bool(lab.calls(method="PUT")))
    process.kill()
    process.wait(PATIENCE)
    killed = lease(api, lab)["holderIdentity"]
    began = time.clock_gettime(time.CLOCK_BOOTTIME)
    boot = time.clock_gettime
    # The thirty seconds of the Lease pass in less than one.
    monkeypatch.setattr(time, "clock_gettime", lambda which: began + (boot(which) - began) * 40)
    monkeypatch.setenv("FLOWSYNC_LOCK_TIMEOUT", "3000")

    done = lab.sync()

    assert done.code == 0, done.report
    assert any(
        f"taken over from {killed}" in note and "1 of its writes were unsure" in note for note in done.report["notes"]
    )
    assert lab.publishes("One") == 1
    assert lease(api, lab)["leaseTransitions"] == 1
    runs = stored(api, f"flowsync-runs-{lab.org.id}")["runs"]
    assert "finished" not in runs[0]


def test_a_lock_that_is_lost_stops_new_writes_and_ends_the_run_with_7(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        lab.write(f"Flow{number}")
    lost = threading.Event()
    name = f"flowsync-{lab.org.id}"
    submit = Applier._submit

    def lose_then_submit(applier: Applier, *arguments: Any) -> None:
        submit(applier, *arguments)
        if not lost.is_set():
            lost.set()
            eventually(lambda: bool(lab.calls(method="PUT")))
            api.change("leases", name, spec={"holderIdentity": "thief_1", "leaseDurationSeconds": 30})
            eventually(lambda: not _holds(applier))

    monkeypatch.setattr(Applier, "_submit", lose_then_submit)
    ended = lab.sync("--concurrency", "1")

    assert ended.code == ExitCode.LOCK
    assert sorted(ended.statuses().values()) == ["done", "not-tried", "not-tried", "not-tried"]
    assert "thief_1 holds it now" in ended.report["failure"]["message"]
    assert len(lab.calls(method="PUT")) == 1
    assert lease(api, lab)["holderIdentity"] == "thief_1"


def test_a_lock_that_is_lost_after_the_job_was_registered_stops_the_upload(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.write("One")
    believed = Candidate.holds

    def holds(candidate: Candidate) -> bool:
        if lab.calls(method="POST", path="/api/v2/flows/jobs"):
            candidate.lost = candidate.lost or "as the test wants it"
        return believed(candidate)

    monkeypatch.setattr(Candidate, "holds", holds)
    ended = lab.sync()
    published = lab.org.flows()
    monkeypatch.setattr(Candidate, "holds", believed)
    monkeypatch.setenv("FLOWSYNC_LOCK", "none")
    again = lab.sync()

    assert ended.code == ExitCode.LOCK
    assert published == []
    assert again.code == 0
    assert "never received its document" in str(again.report["notes"])
    assert lab.publishes("One") == 1


@pytest.mark.parametrize(
    ("verb", "resource"),
    [
        ("get", "leases"),
        ("create", "leases"),
        ("get", "configmaps"),
        ("create", "configmaps"),
        ("patch", "configmaps"),
    ],
)
def test_without_a_right_nothing_is_published_and_one_line_names_it(
    lab: Lab, api: ApiServer, verb: str, resource: str
) -> None:
    api.forbidden.add((verb, resource))
    lab.write("One")

    ended = lab.sync()

    assert ended.code == ExitCode.CREDENTIALS
    assert f"no right to {verb} {resource}" in last_words(lab)
    assert [flow.name for flow in lab.org.flows()] == []


@pytest.mark.parametrize("resource", ["leases", "configmaps"])
def test_the_client_of_another_organisation_is_told_so_and_not_to_ask_for_rights(
    lab: Lab, api: ApiServer, resource: str
) -> None:
    lab.environment["organizationId"] = "00000000-0000-0000-0000-000000000000"
    api.forbidden.add(("get", resource))
    lab.write("One")

    ended = lab.sync()

    assert ended.code == ExitCode.GUARD
    assert last_words(lab).startswith("refused by environment: ")
    assert "Role" not in last_words(lab)
    assert lab.org.flows() == []


def test_rights_are_asked_for_where_the_guard_lets_the_organisation_pass(lab: Lab, api: ApiServer) -> None:
    lab.environment["organizationId"] = "00000000-0000-0000-0000-000000000000"
    lab.environment["guards"] = {"environment": "warn"}
    api.forbidden.add(("get", "leases"))
    lab.write("One")

    assert lab.sync().code == ExitCode.CREDENTIALS
    assert "no right to get leases" in last_words(lab)


def test_without_the_right_to_tell_events_the_run_goes_on(lab: Lab, api: ApiServer) -> None:
    api.forbidden.add(("create", "events"))
    lab.write("One")

    assert lab.sync().code == 0
    assert api.calls.count(("create", "events", "")) == 1


def test_an_api_server_that_hangs_does_not_hang_the_run(lab: Lab, api: ApiServer) -> None:
    for verb, resource in (("get", "leases"), ("create", "events")):
        api.fail(verb, resource, "hang", times=1000)
    lab.write("One")

    ended = lab.sync()

    assert ended.code == ExitCode.LOCK
    assert "did not answer" in last_words(lab)
    assert lab.org.flows() == []


def test_without_a_lock_it_writes_only_when_told_so(lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(lab.root / "no-such-file"))
    lab.write("One")
    refused = lab.sync("--state", "none", "--no-events")
    written = lab.org.flows()
    allowed = lab.sync("--state", "none", "--no-events", "--lock", "none")

    assert (refused.code, allowed.code) == (ExitCode.LOCK, 0)
    assert "--lock none" in refused.report["failure"]["hint"]
    assert written == []


def test_a_failed_object_stands_first_in_the_message_and_has_an_event(lab: Lab, api: ApiServer) -> None:
    lab.write("Good")
    lab.write("Held")
    lab.sync()
    lab.org.act("lock", "Held", user="Supervisor")
    lab.write("Held", end="Finish")
    lab.write("Good", end="Finish")

    ended = lab.sync()

    first = last_words(lab).splitlines()[0]
    assert ended.code == ExitCode.CONFLICT
    assert "'Held'" in first
    assert "Supervisor" in first
    warnings = [(reason, message) for kind, reason, message in events(api) if kind == "Warning"]
    assert [reason for reason, _ in warnings] == ["ObjectConflict", "SyncFailed"]
    assert "Supervisor" in warnings[0][1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sync", "--no-such-flag"), "No such option"),
        (("sync", "--confirm", "-e", "nowhere"), "nowhere"),
        (("plan", "-e", "dev", "--config", "no-such-file"), "no-such-file"),
    ],
)
def test_invalid_input_leaves_a_message_as_well(
    lab: Lab, api: ApiServer, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code = run([*arguments, "--workspace", str(lab.root)] if "-e" in arguments else arguments)

    assert code == ExitCode.INVALID_INPUT
    assert said in last_words(lab)
    assert "xit 3" in last_words(lab)


def test_missing_credentials_leave_a_message_as_well(lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENESYSCLOUD_OAUTHCLIENT_ID")
    monkeypatch.delenv("GENESYSCLOUD_OAUTHCLIENT_SECRET")
    monkeypatch.setenv("FLOWSYNC_CREDENTIALS_DIR", str(lab.root / "nothing"))
    lab.write("One")

    assert lab.sync().code == ExitCode.CREDENTIALS
    assert "exit 4" in last_words(lab)
    assert str(lab.root / "nothing") in last_words(lab)


def start(lab: Lab, report: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a run as a process of its own."""
    command = [sys.executable, "-m", "hook", "sync", "--confirm", "-e", "dev", "--workspace", str(lab.root)]
    command += ["--report", str(lab.root / report), *arguments]
    return subprocess.Popen(
        command, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _holds(applier: Applier) -> bool:
    try:
        applier._lock.check()
    except Exception:  # noqa: BLE001  (lost is lost)
        return False
    return True


def marker(api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Let runs mark a ConfigMap that says all is live; return what tells what it says now."""
    monkeypatch.setenv("FLOWSYNC_MARKER", "flows-live")
    monkeypatch.setenv("FLOWSYNC_MARKER_INPUTS", "first")
    api.put("configmaps", {"metadata": {"name": "flows-live"}, "data": {"complete": "true", "inputs": "first"}})
    return lambda: str(api.get("configmaps", "flows-live")["data"]["complete"])


def two_parts(lab: Lab, *, end: str = "End Workflow") -> None:
    """Write a flow of the category ``voice``, and one of ``chat``."""
    for category in ("voice", "chat"):
        file = lab.root / "flows" / "dev" / category / "main.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(workflow(category.title(), end=end), encoding="utf-8")


def test_argo_cds_marker_says_no_until_all_of_the_files_are_live(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = marker(api, monkeypatch)
    lab.write("One")
    lab.write("Two")
    lab.org.job_fault(flow="Two", times=1, outcome="failure", messages=["no"])
    assert lab.sync().code == 1
    assert complete() == "false"

    assert lab.sync().code == 0
    assert complete() == "true"

    api.calls.clear()
    assert lab.plan().code == 0
    assert ("patch", "configmaps", "flows-live") not in api.calls


@pytest.mark.parametrize("state", ["configmap", "none"])
def test_a_good_run_of_a_part_leaves_argo_cds_marker_as_it_was(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setenv("FLOWSYNC_STATE", state)
    complete = marker(api, monkeypatch)
    two_parts(lab)
    assert lab.sync().code == 0
    lab.org.act("delete", "Voice", "workflow", user="Somebody")
    said: list[str] = []
    api.before = lambda *_: said.append(complete())

    part = lab.sync("--category", "voice")

    assert (part.code, part.statuses(), lab.publishes("Voice")) == (0, {"Voice": "done"}, 1)
    assert "false" in said
    assert complete() == "true"

    api.change("configmaps", "flows-live", data={"complete": "false", "inputs": "first"})
    lab.org.act("delete", "Voice", "workflow", user="Somebody")
    assert lab.sync("--category", "voice").statuses() == {"Voice": "done"}
    assert complete() == "false"


def test_a_run_of_a_part_that_fails_leaves_argo_cds_marker_at_no_and_good_parts_do_not_end_that(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = marker(api, monkeypatch)
    two_parts(lab)
    assert lab.sync().code == 0
    lab.org.act("delete", "Voice", "workflow", user="Somebody")
    lab.org.job_fault(flow="Voice", times=1, outcome="failure", messages=["no"])

    assert lab.sync("--category", "voice").code == 1
    assert complete() == "false"
    assert lab.sync("--category", "voice").statuses() == {"Voice": "done"}
    assert complete() == "false"
    assert lab.sync().code == 0
    assert complete() == "true"


def test_a_part_of_other_files_than_were_live_is_not_marked_as_complete(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = marker(api, monkeypatch)
    two_parts(lab)
    assert lab.sync().code == 0
    two_parts(lab, end="Finish")
    monkeypatch.setenv("FLOWSYNC_MARKER_INPUTS", "second")

    assert lab.sync("--category", "voice").statuses() == {"Voice": "done"}
    assert complete() == "false"
    assert api.get("configmaps", "flows-live")["data"]["inputs"] == "first"


def test_a_good_run_tells_argo_cd_which_files_are_live_also_when_it_had_nothing_to_write(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker(api, monkeypatch)
    lab.write("One")
    for inputs in ("second", "third"):
        monkeypatch.setenv("FLOWSYNC_MARKER_INPUTS", inputs)
        assert lab.sync().code == 0
        assert api.get("configmaps", "flows-live")["data"] == {"complete": "true", "inputs": inputs}
    assert lab.publishes("One") == 1


@pytest.mark.parametrize("end", ["hook.engine.records.Journal.end", "hook.cluster.leasing.Candidate.release"])
def test_a_bug_at_the_very_end_costs_neither_the_result_nor_the_message(
    lab: Lab, api: ApiServer, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("as the test wants it")

    lab.write("One")
    with monkeypatch.context() as patched:
        patched.setattr(end, broken)
        done = lab.sync()

    assert (done.code, done.statuses()) == (0, {"One": "done"})
    assert "RuntimeError: as the test wants it" in str(done.report["notes"])
    assert last_words(lab).startswith("1 done")
    assert ("holderIdentity" in lease(api, lab)) == ("release" in end)
