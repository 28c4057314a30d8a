"""
Settings: flags, environment variables ``FLOWSYNC_*``, the ``--config`` file, in this order of weight.

Each setting is declared once, by :func:`option`; its variable and its key in the config file follow from its
name (``--on-drift``, ``FLOWSYNC_ON_DRIFT``, ``onDrift``). Whatever is not known is an error with a suggestion,
since a mistyped safety setting that is ignored deploys.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import yaml

from hook.errors import InvalidInput
from hook.model import Place, Problem

PREFIX = "FLOWSYNC_"
KUBERNETES = ("_SERVICE_HOST", "_SERVICE_PORT")
"""Kubernetes injects variables for Services under any prefix; those are not ours."""

Command = TypeVar("Command", bound=Callable[..., Any])

_declared: dict[str, str] = {}
"""Every setting's name, and its environment variable."""


def option(name: str, *, short: str = "", variable: str = "", **attributes: Any) -> Callable[[Command], Command]:
    """
    Declare a setting as an option of a command.

    Args:
        name: Its name with hyphens; for a switch ``name/no-name``.
        short: A one-letter flag.
        variable: The environment variable, when it is not the prefix and the name.
        attributes: Passed to click.
    """
    positive = name.split("/", 1)[0]
    _declared[positive] = variable or variable_of(positive)
    flags = "/".join(f"--{part}" for part in name.split("/"))
    names = (f"-{short}", flags) if short else (flags,)
    attributes.setdefault("show_default", True)
    return click.option(*names, envvar=_declared[positive], show_envvar=True, **attributes)


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper().replace("-", "_")


def key_of(name: str) -> str:
    """Return the key of a setting (or of its parameter, with underscores) in the config file."""
    first, *rest = name.replace("_", "-").split("-")
    return first + "".join(part.capitalize() for part in rest)


def check_variables(environ: Iterable[str]) -> None:
    """
    Refuse environment variables of our prefix that name no setting.

    Raises:
        InvalidInput: One problem per unknown variable.
    """
    known = set(_declared.values())
    renamed = {variable_of(name): variable for name, variable in _declared.items()}
    ours = [name for name in environ if name.startswith(PREFIX)]
    unknown = [name for name in sorted(ours) if name not in known and not _of_kubernetes(name)]
    if unknown:
        raise InvalidInput(
            *(
                Problem("unknown-variable", f"{name} is no setting.", hint=_nearest(renamed.get(name, name), known))
                for name in unknown
            )
        )


def _of_kubernetes(name: str) -> bool:
    return name.endswith(KUBERNETES) or "_PORT_" in name or name.endswith("_PORT")


def read_config(path: Path) -> dict[str, Any]:
    """
    Read a config file: one YAML or JSON mapping from setting to value.

    Returns:
        Values by the parameter names of the commands, as click's ``default_map`` takes them.

    Raises:
        InvalidInput: The file cannot be read, is no mapping, or has a key that names no setting.
    """
    try:
        text = path.read_text(encoding="utf-8")
        # Scalars stay text: the option's own type reads them, as it does for flags and variables.
        content = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  (builds no objects)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(Problem("config-unreadable", f"cannot be read: {error}", Place(str(path)))) from error
    if content in (None, ""):
        return {}
    if not isinstance(content, Mapping):
        raise InvalidInput(Problem("config-shape", "must hold a mapping from setting to value.", Place(str(path))))
    shapeless = [str(key) for key, value in content.items() if not _is_value(value)]
    if shapeless:
        hint = "Write a text, a number, true or false; a list of texts where the setting may be repeated."
        place = Place(str(path))
        raise InvalidInput(*(Problem("setting-shape", f"'{key}' holds a mapping.", place, hint) for key in shapeless))
    if twice := _keys_twice(yaml.compose(text, Loader=yaml.CBaseLoader), str(path)):
        raise InvalidInput(*twice)
    names = {key_of(name): name for name in _declared if name != "config"}
    unknown = [str(key) for key in content if key not in names]
    if unknown:
        raise InvalidInput(
            *(
                Problem("unknown-setting", f"'{key}' is no setting.", Place(str(path)), _nearest(key, names))
                for key in unknown
            )
        )
    return {names[key].replace("-", "_"): value for key, value in content.items()}


def _is_value(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _keys_twice(root: yaml.Node | None, file: str) -> list[Problem]:
    """Return a problem for each setting that stands again: YAML's own readers take the last one silently."""
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
        line = key.start_mark.line + 1
        if key.value in first:
            place = Place(file, line, key.start_mark.column + 1)
            message = f"'{key.value}' stands twice, first on line {first[key.value]}."
            problems.append(Problem("setting-twice", message, place, "Keep one of them."))
        first.setdefault(key.value, line)
    return problems


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {close[0]}?" if close else "See --help for those that exist."


def pairs(values: Iterable[str], *, flag: str) -> dict[str, str]:
    """
    Read ``NAME=VALUE`` texts.

    Raises:
        InvalidInput: One has no ``=``, or no name.
    """
    read: dict[str, str] = {}
    for value in values:
        name, equals, content = value.partition("=")
        if not equals or not name.strip():
            raise InvalidInput(Problem("not-a-pair", f"{flag} takes NAME=VALUE, not '{value}'."))
        read[name.strip()] = content
    return read
