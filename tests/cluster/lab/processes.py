"""The lab's processes: started with a log file each, waited for, and stopped in reverse order."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TAIL_LINES = 25


class LabError(Exception):
    """The lab cannot be started, or a part of it died; the message holds what its log said last."""


@dataclass
class Running:
    """One process of the lab."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self) -> str:
        """The last lines of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])


@dataclass
class Processes:
    """The processes of one lab.

    Attributes:
        logs: An existing directory; each process has a file there.
        patience: Seconds that a process has to end when it is asked to.
        running: The processes, the oldest first.
    """

    logs: Path
    patience: float = 20.0
    running: list[Running] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        ready: Callable[[], bool] | None = None,
        timeout: float = 60,
    ) -> None:
        """Start a process, and wait until `ready` says that it serves.

        Args:
            name: Names the process and its log file.
            command: Program and arguments.
            environment: Variables beside those of this process.
            ready: Asked several times a second; a network error counts as no.
            timeout: Seconds that it may take.

        Raises:
            LabError: It ended, or was not ready in time.
        """
        log = self.logs / f"{name}.log"
        with log.open("ab") as output:
            # The kernel ends the process when ours dies without stopping it; a session of its own keeps Ctrl-C away.
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | dict(environment or {}),
                start_new_session=True,
            )
        self.running.append(Running(name, process, log))
        if ready:
            self.wait(f"{name} is ready", ready, timeout=timeout)

    def wait(self, what: str, ready: Callable[[], bool], *, timeout: float = 60) -> None:
        """Wait until `ready` answers true.

        Raises:
            LabError: A process of the lab ended meanwhile, or the time is over.
        """
        until = time.monotonic() + timeout
        while not _asked(ready):
            self.check()
            if time.monotonic() > until:
                newest = self.running[-1]
                raise LabError(f"Waited {timeout:.0f} s in vain until {what}. {newest.log} ends with:\n{newest.tail()}")
            time.sleep(0.1)

    def check(self) -> None:
        """Raise LabError when a process has ended that should run."""
        for one in self.running:
            code = one.process.poll()
            if code is not None:
                raise LabError(f"{one.name} ended with {code}. {one.log} ends with:\n{one.tail()}")

    def stop(self, name: str) -> None:
        """Stop one process."""
        one = next(one for one in self.running if one.name == name)
        self.running.remove(one)
        _stop(one, self.patience)

    def stop_all(self) -> None:
        """Stop all processes, the newest first; one that does not end in time is killed."""
        while self.running:
            _stop(self.running.pop(), self.patience)


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on, all different."""
    with contextlib.ExitStack() as open_sockets:
        ports = []
        for _ in range(count):
            one = open_sockets.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            ports.append(int(one.getsockname()[1]))
        return ports


def listens(port: int) -> bool:
    """Whether something accepts connections at a port of 127.0.0.1."""
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


def _asked(ready: Callable[[], bool]) -> bool:
    try:
        return ready()
    except OSError:  # includes the errors of requests
        return False


def _stop(one: Running, patience: float) -> None:
    if one.process.poll() is None:
        one.process.send_signal(signal.SIGTERM)
        try:
            one.process.wait(patience)
        except subprocess.TimeoutExpired:
            one.process.kill()
            one.process.wait()
