"""
What stands in place of an id that the document itself defines: the name of what has that id.

So two configurations whose local ids are numbered differently are equal, and a reference to another task or variable is
a difference that a person understands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from hook.documents.native.ids import local_ids, parts
from hook.documents.native.outline.nesting import Nest, ways_out
from hook.documents.native.outline.words import action_word, lowered
from hook.documents.native.packing import Configuration
from hook.documents.native.tokens import GUID

_NUMBERED = re.compile(r"#\d+\Z")


class Labels:
    """
    The names of local ids.

    Args:
        names: For each id the text that stands for it.
        owners: The ``id()`` of each object whose own id is one of them; every other object refers.
    """

    def __init__(self, names: Mapping[str, str], owners: Collection[int]) -> None:
        self._names = names
        self._owners = owners

    def is_owner(self, item: dict[str, Any]) -> bool:
        """Return whether ``id`` in an object says nothing but what the object itself is called by others."""
        return id(item) in self._owners and self.of(item.get("id")) is not None

    def number(self, item: dict[str, Any]) -> str | None:
        """Return the name of what has an ambiguous name, since others name it so; ``None`` for all else."""
        name = self.of(item.get("id"))
        return name if name is not None and _NUMBERED.search(name) else None

    def of(self, value: Any) -> str | None:
        """Return the name of a local id; ``None`` if ``value`` is none."""
        return self._names.get(value) if isinstance(value, str) else None

    def text(self, text: str) -> str:
        """Return ``text`` with a name in place of every local GUID in it."""
        if len(text) < len("00000000-0000-0000-0000-000000000000"):
            return text
        return GUID.sub(lambda match: self._names.get(match.group(), match.group()), text)


def label_ids(configuration: Configuration, nests: Mapping[int, Nest]) -> Labels:
    """
    Return the names of all local ids of ``configuration``.

    Args:
        configuration: A named configuration.
        nests: For each container (by ``id()`` of its object) its actions as a tree.
    """
    naming = _Naming()
    sequences = [one for one in listed(configuration.get("flowSequenceItemList")) if isinstance(one, dict)]
    for sequence in sequences:
        naming.add(sequence.get("id"), f"{lowered(_type(sequence)) or 'sequence'}[{_name(sequence)}]")
    variables = [listed(one.get("variables")) for one in (configuration, *sequences)]
    # Not by the order of the sequences, which says nothing: all but those of the flow are told apart.
    shared = Counter(name for each in variables for name in {_name(one) for one in each if isinstance(one, dict)})
    for variable in variables[0]:
        naming.variable(variable, "")
    for sequence in sequences:
        own = naming.names.get(sequence["id"], "") if isinstance(sequence.get("id"), str) else ""
        for variable in listed(sequence.get("variables")):
            ambiguous = isinstance(variable, dict) and shared[_name(variable)] > 1
            naming.variable(variable, f" in {own}" if ambiguous else "")
        nest = nests.get(id(sequence))
        for step in nest.steps() if nest else ():
            naming.action(step.action, own)
    naming.rest(configuration)
    owners: dict[str, int] = {}
    for part in parts(configuration):
        owners.setdefault(part["id"], id(part))
    return Labels(naming.names, frozenset(owners.values()))


def listed(value: Any) -> list[Any]:
    """Return ``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


class _Naming:
    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def add(self, own: Any, label: str) -> None:
        """Give ``own`` a label, numbered where another id has it already; what is no GUID stays as it is."""
        if not isinstance(own, str) or not GUID.fullmatch(own) or own in self.names:
            return
        self._count[label] += 1
        self.names[own] = label if self._count[label] == 1 else f"{label}#{self._count[label]}"

    def variable(self, variable: Any, where: str) -> None:
        """Name a variable as expressions do, and ``where`` it is."""
        if isinstance(variable, dict):
            self.add(variable.get("id"), f"variable[{_name(variable)}]{where}")

    def action(self, action: dict[str, Any], container: str) -> None:
        """Name an action, and the ways out that have ids of their own."""
        label = f"{action_word(_type(action))} '{_name(action)}' in {container}"
        self.add(action.get("id"), label)
        for path in ways_out(action):
            output = path.get("outputId")
            self.add(output, f"output '{path.get('label', '')}' of {label}")

    def rest(self, configuration: Configuration) -> None:
        """Name everything else that has an id: by the nearest name around it and the keys below that."""
        local = local_ids(configuration)
        for own, label in _definitions(configuration, "flow"):
            if own in local:
                self.add(own, label)


def _definitions(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        own = value.get("id")
        name = value.get("name")
        here = f"{path} '{name}'" if isinstance(name, str) and name else path
        if isinstance(own, str):
            yield own, here
        for key in sorted(value):
            if key != "manifest":
                yield from _definitions(value[key], f"{_nearest(here)}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from _definitions(item, path)


def _nearest(path: str) -> str:
    """Return the end of a path from its last name on, so that what stands around may change."""
    match = re.search(r"\w+ '[^']*'[^']*\Z", path)
    return match.group() if match else path


def _type(item: dict[str, Any]) -> str:
    found = item.get("__type")
    return found if isinstance(found, str) else ""


def _name(item: dict[str, Any]) -> str:
    found = item.get("name")
    return found if isinstance(found, str) else ""
