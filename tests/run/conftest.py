"""A small repository, an organisation (the simulator), and the whole command line between them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hook.cli import run
from simulator.testing import Org, Simulator, running

WORKFLOW = """\
workflow:
  name: {name}
{said}  startUpRef: "/workflow/states/state[Initial State_10]"
  defaultLanguage: en-us
  supportedLanguages:
    en-us:
      none: true
  states:
    - state:
        name: Initial State
        refId: Initial State_10
        actions:
{actions}          - endWorkflow:
              name: {end}
              exitReason:
                noValue: true
"""
TRANSFER = """\
          - transferToFlow:
              name: Hand over
              targetFlow:
                name: {name}
"""

CALL = """\
inboundCall:
  name: {name}
  startUpRef: "/inboundCall/tasks/task[Start_10]"
  defaultLanguage: en-us
  supportedLanguages:
    en-us:
      defaultLanguageSkill:
        noValue: true
  tasks:
    - task:
        name: Start
        refId: Start_10
        actions:
{actions}          - disconnect:
              name: Disconnect
"""


def call(name: str, *, then: str) -> str:
    """Return the document of a small call flow that transfers to another one."""
    return CALL.format(name=name, actions=TRANSFER.format(name=then))


def workflow(name: str, *, end: str = "End Workflow", then: str = "", **said: str) -> str:
    """Return the document of a small workflow; ``then`` names a flow that it transfers to."""
    return WORKFLOW.format(
        name=name,
        end=end,
        said="".join(f"  {key}: {value}\n" for key, value in said.items()),
        actions=TRANSFER.format(name=then) if then else "",
    )


@dataclass
class Answer:
    """What one command came to: the exit code, and the JSON report."""

    code: int
    report: dict[str, Any]

    def outcome(self, name: str) -> dict[str, Any]:
        """Return the outcome of one object."""
        return next(one for one in self.report["outcomes"] if one["identity"]["name"] == name)

    def statuses(self) -> dict[str, str]:
        """Return what became of each object."""
        return {one["identity"]["name"]: one["status"] for one in self.report["outcomes"]}

    def operations(self) -> dict[str, str]:
        """Return what the plan says of each object."""
        return {one["identity"]["name"]: one["operation"] for one in self.report["plan"]["changes"]}


@dataclass
class Lab:
    """A repository below ``root``, and an organisation; ``environment`` are the settings of ``dev``, if any."""

    root: Path
    simulator: Simulator
    environment: dict[str, Any] = field(default_factory=dict)

    @property
    def org(self) -> Org:
        """The organisation."""
        return self.simulator.org

    def write(self, name: str, text: str | None = None, **more: str) -> None:
        """Put the document of a workflow into the repository."""
        path = self.root / "flows" / "dev" / "all" / f"{name.lower()}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or workflow(name, **more), encoding="utf-8")

    def sync(self, *arguments: str) -> Answer:
        """Run ``flowsync sync``."""
        return self.flowsync("sync", "--confirm", *arguments)

    def plan(self, *arguments: str) -> Answer:
        """Run ``flowsync plan``."""
        return self.flowsync("plan", *arguments)

    def flowsync(self, *arguments: str) -> Answer:
        """Run a command on the environment ``dev``."""
        if self.environment:
            (self.root / "environments.json").write_text(json.dumps({"environments": {"dev": self.environment}}))
        report = self.root / "report.json"
        report.unlink(missing_ok=True)
        command = [*arguments, "--environment", "dev", "--workspace", str(self.root), "--report", str(report)]
        code = run(command)
        return Answer(code, json.loads(report.read_text(encoding="utf-8")))

    def publishes(self, name: str) -> int:
        """Return how often a flow was published."""
        return len(self.org.flow(name).versions)

    def calls(self, *, method: str = "", path: str = "") -> list[tuple[str, str, int]]:
        """Return method, path and status of the calls received."""
        return [(one.method, one.path, one.status) for one in self.org.calls(method=method, path=path)]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    with running(speed=300) as simulator:
        for name in [name for name in os.environ if name.startswith(("FLOWSYNC_", "GENESYSCLOUD_"))]:
            monkeypatch.delenv(name)
        for name, value in {
            "GENESYSCLOUD_OAUTHCLIENT_ID": "flowsync",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": "secret-of-flowsync",
            "FLOWSYNC_API_BASE": simulator.api,
            "FLOWSYNC_LOGIN_BASE": simulator.login,
            "FLOWSYNC_STATE": f"file:{tmp_path / 'state.json'}",
            "FLOWSYNC_POLL_INTERVAL": "0.05",
            "FLOWSYNC_DEADLINE": "60",
            "FLOWSYNC_LOG_LEVEL": "warning",
        }.items():
            monkeypatch.setenv(name, value)
        yield Lab(root=tmp_path, simulator=simulator)
