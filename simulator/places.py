"""YAML that remembers where everything stands, so that what is wrong with it can be told by file and line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic.alias_generators import to_camel

Location = Sequence[str | int]


class ScenarioError(Exception):
    """Something in a scenario file is wrong; the text has a line for each thing, with file, line and place."""


class Placed:
    """A YAML (or JSON) file as data, and the lines of its parts.

    Args:
        path: The file.

    Raises:
        ScenarioError: It cannot be read, is no YAML, or has a key twice.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            loader = yaml.CSafeLoader(path.read_bytes())
        except OSError as error:
            raise ScenarioError(f"{path}: {error.strerror}") from error
        try:
            self._root = loader.get_single_node()
            self._refuse_repeated(self._root)
            self.data: Any = loader.construct_document(self._root) if self._root else {}
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ScenarioError(f"{path}:{line}: {error.problem}") from error
        except yaml.YAMLError as error:
            raise ScenarioError(f"{path}: {error}") from error
        finally:
            loader.dispose()

    def error(self, problems: Iterable[tuple[Location, str]]) -> ScenarioError:
        """Return an error that tells what is wrong at each of some places."""
        return ScenarioError("\n".join(f"{self._place(place)}: {text}" for place, text in problems))

    def _place(self, location: Location) -> str:
        node, shown = self._root, ""
        for part in location:
            if (found := _below(node, part)) is None:
                break
            name, node = found
            shown += f"[{name}]" if isinstance(part, int) else f"{'.' if shown else ''}{name}"
        line = node.start_mark.line + 1 if node is not None else 1
        return f"{self.path}:{line}: {shown}" if shown else f"{self.path}:{line}"

    def _refuse_repeated(self, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    raise ScenarioError(f"{self.path}:{key.start_mark.line + 1}: '{key.value}' stands here twice")
                seen.add(key.value)
                self._refuse_repeated(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                self._refuse_repeated(value)


def _below(node: yaml.Node | None, part: str | int) -> tuple[str, yaml.Node] | None:
    """The part of a node with this key or index, and how it is called there: in camelCase or as in Python."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return str(part), node.value[part]
    if isinstance(node, yaml.MappingNode):
        names = {part, to_camel(str(part))}
        return next(((key.value, value) for key, value in node.value if key.value in names), None)
    return None
