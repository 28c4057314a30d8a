"""
The demonstration behind ``make demo-guards``: what stops a deployment, and how a person gets past it.

A busy hour refuses, an approval of that very plan passes it; a flow full of calls refuses, and passes when the calls
are gone. The real output of ``flowsync`` against the simulator.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from run import CLOSING, EXAMPLES, lay, say, show, simulator, variables
from run import Step as Shown

DAY = f"{datetime.now(tz=UTC):%a}".lower()
ENVIRONMENT = f"""\
  dev:
    guards:
      peakHours:
        windows: [{{days: [{DAY}], from: "00:00", to: "24:00", timeZone: UTC}}]
      capacity:
        flows: {{Main Line: "50"}}
"""
SYNC = ("sync", "--confirm")


def main() -> int:
    """Show every step; return 0 when each ended as it says."""
    with tempfile.TemporaryDirectory(prefix="flowsync-demo-") as folder:
        repository = Path(folder) / "flows-repo"
        shutil.copytree(EXAMPLES / "flows-repo", repository)
        with simulator() as urls:
            environment = variables(urls, Path(folder))
            surprises: list[str] = []

            def step(number: int, title: str, *arguments: str, code: int) -> None:
                shown = Shown(title, arguments, code)
                if not show(number, shown, repository=repository, environment=environment, urls=urls):
                    surprises.append(title)

            say("The flows are there already; now every working hour of today is a peak hour.")
            flowsync(repository, environment, *SYNC, "--environment", "dev")
            change(repository, "  dev:\n", ENVIRONMENT)
            lay(EXAMPLES / "demo" / "edited", repository, like=EXAMPLES / "demo" / "edited")
            step(1, "Monday morning: the guard for peak hours refuses, nothing is written (exit 6).", *SYNC, code=6)
            step(2, "The plan is kept, and somebody takes it upon them.", "plan", "--out", "plan.json", code=6)
            line = approve(repository, environment)
            change(repository, "  dev:\n", f"  dev:\n    approvals:\n      {line}\n")
            step(3, "With the approval of that very plan in Git, the same sync passes.", *SYNC, code=0)

            say("\nNext: 47 of the 50 calls that the main line can take are in it, and they will end soon.")
            change(repository, "      peakHours:\n", "      peakHours:\n        mode: warn\n")
            lay(EXAMPLES / "flows-repo", repository, like=EXAMPLES / "demo" / "edited")
            post(urls, "traffic", {"flows": {"Main Line": {"count": 47, "fallsTo": 12, "afterCalls": 4}}})
            step(4, "A flow full of calls is not touched (exit 6).", *SYNC, code=6)
            step(5, "With --wait, the same sync waits until they are gone.", *SYNC, "--wait", "30", code=0)
    for title in surprises:
        say(f"NOT AS EXPECTED: {title}")
    return 1 if surprises else 0


def approve(repository: Path, environment: dict[str, str]) -> str:
    """Show ``flowsync approve`` and return the line that it prints."""
    arguments = ["approve", "--plan", "plan.json", "--by", "on-call", "--hours", "2", "--reason", "new greeting"]
    say(f"$ flowsync {shlex.join(arguments)}", dim=True)
    output = flowsync(repository, environment, *arguments)
    say(output.rstrip())
    return next(line.strip() for line in output.splitlines() if line.strip().startswith("- "))


def flowsync(repository: Path, environment: dict[str, str], *arguments: str) -> str:
    """Run a command and return what it prints."""
    return subprocess.run(
        [sys.executable, "-m", "hook", *arguments],
        cwd=repository,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def change(repository: Path, before: str, after: str) -> None:
    """Change the repository's environments.yaml in one place."""
    file = repository / "environments.yaml"
    text = file.read_text(encoding="utf-8")
    if before not in text:
        raise SystemExit(f"environments.yaml does not hold:\n{before}")
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def post(urls: dict[str, str], what: str, body: Any) -> None:
    """Call the simulator's admin API."""
    data = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = Request(f"{urls['admin']}/{what}", data=data, headers=headers, method="POST")
    with urlopen(request, timeout=CLOSING):
        pass


if __name__ == "__main__":
    sys.exit(main())
