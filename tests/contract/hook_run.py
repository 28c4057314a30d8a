"""The tool itself at work on the simulator, so that its calls can be held against the models."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from hook.cli import run
from simulator.testing import Simulator
from simulator.testing import running as simulator_running
from tests.contract.recording import Exchange, recorded
from tests.contract.world import workflow

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GUARDS = {
    "thresholds": {"maxCreates": 100},
    "licence": {"mode": "warn", "tier": "CX1"},
    "peakHours": {"scheduleGroup": "Judged Hours", "mode": "warn"},
    "capacity": {"types": {"inboundcall": 50}, "mode": "warn"},
    "trunks": {"required": ["Carrier"], "mode": "warn"},
}
SPEED = 300
CODES = {
    "first": 0,
    "again": 0,
    "cycle": 0,
    "drift": 8,
    "overwritten": 0,
    "locked": 8,
    "failed job": 1,
    "busy queue": 0,
    "trunks": 0,
    "doctor": 0,
}
"""The exit code of each step."""


@dataclass(frozen=True)
class Desk:
    """A repository, the organisation that it describes, and the command line."""

    root: Path
    simulator: Simulator

    def flowsync(self, *arguments: str) -> int:
        """Run a command on the environment ``dev``; return its exit code."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return run([*arguments, "--environment", "dev", "--workspace", str(self.root)])

    def sync(self, *arguments: str) -> int:
        """Run ``flowsync sync``."""
        return self.flowsync("sync", "--confirm", *arguments)

    def configure(self, guards: dict[str, Any]) -> None:
        """Set the guards of the environment."""
        file = self.root / "environments.yaml"
        settings: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        settings["environments"]["dev"]["guards"] = guards
        file.write_text(yaml.safe_dump(settings), encoding="utf-8")

    def write(self, name: str, **more: str) -> None:
        """Put the document of a workflow into the repository."""
        path = self.root / "flows" / "dev" / "judged" / f"{name.lower()}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(workflow(name, **more), encoding="utf-8")


def _environment(simulator: Simulator, folder: Path) -> dict[str, str]:
    return {
        "GENESYSCLOUD_OAUTHCLIENT_ID": "flowsync",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET": "secret-of-flowsync",
        "FLOWSYNC_API_BASE": simulator.api,
        "FLOWSYNC_LOGIN_BASE": simulator.login,
        "FLOWSYNC_STATE": f"file:{folder / 'state.json'}",
        "FLOWSYNC_POLL_INTERVAL": "0.05",
        "FLOWSYNC_DEADLINE": "60",
        "FLOWSYNC_LOG_LEVEL": "error",
    }


def at_work() -> tuple[dict[str, int], list[Exchange]]:
    """Deploy the examples, meet conflicts, a lock, a failure and a cycle; return exit codes and calls."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        recorded() as recording,
        simulator_running(speed=SPEED) as simulator,
        pytest.MonkeyPatch.context() as patch,
    ):
        folder = Path(scratch)
        for name in [name for name in os.environ if name.startswith(("FLOWSYNC_", "GENESYSCLOUD_"))]:
            patch.delenv(name)
        for name, value in _environment(simulator, folder).items():
            patch.setenv(name, value)
        desk = Desk(folder / "repository", simulator)
        _furnish(desk)
        return _work(desk), list(recording.exchanges)


def _furnish(desk: Desk) -> None:
    shutil.copytree(EXAMPLES / "flows-repo", desk.root)
    desk.simulator.org.load(json.loads((EXAMPLES / "organisation.json").read_text(encoding="utf-8")))
    org = desk.simulator.org
    org.add("telephony/trunks", "Carrier")
    org.add(
        "architect/schedulegroups", "Judged Hours", timeZone="Europe/Berlin", openSchedules=["Customer Service Open"]
    )
    org.settings(rate_limit_per_minute=100_000)
    desk.configure(GUARDS)


def _work(desk: Desk) -> dict[str, int]:
    org = desk.simulator.org
    codes = {"first": desk.sync(), "again": desk.sync()}
    desk.write("Ping", then="Pong")
    desk.write("Pong", then="Ping")
    codes["cycle"] = desk.sync()
    org.act("edit", "Ping", "workflow", user="A colleague", document=workflow("Ping", then="Main Line"))
    desk.write("Ping")
    codes["drift"] = desk.sync()
    org.settings(publish_resets_metadata=True)
    org.act("set-description", "Ping", "workflow", user="A colleague", value="Kept by hand")
    codes["overwritten"] = desk.sync("--on-drift", "overwrite")
    org.act("save-draft", "Pong", "workflow", user="A colleague", document=workflow("Pong"), lock=True)
    desk.write("Pong", then="Main Line")
    codes["locked"] = desk.sync()
    org.act("revert", "Pong", "workflow", user="A colleague")
    org.job_fault(flow="Pong", messages=["It did not work."])
    desk.write("Ping", then="Pong")
    desk.write("Pong", then="Outage Line")
    codes["failed job"] = desk.sync("--on-failure", "stop", "--on-drift", "overwrite")
    line = desk.root / "flows" / "dev" / "voice" / "main-line.yaml"
    line.write_text(line.read_text(encoding="utf-8").replace("Welcome to", "Good day from"), encoding="utf-8")
    desk.configure({**GUARDS, "licence": "warn"})
    org.queue_load("Billing", waiting=3, on_queue=5)
    codes["busy queue"] = desk.sync("--on-drift", "overwrite")
    codes["trunks"] = desk.flowsync("trunks", "check")
    codes["doctor"] = desk.flowsync("doctor")
    return codes
