"""How a stored document comes out again: the same content, other bytes, as an export by Archy."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from simulator.documents import compose
from simulator.export_defaults import missing_rows

FIRST_KEYS = ("name", "description", "division", "startUpRef", "defaultLanguage", "supportedLanguages")
FIRST_TRACKING_ID = 10
STR = "tag:yaml.org,2002:str"
REFERENCE_KEY = re.compile(r"^(startUpRef|target\w+Ref)$")
REFERENCE = re.compile(r"^(?P<start>.*)\[(?P<ref>[^\[\]]*)\]$")


def exported(text: str, metadata: dict[str, str], *, defaults: bool = False) -> str:
    """Return a stored document the way an export gives it.

    Args:
        text: A document that was published before.
        metadata: Top-level settings with the value that the flow has now (name, description, division); an empty
            description is left out unless the document has one.
        defaults: Whether settings that the document does not name are added with their usual values.
    """
    root = compose(text)
    if not isinstance(root, yaml.MappingNode):
        return text
    key, body = root.value[0]
    if not isinstance(body, yaml.MappingNode):
        return text
    copy = _Copy(prefix=f"/{key.value}", renamed=_numbered(body)).mapping(body)
    _set_metadata(copy, metadata)
    if defaults:
        copy.value += missing_rows(key.value, copy)
    _order(copy)
    wrapped = yaml.MappingNode("tag:yaml.org,2002:map", [(_scalar(key.value), copy)])
    return yaml.serialize(wrapped, Dumper=yaml.CSafeDumper, width=1_000_000, allow_unicode=True)


def with_setting(text: str, setting: str, value: str) -> str:
    """Return the document with one top-level setting changed or added."""
    return exported(text, {setting: value})


def _numbered(body: yaml.MappingNode) -> dict[str, str]:
    """The new refId of each old one: name and running number, in document order."""
    renamed: dict[str, str] = {}
    stack: list[yaml.Node] = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.MappingNode):
            texts = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
            if "refId" in texts and texts["refId"] not in renamed:
                number = FIRST_TRACKING_ID + len(renamed)
                renamed[texts["refId"]] = f"{texts.get('name', 'Container')}_{number}"
            stack += [value for _, value in reversed(node.value)]
        elif isinstance(node, yaml.SequenceNode):
            stack += reversed(node.value)
    return renamed


@dataclass(frozen=True, slots=True)
class _Copy:
    """Copies nodes without anchors, with new refIds and the quoting of an export."""

    prefix: str
    renamed: dict[str, str]

    def mapping(self, node: yaml.MappingNode) -> yaml.MappingNode:
        rows = [(_plain(key), self._value(str(key.value), value)) for key, value in node.value]
        return yaml.MappingNode(node.tag, rows, flow_style=not rows)

    def _value(self, key: str, node: yaml.Node) -> yaml.Node:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode):
            items = [self._value("", item) for item in node.value]
            return yaml.SequenceNode(node.tag, items, flow_style=not items)
        if key == "refId":
            return _scalar(self.renamed.get(str(node.value), str(node.value)))
        if REFERENCE_KEY.match(key) and (match := REFERENCE.match(node.value)):
            start = match["start"]
            start = self.prefix + start[1:] if start.startswith("./") else start
            return _quoted(f"{start}[{self.renamed.get(match['ref'], match['ref'])}]")
        return _plain(node)


def _plain(node: yaml.Node) -> yaml.ScalarNode:
    """A scalar without quotes where the meaning allows it, with double quotes otherwise."""
    style = '"' if node.tag == STR and (_looks_typed(node.value) or "\n" in node.value) else None
    return yaml.ScalarNode(node.tag, node.value, style=style)


def _looks_typed(value: str) -> bool:
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]  # no stub
    return tag != STR


_RESOLVER = yaml.resolver.Resolver()


def _scalar(value: str) -> yaml.ScalarNode:
    return _plain(yaml.ScalarNode(STR, value))


def _quoted(value: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(STR, value, style='"')


def _set_metadata(body: yaml.MappingNode, metadata: dict[str, str]) -> None:
    present = {key.value for key, _ in body.value}
    body.value = [
        (key, _scalar(metadata[key.value]) if key.value in metadata else value) for key, value in body.value
    ] + [(_scalar(key), _scalar(value)) for key, value in metadata.items() if key not in present and value]


def _order(body: yaml.MappingNode) -> None:
    rank = {key: number for number, key in enumerate(FIRST_KEYS)}
    body.value.sort(key=lambda row: rank.get(row[0].value, len(rank)))
