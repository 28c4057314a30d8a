"""What an export names although its author did not: settings at the values that Architect gives them.

Without this, a flow whose author left a setting out could never be shown equal to its own export.
"""

from __future__ import annotations

from hook.documents.nodes import Entry, Mapping, Node, Scalar, Sequence, is_blank

Usual = dict[str, "Usual | str | list[Usual]"]
Value = Usual | str | list[Usual]


def _seconds(number: int) -> Usual:
    return {"lit": {"seconds": str(number)}}


def _milliseconds(number: int) -> Usual:
    return {"lit": {"ms": str(number)}}


USUAL: Usual = {
    "settingsActionDefaults": {
        "playAudioOnSilence": {"timeout": _seconds(40)},
        "detectSilence": {"timeout": _seconds(40)},
        "collectInput": {"noEntryTimeout": _seconds(5)},
        "dialByExtension": {"interDigitTimeout": _seconds(6)},
        "transferToFlowSecure": {"connectTimeout": _seconds(15)},
    },
    "settingsErrorHandling": {"errorHandling": {"disconnect": {"none": "true"}}},
    "settingsMenu": {
        "extensionDialingMaxDelay": _seconds(1),
        "listenForExtensionDialing": {"lit": "true"},
        "menuSelectionTimeout": _seconds(10),
        "repeatCount": {"lit": "3"},
    },
    "settingsPrompts": {
        "ensureAudioInPrompts": "false",
        "promptMediaToValidate": [{"mediaType": "audio"}, {"mediaType": "tts"}],
    },
    "settingsSpeechRec": {
        "completeMatchTimeout": _milliseconds(100),
        "incompleteMatchTimeout": _milliseconds(1500),
        "maxSpeechLengthTimeout": _seconds(20),
        "minConfidenceLevel": {"lit": "50"},
    },
}
"""Values that every one of several unrelated public exports of calls has (Genesys' blueprints, 2021 to 2025)."""

_SUPPORTED = Scalar("supported")


def without_usual(root: Mapping) -> Mapping:
    """
    Return the inside of a flow without settings at their usual values.

    A language that is supported without settings of its own says something all the same, unless it is the default
    language: it stays, as a text.
    """
    entries = []
    for entry in root.entries:
        name = entry.key.value
        if name == "supportedLanguages" and isinstance(entry.value, Mapping):
            default = root.text("defaultLanguage")
            entries.append(Entry(entry.key, _languages(entry.value, default.value if default else "")))
        elif name in USUAL:
            entries.append(Entry(entry.key, _without(entry.value, USUAL[name])))
        else:
            entries.append(entry)
    return Mapping(tuple(entries), root.line, root.column)


def _without(node: Node, usual: Value) -> Node:
    if not isinstance(node, Mapping) or not isinstance(usual, dict):
        return node
    kept = []
    for entry in node.entries:
        value = usual.get(entry.key.value)
        if value is None:
            kept.append(entry)
        elif not _equal(entry.value, value):
            kept.append(Entry(entry.key, _without(entry.value, value)))
    return Mapping(tuple(kept), node.line, node.column)


def _equal(node: Node, usual: Value) -> bool:
    if isinstance(usual, str):
        return isinstance(node, Scalar) and node.value == usual
    if isinstance(usual, list):
        return isinstance(node, Sequence) and len(node.items) == len(usual) and all(map(_equal, node.items, usual))
    return (
        isinstance(node, Mapping)
        and len(node.entries) == len(usual)
        and all(entry.key.value in usual and _equal(entry.value, usual[entry.key.value]) for entry in node.entries)
    )


def _languages(languages: Mapping, default: str) -> Mapping:
    kept = []
    for entry in languages.entries:
        if not (is_blank(entry.value) or _equal(entry.value, {"none": "true"})):
            kept.append(entry)
        elif entry.key.value != default:
            kept.append(Entry(entry.key, _SUPPORTED))
    return Mapping(tuple(kept), languages.line, languages.column)
