"""The values of an environment's placeholders: for all files, for some, and secrets from elsewhere."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from hook.documents.types import did_you_mean
from hook.model import Place, Problem, Severity
from hook.workspace.environments import Environments, EnvironmentSettings, FromEnvironment, FromFile, Value
from hook.workspace.placeholders import PLACEHOLDER, Variable, value_problem

BUILT_IN = "environment"
UNREADABLE_SECRET = "secret-not-readable"  # noqa: S105  (a problem's code)

Getenv = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Variables:
    """
    The values of one environment.

    Attributes:
        common: For every file.
        by_glob: For the files that a glob matches, stronger than ``common``; a later glob is stronger than an earlier.
        overrides: Stronger than both, for example from the command line.
        problems: What is wrong with a value; keyed by (glob or empty, name), since it matters only where it is used.
    """

    common: Mapping[str, Variable]
    by_glob: Mapping[str, Mapping[str, Variable]] = field(default_factory=dict)
    overrides: Mapping[str, Variable] = field(default_factory=dict)
    problems: Mapping[tuple[str, str], Problem] = field(default_factory=dict)

    def of_file(self, path: str) -> dict[str, Variable]:
        """Return the values for the file at ``path`` (below the environment's folder)."""
        values = dict(self.common)
        for glob, specific in self.by_glob.items():
            if matches(path, glob):
                values.update(specific)
        return values | dict(self.overrides)

    def problems_of(self, path: str, used: frozenset[str]) -> tuple[Problem, ...]:
        """Return what is wrong with the values that the file at ``path`` used."""
        result = []
        for name in sorted(used - self.overrides.keys()):
            globs = [glob for glob, values in self.by_glob.items() if name in values and matches(path, glob)]
            problem = self.problems.get((globs[-1] if globs else "", name))
            if problem is not None:
                result.append(problem)
        return tuple(result)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value that was read."""
        everywhere = [self.common, *self.by_glob.values()]
        return tuple(
            sorted(
                {
                    variable.value
                    for group in everywhere
                    for variable in group.values()
                    if variable.secret and not variable.missing
                }
            )
        )


def matches(path: str, glob: str) -> bool:
    """
    Return whether ``glob`` matches the file at ``path``.

    ``*`` matches across folders; a glob without a slash is held against the file's name alone.
    """
    return fnmatch.fnmatchcase(path if "/" in glob else PurePosixPath(path).name, glob)


def resolve(
    settings: EnvironmentSettings,
    *,
    environment: str,
    environments: Environments,
    overrides: Mapping[str, str],
    root: Path,
    getenv: Getenv,
    require_secrets: bool,
) -> tuple[Variables, tuple[Problem, ...]]:
    """
    Return the values of an environment, and problems that stand whether or not a value is used.

    A secret that cannot be read gets its own name as value; that is an error where it is used, or with
    ``require_secrets`` off (a plan in a pull request) a warning.
    """
    scope = _Scope(settings, environment, environments, root, getenv)
    reader = _Reader(scope, Severity.ERROR if require_secrets else Severity.WARNING)
    common = {BUILT_IN: Variable(environment)} | reader.read(settings.variables, ("variables",))
    by_glob = {glob: reader.read(values, ("files", glob)) for glob, values in settings.files.items()}
    named = {name: Variable(value) for name, value in overrides.items()}
    for name, value in overrides.items():
        problem = value_problem(name, value, Place(), frozenset(settings.literal_placeholders))
        if problem is not None:
            reader.fixed.append(problem)
        if name == BUILT_IN:
            reader.fixed.append(_reserved(Place()))
    return Variables(common, by_glob, named, reader.problems), tuple(reader.fixed)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where values and secrets come from."""

    settings: EnvironmentSettings
    environment: str
    environments: Environments
    root: Path
    getenv: Getenv


class _Reader:
    """Reads values; ``problems`` matter where a value is used, ``fixed`` always."""

    def __init__(self, scope: _Scope, severity: Severity) -> None:
        self._scope = scope
        self._severity = severity
        self._literal = frozenset(scope.settings.literal_placeholders)
        self.problems: dict[tuple[str, str], Problem] = {}
        self.fixed: list[Problem] = []

    def read(self, values: Mapping[str, Value], keys: tuple[str, ...]) -> dict[str, Variable]:
        glob = keys[1] if len(keys) > 1 else ""
        result = {}
        for name, value in values.items():
            place = self._scope.environments.place(self._scope.environment, *keys, name)
            if name == BUILT_IN:
                self.fixed.append(_reserved(place))
            elif not PLACEHOLDER.fullmatch(f"{{{{{name}}}}}"):
                hint = "Begin with a letter; use letters, digits, '_', '-' and '.'."
                self.fixed.append(Problem("bad-variable-name", f"'{name}' cannot be a placeholder.", place, hint))
            else:
                result[name] = self._variable(name, value, glob, place)
        return result

    def _variable(self, name: str, value: Value, glob: str, place: Place) -> Variable:
        if isinstance(value, str):
            text, secret = value, False
        else:
            secret = True
            found = self._secret(value)
            if isinstance(found, _Missing):
                message = f"the secret '{name}' cannot be read: {found.reason}."
                problem = Problem(UNREADABLE_SECRET, message, place, found.hint, self._severity)
                self.problems[glob, name] = problem
                return Variable(name, secret=True, missing=True)
            text = found
        problem_with_value = value_problem(name, text, place, self._literal)
        if problem_with_value is not None:
            self.problems[glob, name] = problem_with_value
        return Variable(text, secret)

    def _secret(self, value: FromEnvironment | FromFile) -> str | _Missing:
        if isinstance(value, FromEnvironment):
            text = self._scope.getenv(value.name)
            hint = f"Set {value.name} where this runs."
            return _Missing(f"the variable {value.name} is not set", hint) if text is None else text
        path = self._scope.root / value.path
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else "it is not UTF-8") or type(error).__name__
            return _Missing(f"{value.path}: {reason}", "Mount it, or correct the path.")
        # An editor ends the last line; that line end is no part of the secret.
        return text.removesuffix("\n").removesuffix("\r")


@dataclass(frozen=True, slots=True)
class _Missing:
    reason: str
    hint: str


def _reserved(place: Place) -> Problem:
    message = f"'{BUILT_IN}' always has the environment's own name as its value."
    return Problem("reserved-variable", message, place, "Choose another name.")


def unused_globs(
    settings: EnvironmentSettings, environments: Environments, environment: str, paths: list[str]
) -> tuple[Problem, ...]:
    """Return a warning for every glob under ``files`` that matches no file."""
    result = []
    for glob in settings.files:
        if not any(matches(path, glob) for path in paths):
            hint = f"It is held against paths below the environment's folder. {did_you_mean(glob, paths[:50])}"
            place = environments.place(environment, "files", glob)
            result.append(Problem("unused-glob", f"'{glob}' matches no file.", place, hint, Severity.WARNING))
    return tuple(result)
