"""One container under runc: start, wait, signal, measure, clear away."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.cluster.lab.kubelet.api import Json
from tests.cluster.lab.kubelet.bundle import CGROUPS
from tests.cluster.lab.kubelet.logs import LogFile

_CGROUP_ROOT = Path("/sys/fs/cgroup")


class RuntimeFailure(Exception):
    """The container could not be started; the real kubelet says CreateContainerError or RunContainerError."""


@dataclass(frozen=True)
class Ending:
    """
    How a container ended.

    Attributes:
        exit_code: 128 + signal for one that a signal ended.
        started: When its process began.
        finished: When it ended.
        out_of_memory: Whether the kernel ended it at its memory limit.
        peak_rss: Largest resident set of a process of it, in bytes (from the kernel's own accounts).
        peak_memory: Peak of its control group in bytes, file cache included; None without control groups.
    """

    exit_code: int
    started: datetime
    finished: datetime
    out_of_memory: bool
    peak_rss: int
    peak_memory: int | None


class Container:
    """
    A container.

    Args:
        name: Unique on this machine.
        folder: Its own directory, on a file system that an overlay can write to.
        lower: The image's root file system.
        state: runc's state directory.
        on_end: Called once, from another thread, when it ended.
    """

    def __init__(self, name: str, folder: Path, lower: Path, *, state: Path, on_end: Callable[[], None]) -> None:
        self.name = name
        self.folder = folder
        self.root = folder / "root"
        self.termination_log = folder / "termination-log"
        self.log = LogFile(folder / "log")
        self.cgroup = f"/{CGROUPS}/{name}/c"
        self.ending: Ending | None = None
        self._ended = threading.Event()
        self._runc = ("runc", "--root", str(state))
        self._on_end = on_end
        self._process: subprocess.Popen[bytes] | None = None
        self._mount(lower)

    def _mount(self, lower: Path) -> None:
        upper, work = self.folder / "upper", self.folder / "work"
        for path in (upper, work, self.root):
            path.mkdir(parents=True, exist_ok=True)
        self.termination_log.touch()
        self.termination_log.chmod(0o666)
        options = f"lowerdir={lower},upperdir={upper},workdir={work}"
        done = subprocess.run(
            ["mount", "-t", "overlay", "overlay", "-o", options, str(self.root)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeFailure(f"mount of the root file system: {done.stderr.strip()}")

    def start(self, config: Json) -> None:
        """
        Start it; its output goes to the log from now on.

        Raises:
            RuntimeFailure: runc is missing.
        """
        (self.folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        began = datetime.now(UTC)
        runc_log = self.folder / "runc.log"
        command = [
            *self._runc,
            "--log",
            str(runc_log),
            "--log-format",
            "json",
            "run",
            "--bundle",
            str(self.folder),
            self.name,
        ]
        try:
            # A session of its own: what is typed at the lab's terminal does not reach the containers.
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as problem:
            raise RuntimeFailure(f"runc: {problem}") from problem
        self._process = process
        limit = config["linux"]["resources"].get("memory", {}).get("limit")
        assert process.stdout is not None
        assert process.stderr is not None
        readers = [
            threading.Thread(target=self.log.copy, args=(stream, label), daemon=True)
            for stream, label in ((process.stdout, "stdout"), (process.stderr, "stderr"))
        ]
        for reader in readers:
            reader.start()
        threading.Thread(
            target=self._wait, args=(process, readers, began, limit), daemon=True, name=f"wait {self.name}"
        ).start()

    def _wait(
        self, process: subprocess.Popen[bytes], readers: list[threading.Thread], began: datetime, limit: int | None
    ) -> None:
        # wait4 instead of Popen.wait: its usage covers runc and the container's processes that runc waited for.
        _, status, usage = os.wait4(process.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        process.returncode = code
        for reader in readers:
            reader.join(10)
        exit_code = 128 - code if code < 0 else code
        killed = exit_code == 128 + signal.SIGKILL
        peak = self._peak()
        self.ending = Ending(
            exit_code=exit_code,
            started=began,
            finished=datetime.now(UTC),
            # The kernel counts its victims in the innermost group, which is gone by now: told by the group around it.
            out_of_memory=killed and limit is not None and peak is not None and peak >= limit * 0.99,
            peak_rss=usage.ru_maxrss * 1024,
            peak_memory=peak,
        )
        self._ended.set()
        self._on_end()

    def runc_error(self) -> str:
        """Return what runc itself had to say, if the container never came to life."""
        with contextlib.suppress(OSError):
            for line in (self.folder / "runc.log").read_text("utf-8").splitlines():
                entry = json.loads(line)
                if entry["level"] == "error":
                    return str(entry["msg"])
        return ""

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its first process, waiting a moment for one that is just being made."""
        for _ in range(25):
            if self._ended.is_set():
                return
            command = [*self._runc, "kill", self.name, str(int(number))]
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return
            self._ended.wait(0.2)

    def stop(self, grace: float) -> None:
        """End it: TERM, and KILL once the grace is over. Returns when it has ended."""
        if self._process is None:
            return
        if grace > 0:
            self.signal(signal.SIGTERM)
            self._ended.wait(grace)
        while not self._ended.is_set():
            self.signal(signal.SIGKILL)
            self._ended.wait(1)

    def message(self, policy: str) -> str:
        """Return its last words: the termination message file, else the log's end if the policy asks for it."""
        with contextlib.suppress(OSError):
            text = self.termination_log.read_bytes()[:4096].decode("utf-8", "replace")
            if text:
                return text
        failed = self.ending is not None and self.ending.exit_code != 0
        return self.log.tail(lines=80, size=2048) if failed and policy == "FallbackToLogsOnError" else ""

    def clear(self) -> None:
        """Unmount and remove everything but the log."""
        subprocess.run([*self._runc, "delete", "--force", self.name], capture_output=True, check=False)
        subprocess.run(["umount", "--lazy", str(self.root)], capture_output=True, check=False)
        for path in ("upper", "work", "root"):
            shutil.rmtree(self.folder / path, ignore_errors=True)
        for parent in self._groups():
            with contextlib.suppress(OSError):
                (parent / "c").rmdir()
            with contextlib.suppress(OSError):
                parent.rmdir()

    def _groups(self) -> list[Path]:
        """Return the control groups around the container's own, which outlive it and so keep its peak."""
        name = Path(CGROUPS) / self.name
        return [path for path in (_CGROUP_ROOT / name, *_CGROUP_ROOT.glob(f"*/{name}")) if path.is_dir()]

    def _peak(self) -> int | None:
        for group in self._groups():
            for file in ("memory.peak", "memory.max_usage_in_bytes"):
                with contextlib.suppress(OSError, ValueError):
                    return int((group / file).read_text())
        return None
