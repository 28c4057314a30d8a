"""Actions of a configuration as Archy writes them, nested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hook.documents.canonical import VALUES
from hook.documents.native.outline.insides import type_of
from hook.documents.native.outline.nesting import Action, Chain, Jump, Step, Way
from hook.documents.native.outline.telling import Entries, Teller, is_explained
from hook.documents.native.outline.words import action_word, field_words, is_told, output_word, usual_label
from hook.documents.nodes import Mapping as Object
from hook.documents.nodes import Scalar, Sequence


@dataclass(frozen=True, slots=True)
class _Called:
    """
    What actions of one type call: ``<stem>Id`` and ``<stem>Name`` tell it.

    Attributes:
        stem: The beginning of these two keys.
        word: The key above its name.
        kind: The manifest's word for it.
    """

    stem: str
    word: str
    kind: str


_CALLED = {
    "DataAction": _Called("action", "dataAction", "dataAction"),
    "DataTableLookupAction": _Called("datatable", "dataTable", "dataTable"),
    "CallBotFlowAction": _Called("flow", "botFlow", "botFlow"),
    "CallDigitalBotFlowAction": _Called("flow", "digitalBotFlow", "digitalBotFlow"),
    "CallCommonModuleAction": _Called("flow", "commonModule", "commonModuleFlow"),
}
_PASSED = frozenset({"inputs", "outputs", "errorBindings"})
"""Keys of such an action that stand below the name of what it calls."""


class Actions:
    """
    Tells actions.

    Args:
        teller: For everything in them that is nothing particular.
    """

    def __init__(self, teller: Teller) -> None:
        self._teller = teller

    def chain(self, chain: Chain) -> Sequence:
        """Return a list of actions, each with what runs on its ways out."""
        return Sequence(tuple(self._step(step) if isinstance(step, Step) else self._jump(step) for step in chain))

    def apart(self, chain: Chain) -> Object:
        """Return actions that stand beside the others, under the name of the first."""
        first, inner, outer = chain[0], Entries(), Entries()
        if isinstance(first, Step):
            inner.add("name", Scalar(f"{action_word(type_of(first.action))} '{first.action.get('name', '')}'"))
        inner.add("actions", self.chain(chain))
        outer.add("chain", inner.node())
        return outer.node()

    def fill(self, into: Entries, step: Step, *, told: frozenset[str] = frozenset()) -> None:
        """
        Add what an action has, its name aside.

        Args:
            into: Where to.
            step: The action in its place.
            told: Keys of it that have been added already.
        """
        action, kind = step.action, type_of(step.action)
        done = {"name", *told}
        if is_told(kind):
            done.add("__type")
        if isinstance(action.get("nextAction"), str) and action["nextAction"]:
            done.add("nextAction")
        words = field_words(kind)
        done |= self._called(into, action, words)
        # Last, since it is the longest part.
        outputs = Entries()
        done |= self.outputs(outputs, action, step.ways)
        self._teller.fill(into, action, words={**words, "paths": "outputs"}, told=done)
        ways = outputs.take("outputs")
        if ways is not None:
            into.add("outputs", ways)

    def outputs(self, into: Entries, item: dict[str, Any], ways: list[Way], *, followed: bool = True) -> set[str]:
        """
        Add the ways out of an action or task.

        Args:
            into: Where to.
            item: The action or task.
            ways: Its ways out.
            followed: Whether their chains hold what ``nextActionId`` leads to.

        Returns:
            The keys of ``item`` that were added.
        """
        if not ways:
            return set()
        outputs = Entries()
        for way in ways:
            output, label, target = (way.path.get(key) for key in ("outputId", "label", "nextActionId"))
            inner, told = Entries(), set()
            shown = output if isinstance(output, str) else ""
            usual = usual_label(shown)
            if usual is not None or self._teller.labels.of(output) is not None:
                told.add("outputId")
            if usual is not None and label == usual:
                told.add("label")
            if followed and isinstance(target, str) and target:
                told.add("nextActionId")
            inner.add("actions", self.chain(way.chain))
            self._teller.fill(inner, way.path, told=told)
            outputs.add(output_word(shown, label if isinstance(label, str) else ""), inner.node())
        into.add("outputs", outputs.node())
        return {"paths"} if isinstance(item.get("paths"), list) and item["paths"] else {"path"}

    def _step(self, step: Step) -> Object:
        into, outer = Entries(), Entries()
        self._teller.name(into, step.action)
        self.fill(into, step)
        outer.add(action_word(type_of(step.action)), into.node())
        return outer.node()

    def _jump(self, jump: Jump) -> Object:
        where = self._teller.labels.text(jump.id)
        outer = Entries()
        outer.add("continueAt", Scalar(f"{where}, which no action here has" if jump.target is None else where))
        return outer.node()

    def _called(self, into: Entries, action: Action, words: dict[str, str]) -> set[str]:
        """Add the data action, data table or flow that an action calls; return the keys that were added."""
        called = _CALLED.get(type_of(action))
        own, name = (action.get(f"{called.stem}{end}") if called else None for end in ("Id", "Name"))
        if called is None or not isinstance(own, str) or not isinstance(name, str) or not name:
            return set()
        category = action.get("category")
        qualifier = _category_name(category)
        inner, keyed = Entries(), Entries()
        # A name that is also a way to write a value would be taken for one when nothing stands below it.
        if name in VALUES or not is_explained(own, called.kind, name, qualifier):
            inner.add("id", self._teller.node(own))
        passed = {key: action[key] for key in sorted(_PASSED & action.keys())}
        self._teller.fill(inner, passed, words=words)
        keyed.add(name, inner.node(), meaning=own)
        done = {f"{called.stem}Id", f"{called.stem}Name", *passed}
        if not qualifier:
            into.add(called.word, keyed.node())
            return done
        by_word, by_category = Entries(), Entries()
        by_word.add(called.word, keyed.node())
        by_category.add(qualifier, by_word.node())
        into.add("category", by_category.node())
        if isinstance(category, dict) and category["id"] != qualifier:
            into.add("categoryId", self._teller.node(category["id"]))
        return done | {"category"}


def _category_name(category: Any) -> str:
    """Return the name of a data action's category, empty if it is not the usual ``{id, name}``."""
    if not isinstance(category, dict) or category.keys() != {"id", "name"}:
        return ""
    own, name = category["id"], category["name"]
    return name if isinstance(own, str) and isinstance(name, str) else ""
