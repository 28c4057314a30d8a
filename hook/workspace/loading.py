"""One environment's files as desired objects; everything that is wrong with any of them is told at once."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.types import did_you_mean
from hook.errors import InvalidInput
from hook.model import Desired, Place, Problem, Severity
from hook.redaction import Redactor
from hook.workspace.desire import read_desired, read_text
from hook.workspace.environments import EnvironmentSettings
from hook.workspace.layout import Layout, find_layout
from hook.workspace.metadata import environment_problems
from hook.workspace.native import UnexplainedIds, notice, refused, setting_place
from hook.workspace.source import SourceFile, read_source
from hook.workspace.uniqueness import identity_problems
from hook.workspace.variables import Getenv, Variables, resolve, unused_globs


@dataclass(frozen=True, slots=True)
class Workspace:
    """
    What the files want of one environment.

    Attributes:
        name: The environment's name.
        environment: What the repository says of it.
        desired: One object per file, in the order of the paths.
        warnings: What a person should know, of all files; those of an object are in the object too.
        digest: ``sha256:<hex>`` over all flow files of the folder, selected or not.
        secrets: Values that must be shown nowhere.
    """

    name: str
    environment: EnvironmentSettings
    desired: tuple[Desired, ...]
    warnings: tuple[Problem, ...]
    digest: str
    secrets: tuple[str, ...]


def load_environment(
    root: Path,
    environment: str,
    *,
    categories: Collection[str] = (),
    labels: Collection[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    expected_digest: str | None = None,
    overrides: Mapping[str, str] | None = None,
    getenv: Getenv = os.environ.get,
    flows_dir: Path | None = None,
    require_secrets: bool = True,
) -> Workspace:
    """
    Read the files of one environment: ``<root>/flows/<environment>/<category>/<file>``.

    Args:
        root: The repository, with ``environments.json`` or ``.yaml`` where there is one.
        environment: The environment's name.
        categories: Only files below one of these folders; empty for all.
        labels: Only files that have one of these labels; empty for all.
        limits: Bounds for size and number.
        expected_digest: What the digest over all flow files of the folder must be; ``None`` or empty for any.
        overrides: Values of placeholders that are stronger than the files'.
        getenv: Where ``{"$env": NAME}`` is looked up.
        flows_dir: The environment's folder, if it is not ``flows/<environment>``: a mount, or any folder.
        require_secrets: Whether a secret that cannot be read is an error. Otherwise it is a warning and the content
            (not the public digest) is only good for a plan.

    Raises:
        InvalidInput: With all problems of all files.
    """
    layout = find_layout(root, environment, flows_dir=flows_dir, limits=limits)
    source = read_source(
        layout.folder,
        limits=limits,
        expected_digest=expected_digest,
        strip=f"flows/{environment}/",
        shown=layout.shown,
    )
    if not source.files:
        message = f"{layout.shown.rstrip('/')} holds no flow."
        hint = "Put Archy documents (.yaml, .yml, .json) there. Nothing is ever deleted because a folder is empty."
        raise InvalidInput(Problem("no-flows", message, Place(layout.shown), hint), *source.warnings)
    variables, problems = resolve(
        layout.settings,
        environment=environment,
        environments=layout.environments,
        overrides=overrides or {},
        root=root,
        getenv=getenv,
        require_secrets=require_secrets,
    )
    selected = _of_categories(source.files, categories, layout)
    reader = _Reader(layout, variables, frozenset(labels), limits)
    for file in selected:
        reader.read(file)
    problems += (*reader.problems, *reader.unexplained_ids(), *identity_problems(tuple(reader.desired)))
    whole = not categories and not labels
    warnings = source.warnings + unused_globs(
        layout.settings, layout.environments, environment, [file.path for file in source.files]
    )
    warnings += tuple(warning for desired in reader.desired for warning in desired.warnings)
    warnings += tuple(problem for problem in problems if problem.severity is Severity.WARNING)
    warnings += reader.native_warnings(whole=whole)
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    if not errors and not reader.desired:
        message = f"no file has one of the labels {', '.join(sorted(labels))}."
        errors = (
            Problem("nothing-selected", message, Place(layout.shown), did_you_mean(*_near(labels, reader.labels))),
        )
    if errors:
        raise InvalidInput(*masked(errors, variables.secrets))
    return Workspace(
        name=environment,
        environment=layout.settings,
        desired=tuple(reader.desired),
        warnings=masked(warnings, variables.secrets),
        digest=source.digest,
        secrets=variables.secrets,
    )


class _Reader:
    """Reads file after file and gathers what is wrong with them."""

    def __init__(self, layout: Layout, variables: Variables, wanted: frozenset[str], limits: Limits) -> None:
        self._layout = layout
        self._variables = variables
        self._wanted = wanted
        self._limits = limits
        self._literal = frozenset(layout.settings.literal_placeholders)
        self._native = layout.settings.native_flows
        self._unexplained = UnexplainedIds(frozenset(self._native.allowed_ids if self._native else ()))
        self.desired: list[Desired] = []
        self.problems: list[Problem] = []
        self.labels: set[str] = set()

    def read(self, file: SourceFile) -> None:
        shown = self._layout.shown + file.path
        problems: tuple[Problem, ...] = ()
        try:
            text = read_text(file.content, self._variables.of_file(file.path), file=shown, literal=self._literal)
            problems = self._variables.problems_of(file.path, text.substituted.used)
            if any(problem.severity is Severity.ERROR for problem in problems):
                # A bad value breaks the document; what the parser says of that would only distract.
                self.problems.extend((*problems, *text.substituted.problems))
                return
            if text.native and self._native is None:
                self.problems.append(refused(shown, self._setting))
                return
            found = read_desired(text, limits=self._limits, layout=bool(self._native and self._native.layout))
        except InvalidInput as error:
            self.problems.extend((*problems, *error.problems))
            return
        desired = found.desired
        self.labels |= desired.labels
        if self._wanted and not self._wanted & desired.labels:
            return
        self._unexplained.add(shown, found.unexplained)
        self.problems.extend(problems)
        self.problems.extend(
            environment_problems(
                file.path,
                found.mark,
                environment=self._layout.environment,
                known=self._layout.known,
                required=self._layout.settings.require_environment_mark,
                shown=self._layout.shown,
            )
        )
        self.desired.append(desired)

    def unexplained_ids(self) -> tuple[Problem, ...]:
        """Return an error for each id of the native files of which nothing tells what it is."""
        setting = self._setting
        return self._unexplained.problems(setting=str(replace(setting, path=f"{setting.path}.allowedIds")))

    def native_warnings(self, *, whole: bool) -> tuple[Problem, ...]:
        """Return what a person should know of the native files; ``whole`` tells that no file was left out."""
        if self._native is None:
            return ()
        count = sum(desired.native for desired in self.desired)
        told = (notice(count, self._setting),) if count else ()
        if not whole:
            return told
        return told + self._unexplained.unused(self._native, self._layout.environments, self._layout.environment)

    @property
    def _setting(self) -> Place:
        return setting_place(self._layout.environments, self._layout.environment)


def _of_categories(
    files: tuple[SourceFile, ...], categories: Collection[str], layout: Layout
) -> tuple[SourceFile, ...]:
    """
    Return the files below one of the folders.

    Raises:
        InvalidInput: There is no such folder with files.
    """
    known = sorted({file.path.split("/", 1)[0] for file in files if "/" in file.path})
    unknown = [category for category in categories if category not in known]
    if unknown:
        raise InvalidInput(
            *(
                Problem(
                    "no-such-category",
                    f"{layout.shown.rstrip('/')} has no category '{category}'.",
                    Place(layout.shown),
                    did_you_mean(category, known),
                )
                for category in unknown
            )
        )
    return tuple(file for file in files if not categories or file.path.split("/", 1)[0] in categories)


def _near(labels: Collection[str], known: set[str]) -> tuple[str, list[str]]:
    return (min(labels, default=""), sorted(known))


def masked(problems: tuple[Problem, ...], secrets: tuple[str, ...]) -> tuple[Problem, ...]:
    """Return each problem once, without secret values: whoever catches the exception does not know them."""
    redactor = Redactor()
    redactor.add(*secrets)
    return tuple(
        replace(problem, message=redactor.text(problem.message), hint=redactor.text(problem.hint))
        for problem in dict.fromkeys(problems)
    )
