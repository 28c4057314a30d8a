"""
Measured claims: each figure beside its bound, from one run, written to docs/benchmarks.md.

    make bench

Calls are counted by the simulator, not by us. Times are of this machine and of one run: read ratios, not seconds.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from own_time import LATENCY, SPEED
from own_time import measure as own_time

from hook.cli import run
from simulator.testing import Simulator, running

FLOWS = 200
QUEUES = 10
ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = """\
inboundCall:
  name: Line {number}
  startUpRef: "/inboundCall/tasks/task[Start_10]"
  defaultLanguage: en-us
  supportedLanguages:
    en-us:
      defaultLanguageSkill:
        noValue: true
  initialGreeting:
    tts: Welcome to line {number}. {more}
  tasks:
    - task:
        name: Start
        refId: Start_10
        actions:
          - transferToAcd:
              name: Transfer to ACD
              targetQueue:
                lit:
                  name: Queue {queue}
              languageSkill:
                noValue: true
          - disconnect:
              name: Disconnect
"""
GUARDS = {
    "capacity": {"types": {"inboundcall": "50"}},
    "peakHours": {"windows": [{"days": "mon-sun", "from": "03:00", "to": "03:01", "timeZone": "UTC"}]},
    "thresholds": {"maxChanges": "100%"},
}


@dataclass(frozen=True)
class Figure:
    """One claim: what was measured, its bound, and whether it holds."""

    what: str
    measured: float
    bound: float

    @property
    def line(self) -> str:
        """Return the figure as a row of the table."""
        verdict = "yes" if self.measured <= self.bound else "NO"
        return f"| {self.what} | {self.measured:.3g} | {self.bound:g} | {verdict} |"


@dataclass
class Desk:
    """A repository and an organisation."""

    root: Path
    simulator: Simulator

    def write(self, *, more: str = "", guards: bool = False) -> None:
        """Lay the repository out."""
        folder = self.root / "flows" / "dev" / "voice"
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(FLOWS):
            text = DOCUMENT.format(number=number, queue=number % QUEUES, more=more)
            (folder / f"line-{number}.yaml").write_text(text, encoding="utf-8")
        off = dict.fromkeys(("environment", "permissions", "references", "thresholds"), "off")
        environment = {"organizationId": self.simulator.org.id, "guards": GUARDS if guards else off}
        (self.root / "environments.json").write_text(json.dumps({"environments": {"dev": environment}}))

    def flowsync(self, *arguments: str) -> tuple[int, int, float]:
        """Run a command; return its exit code, the calls that the platform received, and the seconds."""
        self.simulator.org.reset_calls()
        began = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()) as output:
            code = run([*arguments, "--environment", "dev", "--workspace", str(self.root)])
        seconds = time.perf_counter() - began
        if code:
            sys.exit(f"{arguments} ended with {code}:\n{output.getvalue()[-2000:]}")
        paths = [call.path for call in self.simulator.org.calls()]
        return code, sum(1 for path in paths if path.startswith(("/api/", "/oauth/"))), seconds


@contextlib.contextmanager
def desk() -> Iterator[Desk]:
    """Run a simulator that holds nothing back, for a repository in a temporary folder."""
    queues = [f"Queue {number}" for number in range(QUEUES)]
    with (
        running(speed=SPEED, fixture={"objects": {"routing/queues": queues}}) as simulator,
        tempfile.TemporaryDirectory() as root,
    ):
        simulator.org.settings(rate_limit_per_minute=1_000_000, latency_seconds=LATENCY * SPEED)
        os.environ.update(
            {
                "GENESYSCLOUD_OAUTHCLIENT_ID": "flowsync",
                "GENESYSCLOUD_OAUTHCLIENT_SECRET": "secret-of-flowsync",
                "FLOWSYNC_API_BASE": simulator.api,
                "FLOWSYNC_LOGIN_BASE": simulator.login,
                "FLOWSYNC_STATE": f"file:{root}/state.json",
                "FLOWSYNC_POLL_INTERVAL": "0.1",
                "FLOWSYNC_RATE": "1000000",
                "FLOWSYNC_LOG_LEVEL": "error",
            }
        )
        yield Desk(Path(root), simulator)


def measure() -> list[Figure]:
    """Measure every claim."""
    with desk() as one:
        one.write()
        _, created, seconds = one.flowsync("sync", "--confirm")
        print(f"{FLOWS} flows created in {seconds:.1f} s; jobs {SPEED} times the platform's speed", file=sys.stderr)
        _, unchanged, _ = one.flowsync("sync", "--confirm")
        one.write(more="Again.")
        _, updated, _ = one.flowsync("sync", "--confirm")
        one.write(more="With guards.")
        _, plain, _ = one.flowsync("plan")
        one.write(more="With guards.", guards=True)
        _, guarded, _ = one.flowsync("plan")
    return [
        Figure(f"calls for {FLOWS} unchanged flows", unchanged, math.ceil(FLOWS / 500) + 4),
        Figure(f"calls per created flow, {FLOWS} flows", created / FLOWS, 3),
        Figure(f"calls per updated flow, {FLOWS} flows", updated / FLOWS, 3),
        Figure(f"calls made by all guards for {FLOWS} flows", guarded - plain, 12),
        *(Figure(one.what, one.measured, one.bound) for one in own_time()),
    ]


def main() -> int:
    """Print the table and write it; return 1 when a bound does not hold."""
    figures = measure()
    table = ["| figure | measured | bound | holds |", "|---|---|---|---|", *(figure.line for figure in figures)]
    print("\n".join(table))
    text = "# Benchmarks\n\nWritten by `make bench`, against the simulator.\n\n" + "\n".join(table) + "\n"
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    return 0 if all(figure.measured <= figure.bound for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
