"""The state with its clock, its lock and its file."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from simulator import clock
from simulator.paths import DIVISIONS, QUEUES
from simulator.state import Client, Entity, Flow, State

__all__ = ["DIVISIONS", "HOME", "QUEUES", "World", "fresh_state", "iso", "same"]

HOME = "Home"


def same(name: str) -> str:
    """Return the form in which the platform compares names: it does not look at case."""
    return name.casefold()


def iso(seconds: float) -> str:
    """Return epoch seconds the way the platform writes a time."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fresh_state() -> State:
    """Return an organisation with nothing in it but its default division and one OAuth client."""
    state = State()
    client = Client(id="flowsync", name="flowsync", secret="secret-of-flowsync")  # noqa: S106 (made up)
    state.clients[client.id] = client
    state.objects[DIVISIONS] = [Entity(name=HOME, attributes={"description": "", "homeDivision": True})]
    return state


class World:
    """One simulated organisation.

    Args:
        speed: By how much simulated delays are shortened.
        persist: The file that holds the state between two lives of the process.
    """

    def __init__(self, *, speed: float = 1.0, persist: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.speed = speed
        self._persist = persist
        self._dirty = True
        self._flow_ids: dict[tuple[str, str], str] = {}
        self._entities: dict[str, dict[str, list[Entity]]] = {}
        self._by_id: dict[str, dict[str, Entity]] = {}
        self._moment: float | None = None
        self.state = fresh_state()
        if persist and persist.exists():
            self.state = State.model_validate_json(persist.read_bytes())
        self.index()

    def now(self) -> float:
        """Return the time in epoch seconds."""
        if self._moment is not None:
            return self._moment
        return clock.now(self.state)

    @contextlib.contextmanager
    def as_of(self, moment: float) -> Iterator[None]:
        """Let it be ``moment`` (epoch seconds), for what should have happened before anybody looked."""
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None

    def after(self, seconds: float) -> float:
        """Return the time at which a simulated delay from now is over."""
        return self.now() + seconds / self.speed

    def changed(self) -> None:
        """Note that the state has to be written."""
        self._dirty = True

    def save(self) -> None:
        """Write the state if it changed, so that a process that is killed at any moment leaves a whole file."""
        if not self._persist or not self._dirty:
            return
        scratch = self._persist.with_name(self._persist.name + ".new")
        scratch.write_text(self.state.model_dump_json(), encoding="utf-8")
        scratch.replace(self._persist)
        self._dirty = False

    def replace(self, state: State) -> None:
        """Take another state."""
        self.state = state
        self.index()
        self.changed()

    def index(self) -> None:
        """Build the indexes anew; needed after a flow was renamed or deleted."""
        self._entities = {}
        self._by_id = {}
        self._flow_ids = {
            (same(flow.name), flow.type): flow.id for flow in self.state.flows.values() if not flow.deleted
        }

    def add_flow(self, flow: Flow) -> None:
        """Store a new flow."""
        self.state.flows[flow.id] = flow
        self._flow_ids[same(flow.name), flow.type] = flow.id
        self.changed()

    def find_flow(self, name: str, flow_type: str) -> Flow | None:
        """Return the flow with this name and type; with an empty type, one of any type."""
        if flow_type:
            flow_id = self._flow_ids.get((same(name), flow_type.lower()))
            return self.state.flows[flow_id] if flow_id else None
        wanted = same(name)
        return next((self.state.flows[one] for (key, _), one in self._flow_ids.items() if key == wanted), None)

    def add_entity(self, path: str, entity: Entity) -> Entity:
        """Store a new object of a list."""
        self.state.objects.setdefault(path, []).append(entity)
        if path in self._entities:
            self._entities[path].setdefault(same(entity.name), []).append(entity)
        if path in self._by_id:
            self._by_id[path][entity.id] = entity
        self.changed()
        return entity

    def entity(self, path: str, entity_id: str) -> Entity | None:
        """Return the object of a list with this id."""
        if path not in self._by_id:
            self._by_id[path] = {one.id: one for one in self.state.objects.get(path, [])}
        return self._by_id[path].get(entity_id)

    def removed(self, path: str, entity_id: str) -> Entity | None:
        """Return the deleted object of a list with this id."""
        return next((one for one in self.state.removed.get(path, []) if one.id == entity_id), None)

    def bury(self, path: str, entity: Entity) -> None:
        """Take an object out of its list; it is kept where deleted ones are."""
        self.state.objects[path] = [one for one in self.state.objects.get(path, []) if one is not entity]
        self.state.removed.setdefault(path, []).append(entity)
        self.renamed(path)

    def restore(self, path: str, entity: Entity) -> None:
        """Put a deleted object back into its list."""
        self.state.removed[path] = [one for one in self.state.removed.get(path, []) if one is not entity]
        self.add_entity(path, entity)

    def renamed(self, path: str) -> None:
        """Forget the indexes of a list; needed after an object was renamed or taken away."""
        self._entities.pop(path, None)
        self._by_id.pop(path, None)
        self.changed()

    def remove_entity(self, path: str, name: str) -> int:
        """Forget the objects of this name; return how many there were."""
        before = self.state.objects.get(path, [])
        left = [entity for entity in before if same(entity.name) != same(name)]
        self.state.objects[path] = left
        self.renamed(path)
        return len(before) - len(left)

    def find_entities(self, path: str, name: str) -> list[Entity]:
        """Return the objects of a list with this name."""
        if path not in self._entities:
            index: dict[str, list[Entity]] = {}
            for entity in self.state.objects.get(path, []):
                index.setdefault(same(entity.name), []).append(entity)
            self._entities[path] = index
        return self._entities[path].get(same(name), [])

    def division(self, division_id: str | None) -> Entity:
        """Return the division with this id; the default one without an id, or when it is unknown."""
        divisions = self.state.objects[DIVISIONS]
        return next((one for one in divisions if one.id == division_id), divisions[0])

    @property
    def home(self) -> Entity:
        """The default division."""
        return self.state.objects[DIVISIONS][0]
