"""Parts of a configuration as parts of a document: any JSON data, and what every action and setting has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from hook.documents.native.outline.labels import Labels
from hook.documents.native.outline.meanings import plain_json
from hook.documents.native.outline.values import is_value, scalar, value_node, value_text
from hook.documents.native.outline.volatile import counts
from hook.documents.native.outline.words import FIELDS, RESULTS, kind_word, raised
from hook.documents.native.tokens import parse_token
from hook.documents.nodes import Entry, Node, Scalar, Sequence
from hook.documents.nodes import Mapping as Object

Words = Mapping[str, str]

NO_WORDS: Words = {}
UNORDERED = frozenset({"variables", "menus", "tasks", "states", "bots"})
"""Keys whose lists have no order in a document; see :mod:`hook.documents.canonical`."""

_AUDIO = {"bargeInExpression": "BargeIn", "flushExpression": "Flush", "cases": "Cases"}
_ID, _NAME = "Id", "Name"


class Entries:
    """The keys of an object under construction; a key that is taken already gets a mark, so that nothing is lost."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def add(self, key: str, value: Node, *, meaning: str = "", unordered: bool = False) -> None:
        """Add a key at the end; ``meaning`` is the token that it stands for, ``unordered`` tells of a list."""
        if key in UNORDERED and isinstance(value, Sequence) and not unordered:
            key = f"{key}InOrder"
        # A key of this name would be taken for the mark of an empty value.
        while key in self._entries or key == "noValue":
            key += "'"
        self._entries[key] = Entry(Scalar(key, meaning=meaning), value)

    def take(self, key: str) -> Node | None:
        """Remove a key and return its value, if it is there."""
        entry = self._entries.pop(key, None)
        return entry.value if entry else None

    def node(self) -> Object:
        """Return the object."""
        return Object(tuple(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)


class Teller:
    """
    Turns JSON data into nodes.

    Args:
        labels: The names of local ids.
        layout: Whether the layout counts.
    """

    def __init__(self, labels: Labels, *, layout: bool) -> None:
        self.labels = labels
        self.layout = layout

    def node(self, data: Any, *, result: bool = False) -> Node:
        """Return any JSON data; ``result`` tells that a variable in it is written."""
        if isinstance(data, dict):
            if is_value(data):
                return value_node(data, self.labels, result=result, layout=self.layout)
            entries = Entries()
            if self._is_named(data):
                entries.add("name", Scalar(data["name"], meaning=plain_json(data, self.labels)))
            else:
                self.fill(entries, data)
            return entries.node()
        if isinstance(data, list):
            return Sequence(tuple(self.node(item, result=result) for item in data))
        return scalar(data, self.labels)

    def name(self, into: Entries, item: dict[str, Any]) -> None:
        """Add the name of something, if it has one; names stand first."""
        if "name" in item:
            into.add("name", self.node(item["name"]))

    def fill(
        self, into: Entries, data: dict[str, Any], *, words: Words = NO_WORDS, told: Collection[str] = frozenset()
    ) -> None:
        """
        Add what an object holds.

        Args:
            into: Where to.
            data: The object.
            words: What its keys are called, before the words that hold everywhere.
            told: Keys that have been added already.
        """
        done = set(told)
        if self.labels.is_owner(data):
            done.add("id")
        for key in sorted(data):
            stem = key.removesuffix(_ID)
            if key not in done and key != stem and self._pair(into, data, stem, words):
                done |= {key, f"{stem}{_NAME}"}
        taken = {*words.values(), *FIELDS.values()}
        for key in sorted(data, key=self.labels.text):
            if key not in done and counts(key, data[key], layout=self.layout):
                own = self.labels.text(key)
                # A key that is called like the word for another one is marked.
                word = words.get(key) or FIELDS.get(key) or (f"{own}'" if own in taken else own)
                self.entry(into, word, data[key])

    def entry(self, into: Entries, word: str, data: Any) -> None:
        """Add one setting; audio with its options is several."""
        if isinstance(data, dict) and "defaultAudio" in data:
            self._audio(into, word, data)
        elif isinstance(data, list):
            self._list(into, word, data)
        else:
            into.add(word, self.node(data, result=word in RESULTS))

    def _audio(self, into: Entries, word: str, data: dict[str, Any]) -> None:
        into.add(word, self.node(data["defaultAudio"]))
        for key in sorted(data):
            if key != "defaultAudio" and counts(key, data[key], layout=self.layout):
                into.add(f"{word}{_AUDIO.get(key) or raised(key)}", self.node(data[key]))

    def _list(self, into: Entries, word: str, data: list[Any]) -> None:
        parameters = _parameters(data)
        if parameters is not None and (parameters or word in RESULTS or word == "inputs"):
            inner = Entries()
            for name in sorted(parameters):
                inner.add(name, self.node(parameters[name], result=word in RESULTS))
            into.add(word, inner.node())
        elif word in {"statements", "attributes"}:
            into.add(word, Sequence(tuple(self._assignment(word, item) for item in data)))
        elif word == "targetQueues" and len(data) == 1:
            into.add("targetQueue", self.node(data[0]))
        else:
            into.add(word, self.node(data))

    def _is_named(self, data: dict[str, Any]) -> bool:
        """Return whether an object does nothing but name another one, as ``{selection, id, name}`` names a voice."""
        own, name = data.get("id"), data.get("name")
        texts = isinstance(own, str) and isinstance(name, str) and self.labels.of(own) is None
        return texts and data.keys() <= {"id", "name", "selection"}

    def _assignment(self, word: str, item: Any) -> Node:
        """Return one statement of an update, or one attribute that is set."""
        if not isinstance(item, dict) or not is_value(item.get("variable")):
            return self.node(item)
        variable, inner, outer = item["variable"], Entries(), Entries()
        if word == "attributes":
            inner.add("name", self.node(variable))
        else:
            inner.add("variable", value_text(variable, self.labels, layout=self.layout))
        self.fill(inner, item, words={"expression": "value"}, told={"variable"})
        outer.add("attribute" if word == "attributes" else kind_word(variable["type"]), inner.node())
        return outer.node()

    def _pair(self, into: Entries, data: dict[str, Any], stem: str, words: Words) -> bool:
        """Add an object that is named by id and name, in two keys, as one setting; return whether there was one."""
        own, name = data.get(f"{stem}{_ID}"), data.get(f"{stem}{_NAME}")
        if not stem or not isinstance(own, str) or not own or not isinstance(name, str):
            return False
        label = self.labels.of(own)
        if label is not None:
            into.add(f"target{raised(stem)}Ref", Scalar(label, meaning=f"called {name!r}"))
        else:
            inner = Entries()
            inner.add("name", Scalar(name, meaning=self.labels.text(own)))
            into.add(words.get(stem) or FIELDS.get(stem, stem), inner.node())
        return True


def is_explained(own: str, kind: str, name: str, qualifier: str = "") -> bool:
    """Return whether an id is just the token of that kind and name; then it says nothing beside the name."""
    token = parse_token(own)
    plain = token is not None and token.number == 1 and not token.foreign_id and not token.bare
    return (
        plain and token is not None and (token.kind, token.name) == (kind, name) and token.qualifier in {"", qualifier}
    )


def _parameters(data: list[Any]) -> dict[str, Any] | None:
    """Return named values by name; ``None`` if the list is anything else."""
    if not all(
        isinstance(item, dict) and item.keys() == {"name", "value"} and isinstance(item["name"], str) for item in data
    ):
        return None
    found = {item["name"]: item["value"] for item in data}
    return found if len(found) == len(data) else None
