"""A tree as YAML text: how a JSON document is uploaded, since the platform documents only YAML."""

from __future__ import annotations

import re
from typing import Any

import yaml

from hook.documents.nodes import Mapping, Node, Scalar, Sequence

_STRING = "tag:yaml.org,2002:str"
_MISREAD = re.compile(
    r"""(?: [yYnN] | 0o[0-7]+ | [-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)? )\Z""",
    re.VERBOSE,
)
"""Texts that PyYAML would write without quotes, but that some reader of YAML 1.1 or 1.2 takes for something else."""

_RESOLVER: Any = yaml.resolver.Resolver()


def emit_yaml(node: Node) -> str:
    """
    Return ``node`` as YAML, keys in their order.

    Texts that a reader of YAML 1.1 or 1.2 could take for a number, boolean, date or null are quoted; plain scalars
    (``true``, ``12``) stay plain.
    """
    text = yaml.serialize(_yaml_node(node), Dumper=yaml.CSafeDumper, allow_unicode=True, width=2**20, line_break="\n")
    return str(text)


def _yaml_node(node: Node) -> yaml.Node:
    if isinstance(node, Mapping):
        pairs = [(_yaml_node(entry.key), _yaml_node(entry.value)) for entry in node.entries]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=not pairs)
    if isinstance(node, Sequence):
        items = [_yaml_node(item) for item in node.items]
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=not items)
    return _yaml_scalar(node)


def _yaml_scalar(node: Scalar) -> yaml.ScalarNode:
    if node.plain:
        # The tag that a plain text gets by itself, or the emitter would write the tag out.
        return yaml.ScalarNode(_RESOLVER.resolve(yaml.ScalarNode, node.value, (True, False)), node.value)
    return yaml.ScalarNode(_STRING, node.value, style="'" if _MISREAD.match(node.value) else None)
