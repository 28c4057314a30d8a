"""What a kind may say about being created, updated or deleted."""

from __future__ import annotations

from typing import Any

from simulator.http import Call
from simulator.state import Entity
from simulator.world import World

Body = dict[str, Any]


class Rules:
    """A kind without particulars; subclasses say where theirs differ."""

    def prepare(self, _world: World, body: Body, _entity: Entity | None) -> Body:
        """Return the body as it is stored; ``entity`` is what it changes, ``None`` when it creates."""
        return body

    def kept(self, _entity: Entity) -> Body:
        """Return attributes that a PUT cannot replace."""
        return {}

    def made(self, _world: World, _entity: Entity, _body: Body) -> None:
        """Complete an object that was created or changed."""

    def guard(self, _world: World, _entity: Entity, _call: Call) -> None:
        """Refuse a deletion."""
