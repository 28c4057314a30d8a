"""A repository of flows, an organisation, and the command line between them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hook.cli import run
from simulator.state import CallRecord
from simulator.testing import Simulator

SECRET = "secret-of-flowsync"
GOOD = "flows/dev/voice/good.yaml"


def document(name: str, *, key: str = "inboundCall", more: str = "") -> str:
    """A small flow; ``more`` are further lines, indented by two blanks."""
    return f"{key}:\n  name: {name}\n  description: Made for a test\n{more}"


@dataclass(frozen=True)
class Shown:
    """How a command ended, and what it showed."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def data(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.out)
        return content


@dataclass
class Desk:
    """Where somebody works: a repository in ``root``, and a simulated organisation."""

    root: Path
    simulator: Simulator
    read: Callable[[], tuple[str, str]]
    last: Shown = field(default_factory=lambda: Shown(-1, "", ""))

    @property
    def state(self) -> Path:
        return self.root / "state.json"

    def lay(self, files: Mapping[str, str | bytes]) -> None:
        """Write files, by their path in the repository."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def environments(self, **dev: Any) -> None:
        """Declare the environment ``dev``, by default as the simulated organisation."""
        settings = {"organizationId": self.simulator.org.id, **dev}
        self.lay({"environments.json": json.dumps({"environments": {"dev": settings}})})

    def run(self, *arguments: str) -> Shown:
        """Run ``flowsync`` in this process, in the repository."""
        self.read()
        code = run(arguments)
        self.last = Shown(code, *self.read())
        return self.last

    def sync(self, *arguments: str) -> Shown:
        """Run ``flowsync sync --confirm`` on ``dev``."""
        return self.run("sync", "--confirm", "-e", "dev", *arguments)

    def plan(self, *arguments: str) -> Shown:
        """Run ``flowsync plan`` on ``dev``."""
        return self.run("plan", "-e", "dev", *arguments)

    @property
    def writes(self) -> list[CallRecord]:
        """Calls that may change something: all but reads, logins and exports."""
        harmless = ("/oauth/token", "/api/v2/flows/export/jobs")
        return [
            call for call in self.simulator.org.calls() if call.method != "GET" and not call.path.endswith(harmless)
        ]

    @property
    def published(self) -> dict[str, str]:
        """The organisation's flows: name to the published document."""
        flows = self.simulator.org.flows()
        versions = {flow.name: flow.version(flow.published) for flow in flows}
        return {name: version.document if version else "" for name, version in versions.items()}
