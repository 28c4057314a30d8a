"""The simulator and ``flowsync`` as processes of their own, so that one of them can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from simulator.state import State

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
REPOSITORY = EXAMPLES / "flows-repo"
SPEED = 30
CLIENT = {"id": "flowsync-test", "secret": "secret-of-the-test", "name": "flowsync"}
PATIENCE = 30.0
"""Seconds to wait for something that has to happen; only a broken program needs them all."""


@dataclass
class Process:
    """The simulator as a process that can be killed and started again on the same ports with the same state."""

    folder: Path
    urls: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[str] | None = None

    @property
    def file(self) -> Path:
        """Where the simulator keeps its state."""
        return self.folder / "organisation.json"

    def start(self) -> None:
        """Start it; the second time on the ports of the first."""
        command = [sys.executable, "-m", "simulator", "--speed", str(SPEED), "--persist", str(self.file)]
        command += ["--fixture", str(EXAMPLES / "organisation.json")]
        command += ["--seed-client", f"{CLIENT['id']}:{CLIENT['secret']}"]
        for name in ("api", "login"):
            if name in self.urls:
                command += [f"--{name}-port", self.urls[name].rpartition(":")[2]]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.urls = json.loads(self._process.stdout.readline())

    def kill(self) -> State:
        """Kill it without warning; return what it leaves."""
        self.end(signal.SIGKILL)
        return self.left()

    def left(self) -> State:
        """Return the state as it was stored last."""
        return State.model_validate_json(self.file.read_bytes())

    def postpone(self, seconds: float) -> None:
        """While it is not running: let the jobs that were under way end so many seconds from now."""
        state = self.left()
        for one in state.pending:
            one.due = time.time() + seconds
            if one.kind == "flow-job":
                state.flow_jobs[one.id].runs[one.index].due = one.due
        self.file.write_text(state.model_dump_json(), encoding="utf-8")

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE)
            if self._process.stdout:
                self._process.stdout.close()
            self._process = None

    def admin(self, method: str, what: str, body: Any = None) -> Any:
        """Call the admin API."""
        answer = requests.request(method, f"{self.urls['admin']}/{what}", json=body, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.json()


@contextlib.contextmanager
def simulator(folder: Path) -> Iterator[Process]:
    """Run the simulator for the time of a ``with`` block."""
    process = Process(folder)
    process.start()
    try:
        yield process
    finally:
        process.end()


@dataclass
class Sync:
    """One ``flowsync sync`` of the example repository, as a process.

    Attributes:
        simulator: The organisation.
        report: Where it writes its report.
        concurrency: How many jobs may run at once.
        deadline: Seconds that it has: enough to reach a kill; they end the retries after it.
    """

    simulator: Process
    report: Path
    concurrency: int = 16
    deadline: float = 60.0
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        """Start it."""
        self.log = self.report.with_suffix(".log")
        command = [sys.executable, "-m", "hook", "sync", "--confirm", "--environment", "dev"]
        command += ["--workspace", str(REPOSITORY), "--report", str(self.report)]
        command += ["--concurrency", str(self.concurrency)]
        with self.log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environ(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _environ(self) -> dict[str, str]:
        ours = ("FLOWSYNC_", "GENESYSCLOUD_")
        return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
            "GENESYSCLOUD_OAUTHCLIENT_ID": CLIENT["id"],
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": CLIENT["secret"],
            "FLOWSYNC_API_BASE": self.simulator.urls["api"],
            "FLOWSYNC_LOGIN_BASE": self.simulator.urls["login"],
            "FLOWSYNC_STATE": f"file:{self.simulator.folder / 'state.json'}",
            "FLOWSYNC_POLL_INTERVAL": "0.1",
            "FLOWSYNC_DEADLINE": str(self.deadline),
        }

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait for a moment of the run; it is an error when the run ends before."""
        give_up = time.monotonic() + PATIENCE
        while not reached():
            assert self._process.poll() is None, f"the run ended before the moment came:\n{self.output()}"
            assert time.monotonic() < give_up, f"the moment never came:\n{self.output()}"
            time.sleep(0.005)

    def end(self) -> int:
        """Wait for the end of the run; return its exit code."""
        try:
            return self._process.wait(PATIENCE + self.deadline)
        finally:
            self._process.kill()

    def output(self) -> str:
        """Return everything that the run said."""
        return self.log.read_text(encoding="utf-8")

    def result(self) -> dict[str, Any]:
        """Return the report."""
        content: dict[str, Any] = json.loads(self.report.read_text(encoding="utf-8"))
        return content
