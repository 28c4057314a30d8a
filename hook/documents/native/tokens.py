"""
What stands in a named configuration in place of an id: ``@{queue/Sales}``, ``@{dataAction/<category>/<name>}``.

In every part ``%``, ``/``, ``{``, ``}``, ``#``, ``!`` and control characters are percent-encoded, and so are the
hyphens of a GUID, so that a name which holds an id cannot be taken for the id. A text has exactly one token and a token
exactly one text.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""A GUID, wherever it stands; not anchored."""

OPENING = "@{"
LITERAL = "@{}"
"""The empty token: a text ``@{`` that stood in the source."""

TOKEN_TEXT = re.compile(r"@\{[^{}]*\}")
"""Everything that has the outer form of a token, the empty one too."""

_TOKEN = re.compile(
    r"@\{(?P<kind>[A-Za-z][A-Za-z0-9]*)(?P<bare>:guid)?/(?:(?P<qualifier>[^/{}#!]+)/)?(?P<name>[^/{}#!]+)"
    r"(?:\#(?P<number>[1-9][0-9]*))?(?:!(?P<foreign>[^/{}#!]+))?\}"
)
_ESCAPED = re.compile(r"[%/{}#!\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Token:
    """
    An object that is named in place of its id.

    Attributes:
        kind: The manifest's word for the kind, for example ``queue``.
        name: The object's name.
        qualifier: A data action's category, where the document tells it.
        bare: The bare GUID of an id such as ``custom_-_GUID`` stands here.
        number: 2 for the second object of one kind and name in one manifest, and so on.
        foreign_id: The id that stood here, if it is not trusted to be that of the object with this name.
    """

    kind: str
    name: str
    qualifier: str = ""
    bare: bool = False
    number: int = 1
    foreign_id: str = ""

    def __str__(self) -> str:
        """Return the token's one text."""
        parts = [self.kind, ":guid" if self.bare else "", "/"]
        if self.qualifier:
            parts += [_escape(self.qualifier), "/"]
        parts.append(_escape(self.name))
        if self.number > 1:
            parts.append(f"#{self.number}")
        if self.foreign_id:
            parts.append(f"!{_ESCAPED.sub(_percent, self.foreign_id)}")
        return f"{OPENING}{''.join(parts)}}}"


def parse_token(text: str) -> Token | None:
    """Return the token that ``text`` as a whole is, in the one form in which it is written; else ``None``."""
    match = _TOKEN.fullmatch(text)
    token = _token(match) if match else None
    return token if token and str(token) == text else None


def repaired(text: str) -> Token | None:
    """Return the token that ``text``, of the outer form of one, was probably meant to be."""
    match = _TOKEN.fullmatch(text)
    return _token(match) if match else None


def find_tokens(text: str) -> Iterator[tuple[int, str, Token | None]]:
    """
    Yield every place where ``@{`` stands in a text of a named configuration, in order.

    Yields:
        The offset, the text there, and its token: ``None`` for the empty token ``@{}`` and for what is no token.
    """
    position = text.find(OPENING)
    while position >= 0:
        match = TOKEN_TEXT.match(text, position)
        found = match.group() if match else OPENING
        yield position, found, parse_token(found)
        position = text.find(OPENING, position + len(found))


def escape(text: str) -> str:
    """Return ``text`` of a raw configuration as it stands in a named one, ids aside."""
    return text.replace(OPENING, LITERAL)


def unescape(text: str) -> str:
    """Undo :func:`escape`."""
    return text.replace(LITERAL, OPENING)


def _token(match: re.Match[str]) -> Token | None:
    try:
        return Token(
            kind=match["kind"],
            name=_decoded(match["name"]),
            qualifier=_decoded(match["qualifier"] or ""),
            bare=bool(match["bare"]),
            number=int((match["number"] or "1")[:9]),
            foreign_id=_decoded(match["foreign"] or ""),
        )
    except UnicodeDecodeError:
        return None


def _decoded(text: str) -> str:
    return urllib.parse.unquote(text, errors="strict")


def _escape(text: str) -> str:
    return GUID.sub(lambda guid: guid.group().replace("-", "%2D"), _ESCAPED.sub(_percent, text))


def _percent(match: re.Match[str]) -> str:
    return urllib.parse.quote(match.group(), safe="")
