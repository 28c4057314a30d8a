"""Finds every place in a flow document that names another object of the organisation.

The rules are rows in :mod:`hook.documents.rules`; this module walks the tree and applies them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hook.documents.expressions import Kind, is_literal_id, mentions, prompt_name
from hook.documents.nodes import Mapping, Node, Scalar, Sequence, children, key_path
from hook.documents.rules import (
    DIVISIONS,
    FINDERS,
    NO_NAMES,
    NOT_READ,
    PARAMETERS,
    PROMPTS,
    RULES,
    UNCHECKED,
    Rule,
    type_of,
    value_kind,
)
from hook.model import Place, Problem, Reference, Severity

_LITERAL_NAME = re.compile(r"\.lit(?:\[[0-9]+\])?\.name\Z")

_ID_HINT = (
    "An id belongs to one organisation: use a {{placeholder}} with a value per environment, or a look-up by name."
)
_DYNAMIC_HINT = "Nothing to do if every name that can occur exists in the target."
_UNKNOWN_HINT = "Check by hand that it exists in the target."


def extract(
    body: Mapping, *, key: str, platform_type: str, file: str
) -> tuple[tuple[Reference, ...], tuple[Problem, ...]]:
    """
    Return what a flow refers to, and warnings about what cannot be known from the file.

    Args:
        body: What stands under the document's top-level key.
        key: That key, with which every path begins.
        platform_type: The platform's name for the flow's own type.
        file: The name for places.

    Returns:
        References in the order of the document, each at the place of the *name*; and warnings with the codes
        ``dynamic-reference``, ``literal-id`` and ``unchecked-reference``.
    """
    extractor = _Extractor(file=file, own=platform_type)
    division = body.text("division")
    if division and division.value:
        extractor.refer(DIVISIONS, division, key_path(key, "division"))
    extractor.walk(body, key)
    order = sorted(extractor.references, key=lambda reference: (reference.place.line, reference.place.column))
    return tuple(order), tuple(extractor.warnings)


class _Extractor:
    """Holds what was found so far; the walk's parameters say where it stands."""

    def __init__(self, *, file: str, own: str) -> None:
        self._file = file
        self._own = own
        self._named: set[str] = set()
        self.references: list[Reference] = []
        self.warnings: list[Problem] = []

    def refer(self, kind: str, name: Scalar, path: str, *, of_type: str = "") -> None:
        self._named.add(path)
        text = name.value
        if text.startswith("PromptSystem."):
            return
        prompt = prompt_name(text)
        if prompt is not None:
            kind, text = PROMPTS, prompt
        if text:
            place = Place(self._file, name.line, name.column, path)
            self.references.append(Reference(kind, text, of_type, place))

    def warn(self, code: str, message: str, at: Scalar, path: str, hint: str) -> None:
        place = Place(self._file, at.line, at.column, path)
        self.warnings.append(Problem(code, message, place, hint, Severity.WARNING))

    def walk(self, node: Node, path: str, *, parameters: bool = False, above: tuple[str, str] = ("", "")) -> None:
        """Read what is under ``node``; ``above`` are the last two keys, ``parameters`` makes all of its keys names."""
        if not isinstance(node, Mapping):
            for child_path, child in children(node, path):
                self.walk(child, child_path, above=above)
            return
        for entry in node.entries:
            key, value, below = entry.key.value, entry.value, key_path(path, entry.key.value)
            if key in NOT_READ:
                continue
            if not parameters:
                self._apply(entry.key, value, below, above)
            if isinstance(value, Scalar):
                self._scalar(key, value, below)
            else:
                self.walk(value, below, parameters=key in PARAMETERS, above=(above[1], key))

    def _apply(self, key: Scalar, value: Node, path: str, above: tuple[str, str]) -> None:
        rule = RULES.get(key.value)
        if rule is not None:
            self._rule(rule, value, path, above)
        kind = value_kind(key.value)
        if kind is not None and isinstance(value, Mapping):
            for field in ("value", "initialValue"):
                inner = value.get(field)
                if inner is not None:
                    for name, below in _literals(inner, key_path(path, field)):
                        self.refer(kind, name, below)
        finder = FINDERS.get(key.value.casefold())
        if finder is not None and isinstance(value, Mapping):
            self._find_action(key, finder, value, path)
        if key.value in UNCHECKED:
            for name, _ in _names(value):
                what = UNCHECKED[key.value]
                message = f"the {what} '{name.value}' cannot be looked up by this tool."
                self.warn("unchecked-reference", message, name, key_path(path, name.value), _UNKNOWN_HINT)

    def _rule(self, rule: Rule, value: Node, path: str, above: tuple[str, str]) -> None:
        of_type = type_of(rule, own=self._own, above=above)
        for name, below in _literals(value, path):
            if ".lit" in below[len(path) :] or not rule.literal_only:
                self.refer(rule.kind, name, below, of_type=of_type)
        if rule.keyed:
            for name, _ in _names(value):
                self.refer(rule.kind, name, key_path(path, name.value), of_type=of_type)

    def _find_action(self, key: Scalar, kind: str, value: Mapping, path: str) -> None:
        """Read an action such as ``findQueue: {findName: {lit: X}}``."""
        wanted, below = value.get("findName"), key_path(path, "findName")
        if not isinstance(wanted, Mapping):
            return
        literal = wanted.text("lit")
        if literal is not None:
            self.refer(kind, literal, key_path(below, "lit"))
        for how in ("exp", "var"):
            computed = wanted.text(how)
            if computed is not None:
                message = f"the action {key.value} looks up a name that only the running flow knows: {computed.value}."
                self.warn("dynamic-reference", message, computed, key_path(below, how), _DYNAMIC_HINT)

    def _scalar(self, key: str, value: Scalar, path: str) -> None:
        if path in self._named:
            return
        if key == "exp":
            self._expression(value, path)
        elif key == "lit" and is_literal_id(value.value):
            self.warn("literal-id", f"a literal id stands here: {value.value}.", value, path, _ID_HINT)
        elif prompt_name(value.value) is not None and (key == "prompt" or _LITERAL_NAME.search(path)):
            self.refer(PROMPTS, value, path)
        elif _LITERAL_NAME.search(path) and not value.value.startswith("PromptSystem."):
            message = f"'{value.value}' is named here, but the document does not tell what kind of object it is."
            self.warn("unchecked-reference", message, value, path, _UNKNOWN_HINT)

    def _expression(self, value: Scalar, path: str) -> None:
        for mention in mentions(value.value):
            if mention.what is Kind.NAME:
                place = Place(self._file, value.line, value.column, path)
                self.references.append(Reference(mention.object_kind, mention.text, "", place))
            elif mention.what is Kind.DYNAMIC:
                message = f"{mention.text}(…) looks up a name that only the running flow knows."
                self.warn("dynamic-reference", message, value, path, _DYNAMIC_HINT)
            else:
                message = f"a literal id stands in this expression: {mention.text}."
                self.warn("literal-id", message, value, path, _ID_HINT)


def _literals(value: Node, path: str) -> Iterator[tuple[Scalar, str]]:
    """Yield the names in ``{lit: {name: X}}``, ``{name: X}``, and lists of these, each with its path."""
    if isinstance(value, Sequence):
        for below, item in children(value, path):
            yield from _literals(item, below)
    elif isinstance(value, Mapping):
        literal = value.get("lit")
        if isinstance(literal, Mapping | Sequence):
            yield from _literals(literal, key_path(path, "lit"))
        elif literal is None and not RULES.keys() & set(value.keys()):
            # A rule's key below (schedule: {selectedSchedule: …, name: …}) names the object; the name repeats it.
            name = value.text("name")
            if name is not None:
                yield name, key_path(path, "name")


def _names(value: Node) -> Iterator[tuple[Scalar, Node]]:
    """Yield the keys of ``value`` that are names of objects, with what stands below them."""
    if isinstance(value, Mapping):
        for entry in value.entries:
            key = entry.key.value
            if key not in NO_NAMES and not key.startswith("ver_"):
                yield entry.key, entry.value
