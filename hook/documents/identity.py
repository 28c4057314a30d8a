"""The platform's rules for the name of a flow, checked before anything is uploaded."""

from __future__ import annotations

from hook.documents.nodes import Mapping, Scalar, key_path
from hook.model import Place, Problem

LONGEST_NAME = 200


def name_problems(body: Mapping, *, key: str, at: Scalar, file: str) -> tuple[Problem, ...]:
    """
    Return everything that is wrong with a flow's name.

    The rules are the platform's own (error codes ``invalid.name.contains.slash``, ``…contains.debug`` and
    ``…no.alpha``; the length is in its help on work item flows).

    Args:
        body: What stands under the flow's type.
        key: The flow's top-level key.
        at: The place of that key, for a name that is missing.
        file: The name for places.
    """
    value, path = body.get("name"), key_path(key, "name")
    if value is None:
        place = Place(file, at.line, at.column, key)
        return (Problem("missing-name", "the flow has no name.", place, f"Add 'name: …' under '{key}'."),)
    place = Place(file, value.line, value.column, path)
    if not isinstance(value, Scalar):
        hint = "Write one line of text; quote it if it begins with a brace or bracket."
        return (Problem("not-a-text", "'name' must be a text.", place, hint),)
    name = value.value
    if not name.strip():
        return (Problem("missing-name", "the flow's name is empty.", place, "Give it a name."),)
    problems = []
    if name != name.strip():
        message = f"the name '{name}' begins or ends with a blank."
        problems.append(Problem("name-with-blanks", message, place, "Remove the blank; the platform may trim it."))
    if "/" in name:
        message = f"the name '{name}' contains a slash, which the platform refuses."
        problems.append(Problem("name-with-slash", message, place, "Use another character, for example '-'."))
    if len(name) > LONGEST_NAME:
        message = f"the name has {len(name)} characters; the platform takes {LONGEST_NAME}."
        problems.append(Problem("name-too-long", message, place, "Shorten it."))
    if name.casefold().endswith("-debug"):
        message = f"the name '{name}' ends with '-debug', which the platform keeps for itself."
        problems.append(Problem("name-ends-with-debug", message, place, "Choose another ending."))
    if not any(character.isalpha() for character in name):
        message = f"the name '{name}' has no letter, which the platform refuses."
        problems.append(Problem("name-without-letter", message, place, "Add a letter."))
    return tuple(problems)
