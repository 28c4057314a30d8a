"""``flowsync drift`` against the simulator: where every flow stands, who touched it, and that nothing is written."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hook.kinds.flows import FlowKind
from hook.model import Live
from tests.apiserver import ApiServer, api_server
from tests.run.conftest import Answer, Lab, workflow

READS = ("/oauth/token", "/history", "/export/jobs")


def drift(lab: Lab, *arguments: str) -> Answer:
    lab.org.reset_calls()
    answer = lab.flowsync("drift", *arguments)
    writes = [(one.method, one.path) for one in lab.org.calls() if one.method != "GET" and not one.path.endswith(READS)]
    assert writes == []
    return answer


def flow(answer: Answer, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in answer.report["flows"] if one["identity"]["name"] == name)
    return found


def standing(answer: Answer) -> dict[str, str]:
    return {one["identity"]["name"]: one["status"] for one in answer.report["flows"]}


@pytest.fixture
def deployed(lab: Lab) -> Lab:
    """Two flows that we published."""
    lab.write("One")
    lab.write("Two")
    assert lab.sync().code == 0
    return lab


def test_what_nobody_touched_is_in_sync_in_few_calls(deployed: Lab) -> None:
    found = drift(deployed, "--detailed-exitcode")
    assert standing(found) == {"One": "in-sync", "Two": "in-sync"}
    assert found.code == 0
    assert len(deployed.org.calls()) <= 6


def test_an_edit_by_hand_is_told_with_author_versions_and_difference(deployed: Lab) -> None:
    deployed.org.act("edit", "One", user="Anna", document=workflow("One", end="Anna's End"))
    found = drift(deployed)
    one = flow(found, "One")
    assert one["status"] == "drifted"
    assert (one["deployedVersion"], one["liveVersion"]) == ("1.0", "2.0")
    assert {(touch["action"], touch["by"]["name"]) for touch in one["touches"]} == {
        ("published", "Anna"),
        ("checked in", "Anna"),
    }
    assert "Anna's End" in json.dumps(one["differences"])
    assert "Anna" in one["said"]
    assert standing(found)["Two"] == "in-sync"
    assert found.code == 0
    assert drift(deployed, "--detailed-exitcode").code == 2


def test_an_edit_that_was_taken_back_is_in_sync(deployed: Lab) -> None:
    deployed.org.act("edit", "One", user="Anna", document=workflow("One", end="Else"))
    deployed.org.act("edit", "One", user="Anna", document=workflow("One"))
    assert standing(drift(deployed)) == {"One": "in-sync", "Two": "in-sync"}


def test_a_description_that_was_changed_by_hand_is_drift_that_the_history_explains(lab: Lab) -> None:
    lab.write("One", description="Ours")
    assert lab.sync().code == 0
    lab.org.act("set-description", "One", user="Anna", value="Hers")
    one = flow(drift(lab), "One")
    assert one["status"] == "drifted"
    assert [(touch["action"], touch["by"]["name"]) for touch in one["touches"]] == [("update", "Anna")]


def test_every_standing_has_its_name(deployed: Lab) -> None:
    deployed.write("Three")
    assert deployed.sync().code == 0
    deployed.write("One", end="Newer")
    (deployed.root / "flows/dev/all/two.yaml").unlink()
    deployed.org.act("delete", "Three", user="Anna")
    deployed.write("Fresh")
    deployed.org.act("edit", "Hers", "workflow", user="Anna", document=workflow("Hers", end="Her End"))
    deployed.write("Hers")
    deployed.org.act("edit", "Alike", "workflow", user="Anna", document=workflow("Alike"))
    deployed.write("Alike")
    found = drift(deployed, "--detailed-exitcode")
    assert standing(found) == {
        "One": "undeployed",
        "Two": "left-alone",
        "Three": "missing",
        "Fresh": "undeployed",
        "Hers": "not-ours",
        "Alike": "in-sync",
    }
    assert found.code == 2
    assert found.report["drifted"] == 2


def test_git_being_ahead_is_no_drift(deployed: Lab) -> None:
    deployed.write("One", end="Newer")
    assert drift(deployed, "--detailed-exitcode").code == 0


def test_a_draft_and_a_lock_are_told(deployed: Lab) -> None:
    deployed.org.act("save-draft", "One", user="Anna", document=workflow("One", end="Draft"))
    deployed.org.act("lock", "Two", user="Bert")
    found = drift(deployed)
    assert standing(found) == {"One": "in-sync", "Two": "in-sync"}
    assert "saved draft of Anna" in flow(found, "One")["warnings"][0]
    assert "locked by Bert" in flow(found, "Two")["warnings"][0]


def test_content_that_cannot_be_exported_is_unclear_and_counts_as_drift(deployed: Lab) -> None:
    deployed.org.act("edit", "One", user="Anna", document=workflow("One", end="Else"))
    deployed.org.fault(method="POST", path="/api/v2/flows/export/jobs", status=403)
    found = drift(deployed, "--detailed-exitcode")
    assert flow(found, "One")["status"] == "unclear"
    assert found.code == 2


def test_without_the_history_the_versions_tell(deployed: Lab) -> None:
    deployed.org.act("edit", "One", user="Anna", document=workflow("One", end="Else"))
    deployed.org.fault(method="POST", path="/history$", status=403)
    one = flow(drift(deployed), "One")
    assert [(touch["action"], touch["version"]) for touch in one["touches"]] == [("published", "2.0")]
    assert "history cannot be read" in " ".join(one["warnings"])


def test_an_unreachable_platform_ends_with_its_exit_code_and_no_false_calm(
    deployed: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWSYNC_API_BASE", "http://127.0.0.1:9")
    monkeypatch.setenv("FLOWSYNC_DEADLINE", "2")
    found = drift(deployed)
    assert found.code == 5
    assert found.report["flows"] == []
    assert "127.0.0.1:9" in found.report["failure"]["message"]


def test_files_that_cannot_be_read_are_all_told(deployed: Lab) -> None:
    deployed.write("One", "workflow: [\n")
    deployed.write("Two", "workflow: [\n")
    found = drift(deployed)
    assert found.code == 3
    assert {problem["place"]["file"] for problem in found.report["problems"]} == {
        "flows/dev/all/one.yaml",
        "flows/dev/all/two.yaml",
    }


def test_files_that_were_applied_without_a_run_are_told(deployed: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed.write("One", end="Newer")
    digest = drift(deployed).report["digest"]
    monkeypatch.setenv("EXPECTED_FLOWS_DIGEST", digest)
    said = drift(deployed).report["undeployedTrigger"]
    assert digest in said
    assert "'One'" in said
    assert "'Two'" not in said
    assert deployed.sync().code == 0
    found = drift(deployed).report
    assert found["undeployedTrigger"] == ""
    assert found["deployed"]["flowsDigest"] == digest


def test_text_and_markdown_say_the_same(deployed: Lab, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    deployed.org.act("edit", "One", user="Anna", document=workflow("One", end="Else | more"))
    capsys.readouterr()
    drift(deployed)
    text = capsys.readouterr().out
    drift(deployed, "--output", "markdown")
    marked = capsys.readouterr().out
    for said in (text, marked):
        assert "drifted" in said
        assert "published by Anna (version 2.0)" in said
        assert "Else | more" in said
    assert text.splitlines()[-1].startswith("1 in-sync, 1 drifted.")
    assert "| workflow 'One' | drifted | 1.0 -> 2.0 |" in marked


def test_a_report_of_another_format_is_refused_before_anything_is_asked(
    deployed: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.org.reset_calls()
    from hook.cli import run  # noqa: PLC0415  (a report that cannot be read is what is tested)

    assert run(["drift", "-e", "dev", "-w", str(deployed.root), "--report", str(deployed.root / "r.xml")]) == 3
    assert "no such format" in capsys.readouterr().err
    assert deployed.org.calls() == []


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ApiServer]:
    with api_server() as server:
        monkeypatch.setenv("KUBECONFIG", str(server.kubeconfig(tmp_path)))
        yield server


def test_the_status_config_map_gets_the_data_and_keeps_what_is_not_ours(deployed: Lab, cluster: ApiServer) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x-drift", "labels": {"mine": "yes"}}}
    cluster.put("configmaps", {**body, "data": {"theirs": "kept"}})
    deployed.org.act("edit", "One", user="Anna", document=workflow("One", end="Else"))
    assert drift(deployed, "--status-configmap", "x-drift").code == 0
    found = cluster.get("configmaps", "x-drift")
    assert found["data"]["status"] == "drifted"
    assert "'One'" in found["data"]["summary"]
    assert found["data"]["deployedDigest"] == found["data"]["digest"]
    assert found["data"]["theirs"] == "kept"
    assert found["metadata"]["labels"] == {"mine": "yes"}
    assert len(json.dumps(found["data"])) < 8000
    deployed.org.act("edit", "One", user="Anna", document=workflow("One"))
    drift(deployed, "--status-configmap", "x-drift")
    assert cluster.get("configmaps", "x-drift")["data"]["status"] == "in-sync"


def test_what_could_not_be_found_out_is_unknown_in_the_status(
    deployed: Lab, cluster: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "another")
    assert drift(deployed, "--status-configmap", "x-drift").code == 4
    assert cluster.get("configmaps", "x-drift")["data"]["status"] == "unknown"


@pytest.mark.parametrize(("status", "code"), [(403, 4), (503, 5)])
def test_a_status_that_cannot_be_written_ends_the_command_with_a_reason(
    deployed: Lab, cluster: ApiServer, capsys: pytest.CaptureFixture[str], status: int, code: int
) -> None:
    cluster.fail("patch", "configmaps", status)
    assert drift(deployed, "--status-configmap", "x-drift").code == code
    shown = capsys.readouterr()
    assert "the status cannot be written" in shown.err
    assert "patch configmaps/x-drift" in shown.err
    assert "2 in-sync" in shown.out


def test_another_organisation_than_the_environments_is_refused_and_not_called_in_sync(
    lab: Lab, cluster: ApiServer
) -> None:
    lab.write("One")
    lab.environment = {"organizationId": "11111111-2222-4333-8444-555555555555"}
    found = drift(lab, "--status-configmap", "x-drift", "--detailed-exitcode")
    assert found.code == 6
    assert lab.org.id in found.report["failure"]["message"]
    assert found.report["flows"] == []
    assert cluster.get("configmaps", "x-drift")["data"]["status"] == "unknown"


def during_the_comparison(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object], *, times: int) -> None:
    """Let something happen between the state that is read and the flows that are listed."""
    left = [happens] * times
    listing = FlowKind.list

    def listed(kind: FlowKind) -> tuple[Live, ...]:
        if left:
            left.pop()()
        return listing(kind)

    monkeypatch.setattr(FlowKind, "list", listed)


def test_what_a_run_publishes_during_the_comparison_is_no_drift(deployed: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPECTED_FLOWS_DIGEST", drift(deployed).report["digest"])

    def deploy() -> None:
        with monkeypatch.context() as newer:
            newer.delenv("EXPECTED_FLOWS_DIGEST")
            deployed.write("One", end="Finish")
            assert deployed.sync().code == 0

    during_the_comparison(monkeypatch, deploy, times=1)
    found = deployed.flowsync("drift", "--detailed-exitcode")
    assert (found.code, standing(found)) == (0, {"One": "undeployed", "Two": "in-sync"})
    assert found.report["undeployedTrigger"] == ""


def test_while_runs_go_on_writing_it_is_not_known_where_flows_stand(
    deployed: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deploy() -> None:
        deployed.write("One", end="Finish")
        assert deployed.sync().code == 0

    during_the_comparison(monkeypatch, deploy, times=1)
    monkeypatch.setattr("hook.commands.drift.COMPARISONS", 1)
    found = deployed.flowsync("drift")
    assert found.code == 7
    assert found.report["flows"] == []
    assert "a run works on the organisation" in found.report["failure"]["message"]


def test_a_signal_ends_it_with_a_report_and_the_status_is_unknown(
    deployed: Lab, cluster: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    during_the_comparison(monkeypatch, lambda: signal.raise_signal(signal.SIGTERM), times=1)
    assert drift(deployed, "--status-configmap", "x-drift").code == 143
    assert cluster.get("configmaps", "x-drift")["data"]["status"] == "unknown"
