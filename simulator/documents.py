"""Reading an Archy document: one top-level key, the flow's type, and below it everything else as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

MOST_NODES = 500_000
LONGEST_NAME = 200

FLOW_TYPES = {
    "inboundCall": "inboundcall",
    "inboundChat": "inboundchat",
    "inboundEmail": "inboundemail",
    "inboundShortMessage": "inboundshortmessage",
    "inqueueCall": "inqueuecall",
    "inqueueEmail": "inqueueemail",
    "inqueueShortMessage": "inqueueshortmessage",
    "outboundCall": "outboundcall",
    "botFlow": "bot",
    "digitalBotFlow": "digitalbot",
    "commonModule": "commonmodule",
    "workflow": "workflow",
    "secureCall": "securecall",
    "surveyInvite": "surveyinvite",
    "voiceSurvey": "voicesurvey",
    "voicemail": "voicemail",
    "workitem": "workitem",
    "voice": "voice",
    "emailSend": "emailsend",
    "speech": "speech",
    "businessProcess": "businessprocess",
}
"""Archy's top-level key and the platform's flow type; the keys of the rarer types are by analogy."""

UNPROVEN_KEYS = frozenset(
    {
        "inqueueEmail",
        "inqueueShortMessage",
        "digitalBotFlow",
        "secureCall",
        "surveyInvite",
        "voiceSurvey",
        "voicemail",
        "workitem",
        "voice",
        "emailSend",
    }
)
"""Those of them that stand in no public document."""

ARCHY_KEYS = {flow_type: key for key, flow_type in FLOW_TYPES.items()}


class DocumentError(Exception):
    """The document cannot be published; the text is what the job says."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: ``body`` is what stands below the top-level key ``key``."""

    key: str
    name: str
    body: dict[str, Any]

    @property
    def flow_type(self) -> str:
        """The flow type in lower case."""
        return FLOW_TYPES[self.key]

    def text(self, name: str) -> str | None:
        """Return a top-level setting that is plain text; ``None`` when the document is silent."""
        value = self.body.get(name)
        return value if isinstance(value, str) else None


class _Reader:
    """Turns nodes into data: all scalars are text, a key that stands twice is an error."""

    def __init__(self) -> None:
        self._nodes = 0

    def data(self, node: yaml.Node) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise DocumentError(f"the document has more than {MOST_NODES} values once its aliases are expanded")
        if isinstance(node, yaml.MappingNode):
            result: dict[str, Any] = {}
            for key_node, value_node in node.value:
                if not isinstance(key_node, yaml.ScalarNode):
                    raise DocumentError(f"a key is no plain text, line {key_node.start_mark.line + 1}")
                if key_node.value in result:
                    line = key_node.start_mark.line + 1
                    raise DocumentError(f"duplicated mapping key '{key_node.value}', line {line}")
                result[key_node.value] = self.data(value_node)
            return result
        if isinstance(node, yaml.SequenceNode):
            return [self.data(item) for item in node.value]
        return str(node.value)


def compose(content: str | bytes, *, loader: type[yaml.CSafeLoader | yaml.CBaseLoader] = yaml.CSafeLoader) -> yaml.Node:
    """Return the one YAML document in ``content`` as a node, its scalars with the types that ``loader`` sees.

    Raises:
        DocumentError: It is no YAML, not UTF-8, empty, or more than one document.
    """
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        node = yaml.compose(text, Loader=loader)
    except UnicodeDecodeError as error:
        raise DocumentError(f"the file is not UTF-8: {error.reason} at byte {error.start}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError(f"the YAML could not be parsed: {' '.join(str(error).split())}") from error
    if node is None:
        raise DocumentError("the file holds no YAML document")
    return node


def read(content: str | bytes) -> Document:
    """Return the document in ``content``.

    Raises:
        DocumentError: It cannot be read, has not exactly one known top-level key, or its name is refused.
    """
    try:
        data = _Reader().data(compose(content, loader=yaml.CBaseLoader))
    except RecursionError as error:
        raise DocumentError("the document is nested too deeply") from error
    if not isinstance(data, dict) or len(data) != 1:
        raise DocumentError("the document must have exactly one top-level key, the type of the flow")
    key, body = next(iter(data.items()))
    if key not in FLOW_TYPES:
        raise DocumentError(f"'{key}' is not a flow type")
    if not isinstance(body, dict):
        raise DocumentError(f"'{key}' must hold the settings of the flow")
    return Document(key=key, name=_name(body), body=body)


def _name(body: dict[str, Any]) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise DocumentError("the flow has no name")
    if refusal := name_refusal(name):
        raise DocumentError(refusal)
    return name


def name_refusal(name: str) -> str | None:
    """Return why the platform does not take a flow name, ``None`` when it does."""
    if "/" in name:
        return "Flow names must not contain forward slashes."
    if name.lower().endswith("-debug"):
        return "Flow names must not end with '-debug'."
    if len(name) > LONGEST_NAME:
        return f"Flow names must not be longer than {LONGEST_NAME} characters."
    return None


def minimal(name: str, flow_type: str) -> str:
    """Return the smallest document of a flow, as the platform makes it for a stub."""
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{ARCHY_KEYS[flow_type]}:\n  name: {quoted}\n  defaultLanguage: en-us\n"
