"""One change under way."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from hook.documents.native.packing import Configuration
from hook.genesys.job_states import JobState
from hook.model import Change, Live


@dataclass(slots=True)
class Task:
    """
    One change under way: ``finished`` is set once it was published, and so is ``job`` or what was ``sent``.

    ``sent`` is the configuration, with ids, of what went the native route.
    """

    change: Change
    before: Live | None
    sent: Configuration | None = None
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
