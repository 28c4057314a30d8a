"""
Values of a configuration as Archy writes them: ``lit``, ``exp``, ``var``, ``noValue``, ``tts``, ``prompt``.

A value is ``{config, text, type, uiMetaData, metaData, version}``: the text is what a person typed in, ``config`` the
tree that the platform made of it. The text is shown; the tree is carried along as the text's meaning.
"""

from __future__ import annotations

import json
import re
from typing import Any

from hook.documents.native.outline.labels import Labels
from hook.documents.native.outline.meanings import SHOWN, VERSION, only, value_meaning
from hook.documents.native.outline.volatile import IN_EXPRESSIONS, IN_VALUES, LAYOUT
from hook.documents.nodes import Entry, Mapping, Node, Scalar

_EMPTY = {"version": VERSION, "outOfService": True, "properties": {}}
"""What Architect writes beside an empty value; each of these may be absent."""

_DURATION = re.compile(r"P(\d+)D(\d+)H(\d+)M(\d+)S(\d+)F\Z")
_UNITS = ("day", "hour", "minute", "second", "ms")
_LITERAL = re.compile(r"(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\Z")


def scalar(value: Any, labels: Labels) -> Scalar:
    """Return a JSON text, number, boolean or null; a text that looks like another one has a meaning that says so."""
    if isinstance(value, str):
        text = labels.text(value)
        return Scalar(text, meaning="a text" if _LITERAL.match(text) else "")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return Scalar(json.dumps(value), plain=True)


def is_value(data: Any) -> bool:
    """Return whether ``data`` is a value, and not any other object."""
    return (
        isinstance(data, dict)
        and isinstance(data.get("text"), str)
        and isinstance(data.get("type"), str)
        and (isinstance(data.get("config"), dict) or ("config" not in data and "version" in data))
    )


def value_node(value: dict[str, Any], labels: Labels, *, result: bool = False, layout: bool = False) -> Mapping:
    """
    Return a value as a mapping of one key.

    Args:
        value: See :func:`is_value`.
        labels: The names of local ids.
        result: A variable is written here, not read.
        layout: Whether the form in which it was typed in counts.
    """
    if _is_empty(value) and not (layout and LAYOUT.keys() & value.keys()):
        return _one("noValue", Scalar("true", plain=True))
    meaning = value_meaning(value, labels, layout=layout)
    operator, body = only(value.get("config"))
    text = labels.text(value["text"])
    if operator == "lit":
        return _one("lit", _literal(body, text, meaning, labels))
    if operator in {"ref", "sysref"}:
        return _one("var" if result else "exp", Scalar(text, meaning=meaning))
    if operator == "emp":
        return _one("lit", Scalar(text, meaning=meaning))
    audio = _audio(operator, body)
    if audio is not None:
        return _one(audio[0], Scalar(labels.text(audio[1]), meaning=meaning))
    return _one("exp", Scalar(text, meaning=meaning))


def value_text(value: dict[str, Any], labels: Labels, *, layout: bool = False) -> Scalar:
    """Return a value that is always of one kind as its text alone."""
    return Scalar(labels.text(value["text"]), meaning=value_meaning(value, labels, layout=layout))


def _is_empty(value: dict[str, Any]) -> bool:
    if value["text"]:
        return False
    for key, item in value.items():
        if key in SHOWN or key in LAYOUT or key in IN_VALUES:
            continue
        if key not in _EMPTY or item != _EMPTY[key] or isinstance(item, bool) != isinstance(_EMPTY[key], bool):
            return False
    if "config" not in value:
        return bool(value["type"] == "com")
    operator, body = only(value["config"])
    return operator == "emp" and {key: item for key, item in body.items() if key not in IN_EXPRESSIONS} == {
        "text": "",
        "type": value["type"],
    }


def _literal(body: dict[str, Any], text: str, meaning: str, labels: Labels) -> Node:
    code, stands_for = body.get("type"), body.get("val")
    if isinstance(stands_for, str):
        shown = text
        if code == "pmt":
            shown = f"PromptSystem.{text}" if stands_for.startswith("__") else f"Prompt.{text}"
        return _one("name", Scalar(shown, meaning=meaning))
    if code == "dur":
        return Scalar(_duration(text), meaning=meaning)
    return Scalar(labels.text(text), meaning=meaning)


def _duration(text: str) -> str:
    """Return ``P0D0H1M30S0F`` as ``1 minute 30 seconds``; the last part are thousandths of a second."""
    match = _DURATION.match(text)
    if match is None:
        return text
    parts = [
        f"{int(number)} {unit}{'s' if int(number) != 1 and unit != 'ms' else ''}"
        for number, unit in zip(match.groups(), _UNITS, strict=True)
        if int(number)
    ]
    return " ".join(parts) or "0 seconds"


def _audio(operator: str, body: dict[str, Any]) -> tuple[str, str] | None:
    """Return key and text of audio that is one spoken text or one prompt, with barge-in."""
    operands = body.get("operands")
    if operator != "AudioPlaybackOptions" or not isinstance(operands, list) or len(operands) != 2:  # noqa: PLR2004  (the audio, and whether it may be interrupted)
        return None
    barge, flag = only(operands[1])
    inner, what = only(operands[0])
    inside = what.get("operands")
    if barge != "lit" or flag.get("text") != "true" or not isinstance(inside, list) or len(inside) != 1:
        return None
    kind, spoken = only(inside[0])
    text = spoken.get("text")
    if not isinstance(text, str):
        return None
    if inner == "ToAudioTTS" and kind == "lit":
        return "tts", text
    if inner == "ToAudio" and kind in {"ref", "sysref"}:
        return "prompt", text
    return None


def _one(key: str, value: Node) -> Mapping:
    return Mapping((Entry(Scalar(key), value),))
