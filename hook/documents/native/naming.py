"""Ids to names and back: two functions that undo each other."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from hook.documents.native.kinds import DATA_ACTION, MANIFEST_KINDS, is_constant
from hook.documents.native.packing import Configuration
from hook.documents.native.tokens import GUID, LITERAL, OPENING, TOKEN_TEXT, Token, find_tokens, parse_token

_PREFIXED = re.compile(rf"(?P<prefix>[A-Za-z]+_-_)(?P<guid>{GUID.pattern})", re.IGNORECASE)


class Unbound(Exception):
    """
    No id is known for some tokens.

    Args:
        tokens: These, each once, in the order of the configuration.
    """

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        super().__init__(", ".join(str(token) for token in tokens))
        self.tokens = tokens


class SameKeys(ValueError):
    """
    Two keys of one object stand for the same object of the organisation.

    Args:
        keys: The keys of that object.
    """

    def __init__(self, keys: list[str]) -> None:
        super().__init__(f"two of these keys mean one object: {', '.join(keys)}")


def always(_token: Token, _identifier: str) -> bool:
    """Trust every manifest entry: the id stands for the object that the entry names."""
    return True


def manifest_entries(configuration: Configuration) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Yield kind, position in its list, and entry of everything in the manifest that has a text as id."""
    manifest = configuration.get("manifest")
    for kind, entries in manifest.items() if isinstance(manifest, dict) else ():
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"]:
                yield kind, index, entry


def is_nameable(kind: str, entry: dict[str, Any]) -> bool:
    """Return whether a manifest entry names an object that can be looked up, so that its id can be replaced."""
    named = isinstance(entry.get("name"), str) and entry["name"]
    return kind in MANIFEST_KINDS and not is_constant(kind, entry["id"]) and bool(named)


def is_named(configuration: Configuration) -> bool:
    """
    Return whether ``configuration`` is a named one: the manifest holds a token, or it holds no id to be named.

    What the platform sends and what is packed is always raw.
    """
    raw = False
    for kind, _, entry in manifest_entries(configuration):
        if parse_token(entry["id"]):
            return True
        raw = raw or is_nameable(kind, entry)
    return not raw


def name_ids(
    configuration: Configuration, *, trusts: Callable[[Token, str], bool] = always, raw: bool | None = None
) -> Configuration:
    """
    Return ``configuration`` with a token wherever the id of an object of the organisation stands.

    Ids are replaced as whole texts, as keys, and, if they are or end with a GUID, inside longer texts. Where the bare
    GUID of an id such as ``custom_-_GUID`` stands, its token says so. A text ``@{`` of a raw configuration becomes
    ``@{}``.

    Args:
        configuration: A raw configuration; a named one comes out as it is.
        trusts: Whether an id is that of the object that the token names; where not, the token carries the id.
        raw: Whether ``configuration`` is raw for certain; ``None`` to tell by its manifest.

    Raises:
        SameKeys: Somebody wrote the id of an object and its token as keys into one object.
    """
    tokens = _tokens(configuration, trusts)
    escapes = not is_named(configuration) if raw is None else raw
    inside = [text for text in tokens if GUID.fullmatch(text) or _PREFIXED.fullmatch(text)]
    # What is a token already stays. An id that ends with another one is found first, since it begins before it.
    first = re.escape(OPENING) if escapes else TOKEN_TEXT.pattern
    pattern = re.compile("|".join([first, *map(re.escape, inside)]))

    def replaced(match: re.Match[str]) -> str:
        text = match.group()
        return tokens.get(text, LITERAL if escapes else text)

    def named(text: str) -> str:
        if text in tokens:
            return tokens[text]
        # Most texts have neither, and the pattern is as long as the manifest.
        return pattern.sub(replaced, text) if OPENING in text or GUID.search(text) else text

    return _mapped_object(configuration, named)


def bind(configuration: Configuration, *, id_of: Callable[[Token], str | None]) -> Configuration:
    """
    Return ``configuration`` with an id in place of every token.

    Args:
        configuration: A named configuration.
        id_of: The id of the object that a token names, ``None`` if there is none; asked once for each token. For a
            token of a bare GUID it is asked for the whole id, and the prefix is taken off here.

    Raises:
        Unbound: With every token that has no id.
        SameKeys: Two keys of one object are tokens of one id.
    """
    known: dict[Token, str | None] = {}

    def identifier(token: Token) -> str:
        whole = dataclasses.replace(token, bare=False)
        if whole not in known:
            known[whole] = id_of(whole)
        found = known[whole] or ""
        prefixed = _PREFIXED.fullmatch(found) if token.bare else None
        return prefixed["guid"] if prefixed else found

    def bound(text: str) -> str:
        if OPENING not in text:
            return text
        parts: list[str] = []
        end = 0
        for offset, found, token in find_tokens(text):
            parts += [text[end:offset], identifier(token) if token else OPENING if found == LITERAL else found]
            end = offset + len(found)
        return "".join([*parts, text[end:]])

    result = _mapped_object(configuration, bound)
    missing = tuple(token for token, found in known.items() if not found)
    if missing:
        raise Unbound(missing)
    return result


def _tokens(configuration: Configuration, trusts: Callable[[Token, str], bool]) -> dict[str, str]:
    """Return the text of the token for every id in the manifest, and for the GUID of every prefixed one."""
    categories = _categories(configuration)
    counted: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    tokens: dict[str, Token] = {}
    for kind, _, entry in manifest_entries(configuration):
        identifier, name = entry["id"], str(entry.get("name"))
        if not is_nameable(kind, entry) or identifier in tokens or parse_token(identifier):
            continue
        qualifier = categories.get(identifier, "") if kind == DATA_ACTION else ""
        counted[kind, qualifier, name] += 1
        token = Token(kind, name, qualifier, number=counted[kind, qualifier, name])
        if not trusts(token, identifier):
            token = dataclasses.replace(token, foreign_id=identifier)
        tokens[identifier] = token
    texts = {identifier: str(token) for identifier, token in tokens.items()}
    for identifier, token in tokens.items():
        prefixed = _PREFIXED.fullmatch(identifier)
        if prefixed:
            texts.setdefault(prefixed["guid"], str(dataclasses.replace(token, bare=True)))
    return texts


def _categories(configuration: Configuration) -> dict[str, str]:
    """Return the category of every data action of which the document tells exactly one."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    pending: list[Any] = [configuration]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            identifier, category = value.get("actionId"), value.get("category")
            name = category.get("name") if isinstance(category, dict) else None
            if isinstance(identifier, str) and isinstance(name, str) and name:
                found[identifier].add(name)
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return {identifier: names.pop() for identifier, names in found.items() if len(names) == 1}


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return _mapped_object(value, change)
    return value


def _mapped_object(value: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    changed = {change(key): _mapped(item, change) for key, item in value.items()}
    if len(changed) != len(value):
        raise SameKeys(sorted(value, key=change))
    return changed
