"""The inside of a flow in the order of Archy: name, start, languages, variables, settings, and menus and tasks last."""

from __future__ import annotations

from typing import Any

from hook.documents.native.outline.dependencies import dependencies
from hook.documents.native.outline.insides import sequences_of, type_of
from hook.documents.native.outline.labels import label_ids
from hook.documents.native.outline.sequences import Sequences, nest_sequence
from hook.documents.native.outline.telling import Entries, Teller
from hook.documents.native.outline.volatile import counts
from hook.documents.native.outline.words import (
    ERROR_HANDLING,
    FIELDS,
    LANGUAGE,
    MENU_SETTINGS,
    SPEECH_SETTINGS,
    action_word,
    is_told,
)
from hook.documents.native.packing import Configuration
from hook.documents.nodes import Mapping as Object
from hook.documents.nodes import Node, Scalar, Sequence
from hook.documents.types import FLOW_TYPES

KEYS = {flow_type.platform: flow_type.key for flow_type in FLOW_TYPES}
"""The key at the top of an Archy document, by the platform's name of the flow type."""

_FIRST = ("initialPrompts", "errorHandling", "defaultSettings")
_DEFAULTS = {"Menu": ("settingsMenu", MENU_SETTINGS), "SpeechRec": ("settingsSpeechRec", SPEECH_SETTINGS)}
_LISTS = {"Menu": "menus", "State": "states", "BotState": "states"}


def body_of(configuration: Configuration, *, layout: bool) -> Object:
    """
    Return the inside of a flow.

    Args:
        configuration: A named configuration.
        layout: Whether what is only seen on the canvas counts.
    """
    nests = {id(sequence): nest_sequence(sequence) for sequence in sequences_of(configuration)}
    teller = Teller(label_ids(configuration, nests), layout=layout)
    sequences = Sequences(configuration, nests, teller)
    into = Entries()
    told = {"manifest", "flowSequenceItemList", "variables", *_FIRST}
    for key in ("name", "description"):
        if key in configuration:
            told.add(key)
            into.add(key, teller.node(configuration[key]))
    kind = configuration.get("type")
    if isinstance(kind, str) and (kind in KEYS or (kind == kind.lower() and kind)):
        told.add("type")
    if "initialSequence" in configuration:
        told.add("initialSequence")
        into.add("startUpRef", teller.node(configuration["initialSequence"]))
    if "defaultLanguage" in configuration:
        told.add("defaultLanguage")
        into.add("defaultLanguage", teller.node(configuration["defaultLanguage"]))
    told |= _languages(into, configuration, teller)
    if "variables" in configuration:
        sequences.variables(into, configuration["variables"])
    for key in _FIRST:
        if key in configuration and counts(key, configuration[key], layout=layout):
            _settings(into, key, configuration[key], teller)
    teller.fill(into, configuration, told=told)
    uses = dependencies(configuration, teller)
    if len(uses):
        into.add("dependencies", uses.node())
    _sequences(into, configuration, sequences, teller)
    return into.node()


def _settings(into: Entries, key: str, data: Any, teller: Teller) -> None:
    word = FIELDS.get(key, key)
    if key == "errorHandling" and isinstance(data, dict):
        inner = Entries()
        teller.fill(inner, data, words=ERROR_HANDLING)
        into.add(word, inner.node())
    elif key == "defaultSettings" and isinstance(data, dict):
        actions = Entries()
        for name in sorted(data):
            settings = data[name]
            special, words = _DEFAULTS.get(name, ("", {"digitTimeout": "interDigitTimeout"}))
            if not isinstance(settings, dict):
                actions.add(name, teller.node(settings))
                continue
            inner = Entries()
            teller.fill(inner, settings, words=words)
            (into if special else actions).add(special or (action_word(name) if is_told(name) else name), inner.node())
        into.add(word, actions.node())
    else:
        teller.entry(into, word, data)


def _languages(into: Entries, configuration: Configuration, teller: Teller) -> set[str]:
    """Add the supported languages with their options by name; return the keys that were added."""
    names = configuration.get("supportedLanguages", [])
    options = configuration.get("supportedLanguageOptions", [])
    if not isinstance(names, list) or not isinstance(options, list):
        return set()
    by_name = {
        option.get("language"): option
        for option in options
        if isinstance(option, dict) and _is_text(option.get("language"))
    }
    if len(by_name) != len(options) or not all(map(_is_text, names)) or len(set(names)) != len(names):
        return set()
    languages = Entries()
    for name in sorted({*names, *by_name}):
        inner = Entries()
        listed = "in the options only" if name not in names else "true" if name in by_name else "without options"
        inner.add("supported", Scalar(listed))
        if name in by_name:
            teller.fill(inner, by_name[name], words=LANGUAGE, told={"language"})
        languages.add(name, inner.node())
    into.add("supportedLanguages", languages.node())
    return {"supportedLanguages", "supportedLanguageOptions"}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _sequences(into: Entries, configuration: Configuration, sequences: Sequences, teller: Teller) -> None:
    """Add tasks, states and menus; the one task that an in-queue flow begins with as Archy does."""
    if "flowSequenceItemList" not in configuration:
        return
    items = configuration["flowSequenceItemList"]
    if not isinstance(items, list):
        into.add("sequences", teller.node(items))
        return
    lists: dict[str, list[Node]] = {}
    for item in items:
        if not isinstance(item, dict):
            lists.setdefault("noSequences", []).append(teller.node(item))
        elif type_of(item) == "LoopTask" and item.get("id") == configuration.get("initialSequence"):
            into.add("startUpTask", sequences.inside(item))
        elif not sequences.is_inside(item):
            lists.setdefault(_LISTS.get(type_of(item), "tasks"), []).append(sequences.node(item))
    for word in sorted(lists):
        into.add(word, Sequence(tuple(lists[word])), unordered=True)
