"""A diagnosis as text, as a table on a terminal, as JSON, as Markdown."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from io import StringIO

from hook.model.diagnosis import Checked, Diagnosis, Grade
from hook.redaction import Redactor
from hook.report.counting import effort
from hook.report.masking import masked

SCHEMA_VERSION = 1
"""Raised when a reader of the former shape would misread the new one."""

_COLOURS = {Grade.OK: "green", Grade.WARN: "yellow", Grade.FAIL: "bold red", Grade.UNKNOWN: "magenta"}
_WIDTH = 108


def text(diagnosis: Diagnosis) -> str:
    """Return one block per check, and a line that counts."""
    name = max((len(one.check) for one in diagnosis.checks), default=0)
    lines = [line for one in diagnosis.checks for line in _block(one, name)]
    return "\n".join([*lines, closing_line(diagnosis)])


def _block(one: Checked, name: int) -> Iterator[str]:
    margin = " " * (len(Grade.UNKNOWN) + name + 4)
    head = f"{one.grade:<{len(Grade.UNKNOWN)}}  {one.check:<{name}}  "
    yield from _wrapped(one.seen, head, margin)
    if one.todo:
        yield from _wrapped(one.todo, f"{margin}→ ", f"{margin}  ")


def _wrapped(said: str, first: str, others: str) -> list[str]:
    # Digests, addresses and commands stay whole, so that they can be copied.
    return textwrap.wrap(
        said, _WIDTH, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    ) or [first.rstrip()]


def table(diagnosis: Diagnosis) -> str:
    """Return a coloured table, for a terminal."""
    from rich.console import Console  # noqa: PLC0415  (only a terminal needs it, and its import takes a while)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(2):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for one in diagnosis.checks:
        said = Text(one.seen) + Text(f"\n→ {one.todo}" if one.todo else "", style="italic")
        grid.add_row(Text(one.grade, style=_COLOURS[one.grade]), Text(one.check), said)
    stream = StringIO()
    console = Console(file=stream, force_terminal=True, highlight=False)
    console.print(grid)
    console.print(Text(closing_line(diagnosis)))
    return stream.getvalue()


def machine(diagnosis: Diagnosis) -> str:
    """Return one JSON object."""
    data = {
        "schemaVersion": SCHEMA_VERSION,
        "exitCode": int(diagnosis.exit_code),
        "environment": diagnosis.environment,
        "started": diagnosis.started.isoformat(timespec="milliseconds"),
        "finished": diagnosis.finished.isoformat(timespec="milliseconds"),
        "calls": diagnosis.calls,
        "checks": [_data(one) for one in diagnosis.checks],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _data(one: Checked) -> dict[str, str | int]:
    return {
        "check": one.check,
        "grade": one.grade.value,
        "seen": one.seen,
        "todo": one.todo,
        "exitCode": int(one.exit_code),
    }


def markdown(diagnosis: Diagnosis) -> str:
    """Return a heading and one table."""
    where = f": {diagnosis.environment}" if diagnosis.environment else ""
    rows = [f"| {one.grade} | {one.check} | {_cell(one.seen)} | {_cell(one.todo)} |" for one in diagnosis.checks]
    head = [
        f"## flowsync doctor{where}",
        "",
        closing_line(diagnosis),
        "",
        "| | check | seen | what to do |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows])


def _cell(said: str) -> str:
    return " ".join(said.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def closing_line(diagnosis: Diagnosis) -> str:
    """Return how many checks ended how, in how many calls and seconds, and the exit code."""
    counts = ", ".join(f"{diagnosis.count(grade)} {grade}" for grade in Grade if diagnosis.count(grade))
    started, finished = diagnosis.started, diagnosis.finished
    return f"{counts}. {effort(diagnosis.calls, started=started, finished=finished, exit_code=diagnosis.exit_code)}"


FORMATS: Mapping[str, Callable[[Diagnosis], str]] = {
    "text": text,
    "table": table,
    "json": machine,
    "markdown": markdown,
}
"""Every format by name; ``table`` is what ``text`` becomes on a terminal."""


def render(diagnosis: Diagnosis, *, form: str, redactor: Redactor) -> str:
    """Return a diagnosis in one of :data:`FORMATS`, ending in a newline, without any secret."""
    return FORMATS[form](masked(diagnosis, redactor)).rstrip("\n") + "\n"
