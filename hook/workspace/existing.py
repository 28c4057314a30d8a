"""The flows that a folder of an environment already describes, so that a file can be renewed where it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hook.documents.types import did_you_mean
from hook.errors import InvalidInput
from hook.model import Desired, Place, Problem, Severity
from hook.workspace.desire import read_desired, read_text
from hook.workspace.environments import EnvironmentSettings, read_environments
from hook.workspace.index import is_mount
from hook.workspace.layout import FLOWS, known_environments
from hook.workspace.loading import masked
from hook.workspace.metadata import Metadata
from hook.workspace.placeholders import PLACEHOLDER
from hook.workspace.source import SourceFile, collect
from hook.workspace.uniqueness import identity_problems
from hook.workspace.variables import Getenv, Variables, resolve


@dataclass(frozen=True, slots=True)
class ExistingFile:
    """
    A file that describes a flow.

    Attributes:
        path: Below the folder.
        desired: The flow.
        metadata: What the file says about itself.
        placeholders: Names of placeholders that it has.
    """

    path: str
    desired: Desired
    metadata: Metadata
    placeholders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """
    A folder that flows are to be written into.

    Attributes:
        root: The folder, which may not be there yet.
        environment: The environment that it belongs to; empty when it belongs to none.
        settings: What the repository says of it.
        known: All environments of the repository.
        files: Files by the key of the identity that they describe.
        variables: The values of placeholders.
    """

    root: Path
    environment: str
    settings: EnvironmentSettings
    known: tuple[str, ...]
    files: Mapping[tuple[str, str, str], ExistingFile]
    variables: Variables


def open_folder(
    workspace: Path, environment: str | None, *, out: Path | None, getenv: Getenv = os.environ.get
) -> Folder:
    """
    Return the folder that flows are to be written into, with what is there.

    Args:
        workspace: The repository.
        environment: The environment's name; ``None`` for the only one that there is, or none at all when ``out`` is
            given and the repository has no environments.
        out: The folder, if it is not the environment's own.
        getenv: Where ``{"$env": NAME}`` is looked up.

    Raises:
        InvalidInput: It is not clear which environment or folder is meant, or a file there cannot be read: it may be
            the one that describes a flow.
    """
    environments = read_environments(workspace)
    known = known_environments(workspace, environments)
    name = _environment(environment, known, needed=out is None)
    root = out or workspace / FLOWS / name
    settings = environments.by_name.get(name) or EnvironmentSettings()
    if root.exists() and not root.is_dir():
        raise InvalidInput(Problem("no-folder", "this is no folder.", Place(root.as_posix()), "Name a folder."))
    if is_mount(root):
        message = "this is the mount of a cluster, whose files are not those of a repository."
        raise InvalidInput(Problem("no-folder", message, Place(root.as_posix()), "Name another folder with --out."))
    variables, problems = resolve(
        settings,
        environment=name,
        environments=environments,
        overrides={},
        root=workspace,
        getenv=getenv,
        require_secrets=False,
    )
    files = _files(root, settings, variables, problems)
    return Folder(root, name, settings, known, files, variables)


def _environment(given: str | None, known: tuple[str, ...], *, needed: bool) -> str:
    if given and known and given not in known:
        message = f"there is no environment '{given}'."
        raise InvalidInput(Problem("no-such-environment", message, Place(), did_you_mean(given, known)))
    if given or len(known) == 1:
        return given or known[0]
    if needed or known:
        message = f"there are {len(known)} environments" + (f": {', '.join(known)}." if known else ".")
        hint = "Name one with --environment" + (", or a folder with --out." if not known else ".")
        raise InvalidInput(Problem("which-environment", message, hint=hint))
    return ""


def _files(
    root: Path, settings: EnvironmentSettings, variables: Variables, problems: tuple[Problem, ...]
) -> dict[tuple[str, str, str], ExistingFile]:
    shown = f"{root.as_posix().rstrip('/')}/"
    found, unread = collect(root, shown=shown) if root.exists() else ((), ())
    errors = [problem for problem in (*problems, *unread) if problem.severity is Severity.ERROR]
    files: list[ExistingFile] = []
    for file in found:
        try:
            files.append(_file(file, shown, settings, variables))
        except InvalidInput as error:
            errors.extend(error.problems)
    desired = tuple(file.desired for file in files)
    errors += [problem for problem in identity_problems(desired) if problem.severity is Severity.ERROR]
    if errors:
        raise InvalidInput(*masked(tuple(errors), variables.secrets))
    return {file.desired.identity.key: file for file in files}


def _file(file: SourceFile, shown: str, settings: EnvironmentSettings, variables: Variables) -> ExistingFile:
    text = read_text(
        file.content,
        variables.of_file(file.path),
        file=shown + file.path,
        literal=frozenset(settings.literal_placeholders),
        set_missing=True,
    )
    layout = bool(settings.native_flows and settings.native_flows.layout)
    read = read_desired(text, layout=layout)
    names = {match[1] for match in PLACEHOLDER.finditer(file.content.decode())}
    placeholders = tuple(sorted(names - set(settings.literal_placeholders)))
    return ExistingFile(file.path, read.desired, read.mark.metadata, placeholders)
