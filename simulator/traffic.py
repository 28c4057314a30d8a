"""How busy flows and queues are: what a fixture or a test says of them, and what queries see."""

from __future__ import annotations

from pydantic import Field

from simulator.model import Model

VOICE = "voice"


class Load(Model):
    """Interactions of one medium; from the query after the first ``after_calls`` ones on there are ``falls_to``."""

    falls_to: int | None = None
    after_calls: int = 1
    seen: int = 0

    def look(self) -> bool:
        """Count a query that sees this load; return whether the load has fallen."""
        self.seen += 1
        return self.falls_to is not None and self.seen > self.after_calls


class FlowLoad(Load):
    """Interactions in a flow; ``type`` only tells flows of the same name apart in a fixture."""

    count: int = 0
    type: str = ""
    media_type: str = VOICE

    def now(self) -> int:
        """Return what a query sees."""
        return self.falls_to or 0 if self.look() else self.count


class QueueLoad(Load):
    """Interactions in a queue; when they fall, ``falls_to`` are with agents and none waits.

    ``on_queue`` are the agents on queue, whatever their media; without it they stay as they were.
    """

    interacting: int = 0
    waiting: int = 0
    on_queue: int | None = None
    media_type: str = VOICE

    def now(self) -> tuple[int, int]:
        """Return what a query sees: interactions with agents, and those that wait."""
        return (self.falls_to or 0, 0) if self.look() else (self.interacting, self.waiting)


class Traffic(Model):
    """What is stored: loads by id of the flow or queue and by medium, and agents by id of the queue."""

    flows: dict[str, dict[str, FlowLoad]] = Field(default_factory=dict)
    queues: dict[str, dict[str, QueueLoad]] = Field(default_factory=dict)
    on_queue: dict[str, int] = Field(default_factory=dict)


class TrafficFixture(Model):
    """What a fixture says: loads by name of the flow or queue; a plain number is a flow's count of voice calls."""

    flows: dict[str, int | FlowLoad] = Field(default_factory=dict)
    queues: dict[str, QueueLoad] = Field(default_factory=dict)
