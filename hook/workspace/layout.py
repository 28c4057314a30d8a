"""Where the files of an environment are, and what the repository says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.types import did_you_mean
from hook.errors import InvalidInput
from hook.model import Place, Problem
from hook.workspace.environments import (
    Environments,
    EnvironmentSettings,
    is_environment_name,
    name_problem,
    read_environments,
)
from hook.workspace.index import is_mount

FLOWS = "flows"


@dataclass(frozen=True, slots=True)
class Layout:
    """
    One environment's place in a repository.

    Attributes:
        environment: Its name.
        folder: Where its flow files are.
        shown: What stands before a file's path in messages; ends with a slash.
        settings: What the repository says of it.
        environments: Everything that is declared.
        known: Names of all environments, declared or with a folder.
    """

    environment: str
    folder: Path
    shown: str
    settings: EnvironmentSettings
    environments: Environments
    known: tuple[str, ...]


def known_environments(root: Path, environments: Environments) -> tuple[str, ...]:
    """Return the names of the environments that are declared or have a folder, sorted."""
    flows = root / FLOWS
    folders: set[str] = set()
    if flows.is_dir():
        folders = {entry.name for entry in flows.iterdir() if entry.is_dir() and is_environment_name(entry.name)}
    return tuple(sorted(folders | environments.by_name.keys()))


def find_layout(
    root: Path, environment: str, *, flows_dir: Path | None = None, limits: Limits = DEFAULT_LIMITS
) -> Layout:
    """
    Return where an environment's files are.

    Args:
        root: The repository.
        environment: The environment's name.
        flows_dir: Its folder, if it is not ``<root>/flows/<environment>``.
        limits: Bounds for the file that declares environments.

    Raises:
        InvalidInput: There is no such environment, it has no folder, or the declarations are wrong.
    """
    environments = read_environments(root, limits=limits)
    known = known_environments(root, environments)
    if not is_environment_name(environment):
        raise InvalidInput(name_problem(environment, Place()))
    settings = environments.by_name.get(environment)
    usual = root / FLOWS / environment
    if settings is None and flows_dir is None and environment not in known:
        message = f"there is no environment '{environment}': it is not declared and has no folder {usual}."
        hint = did_you_mean(environment, known) or f"Make the folder {FLOWS}/{environment}/ and put flows into it."
        raise InvalidInput(Problem("no-such-environment", message, Place(), hint))
    folder = flows_dir or usual
    if not folder.is_dir():
        message = f"the environment '{environment}' has no folder {folder}."
        hint = "Make it and put flows into it, or name the mounted folder with --flows-dir."
        raise InvalidInput(Problem("no-flows", message, Place(str(folder)), hint))
    return Layout(
        environment=environment,
        folder=folder,
        shown=_shown(root, folder, environment),
        settings=settings or EnvironmentSettings(),
        environments=environments,
        known=known,
    )


def _shown(root: Path, folder: Path, environment: str) -> str:
    if is_mount(folder):
        # The person who reads the message knows the repository, not the mount.
        return f"{FLOWS}/{environment}/"
    return f"{folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.as_posix()}/"
