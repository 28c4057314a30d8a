"""What the repository says of its environments: ``environments.json`` or ``environments.yaml`` at its root."""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadMapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from hook.documents.jsontext import looks_like_json, parse_json
from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.nodes import Mapping, Node, find_node, plain_data
from hook.documents.parsing import decode, parse_yaml
from hook.documents.types import did_you_mean
from hook.errors import InvalidInput
from hook.model import Place, Problem

FILE_NAMES = ("environments.json", "environments.yaml", "environments.yml")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:-]{7,}\Z")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class FromEnvironment(_Model):
    """A secret that a process environment variable holds: ``{"$env": NAME}``."""

    name: str = Field(alias="$env", min_length=1)


class FromFile(_Model):
    """A secret that a file holds: ``{"$file": PATH}``; a relative path counts from the repository's root."""

    path: str = Field(alias="$file", min_length=1)


Value = str | FromEnvironment | FromFile


def _id(value: object) -> object:
    if not isinstance(value, str) or not _ID.match(value):
        raise ValueError("an id such as 1a785101-0000-4000-8000-000000000000 must stand here")
    return value.lower()


Id = Annotated[str, BeforeValidator(_id)]


class NativeFlows(_Model):
    """
    What holds for an environment that takes native configurations.

    Attributes:
        allowed_ids: Ids, in lower case, that native files may hold although nothing in them tells what they are.
        layout: Whether places on the canvas count as content.
    """

    allowed_ids: tuple[Id, ...] = ()
    layout: bool = False


def _switch(value: object) -> object:
    """Take ``true`` for a mapping that says nothing more, and ``false`` for none; scalars arrive as text."""
    word = value.lower() if isinstance(value, str) else value
    if word in (True, "true"):
        return {}
    if word in (False, "false", None):
        return None
    if not isinstance(value, ReadMapping | NativeFlows):
        raise ValueError(  # noqa: TRY004  (what pydantic reports)
            "true, false, or a mapping with 'allowedIds' and 'layout' must stand here"
        )
    return value


class EnvironmentSettings(_Model):
    """
    One environment.

    Attributes:
        organization_id: The id of the Genesys organisation that this environment is.
        region: Its region, for example ``mypurecloud.ie``.
        variables: Values of placeholders. Numbers and booleans are taken as the text that is written.
        files: Values for the files that a glob matches; they are stronger than ``variables``.
        literal_placeholders: Names in double braces that belong to the flows.
        require_environment_mark: Every file must say which environment it is for.
        native_flows: What holds for native configurations; ``None`` when they are refused, which is the default.
        guards: Settings of guards; read by the guards themselves.
        approvals: Approvals of plans; read by the guards themselves.
    """

    organization_id: str = ""
    region: str = ""
    variables: dict[str, Value] = Field(default_factory=dict)
    files: dict[str, dict[str, Value]] = Field(default_factory=dict)
    literal_placeholders: tuple[str, ...] = ()
    require_environment_mark: bool = False
    native_flows: Annotated[NativeFlows | None, BeforeValidator(_switch)] = None
    guards: dict[str, Any] = Field(default_factory=dict)
    approvals: tuple[Any, ...] = ()


class _EnvironmentsFile(_Model):
    environments: dict[str, EnvironmentSettings]


class Environments:
    """
    The environments that a repository declares.

    Attributes:
        by_name: Settings of each, in the order of the file.
        file: The file's name; empty when there is none.
    """

    def __init__(
        self, by_name: ReadMapping[str, EnvironmentSettings], file: str = "", root: Node | None = None
    ) -> None:
        self.by_name = dict(by_name)
        self.file = file
        self._root = root

    def place(self, environment: str, *below: str | int) -> Place:
        """Return the place of an environment's key, or of a key below it."""
        if self._root is None:
            return Place(self.file)
        outer = ("environments",) if _has_outer_key(self._root) else ()
        node, path = find_node(self._root, (*outer, environment, *below))
        return Place(self.file, node.line, node.column, path)


