"""The command line's side of the doctor: print, and say the exit code."""

from __future__ import annotations

import sys

import click

from hook.commands.context import Context
from hook.commands.doctor import examine
from hook.commands.doctor.checks import CHECKS
from hook.commands.doctor.subject import Subject
from hook.model import ExitCode
from hook.report import diagnosis as report


def doctor(context: Context) -> ExitCode:
    """
    Make every check and print what was found.

    Returns:
        0 when nothing failed, otherwise the worst by the documented precedence.
    """
    found = examine(Subject(context), CHECKS)
    form = context.options["output"]
    if form == "text" and sys.stdout.isatty():
        form = "table"
    click.echo(report.render(found, form=form, redactor=context.redactor), nl=False)
    return found.exit_code
