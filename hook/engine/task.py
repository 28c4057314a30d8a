"""One change under way."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from hook.genesys.job_states import JobState
from hook.model import Change, Live


@dataclass(slots=True)
class Task:
    """One change under way: ``job`` and ``finished`` are set once the job has succeeded."""

    change: Change
    before: Live | None
    started: float = field(default_factory=time.monotonic)
    job: JobState | None = None
    finished: float = 0.0
    restored: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the platform said of the job, and what else there is to tell."""
        said = [message.text for message in self.job.messages if message.text] if self.job else []
        return (*said, *self.notes)