def read_environments(root: Path, *, limits: Limits = DEFAULT_LIMITS) -> Environments:
    """
    Return the environments that the file at ``root`` declares; none if there is no such file.

    Raises:
        InvalidInput: The file cannot be read or holds what no environment has; or there are two such files.
    """
    present = [name for name in FILE_NAMES if (root / name).is_file()]
    if not present:
        return Environments({})
    if len(present) > 1:
        message = f"{' and '.join(present)} both declare environments."
        raise InvalidInput(Problem("two-environment-files", message, Place(present[1]), "Keep one of them."))
    try:
        content = (root / present[0]).read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or type(error).__name__}."
        raise InvalidInput(Problem("unreadable-file", message, Place(present[0]), "Check its permissions.")) from error
    return parse_environments(content, file=present[0], limits=limits)


def environment_of(root: Path, name: str) -> EnvironmentSettings:
    """
    Return one environment's settings, for what needs no flows.

    Raises:
        InvalidInput: The file cannot be read, or does not declare the environment.
    """
    environments = read_environments(root)
    if name not in environments.by_name:
        message = f"there is no environment '{name}' in {environments.file or 'environments.yaml'}."
        hint = did_you_mean(name, tuple(environments.by_name))
        raise InvalidInput(Problem("unknown-environment", message, Place(environments.file), hint))
    return environments.by_name[name]


def parse_environments(content: bytes, *, file: str, limits: Limits = DEFAULT_LIMITS) -> Environments:
    """
    Return the environments in ``content``: under the key ``environments``, or as the whole file.

    Raises:
        InvalidInput: With every key that does not belong there (and the nearest that does), at its place.
    """
    text = decode(content, file=file)
    root = (parse_json if looks_like_json(text, file=file) else parse_yaml)(text, file=file, limits=limits)
    outer = ("environments",) if _has_outer_key(root) else ()
    data = plain_data(root) if outer else {"environments": plain_data(root)}
    try:
        model = _EnvironmentsFile.model_validate(data)
    except ValidationError as error:
        raise InvalidInput(*_problems(error, root, file, bool(outer))) from error
    environments = Environments(model.environments, file, root)
    bad = tuple(name_problem(name, environments.place(name)) for name in model.environments if not _NAME.match(name))
    if bad:
        raise InvalidInput(*bad)
    return environments


def is_environment_name(name: str) -> bool:
    """Return whether ``name`` can be an environment's: it is also the name of a folder."""
    return bool(_NAME.match(name))


def name_problem(name: str, place: Place) -> Problem:
    """Return the problem of a name that cannot be an environment's."""
    message = f"'{name}' cannot be the name of an environment."
    return Problem("bad-environment-name", message, place, "Use letters, digits, '-', '_' and '.'.")


def _has_outer_key(root: Node) -> bool:
    return isinstance(root, Mapping) and "environments" in root.keys()  # noqa: SIM118  (Mapping is our tree's, no dict)


def _problems(error: ValidationError, root: Node, file: str, has_outer: bool) -> list[Problem]:  # noqa: FBT001
    problems: dict[Place, Problem] = {}
    fields = tuple(to_camel(name) for name in EnvironmentSettings.model_fields)
    for detail in error.errors():
        location = detail["loc"] if has_outer else detail["loc"][1:]
        node, path = find_node(root, location)
        place = Place(file, node.line, node.column, path)
        key = str(detail["loc"][-1])
        if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 3:  # noqa: PLR2004  (environments, name, key)
            problem = Problem("unknown-key", f"'{key}' is no key of an environment.", place, did_you_mean(key, fields))
        elif detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
            message = f"'{key}' stands beside 'environments'."
            problem = Problem("unknown-key", message, place, "Only 'environments' may stand at the top.")
        elif detail["type"] == "extra_forbidden" and "nativeFlows" in detail["loc"]:
            known = tuple(to_camel(name) for name in NativeFlows.model_fields)
            problem = Problem("unknown-key", f"'{key}' is no key of nativeFlows.", place, did_you_mean(key, known))
        elif {"variables", "files"} & set(map(str, detail["loc"])):
            hint = 'A value is a text, {"$env": NAME} or {"$file": PATH}; a file glob has a mapping of values.'
            problem = Problem("bad-value", "this is no value of a variable.", place, hint)
        else:
            said = detail["msg"].removeprefix("Value error, ").replace("valid tuple", "list")
            message = f"{said[:1].lower()}{said[1:]}."
            problem = Problem("bad-value", message, place, "Correct the value.")
        problems.setdefault(place, problem)
    return list(problems.values())
