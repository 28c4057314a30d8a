"""
The simulator is not what a benchmark measures: its own time per call beside the latency that it simulates.

    python bench/own_time.py

Sixteen callers at once publish and list flows at the speed of bench/run.py; the simulator's call log tells how long it
held each call back on purpose, and how long the call took it besides. Then an organisation with 10 000 flows of 5
versions each is loaded. Exit code 1 when a bound does not hold.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CALLERS = 16
ROUNDS = 12
SPEED = 100
LATENCY = 0.2
"""Seconds that each answer takes, after the speed: what a call over the Internet to the platform takes."""
FLOWS_LISTED = 200
BOUND = 0.1
MANY = 10_000
VERSIONS = 5
MOST_SECONDS = 15.0
DOCUMENT = """\
inboundCall:
  name: Line {number}
  defaultLanguage: en-us
  initialGreeting:
    tts: Welcome to line {number}, version {version}.
  tasks:
    - task:
        name: Start
        refId: Start_10
        actions:
          - disconnect:
              name: Disconnect
"""
LOGIN = "Basic Zmxvd3N5bmM6c2VjcmV0LW9mLWZsb3dzeW5j"


@dataclass(frozen=True)
class Figure:
    """One claim: what was measured, its bound, and whether it holds."""

    what: str
    measured: float
    bound: float

    @property
    def line(self) -> str:
        """Return the figure as a row of the table."""
        return f"| {self.what} | {self.measured:.3g} | {self.bound:g} | {'yes' if self.holds else 'NO'} |"

    @property
    def holds(self) -> bool:
        """Whether the bound holds."""
        return self.measured <= self.bound


class Caller:
    """One connection to the API, to the login host or to the storage, that is kept."""

    def __init__(self, url: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def call(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Any:
        """Return the JSON of an answer, ``None`` of an empty one; end the run when it is no success."""
        self._http.request(method, path, body=body or None, headers=dict(headers or {}))
        answer = self._http.getresponse()
        text = answer.read()
        if answer.status not in range(200, 300):
            sys.exit(f"{method} {path} answered {answer.status}: {text[:300]!r}")
        return json.loads(text) if text else None


@contextlib.contextmanager
def simulator(*arguments: str) -> Iterator[dict[str, str]]:
    """Run the simulator as a process of its own; give its URLs."""
    command = [sys.executable, "-m", "simulator", "--speed", str(SPEED), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own program)
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield json.loads(line)
        finally:
            process.terminate()


def fixture(folder: Path, number: int, versions: int) -> Path:
    """Write an organisation with so many flows to a file."""
    flows = [
        {
            "document": DOCUMENT.format(number=one, version=versions),
            "versions": [DOCUMENT.format(number=one, version=version) for version in range(1, versions)],
        }
        for one in range(number)
    ]
    path = folder / "organisation.json"
    path.write_text(json.dumps({"flows": flows}), encoding="utf-8")
    return path


def work(urls: Mapping[str, str], token: str, caller: int) -> None:
    """Do what a run of the hook does, again and again: list, register a job, send its document, look at it."""
    api = Caller(urls["api"])
    asked = {"Authorization": f"Bearer {token}"}
    typed = {**asked, "Content-Type": "application/json"}
    for number in range(ROUNDS):
        api.call("GET", "/api/v2/flows?pageSize=100", headers=asked)
        job = api.call("POST", "/api/v2/flows/jobs", b"{}", typed)
        where = urlsplit(job["presignedUrl"])
        text = DOCUMENT.format(number=caller * 1000 + number, version=1).encode()
        api.call("PUT", f"{where.path}?{where.query}", text, job["headers"])
        for _ in range(3):
            api.call("GET", f"/api/v2/flows/jobs/{job['id']}?expand=messages", headers=asked)


def own_time() -> list[Figure]:
    """Measure the simulator's own time per call with many callers at once."""
    with tempfile.TemporaryDirectory() as folder:
        given = str(fixture(Path(folder), FLOWS_LISTED, 1))
        with simulator("--fixture", given) as urls:
            admin = Caller(urls["admin"])
            settings = {"latencySeconds": LATENCY * SPEED, "rateLimitPerMinute": 1_000_000}
            admin.call("PATCH", "/_sim/settings", json.dumps(settings).encode(), {"Content-Type": "application/json"})
            form = {"Authorization": LOGIN, "Content-Type": "application/x-www-form-urlencoded"}
            login = Caller(urls["login"]).call("POST", "/oauth/token", b"grant_type=client_credentials", form)
            admin.call("DELETE", "/_sim/calls")
            with ThreadPoolExecutor(CALLERS) as pool:
                for done in [pool.submit(work, urls, login["access_token"], one) for one in range(CALLERS)]:
                    done.result()
            calls = Caller(urls["admin"]).call("GET", "/_sim/calls")
    shares = [call["ms"] / call["wait"] for call in calls]
    label = f"simulator's own time per call / simulated latency, {CALLERS} callers at once, {len(calls)} calls"
    return [
        Figure(f"{label}, mean", statistics.mean(shares), BOUND),
        Figure(f"{label}, median", statistics.median(shares), BOUND),
    ]


def loading() -> Figure:
    """Measure how long an organisation with many flows takes until its first answer."""
    with tempfile.TemporaryDirectory() as folder:
        given = str(fixture(Path(folder), MANY, VERSIONS))
        began = time.perf_counter()
        with simulator("--fixture", given):
            seconds = time.perf_counter() - began
    return Figure(f"seconds to start with {MANY} flows of {VERSIONS} versions each", seconds, MOST_SECONDS)


def measure() -> list[Figure]:
    """Measure every claim."""
    return [*own_time(), loading()]


def main() -> int:
    """Print the table; return 1 when a bound does not hold."""
    figures = measure()
    print("\n".join(["| figure | measured | bound | holds |", "|---|---|---|---|", *(one.line for one in figures)]))
    return 0 if all(one.holds for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
