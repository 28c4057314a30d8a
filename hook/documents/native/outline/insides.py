"""Which tasks and menus stand in the menu's choice that opens them, as Archy writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from hook.documents.native.outline.labels import listed
from hook.documents.native.outline.words import lowered
from hook.documents.native.packing import Configuration

REFERENCES = {"taskReference": "task", "menuReference": "menu"}
"""Keys of a choice's action that hold the id of a task or menu."""

_DEEPEST = 5
"""Menus and tasks deeper inside of others stand beside them."""


def sequences_of(configuration: Configuration) -> list[dict[str, Any]]:
    """Return tasks, states and menus."""
    return [one for one in listed(configuration.get("flowSequenceItemList")) if isinstance(one, dict)]


def choices_of(menu: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the choices of a menu; none of any other sequence."""
    return [choice for choice in listed(menu.get("menuChoiceList")) if isinstance(choice, dict)]


def type_of(item: dict[str, Any]) -> str:
    """Return the ``__type`` of an action, task, state or menu; empty if it has none."""
    found = item.get("__type")
    return found if isinstance(found, str) else ""


def opened_inside(configuration: Configuration) -> dict[int, dict[str, Any]]:
    """
    Return the task or menu that stands in the action of a choice, by the ``id()`` of the action.

    That is one that nothing else opens and with which the flow does not begin.
    """
    sequences = sequences_of(configuration)
    by_id = {sequence["id"]: sequence for sequence in sequences if isinstance(sequence.get("id"), str)}
    used = Counter(_references(configuration))
    owners: dict[str, str] = {}
    found: dict[int, tuple[dict[str, Any], str]] = {}
    for sequence in sequences:
        for choice in choices_of(sequence):
            action = choice.get("action")
            for key, word in REFERENCES.items() if isinstance(action, dict) else ():
                target = action.get(key) if isinstance(action, dict) else None
                if not isinstance(target, str):
                    continue
                opened = by_id.get(target)
                if (
                    opened is not None
                    and lowered(type_of(opened)) == word
                    and used[target] == 1
                    and target != configuration.get("initialSequence")
                    and isinstance(sequence.get("id"), str)
                ):
                    owners[target] = sequence["id"]
                    found[id(action)] = (opened, target)
    return {key: opened for key, (opened, target) in found.items() if _is_shallow(target, owners)}


def _is_shallow(target: str, owners: dict[str, str]) -> bool:
    """Return whether a sequence stands inside only few others, and not inside itself."""
    for _ in range(_DEEPEST):
        owner = owners.get(target)
        if owner is None:
            return True
        target = owner
    return False


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in REFERENCES and isinstance(item, str):
                yield item
            else:
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
