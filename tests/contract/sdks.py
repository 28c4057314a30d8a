"""The two official SDKs as processes of their own, and what they made of a call."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract import javascript_sdk
from tests.contract.catalogue import folder

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = Path(__file__).parent / "drivers"
PATIENCE = 60.0
"""Seconds for one call; only a hanging SDK needs them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an SDK made of a call.

    ``body`` is what it shows its caller, as JSON; ``kind`` the class that the Python SDK returned; ``choked`` what
    it could not cope with.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    kind: str = ""
    error: bool = False
    choked: str = ""


class Sdk:
    """One official SDK, in a process that lives as long as it is needed.

    Args:
        name: ``python`` or ``javascript``.
        command: How its driver is started.
        home: An empty folder: both SDKs look for a configuration in the home folder.
    """

    def __init__(self, name: str, command: list[str], home: Path) -> None:
        self.name = name
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        environ = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
        environ |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def ask(self, request: Mapping[str, Any]) -> Answer:
        """Send one line and wait for its answer.

        Raises:
            RuntimeError: The process ended.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._lines.get(timeout=PATIENCE)
        if not line:
            raise RuntimeError(f"the driver of the {self.name} SDK ended")
        return Answer(**json.loads(line))

    def connect(self, gateway: str) -> None:
        """Point the SDK at a gateway, for example ``http://127.0.0.1:8080``."""
        host, _, port = gateway.removeprefix("http://").partition(":")
        self.ask({"connect": {"host": host, "port": int(port), "login": "login", "api": "platform"}})

    def log_in(self, client_id: str, secret: str) -> Answer:
        """Log in with client credentials."""
        return self.ask({"login": [client_id, secret]})

    def call(
        self,
        key: str,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Answer:
        """Call the method that does an operation, for example ``GET /api/v2/flows/{flowId}``."""
        return self.ask({"key": key, "path": path or {}, "query": query or {}, "body": body})

    def end(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        if self._process.stdout:
            self._process.stdout.close()


NAMES = ("python", "javascript")


def missing(name: str) -> str:
    """Return what is not there to run an SDK, or an empty text."""
    if name == "javascript":
        return javascript_sdk.missing()
    return "" if folder() else "PureCloudPlatformClientV2 is not installed; `make setup` does it"


@contextlib.contextmanager
def running(name: str, home: Path) -> Iterator[Sdk]:
    """Run an SDK for the time of a ``with`` block."""
    if name == "python":
        command = [sys.executable, "-m", "tests.contract.drivers.python_sdk"]
    else:
        command = ["node", str(DRIVERS / "javascript_sdk.js"), str(javascript_sdk.PACKAGE)]
    sdk = Sdk(name, command, home)
    try:
        yield sdk
    finally:
        sdk.end()
