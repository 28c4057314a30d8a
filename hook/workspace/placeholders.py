"""Substitutes ``{{name}}`` as text, before anything is parsed: many published flows are no YAML before that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hook.documents.types import did_you_mean
from hook.model import Place, Problem, Severity

PLACEHOLDER = re.compile(r"\{\{[ \t]*([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*\}\}")
_NO_PLACEHOLDER = re.compile(r"\{\{(?P<inside>[^{}\n]*)\}\}")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of a placeholder; a secret one is shown nowhere, a missing one is only a stand-in for a secret."""

    value: str
    secret: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Substituted:
    """
    A text after substitution.

    Attributes:
        text: What is parsed and uploaded.
        public: The same with ``{{$secret:name}}`` for every secret value.
        problems: Left-over placeholders (errors), and braces that are no placeholder (warnings).
        used: Names that occurred and had a value.
    """

    text: str
    public: str
    problems: tuple[Problem, ...]
    used: frozenset[str]


def substitute(
    text: str,
    variables: Mapping[str, Variable],
    *,
    file: str,
    literal: frozenset[str] = frozenset(),
    set_missing: bool = False,
) -> Substituted:
    """
    Replace every ``{{name}}`` (blanks inside the braces are allowed) by its value.

    Values are not searched for placeholders again. Braces around anything that is no name (``{{ a + b }}``) are left
    as they are, with a warning.

    Args:
        text: The file's text.
        variables: Name → value.
        file: The name for messages.
        literal: Placeholders that belong to the flow and stay.
        set_missing: Put a placeholder's own name where there is no value.
    """
    problems: list[Problem] = []
    used: set[str] = set()

    def value_of(match: re.Match[str], *, public: bool) -> str:
        name = match[1]
        if name in literal:
            return match[0]
        variable = variables.get(name)
        if variable is None:
            return name if set_missing else match[0]
        used.add(name)
        return f"{{{{$secret:{name}}}}}" if public and variable.secret else variable.value

    for match in PLACEHOLDER.finditer(text):
        if match[1] not in literal and match[1] not in variables and not set_missing:
            message = f"the placeholder {match[0]} has no value."
            hint = f"Give it one in the environment's variables or with --set. {did_you_mean(match[1], variables)}"
            problems.append(Problem("placeholder-left-over", message, _place(text, match.start(), file), hint.strip()))
    for match in _NO_PLACEHOLDER.finditer(text):
        if not PLACEHOLDER.fullmatch(match[0]):
            inside = match["inside"].strip()
            message = (
                f"'{{{{{inside[:_SHOWN]}}}}}' is no placeholder and stays as it is: a name has no blanks or signs."
            )
            hint = "Nothing to do if it belongs to the flow."
            place = _place(text, match.start(), file)
            problems.append(Problem("no-placeholder", message, place, hint, Severity.WARNING))
    replaced = PLACEHOLDER.sub(lambda match: value_of(match, public=False), text)
    public = PLACEHOLDER.sub(lambda match: value_of(match, public=True), text)
    return Substituted(replaced, public, tuple(problems), frozenset(used))


def value_problem(name: str, value: str, place: Place, literal: frozenset[str] = frozenset()) -> Problem | None:
    """Return what is wrong with the value of a variable; the value itself is not shown, it may be a secret."""
    if len(value.splitlines()) > 1 or value.endswith(("\n", "\r")):
        message = f"the value of '{name}' holds a line break, which would change the structure of the file."
        return Problem("value-with-newline", message, place, "Write a value of one line.")
    inside = next((match for match in PLACEHOLDER.finditer(value) if match[1] not in literal), None)
    if inside is not None:
        message = f"the value of '{name}' holds the placeholder {inside[0]}, but values are not substituted again."
        return Problem("placeholder-in-value", message, place, "Write the whole value out.")
    return None


def _place(text: str, offset: int, file: str) -> Place:
    return Place(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
