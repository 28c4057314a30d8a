"""The log of a container: one line per line, with the time and the stream before it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Wanted:
    """
    What ``kubectl logs`` asks for.

    Attributes:
        timestamps: Put the time before each line.
        tail: So many lines from the end; None for all.
        since: Lines not older than this; None for all.
        limit: So many bytes; None for all.
        follow: Go on until the container has ended.
    """

    timestamps: bool = False
    tail: int | None = None
    since: datetime | None = None
    limit: int | None = None
    follow: bool = False


class LogFile:
    """
    A log.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def copy(self, stream: IO[bytes], label: str) -> None:
        """Copy a stream line by line until it ends."""
        with stream:
            for line in stream:
                stamped = (
                    f"{datetime.now(UTC).isoformat(timespec='microseconds')} {label} ".encode()
                    + line.rstrip(b"\n")
                    + b"\n"
                )
                with self._lock, self.path.open("ab") as file:
                    file.write(stamped)

    def read(self, wanted: Wanted, *, ended: Callable[[], bool]) -> Iterator[bytes]:
        """Yield the lines that are wanted."""
        left = wanted.limit
        for line in self._lines(wanted, ended):
            stamp, _, text = line.split(b" ", 2)
            if wanted.since is not None and datetime.fromisoformat(stamp.decode()) < wanted.since:
                continue
            shown = stamp.replace(b"+00:00", b"Z") + b" " + text if wanted.timestamps else text
            if left is not None:
                shown = shown[:left]
                left -= len(shown)
            yield shown
            if left == 0:
                return

    def _lines(self, wanted: Wanted, ended: Callable[[], bool]) -> Iterator[bytes]:
        position = 0
        if self.path.exists():
            content = self.path.read_bytes()
            lines = content.splitlines(keepends=True)
            complete = [line for line in lines if line.endswith(b"\n")]
            position = sum(map(len, complete))
            yield from deque(complete, maxlen=wanted.tail)
        while wanted.follow:
            last = ended()
            if self.path.exists():
                with self.path.open("rb") as file:
                    file.seek(position)
                    for line in file:
                        if not line.endswith(b"\n"):
                            break
                        position += len(line)
                        yield line
            if last:
                return
            time.sleep(0.2)

    def tail(self, *, lines: int, size: int) -> str:
        """Return the end of the log: at most so many lines and bytes."""
        found = b"".join(self.read(Wanted(tail=lines), ended=lambda: True))
        return found[-size:].decode("utf-8", "replace")
