"""What an Architect expression names: look-ups by name, prompts, and literal ids.

Only tokens are read, not the grammar: a function's name, its bracket, and a text literal as the first argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from hook.documents.rules import FINDERS, FINDERS_BY_ID, PROMPTS

_TOKEN = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>[A-Za-z_]\w*(?:\.\w+)*)|(?P<other>\S)', re.DOTALL)
_GUID = re.compile(r"(?:custom_-_)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Kind(Enum):
    """What was found."""

    NAME = auto()
    DYNAMIC = auto()
    LITERAL_ID = auto()


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that an expression mentions; ``text`` is the name, the function or the id."""

    what: Kind
    text: str
    object_kind: str = ""


def is_literal_id(text: str) -> bool:
    """Return whether ``text`` is nothing but a GUID, as ids of objects are (data actions add ``custom_-_``)."""
    return bool(_GUID.match(text.strip()))


def prompt_name(text: str) -> str | None:
    """Return the name of the user prompt that ``Prompt.<name>`` stands for; ``None`` for any other text."""
    prefix, dot, name = text.partition(".")
    return name if dot and name and prefix == "Prompt" else None


def mentions(expression: str) -> Iterator[Mention]:
    """Yield what ``expression`` names, in order."""
    tokens = list(_TOKEN.finditer(expression))
    for index, token in enumerate(tokens):
        if (text := token["text"]) is not None:
            if is_literal_id(text):
                yield Mention(Kind.LITERAL_ID, text)
            continue
        word = token["word"]
        if word is None:
            continue
        name = prompt_name(word)
        if name is not None:
            yield Mention(Kind.NAME, name, PROMPTS)
            continue
        function = word.casefold()
        if (function in FINDERS or function in FINDERS_BY_ID) and _is(tokens, index + 1, "("):
            yield from _look_up(function, word, tokens, index + 2)


def _look_up(function: str, shown: str, tokens: list[re.Match[str]], index: int) -> Iterator[Mention]:
    argument = tokens[index]["text"] if index < len(tokens) else None
    whole = _is(tokens, index + 1, ")") or _is(tokens, index + 1, ",")
    if argument is None or not whole:
        yield Mention(Kind.DYNAMIC, shown)
    elif function in FINDERS:
        kind, name = FINDERS[function], _ESCAPE.sub(r"\1", argument)
        yield Mention(Kind.NAME, (prompt_name(name) or name) if kind == PROMPTS else name, kind)


def _is(tokens: list[re.Match[str]], index: int, character: str) -> bool:
    return index < len(tokens) and tokens[index]["other"] == character
