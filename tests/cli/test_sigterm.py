"""SIGTERM in the middle of a run, as Kubernetes sends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

from tests.cli.harness import Desk, document

PATIENCE = 30.0


def terminated(desk: Desk, *arguments: str) -> dict[str, Any]:
    """Run a sync in a process of its own, end it once the first document was handed over; return its report."""
    command = [sys.executable, "-m", "hook", "sync", "--confirm", "-e", "dev", "--report", "report.json", *arguments]
    with subprocess.Popen(
        command, cwd=desk.root, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        end = time.monotonic() + PATIENCE
        while not desk.simulator.org.calls(method="PUT"):
            assert time.monotonic() < end, "nothing was handed over"
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 143, out + err
    report: dict[str, Any] = json.loads((desk.root / "report.json").read_text(encoding="utf-8"))
    assert report["exitCode"] == 143
    return report


def test_sigterm_ends_an_export_before_anything_is_written(desk: Desk) -> None:
    desk.environments()
    desk.simulator.org.add_flow(document("Main"), user="Supervisor")
    desk.simulator.org.settings(export_seconds=100_000.0)
    command = [sys.executable, "-m", "hook", "export", "-e", "dev"]
    with subprocess.Popen(command, cwd=desk.root, env=dict(os.environ), stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + PATIENCE
        while not desk.simulator.org.calls(path="/api/v2/flows/export/jobs/"):
            assert time.monotonic() < end, "nothing was exported"
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 143, err
    assert "nothing was written" in err
    assert not (desk.root / "flows").exists()


def test_sigterm_ends_started_jobs_starts_nothing_new_and_a_rerun_converges(desk: Desk) -> None:
    names = [f"Flow {number}" for number in range(6)]
    desk.environments()
    desk.lay({f"flows/dev/voice/{name}.yaml": document(name) for name in names})
    desk.simulator.org.settings(job_seconds=100.0)  # half a second at the simulator's speed
    report = terminated(desk, "--concurrency", "2")
    done = {one["identity"]["name"] for one in report["outcomes"] if one["status"] == "done"}
    assert {one["status"] for one in report["outcomes"]} == {"done", "not-tried"}
    assert 1 <= len(done) <= 2
    assert set(desk.published) == done

    desk.simulator.org.settings(job_seconds=1.0)
    assert desk.sync().code == 0, desk.last.text
    assert set(desk.published) == set(names)
    assert {flow.publish_count for flow in desk.simulator.org.flows()} == {1}


def test_sigterm_without_time_for_a_started_job_writes_a_report_and_a_rerun_publishes_nothing_twice(desk: Desk) -> None:
    desk.environments()
    desk.lay({"flows/dev/voice/slow.yaml": document("Slow")})
    desk.simulator.org.settings(job_seconds=3000.0)
    report = terminated(desk, "--grace", "0.2")
    assert report["outcomes"][0]["status"] == "failed"
    assert desk.published == {}

    assert desk.sync().code == 0, desk.last.text
    assert {flow.name: flow.publish_count for flow in desk.simulator.org.flows()} == {"Slow": 1}
