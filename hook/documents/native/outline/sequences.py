"""Tasks, states and menus of a configuration as Archy writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hook.documents.native.outline.actions import Actions
from hook.documents.native.outline.insides import REFERENCES, choices_of, opened_inside, type_of
from hook.documents.native.outline.labels import listed
from hook.documents.native.outline.nesting import Chain, Nest, Step, Way, nest, ways_out
from hook.documents.native.outline.telling import Entries, Teller
from hook.documents.native.outline.words import CHOICE, MENU_SETTINGS, SPEECH_SETTINGS, action_word, lowered, raised
from hook.documents.native.packing import Configuration
from hook.documents.nodes import Mapping as Object
from hook.documents.nodes import Node, Scalar, Sequence

_MENU = (("settingsMenu", MENU_SETTINGS), ("settingsSpeechRec", SPEECH_SETTINGS))


def nest_sequence(sequence: dict[str, Any]) -> Nest:
    """Return the actions of a task, state or menu as a tree."""
    roots = [choice["action"] for choice in choices_of(sequence) if isinstance(choice.get("action"), dict)]
    return nest(listed(sequence.get("actionList")), sequence.get("startAction"), roots)


class Sequences:
    """
    Tells sequences.

    Args:
        configuration: A named configuration.
        nests: For each of its sequences (by ``id()`` of its object) the actions as a tree.
        teller: For everything in them that is nothing particular.
    """

    def __init__(self, configuration: Configuration, nests: dict[int, Nest], teller: Teller) -> None:
        self._teller = teller
        self._actions = Actions(teller)
        self._nests = nests
        self._inside = opened_inside(configuration)
        self._placed = {id(sequence) for sequence in self._inside.values()}

    def is_inside(self, sequence: dict[str, Any]) -> bool:
        """Return whether a task or menu stands in the menu's choice that opens it."""
        return id(sequence) in self._placed

    def node(self, sequence: dict[str, Any]) -> Object:
        """Return a sequence under its word."""
        outer = Entries()
        outer.add(lowered(type_of(sequence)) or "sequence", self.inside(sequence))
        return outer.node()

    def inside(self, sequence: dict[str, Any]) -> Object:
        """Return what stands in a sequence."""
        into, kind = Entries(), type_of(sequence)
        told = {"name", "variables", "menuChoiceList"}
        self._teller.name(into, sequence)
        number = self._teller.labels.number(sequence)
        if number is not None:
            into.add("calledHere", Scalar(number))
        if raised(lowered(kind)) == kind:
            told.add("__type")
        if "variables" in sequence:
            self.variables(into, sequence["variables"])
        told |= self._listed(into, sequence)
        for word, keys in _MENU if kind == "Menu" else ():
            settings = {key: sequence[key] for key in keys if key in sequence}
            inner = Entries()
            self._teller.fill(inner, settings, words=keys)
            into.add(word, inner.node())
            told |= settings.keys()
        ways = [Way(path, []) for path in ways_out(sequence)]
        told |= self._actions.outputs(into, sequence, ways, followed=False)
        self._teller.fill(into, sequence, told=told, words={"paths": "outputs"})
        return into.node()

    def variables(self, into: Entries, variables: Any) -> None:
        """Add variables under their words, such as ``stringCollectionVariable``."""
        if isinstance(variables, list):
            told = Sequence(tuple(self._variable(variable) for variable in variables))
            into.add("variables", told, unordered=True)
        else:
            into.add("variables", self._teller.node(variables))

    def _variable(self, variable: Any) -> Node:
        kind = type_of(variable) if isinstance(variable, dict) else ""
        word = lowered(kind.removesuffix("Variable"))
        if not word or f"{raised(word)}Variable" != kind:
            return self._teller.node(variable)
        inner, outer = Entries(), Entries()
        self._teller.name(inner, variable)
        self._teller.fill(inner, variable, told={"name", "__type"})
        collection = "Collection" if variable.get("isCollection") is True else ""
        outer.add(f"{word}{collection}Variable", inner.node())
        return outer.node()

    def _listed(self, into: Entries, sequence: dict[str, Any]) -> set[str]:
        """Add actions and choices; return the keys that were added."""
        nested, told = self._nests[id(sequence)], set()
        if nested.main:
            told.add("startAction")
        if nested.main or isinstance(sequence.get("actionList"), list):
            into.add("actions", self._actions.chain(nested.main))
        if isinstance(sequence.get("actionList"), list):
            told.add("actionList")
            if nested.lost:
                into.add("noActions", self._teller.node(nested.lost))
        choices = sequence.get("menuChoiceList")
        if isinstance(choices, list):
            chains = iter(nested.roots)
            into.add("choices", Sequence(tuple(self._choice(choice, chains) for choice in choices)))
        elif "menuChoiceList" in sequence:
            into.add("choices", self._teller.node(choices))
        if nested.apart:
            into.add("apart", Sequence(tuple(self._actions.apart(chain) for chain in nested.apart)))
        return told

    def _choice(self, choice: Any, chains: Iterator[Chain]) -> Node:
        """Return a menu's choice together with its action, under one word."""
        if not isinstance(choice, dict):
            return self._teller.node(choice)
        into, outer, told = Entries(), Entries(), {"name"}
        self._teller.name(into, choice)
        digit = choice.get("digit")
        if isinstance(digit, int | str) and not isinstance(digit, bool):
            told.add("digit")
            into.add("dtmf", Scalar(f"digit_{digit}", meaning=type(digit).__name__))
        action = choice.get("action")
        if not isinstance(action, dict):
            self._teller.fill(into, choice, told=told, words=CHOICE)
            outer.add("menuChoice", into.node())
            return outer.node()
        self._teller.fill(into, choice, told={*told, "action"}, words=CHOICE)
        if action.get("name") != choice.get("name"):
            into.add("actionName", self._teller.node(action.get("name")))
        self._opened(into, action, next(chains))
        outer.add(f"menu{raised(action_word(type_of(action)))}", into.node())
        return outer.node()

    def _opened(self, into: Entries, action: dict[str, Any], chain: Chain) -> None:
        """Add a choice's action, what it opens, and what runs behind it."""
        opened = self._inside.get(id(action))
        word = lowered(type_of(opened)) if opened is not None else ""
        if isinstance(chain[0], Step):
            told = frozenset(key for key, target in REFERENCES.items() if target == word)
            self._actions.fill(into, chain[0], told=told)
        if opened is not None:
            into.add(word, self.inside(opened))
        if chain[1:]:
            into.add("actions", self._actions.chain(chain[1:]))
