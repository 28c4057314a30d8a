"""An approval of one plan: what it passes, what it never passes, and that it counts for nothing else."""

from __future__ import annotations

import json

import pytest

from hook.cli import run
from hook.model import ExitCode
from tests.run.conftest import Lab, workflow


def approve(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """Keep the plan, approve it, and commit the line."""
    plan = lab.root / "plan.json"
    lab.plan("--out", str(plan))
    capsys.readouterr()
    assert run(["approve", "--plan", str(plan), "--by", "on-call", "--hours", "1", "--reason", "a test"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    lab.environment["approvals"] = [json.loads(line.removeprefix("- "))]


def drifted(lab: Lab) -> None:
    lab.write("Callee")
    lab.write("Caller", then="Callee")
    assert lab.sync().code == 0
    lab.org.act("edit", "Callee", user="Supervisor", document=workflow("Callee", end="By hand"))
    lab.write("Caller", then="Callee", end="Finish")


def test_an_approval_passes_drift_and_what_waited_for_it_with_the_checksum_of_the_refused_plan(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    drifted(lab)
    refused = lab.sync()
    approve(lab, capsys)

    done = lab.sync()

    assert refused.code == ExitCode.CONFLICT
    assert refused.operations() == {"Callee": "drifted", "Caller": "blocked"}
    assert (done.code, done.statuses()) == (0, {"Callee": "done", "Caller": "done"})
    assert done.report["plan"]["checksum"] == refused.report["plan"]["checksum"]
    assert "Supervisor" in str(done.report["plan"])


def test_an_approval_does_not_count_for_a_plan_that_changed_since(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    drifted(lab)
    approve(lab, capsys)
    lab.org.act("edit", "Callee", user="Supervisor", document=workflow("Callee", end="By hand again"))

    assert lab.sync().code == ExitCode.CONFLICT


def test_an_approval_never_passes_a_lock(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    drifted(lab)
    approve(lab, capsys)
    lab.org.act("lock", "Callee", user="Supervisor")

    done = lab.sync()

    assert done.code == ExitCode.CONFLICT
    assert "locked by Supervisor" in str(done.report)


def test_an_approval_never_passes_a_missing_name_and_says_so_by_refusing(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.write("One", then="Nobody")
    approve(lab, capsys)

    done = lab.sync()

    assert done.code == ExitCode.GUARD
    assert lab.org.flows() == []


@pytest.mark.parametrize(("most", "code"), [("100%", 0), ("12", 0), ("11", 6), ("50%", 6)])
def test_the_threshold_can_be_given_as_a_flag(lab: Lab, most: str, code: int) -> None:
    for number in range(12):
        lab.write(f"Many {number}")
    lab.sync()
    for number in range(12):
        lab.write(f"Many {number}", end="Finish")

    assert lab.plan("--max-changes", most).code == code


@pytest.mark.parametrize(("healthy", "code", "word"), [(True, 0, "0 not healthy"), (False, 6, "NOT OK")])
def test_trunks_check_tells_whether_they_are_healthy(
    lab: Lab, capsys: pytest.CaptureFixture[str], healthy: bool, code: int, word: str
) -> None:
    base = lab.org.add("telephony/trunkbasesettings", "Carrier")
    named = {"id": base["id"], "name": "Carrier"}
    lab.org.add("telephony/trunks", "Carrier on Edge 1", trunkBase=named, inService=healthy)
    environment = {"guards": {"trunks": {"required": ["Carrier"]}}}
    (lab.root / "environments.json").write_text(json.dumps({"environments": {"dev": environment}}))

    assert run(["trunks", "check", "--environment", "dev", "--workspace", str(lab.root)]) == code
    assert word in capsys.readouterr().out


def test_trunks_check_without_anything_to_check_is_told(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    (lab.root / "environments.json").write_text(json.dumps({"environments": {"dev": {}}}))

    assert run(["trunks", "check", "--environment", "dev", "--workspace", str(lab.root)]) == ExitCode.INVALID_INPUT
    assert "Nothing to check" in capsys.readouterr().out


def test_trunks_check_of_an_unknown_environment_names_the_nearest(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    (lab.root / "environments.json").write_text(json.dumps({"environments": {"dev": {}}}))

    assert run(["trunks", "check", "--environment", "dve", "--workspace", str(lab.root)]) == ExitCode.INVALID_INPUT
    assert "Did you mean 'dev'?" in capsys.readouterr().err
