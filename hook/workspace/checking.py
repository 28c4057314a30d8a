"""Checks single files without an environment; a file with problems does not hide the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.errors import InvalidInput
from hook.model import Desired, Place, Problem, Severity
from hook.workspace.desire import read_desired, read_text
from hook.workspace.native import UnexplainedIds, checked_alone
from hook.workspace.placeholders import Variable, value_problem
from hook.workspace.source import SourceFile, collect, read_file


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """
    One file that was checked.

    Attributes:
        path: The file as it was named, with ``/``.
        desired: What it describes; ``None`` if it has errors.
        problems: Errors and warnings, those of the object among them.
    """

    path: str
    desired: Desired | None
    problems: tuple[Problem, ...]

    @property
    def failed(self) -> bool:
        """Whether the file has an error."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def load_files(
    paths: Sequence[Path],
    *,
    variables: Mapping[str, str] | None = None,
    set_missing: bool = False,
    literal: Collection[str] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[CheckedFile, ...]:
    """
    Check files, and the flow files below folders.

    Args:
        paths: Files and folders; a file that is named is read whatever its name ends in.
        variables: Values of placeholders.
        set_missing: Put a placeholder's own name where there is no value.
        literal: Placeholders that belong to the flows and stay.
        limits: Bounds for size and number.

    Returns:
        One entry for every file, in the order of ``paths`` and below a folder of the files' paths. What cannot be read
        has an entry with its problem.

    Raises:
        InvalidInput: A value in ``variables`` cannot be used.
    """
    given = {name: Variable(value) for name, value in (variables or {}).items()}
    kept = frozenset(literal)
    bad = [problem for name, item in given.items() if (problem := value_problem(name, item.value, Place(), kept))]
    if bad:
        raise InvalidInput(*bad)
    checked: list[CheckedFile] = []
    for path in paths:
        for entry in _entries(path, limits):
            if isinstance(entry, CheckedFile):
                checked.append(entry)
            else:
                checked.append(_check(entry, given, kept, limits, set_missing=set_missing))
    return tuple(checked)


def _entries(path: Path, limits: Limits) -> list[SourceFile | CheckedFile]:
    shown = path.as_posix()
    if not path.is_dir():
        read = read_file(path, shown, limits)
        return [CheckedFile(shown, None, (read,)) if isinstance(read, Problem) else read]
    prefix = f"{shown.rstrip('/')}/"
    files, problems = collect(path, limits=limits, shown=prefix)
    if not files and not problems:
        problems = (Problem("no-flows", f"{shown} holds no flow.", Place(shown), "Name a file or another folder."),)
    entries: list[SourceFile | CheckedFile] = [SourceFile(prefix + file.path, file.content) for file in files]
    return entries + [CheckedFile(problem.place.file, None, (problem,)) for problem in problems]


def _check(
    file: SourceFile, variables: Mapping[str, Variable], literal: frozenset[str], limits: Limits, *, set_missing: bool
) -> CheckedFile:
    try:
        text = read_text(file.content, variables, file=file.path, literal=literal, set_missing=set_missing)
        found = read_desired(text, limits=limits)
    except InvalidInput as error:
        return CheckedFile(file.path, None, error.problems)
    desired = found.desired
    if not desired.native:
        return CheckedFile(file.path, desired, desired.warnings)
    unexplained = UnexplainedIds()
    unexplained.add(file.path, found.unexplained)
    problems = (checked_alone(file.path), *unexplained.problems(severity=Severity.WARNING))
    return CheckedFile(file.path, desired, desired.warnings + problems)
