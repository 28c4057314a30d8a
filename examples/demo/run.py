"""
The demonstration behind ``make demo``: real output of ``flowsync`` against the simulator, step by step.

Works on a temporary copy of ``examples/flows-repo``, ends everything that it starts, and exits non-zero when a
step ends otherwise than it says.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

EXAMPLES = Path(__file__).resolve().parent.parent
SPEED = 60
"""The simulator's jobs take a sixtieth of the platform's time."""

COLOUR = sys.stdout.isatty()
CLOSING = 30
"""Seconds that the simulator may take to start or to end."""


@dataclass(frozen=True)
class Step:
    """One thing that the demonstration shows."""

    title: str
    arguments: Sequence[str]
    exit_code: int
    overlay: str = ""
    undo: str = ""


STEPS = (
    Step("What would happen? Nothing is written.", ("plan",), 0),
    Step(
        "Sync. Two flows transfer to each other: the platform's stub of one lets the other be published first.",
        ("sync", "--confirm"),
        0,
    ),
    Step("The same again: nothing changes, and it costs a handful of calls.", ("sync", "--confirm"), 0),
    Step("Somebody edits the main line in Git. The plan shows what changes inside the flow.", ("plan",), 0, "edited"),
    Step("... and sync publishes that one flow.", ("sync", "--confirm"), 0),
    Step(
        "A flow names a queue that does not exist: refused before anything is written (exit 6).",
        ("sync", "--confirm"),
        6,
        "missing-queue",
    ),
    Step(
        "A publish that the platform accepts, and fails afterwards (exit 1, with the platform's own words).",
        ("sync", "--confirm"),
        1,
        "publish-fails",
        undo="missing-queue",
    ),
)


def main() -> int:
    """Show every step; return 0 when each ended as it says."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="flowsync-demo-") as folder:
        repository = Path(folder) / "flows-repo"
        shutil.copytree(EXAMPLES / "flows-repo", repository)
        with simulator() as urls:
            say(f"A Genesys organisation (the simulator) runs at {urls['api']}, jobs {SPEED} times as fast.")
            environment = variables(urls, Path(folder))
            surprises = [
                step.title
                for number, step in enumerate(STEPS, 1)
                if not show(number, step, repository=repository, environment=environment, urls=urls)
            ]
    say(f"Done in {time.monotonic() - started:.0f} s; the simulator has ended.")
    for title in surprises:
        say(f"NOT AS EXPECTED: {title}")
    return 1 if surprises else 0


def show(number: int, step: Step, *, repository: Path, environment: dict[str, str], urls: dict[str, str]) -> bool:
    """Show one step; tell whether it ended as it says."""
    say(f"\n{number}. {step.title}")
    if step.undo:
        lay(EXAMPLES / "flows-repo", repository, like=EXAMPLES / "demo" / step.undo)
    if step.overlay:
        lay(EXAMPLES / "demo" / step.overlay, repository, like=EXAMPLES / "demo" / step.overlay)
    admin(urls, "calls", method="DELETE")
    command = ["flowsync", *step.arguments, "--environment", "dev"]
    say(f"$ {' '.join(command)}", dim=True)
    done = subprocess.run([sys.executable, "-m", "hook", *command[1:]], cwd=repository, env=environment, check=False)
    calls = admin(urls, "calls")
    writes = sum(1 for call in calls if call["method"] in {"POST", "PUT"} and "/oauth/" not in call["path"])
    say(f"[exit {done.returncode}; the platform received {len(calls)} calls, {writes} of them POST or PUT]", dim=True)
    return done.returncode == step.exit_code


def lay(source: Path, target: Path, *, like: Path) -> None:
    """Copy those files from ``source`` over ``target`` that ``like`` has; remove what ``source`` lacks."""
    for file in sorted(path.relative_to(like) for path in like.rglob("*") if path.is_file()):
        if (source / file).exists():
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / file, target / file)
            say(f"  ({file} changed)", dim=True)
        else:
            (target / file).unlink()


def variables(urls: dict[str, str], folder: Path) -> dict[str, str]:
    """Return the environment of ``flowsync``: the demo's client, the simulator's hosts, a state of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOWSYNC_", "GENESYSCLOUD_"))}
    return {
        **kept,
        "PYTHONPATH": str(EXAMPLES.parent),
        "GENESYSCLOUD_OAUTHCLIENT_ID": "flowsync-demo",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo-secret",
        "FLOWSYNC_API_BASE": urls["api"],
        "FLOWSYNC_LOGIN_BASE": urls["login"],
        "FLOWSYNC_STATE": f"file:{folder / 'state.json'}",
        "FLOWSYNC_POLL_INTERVAL": "0.2",
        "FLOWSYNC_LOG_FORMAT": "text",
        "FLOWSYNC_LOG_LEVEL": "error",
    }


@contextmanager
def simulator() -> Iterator[dict[str, str]]:
    """Run the simulator on free ports for the time of a ``with`` block; give its addresses."""
    fixture = EXAMPLES / "organisation.json"
    command = [sys.executable, "-m", "simulator", "--speed", str(SPEED), "--fixture", str(fixture)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=EXAMPLES.parent) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise SystemExit("The simulator did not start.")
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=CLOSING)


def admin(urls: dict[str, str], what: str, *, method: str = "GET") -> Any:
    """Call the simulator's admin API and return its JSON answer."""
    request = Request(f"{urls['admin']}/{what}", method=method)
    with urlopen(request, timeout=CLOSING) as answer:
        return json.loads(answer.read() or "null")


def say(text: str, *, dim: bool = False) -> None:
    """Print a line of the demonstration itself."""
    style = "2" if dim else "1"
    print(f"\033[{style}m{text}\033[0m" if COLOUR else text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
