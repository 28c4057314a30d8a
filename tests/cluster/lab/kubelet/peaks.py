"""The memory that containers needed at most, kept for the tests that claim a figure."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

from tests.cluster.lab.kubelet.runtime import Ending

PREFIX = "lab.flowsync"


@dataclass
class Peaks:
    """
    Peaks of every container that ended.

    Attributes:
        file: JSON lines; it outlives the Pods.
    """

    file: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)

    def note(self, namespace: str, pod: str, container: str, ending: Ending) -> dict[str, str]:
        """Keep the peaks of a container; return them as annotations."""
        found = {"peakRssBytes": ending.peak_rss}
        if ending.peak_memory is not None:
            found["peakMemoryBytes"] = ending.peak_memory
        line = json.dumps({"namespace": namespace, "pod": pod, "container": container, **found})
        with self._lock:
            self._last[namespace, pod, container] = found
            with self.file.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        names = {"peakRssBytes": "peak-rss-bytes", "peakMemoryBytes": "peak-memory-bytes"}
        return {f"{PREFIX}/{names[key]}.{container}": str(value) for key, value in found.items()}

    def of(self, namespace: str, pod: str, container: str) -> dict[str, int] | None:
        """Return the peaks of a container's last run, None while there are none."""
        with self._lock:
            return self._last.get((namespace, pod, container))
