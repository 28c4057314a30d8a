"""Settings that Architect writes into every export, whether the author named them or not.

The values are those of real exports of calls; other types of flows have the part that they share with them.
"""

from __future__ import annotations

import functools

import yaml

CALLS = frozenset({"inboundCall", "outboundCall", "inqueueCall", "secureCall", "voice"})
EVERY = """
settingsErrorHandling:
  errorHandling:
    disconnect:
      none: true
"""
CALL = """
settingsActionDefaults:
  playAudioOnSilence:
    timeout:
      lit:
        seconds: 40
  detectSilence:
    timeout:
      lit:
        seconds: 40
  callData:
    processingPrompt:
      noValue: true
  collectInput:
    noEntryTimeout:
      lit:
        seconds: 5
  dialByExtension:
    interDigitTimeout:
      lit:
        seconds: 6
  transferToUser:
    connectTimeout:
      noValue: true
  transferToNumber:
    connectTimeout:
      noValue: true
  transferToGroup:
    connectTimeout:
      noValue: true
  transferToFlowSecure:
    connectTimeout:
      lit:
        seconds: 15
settingsPrompts:
  ensureAudioInPrompts: false
  promptMediaToValidate:
    - mediaType: audio
    - mediaType: tts
"""


@functools.cache
def _rows(key: str, language: str) -> tuple[tuple[yaml.Node, yaml.Node], ...]:
    languages = f"supportedLanguages:\n  {language}:\n    defaultLanguageSkill:\n      noValue: true\n"
    text = languages + EVERY + (CALL if key in CALLS else "")
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    return tuple(node.value) if isinstance(node, yaml.MappingNode) else ()


def missing_rows(key: str, body: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    """Return the settings of an export that a document of the top-level key ``key`` does not name."""
    texts = {name.value: value.value for name, value in body.value}
    language = str(texts.get("defaultLanguage", "en-us"))
    return [(name, value) for name, value in _rows(key, language) if name.value not in texts]
