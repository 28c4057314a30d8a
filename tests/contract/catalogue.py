"""What the official Python SDK knows: its operations and its models, read from its source.

Reading instead of importing keeps 220 MB and three seconds out of every process that only wants to look something up.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "PureCloudPlatformClientV2"
PRIMITIVES = frozenset({"str", "int", "float", "bool", "datetime", "date", "object", "LocalDateTime", "file"})


def folder() -> Path | None:
    """Return the folder of the installed SDK, or ``None``."""
    spec = importlib.util.find_spec(PACKAGE)
    return Path(spec.origin).parent if spec and spec.origin else None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one API class.

    ``path_arguments`` and ``query_arguments`` map the names of the API to those of the method's arguments,
    ``body`` is the type of the body or empty, ``body_argument`` the name of its argument, ``needs_body`` whether it
    has to be there, ``response`` the type of a success's body or empty.
    """

    method: str
    path: str
    api: str
    name: str
    response: str
    body: str
    body_argument: str = ""
    needs_body: bool = False
    path_arguments: dict[str, str] = field(default_factory=dict)
    query_arguments: dict[str, str] = field(default_factory=dict)
    query_types: dict[str, str] = field(default_factory=dict)
    required_query: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Method and path, for example ``GET /api/v2/flows/{flowId}``."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Schema:
    """One model: the type of each attribute by its name in JSON, and the values of those that are enumerations."""

    name: str
    types: dict[str, str]
    values: dict[str, frozenset[str]]


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match.group(1) if match else ""


def _operation(api: str, source: str) -> Operation:
    body = _first(r"body_params = params\['(\w+)'\]", source)
    query = dict(re.findall(r"query_params\['([^']+)'\] = params\['([^']+)'\]", source))
    types = {name: kind for kind, name in re.findall(r":param ([^\n:]+) (\w+): ", source)}
    needed = set(re.findall(r"verify the required parameter '(\w+)'", source))
    return Operation(
        method=_first(r"call_api\(resource_path, '(\w+)'", source),
        path=_first(r"resource_path = '([^']+)'", source),
        api=api,
        name=_first(r"^    def (\w+)\(", source),
        response=_first(r"response_type='([^']+)'", source),
        body=types.get(body, "object") if body else "",
        body_argument=body,
        needs_body=body in needed,
        path_arguments=dict(re.findall(r"path_params\['([^']+)'\] = params\['([^']+)'\]", source)),
        query_arguments=query,
        query_types={name: types.get(argument, "str") for name, argument in query.items()},
        required_query=frozenset(name for name, argument in query.items() if argument in needed),
    )


@functools.cache
def operations() -> dict[str, tuple[Operation, ...]]:
    """Return every operation of the SDK by method and path; a few stand in two API classes."""
    home = folder()
    if home is None:
        return {}
    found: dict[str, tuple[Operation, ...]] = {}
    for file in sorted((home / "apis").glob("*_api.py")):
        source = file.read_text(encoding="utf-8")
        api = _first(r"\nclass (\w+)\(", source)
        for part in re.split(r"\n(?=    def )", source):
            if "call_api(" in part:
                one = _operation(api, part)
                found[one.key] = (*found.get(one.key, ()), one)
    return found


@functools.cache
def schema(name: str) -> Schema:
    """Return a model of the SDK.

    Raises:
        KeyError: There is none of this name.
    """
    home = folder()
    if home is None:
        raise KeyError(name)
    file = home / "models" / f"{_modules()[name]}.py"
    source = file.read_text(encoding="utf-8")
    types = _table("swagger_types", source)
    names = _table("attribute_map", source)
    return Schema(name, {names[attribute]: kind for attribute, kind in types.items()}, _values(names, source))


def _table(name: str, source: str) -> dict[str, str]:
    match = re.search(rf"self\.{name} = (\{{.*?\}})\n", source, re.DOTALL)
    table: dict[str, str] = ast.literal_eval(match.group(1)) if match else {}
    return table


def _values(names: dict[str, str], source: str) -> dict[str, frozenset[str]]:
    found = {}
    for part in source.split(".setter\n")[1:]:
        allowed = re.search(r"allowed_values = (\[[^\]]*\])", part)
        if allowed:
            found[names[_first(r"def (\w+)\(", part)]] = frozenset(ast.literal_eval(allowed.group(1)))
    return found


@functools.cache
def _modules() -> dict[str, str]:
    """Return the module of each model by its class."""
    home = folder()
    text = (home / "models" / "__init__.py").read_text(encoding="utf-8") if home else ""
    return {name: module for module, name in re.findall(r"^from \.(\w+) import (\w+)", text, re.MULTILINE)}
