"""Values of an environment's secrets do not go into files: their placeholders do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hook.workspace.placeholders import Variable, substitute
from hook.workspace.variables import UNREADABLE_SECRET, Variables

SHORTEST = 6
"""Characters of a value that stands nowhere by chance."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A content without the values of secrets, and what a person should know of it."""

    content: bytes
    notes: tuple[str, ...]


def hide(content: bytes, variables: Mapping[str, Variable]) -> Hidden:
    """
    Put a placeholder wherever the value of a secret stands.

    Args:
        content: A document.
        variables: The values that placeholders in its file would have.
    """
    original = text = content.decode("utf-8", errors="surrogateescape")
    notes: list[str] = []
    used: dict[str, Variable] = {}
    secrets = {name: one.value for name, one in variables.items() if one.secret and not one.missing and one.value}
    for name, value in sorted(secrets.items(), key=lambda item: (-len(item[1]), item[0])):
        if value not in text:
            continue
        placeholder = f"{{{{{name}}}}}"
        hidden = text.replace(value, placeholder)
        candidates = used | {name: variables[name]}
        # What a sync makes of the file must be what was exported.
        if len(value) >= SHORTEST and substitute(hidden, candidates, file="").text == original:
            text, used = hidden, candidates
            notes.append(f"{placeholder} stands in place of the secret's value.")
        else:
            notes.append(f"it may hold the value of the secret '{name}': look before you commit it.")
    return Hidden(text.encode("utf-8", errors="surrogateescape"), tuple(notes))


def unreadable(variables: Variables) -> Iterator[str]:
    """Yield a note for each secret that cannot be read here."""
    for (_, name), problem in variables.problems.items():
        if problem.code == UNREADABLE_SECRET:
            yield f"the secret '{name}' cannot be read here: a file may hold its value. {problem.hint}"
