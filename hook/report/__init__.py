"""
Renderings of the one result object. Adding a format is one module and one row.

``render`` gives the text of a result in a format; secrets are taken out of the result before any format sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hook.errors import InvalidInput
from hook.model import Place, Problem, Result
from hook.redaction import Redactor
from hook.report import junit, machine, markdown, text
from hook.report.masking import masked

FORMATS: Mapping[str, Callable[[Result], str]] = {
    "text": text.render,
    "json": machine.render,
    "markdown": markdown.render,
    "junit": junit.render,
}
"""Every format by name."""

EXTENSIONS = {".txt": "text", ".json": "json", ".md": "markdown", ".xml": "junit"}
"""Which format a report file has."""


def render(result: Result, *, form: str, redactor: Redactor) -> str:
    """Return ``result`` in one of :data:`FORMATS`, ending in a newline, without any secret."""
    return FORMATS[form](masked(result, redactor)).rstrip("\n") + "\n"


def form_of(path: Path) -> str:
    """
    Return the format of a report file; asked before a run, so that a report does not turn out impossible after it.

    Raises:
        InvalidInput: The file's extension is none of :data:`EXTENSIONS`, or there is no such folder.
    """
    if not path.parent.is_dir():
        raise InvalidInput(
            Problem("report-unwritable", "the folder of the report does not exist.", Place(str(path)), "Make it first.")
        )
    try:
        return EXTENSIONS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(EXTENSIONS)
        raise InvalidInput(
            Problem(
                "unknown-report-format",
                f"no report format has the extension '{path.suffix}'.",
                Place(str(path)),
                f"Use one of {known}.",
            )
        ) from None


def write(result: Result, path: Path, *, redactor: Redactor) -> None:
    """
    Write a report file.

    Raises:
        InvalidInput: The file cannot be written, or its extension names no format.
    """
    write_text(render(result, form=form_of(path), redactor=redactor), path)


def write_text(content: str, path: Path) -> None:
    """
    Write what was rendered.

    Raises:
        InvalidInput: The file cannot be written.
    """
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            Problem("report-unwritable", f"the report cannot be written: {error}", Place(str(path)))
        ) from error
