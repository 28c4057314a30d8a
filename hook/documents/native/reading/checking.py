"""What can be wrong with the tokens and the manifest of a configuration."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from hook.documents.expressions import prompt_name
from hook.documents.native.kinds import DATA_ACTION, MANIFEST_KINDS, target_of
from hook.documents.native.naming import manifest_entries
from hook.documents.native.packing import Configuration
from hook.documents.native.places import Location, Places
from hook.documents.native.references import COPIES
from hook.documents.native.tokens import LITERAL, OPENING, Token, find_tokens, parse_token, repaired, unescape
from hook.documents.native.walking import mappings, texts
from hook.documents.types import did_you_mean, nearest
from hook.model import FLOWS, Problem, Severity

_CAPTIONS = {"val": "text", "id": "name"}
"""Beside what holds an id, the key of the text that people see; else ``flowName`` beside ``flowId``, and so on."""

_MIXED_HINT = (
    "Make a file with names of it first (flowsync convert), and write the token there. If it is a text of the flow,"
    " commit the .i3 file, or what flowsync convert makes of that."
)

LATEST = "published"
"""The version of a called flow that is whatever is published."""

_PINNED = (("flowLatestVersion", False, "one version"), ("flowDebugPublished", True, "the debug version"))
"""Keys of a call of another flow, the value that pins a version, and what it is then."""

_LITERAL_HINT = f"A text {OPENING} that is no token is written {LITERAL}."


def manifest_problems(configuration: Configuration, places: Places) -> tuple[Problem, ...]:
    """Return what is wrong with the form of the manifest: it maps kinds to lists of objects with an id."""
    if "manifest" not in configuration:
        message = "the configuration has no manifest, so that nothing tells what its ids are."
        return (Problem("no-manifest", message, places.value(()), "Export the flow once more."),)
    manifest = configuration["manifest"]
    problems: list[Problem] = []

    def bad(location: Location, what: str) -> None:
        hint = 'It looks so: {"queue": [{"id": "…", "name": "…"}]}.'
        problems.append(Problem("bad-manifest", what, places.value(location), hint))

    if not isinstance(manifest, dict):
        bad(("manifest",), "the manifest must be an object.")
        return tuple(problems)
    for kind, entries in manifest.items():
        if not isinstance(entries, list):
            bad(("manifest", kind), f"'{kind}' in the manifest must be a list.")
            continue
        for index, entry in enumerate(entries):
            location = ("manifest", kind, index)
            if not isinstance(entry, dict):
                bad(location, f"an entry of '{kind}' in the manifest must be an object.")
            elif not isinstance(entry.get("id"), str) or not entry["id"]:
                bad(location, f"an entry of '{kind}' in the manifest has no id.")
            elif not isinstance(entry.get("name", ""), str):
                bad((*location, "name"), "a name in the manifest must be a text.")
    return tuple(problems)


def mixed_problems(configuration: Configuration, places: Places, *, everywhere: bool) -> tuple[Problem, ...]:
    """
    Return a problem for each token in a raw configuration: nobody can tell whether it is one, or a text.

    Args:
        configuration: With ids.
        places: Its places.
        everywhere: Look at all texts, and not only at the ids in the manifest; not so where no person writes.
    """
    problems: dict[str, Problem] = {}
    ids = {("manifest", kind, index, "id") for kind, index, _ in manifest_entries(configuration)}
    for one in texts(configuration):
        for _, text, _ in find_tokens(one.text) if everywhere or one.location in ids else ():
            if text not in problems and repaired(text) is not None:
                place = places.key(one.location) if one.is_key else places.value(one.location)
                message = f"{text} stands here, but this file holds ids."
                problems[text] = Problem("token-among-ids", message, place, _MIXED_HINT)
    return tuple(problems.values())


def token_problems(configuration: Configuration, places: Places) -> tuple[Problem, ...]:
    """Return what is wrong with the texts that begin with ``@{`` in a named configuration, each once."""
    problems: dict[str, Problem] = {}
    for one in texts(configuration):
        for _, text, token in find_tokens(one.text):
            if text == LITERAL or text in problems:
                continue
            found = _token_problem(text, token)
            if found is not None:
                code, message, hint = found
                place = places.key(one.location) if one.is_key else places.value(one.location)
                problems[text] = Problem(code, message, place, hint)
    return tuple(problems.values())


def _token_problem(text: str, token: Token | None) -> tuple[str, str, str] | None:
    if token is None:
        meant = repaired(text)
        hint = f"Write {meant}." if meant else f"A token looks so: @{{queue/Sales}}. {_LITERAL_HINT}"
        return "malformed-token", f"{text[:80]!r} is no token.", hint
    if target_of(token.kind) is None:
        near = nearest(token.kind, MANIFEST_KINDS)
        hint = did_you_mean(token.kind, MANIFEST_KINDS) if near else f"Known are: {', '.join(MANIFEST_KINDS)}."
        return "unknown-token-kind", f"{text}: '{token.kind}' is no kind of object.", f"{hint} {_LITERAL_HINT}"
    if token.kind != DATA_ACTION and (token.qualifier or token.bare):
        what = "a category" if token.qualifier else "':guid'"
        hint = "A slash in a name is written %2F." if token.qualifier else "Leave it out."
        return "malformed-token", f"{text}: only a data action has {what}.", hint
    if token.foreign_id:
        hint = f"Find out which object is meant, and write its name: {Token(token.kind, 'NAME', token.qualifier)}."
        return "untrusted-id", f"{text}: the id is not that of the object with this name.", hint
    if token.number > 1:
        hint = "Give the objects different names, and export the flow once more."
        return "ambiguous-name", f"{text}: two objects of this flow have one name and cannot be told apart by it.", hint
    return None


def entry_problems(configuration: Configuration, places: Places) -> tuple[Problem, ...]:
    """Return what is wrong with entries of the manifest of a named configuration."""
    problems: list[Problem] = []
    for kind, index, entry in manifest_entries(configuration):
        location: Location = ("manifest", kind, index)
        token, name = parse_token(entry["id"]), entry.get("name")
        if token is not None and token.kind != kind and target_of(token.kind) is not None:
            message = f"{token} stands in the list '{kind}' of the manifest."
            hint = "An id, and so a token, stands in one list only."
            problems.append(Problem("kind-mismatch", message, places.value((*location, "id")), hint))
        elif token is not None and unescape(str(name or "")) != token.name:
            at = (*location, "name") if "name" in entry else location
            message = f"the manifest names '{name or ''}' what its token calls '{token.name}'."
            problems.append(Problem("name-mismatch", message, places.value(at), "Write the same name in both."))
        version = entry.get("version")
        target = target_of(kind)
        if target is not None and target.kind == FLOWS and version is not None and version != LATEST:
            problems.append(_pinned(f"version {version} of the {kind} '{name}'", (*location, "version"), places))
    for mapping, location in mappings(configuration):
        for key, pinned, what in _PINNED:
            if mapping.get(key) is pinned and "flowId" in mapping:
                name = mapping.get("flowName") or mapping["flowId"]
                problems.append(_pinned(f"{what} of the flow '{name}'", (*location, key), places))
    return tuple(problems)


def _pinned(what: str, location: Location, places: Places) -> Problem:
    return Problem(
        "pinned-version",
        f"the flow calls {what}; a version belongs to one organisation, and in the next it is another content.",
        places.value(location),
        "Choose the latest published version in Architect and export once more, or keep the flow as an Archy document.",
    )


def text_warnings(configuration: Configuration, places: Places) -> tuple[Problem, ...]:
    """Return a warning where the text that people see beside a token is not the token's name."""
    warnings = []
    for mapping, location in mappings(configuration):
        if COPIES & set(location) or location[:1] == ("manifest",):
            continue
        for key, token, text in _captions(mapping):
            if token.name not in {unescape(text), prompt_name(unescape(text))}:
                message = f"the text '{text}' stands beside {token}; the flow will use '{token.name}'."
                place = places.value((*location, key))
                warnings.append(
                    Problem("text-mismatch", message, place, "Write the same name in both.", Severity.WARNING)
                )
    return tuple(warnings)


def _captions(mapping: dict[str, Any]) -> Iterator[tuple[str, Token, str]]:
    """Yield the key of each text that repeats the name of an object, the token beside it, and the text."""
    for key, value in mapping.items():
        token = parse_token(value) if isinstance(value, str) else None
        if token is None:
            continue
        beside = _CAPTIONS.get(key) or (f"{key.removesuffix('Id')}Name" if key.endswith("Id") else "")
        caption = mapping.get(beside)
        if isinstance(caption, str) and caption:
            yield beside, token, caption


Check = Callable[[Configuration, Places], tuple[Problem, ...]]


def problems_of(configuration: Configuration, places: Places, *checks: Check) -> tuple[Problem, ...]:
    """Return what several checks say."""
    return tuple(itertools.chain.from_iterable(check(configuration, places) for check in checks))


def ids_in_names(configuration: Configuration, places: Places) -> tuple[Problem, ...]:
    """
    Return a problem if the name or description of the flow, or a name in the manifest, holds an id of the manifest.

    They are known before the ids of the organisation are, and are held against what it shows.
    """
    named: list[tuple[str, Location, str]] = [("name of the flow", ("name",), configuration["name"])]
    if isinstance(configuration.get("description"), str):
        named.append(("description of the flow", ("description",), configuration["description"]))
    for kind, index, entry in manifest_entries(configuration):
        if isinstance(entry.get("name"), str):
            named.append(
                (f"name of an entry of '{kind}' in the manifest", ("manifest", kind, index, "name"), entry["name"])
            )
    return tuple(
        Problem(
            "id-in-name",
            f"the {what} holds an id of the organisation, or a token in its place: {name}.",
            places.value(location),
            "Take it out in Architect, and export the flow once more.",
        )
        for what, location, name in named
        if any(token for _, _, token in find_tokens(name))
    )
