"""
The order in which actions run, as a tree.

A container lists its actions flat; ``startAction``, ``nextAction`` and ``paths[].nextActionId`` tell what follows what.
Archy nests them instead: what follows stands behind, what a way out leads to stands below.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DEEPEST = 25
"""Deeper chains stand beside the others, so that a long row of else-if does not exhaust the stack."""

Action = dict[str, Any]


@dataclass(slots=True)
class Way:
    """One way out of an action: the ``paths`` entry and what runs there."""

    path: dict[str, Any]
    chain: Chain


@dataclass(slots=True)
class Step:
    """An action in its place."""

    action: Action
    ways: list[Way] = field(default_factory=list)


@dataclass(slots=True)
class Jump:
    """The way goes on at an action that stands elsewhere, or (``target`` is ``None``) at an id that no action has."""

    target: Action | None
    id: str


Chain = list[Step | Jump]


@dataclass(slots=True)
class Nest:
    """
    The actions of one container.

    Attributes:
        main: What runs first.
        apart: Chains that nothing reaches or that are too deep, each of them once.
        lost: What stands in the list and is no action.
        roots: The chains of the actions that stand outside of the list, in their order.
    """

    main: Chain
    apart: list[Chain]
    lost: list[Any]
    roots: list[Chain]

    def steps(self) -> Iterator[Step]:
        """Yield every step in the order in which it is shown."""
        waiting: list[Chain] = [*reversed(self.apart), self.main, *reversed(self.roots)]
        while waiting:
            chain = waiting.pop()
            for index, step in enumerate(chain):
                if isinstance(step, Step):
                    yield step
                    if step.ways:
                        waiting.append(chain[index + 1 :])
                        waiting.extend(way.chain for way in reversed(step.ways))
                        break


def nest(actions: list[Any], start: Any, roots: list[Action] | None = None) -> Nest:
    """
    Return the actions of one container as a tree; every action stands in it exactly once.

    Args:
        actions: The flat list; what is no object is kept as lost.
        start: The id of the first action, or whatever stands there.
        roots: Actions that stand outside of the list, as those of a menu's choices do.
    """
    found = [action for action in actions if isinstance(action, dict)]
    lost = [action for action in actions if not isinstance(action, dict)]
    return _Nesting(found, roots or []).result(start, lost)


def ways_out(action: Action) -> list[dict[str, Any]]:
    """Return the entries of ``paths`` (of a loop: ``path``); an empty list if any of them is no object."""
    paths = action.get("paths")
    found = paths if isinstance(paths, list) else []
    loop = action.get("path")
    if not found and isinstance(loop, dict):
        found = [loop]
    return found if all(isinstance(path, dict) for path in found) else []


class _Nesting:
    def __init__(self, actions: list[Action], roots: list[Action]) -> None:
        self._actions = actions
        self._roots = roots
        self._known: dict[str, Action] = {}
        for action in [*roots, *actions]:
            own = action.get("id")
            if isinstance(own, str):
                self._known.setdefault(own, action)
        self._placed: set[int] = set()
        self._apart: list[Chain] = []

    def result(self, start: Any, lost: list[Any]) -> Nest:
        self._placed |= {id(root) for root in self._roots}
        roots = [self._from(root) for root in self._roots]
        main = self._tree(start) if isinstance(start, str) and start else []
        reached = {self._next(action) for action in self._actions}
        reached |= {_text(path.get("nextActionId")) for action in self._actions for path in ways_out(action)}
        ordered = sorted(self._actions, key=lambda action: (str(action.get("__type")), str(action.get("name"))))
        # First those that nothing leads to, so that what they lead to stands behind them.
        for unreached in (True, False):
            for action in ordered:
                if id(action) not in self._placed and not (unreached and _text(action.get("id")) in reached):
                    self._apart.append(self._from(action))
        return Nest(main, self._apart, lost, roots)

    def _next(self, action: Action) -> str | None:
        return _text(action.get("nextAction"))

    def _tree(self, start: str) -> Chain:
        waiting: deque[tuple[Chain, int]] = deque()
        chain = self._chain(start)
        waiting.append((chain, 0))
        self._below(waiting)
        return chain

    def _from(self, action: Action) -> Chain:
        self._placed.add(id(action))
        chain: Chain = [Step(action)]
        following = self._next(action)
        if following is not None:
            chain += self._chain(following)
        self._below(deque([(chain, 0)]))
        return chain

    def _below(self, waiting: deque[tuple[Chain, int]]) -> None:
        """Find what runs on every way out, level by level: an action that several ways reach stands highest."""
        while waiting:
            chain, level = waiting.popleft()
            for step in chain:
                if not isinstance(step, Step):
                    continue
                for path in ways_out(step.action):
                    target = _text(path.get("nextActionId"))
                    found = self._chain(target) if target is not None else []
                    if level >= DEEPEST and found and isinstance(found[0], Step):
                        self._apart.append(found)
                        step.ways.append(Way(path, [Jump(found[0].action, str(target))]))
                        waiting.append((found, 0))
                    else:
                        step.ways.append(Way(path, found))
                        waiting.append((found, level + 1))

    def _chain(self, start: str) -> Chain:
        """Return what runs from ``start`` on, up to the end or to what has its place already."""
        chain: Chain = []
        at: str | None = start
        while at is not None:
            action = self._known.get(at)
            if action is None or id(action) in self._placed:
                chain.append(Jump(action, at))
                break
            self._placed.add(id(action))
            chain.append(Step(action))
            at = self._next(action)
        return chain


def _text(value: Any) -> str | None:
    """Return an id; an empty one leads nowhere."""
    return value if isinstance(value, str) and value else None
