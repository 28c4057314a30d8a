"""``flowsync validate``: what each document is, what it names, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hook.model import ExitCode, Problem, Severity
from hook.report.counting import counted
from hook.settings import pairs
from hook.workspace.checking import CheckedFile, load_files


def validate_files(
    paths: Sequence[Path], *, variables: Iterable[str], set_missing: bool, as_json: bool
) -> tuple[str, ExitCode]:
    """
    Check documents by themselves.

    Args:
        paths: Files and folders.
        variables: ``NAME=VALUE`` texts.
        set_missing: Give a placeholder without a variable its own name.
        as_json: JSON instead of text.

    Returns:
        What to print, and the exit code.

    Raises:
        InvalidInput: A path does not exist, or a variable is no pair.
    """
    checked = load_files(paths, variables=pairs(variables, flag="--set"), set_missing=set_missing)
    errors = [problem for one in checked for problem in one.problems if problem.severity is Severity.ERROR]
    code = ExitCode.INVALID_INPUT if errors else ExitCode.DONE
    if as_json:
        data = {"exitCode": int(code), "documents": [_data(one) for one in checked]}
        return _encodable(json.dumps(data, ensure_ascii=False, indent=2)), code
    lines = [line for one in checked for line in _lines(one)]
    lines.append(f"{counted(len(checked), 'document')}, {counted(len(errors), 'error')}, exit {int(code)}.")
    return _encodable("\n".join(lines)), code


def _encodable(text: str) -> str:
    """Spell out lone surrogates, as which Python keeps the bytes of a file's name that is not UTF-8; end the line."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def _lines(one: CheckedFile) -> list[str]:
    what = (
        f"{one.desired.identity}, {counted(len(one.desired.references), 'reference')}" if one.desired else "not usable"
    )
    return [f"{one.path}: {what}", *(f"  {problem.severity}: {problem}" for problem in one.problems)]


def _data(one: CheckedFile) -> dict[str, Any]:
    desired = one.desired
    return {
        "file": one.path,
        "identity": (
            {"kind": desired.identity.kind, "type": desired.identity.type, "name": desired.identity.name}
            if desired
            else None
        ),
        "native": desired.native if desired else None,
        "digest": desired.digest if desired else None,
        "problems": [_problem(problem) for problem in one.problems],
        "references": [
            {
                "kind": reference.kind,
                "type": reference.type,
                "name": reference.name,
                "path": reference.place.path,
                "line": reference.place.line,
            }
            for reference in (desired.references if desired else ())
        ],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        "path": problem.place.path,
        "line": problem.place.line,
        "column": problem.place.column,
    }
