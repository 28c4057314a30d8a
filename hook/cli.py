"""
The command line: parse, wire, print.

What a command needs beyond its options is imported when the command runs, so that ``--help`` and ``validate``
do not pay for the platform client.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
import uuid
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Any

import click

from hook import __version__
from hook.deadline import Deadline
from hook.errors import FlowSyncError, InvalidInput
from hook.model import ExitCode, Place, Problem
from hook.options import NOT_NEGATIVE, PATH, POSITIVE, cluster, common, connection, files, lock, output, target
from hook.redaction import Redactor
from hook.settings import check_variables, option

EXIT_CODES = """\b
Exit codes:
  0    done, or nothing to do
  1    a change that the platform refused, or that could not be verified
  2    differences found (plan --detailed-exitcode)
  3    invalid input: files, settings, usage
  4    credentials or permissions
  5    the platform is unavailable, or its rate limit outlasted the deadline
  6    a guard refused
  7    another run holds the lock, or ours was lost
  8    conflict: the live object changed, or somebody holds it
  70   a bug of ours
  143  ended by SIGTERM after a clean stop
If several apply: 143, 3, 4, 7, 6, 8, 5, 1."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}, epilog=EXIT_CODES)
@click.version_option(__version__, prog_name="flowsync")
def cli() -> None:
    """Make a Genesys Cloud organisation match the files in Git: by name, never deleting."""


@cli.command(epilog=EXIT_CODES)
@files
@connection
@target
@lock
@cluster
@output
@common
@option("confirm", is_flag=True, help="Do not ask; needed where there is no terminal.")
@option("dry-run", is_flag=True, help="The same as plan.")
@option("concurrency", type=click.IntRange(min=1, max=100), default=16, help="Jobs at once; 1 serialises everything.")
@option("on-failure", type=click.Choice(["continue", "stop"]), default="continue", help="What happens to the others.")
@option("wait", type=NOT_NEGATIVE, default=0.0, help="Seconds to wait for a guard that may pass by itself.")
@option("plan", type=PATH, help="Apply only if the plan still has the checksum of this one (from plan --out).")
@option("grace", type=POSITIVE, default=25.0, help="Seconds after SIGTERM for jobs that were started.")
def sync(**options: Any) -> ExitCode:
    """Make the organisation match the files."""
    return _run("plan" if options["dry_run"] else "sync", options)


@cli.command(epilog=EXIT_CODES)
@files
@connection
@target
@cluster
@output
@common
@option("detailed-exitcode", is_flag=True, help="Exit 2 when there is something to write.")
@option("out", type=PATH, help="Write the plan here, for sync --plan.")
def plan(**options: Any) -> ExitCode:
    """Show what sync would do, and write nothing."""
    return _run("plan", options)


@cli.command(epilog=EXIT_CODES)
@click.argument("paths", nargs=-1, required=True, type=PATH)
@option("set", multiple=True, metavar="NAME=VALUE", help="A variable.")
@option("set-missing", is_flag=True, help="Give a placeholder without a variable its own name.")
@option("output", short="o", type=click.Choice(["text", "json"]), default="text", help="Format of stdout.")
@common
def validate(**options: Any) -> ExitCode:
    """Check documents by themselves: no environment, no network."""
    from hook.commands.validate import validate_files

    _configure_log(options, _redactor())
    text, code = validate_files(
        options["paths"],
        variables=options["set"],
        set_missing=options["set_missing"],
        as_json=options["output"] == "json",
    )
    click.echo(text, nl=False)
    return code


@cli.command(epilog=EXIT_CODES)
@click.argument("paths", nargs=-1, required=True, type=PATH)
@click.option(
    "--out", type=PATH, help="Write a file for each flow into this folder; without it, one file goes to stdout."
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there with other content.")
@common
def convert(**options: Any) -> ExitCode:
    """Make JSON for reviews of native configurations: names in place of ids, always in the same order."""
    from hook.commands.convert import convert as execute

    redactor = _redactor()
    _configure_log(options, redactor)
    text, warnings = execute(options["paths"], out=options["out"], overwrite=options["overwrite"])
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(text, nl=False)
    return ExitCode.DONE


@cli.command(epilog=EXIT_CODES)
@option("environment", short="e", help="The environment; the only one that there is, unless it is named.")
@option("workspace", short="w", type=PATH, default=Path(), help="The repository's root.")
@click.option(
    "--format",
    type=click.Choice(["archy", "native"]),
    default="archy",
    show_default=True,
    help="Archy YAML, or native JSON by name.",
)
@click.option("--name", "names", multiple=True, metavar="GLOB", help="Only flows whose name matches; may be repeated.")
@click.option(
    "--type", "types", multiple=True, help="Only flows of this type, for example inboundCall; may be repeated."
)
@click.option("--out", type=PATH, help="Where the files go; flows/<environment> by default.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there with other content.")
@connection
@common
def export(**options: Any) -> ExitCode:
    """Write the published versions of live flows as files, with names in place of ids."""
    from hook.commands.context import Context
    from hook.commands.export.command import export as execute

    redactor = _redactor()
    _configure_log(options, redactor, environment=options["environment"] or "")
    deadline = Deadline(options["deadline"])
    with _stoppable(deadline):
        return execute(Context(options, deadline, redactor, os.environ))


@cli.command(epilog=EXIT_CODES)
@option("plan", type=PATH, required=True, help="The plan to approve, from plan --out.")
@option("by", required=True, help="Who approves.")
@option("hours", type=POSITIVE, default=24.0, help="For how long.")
@option("reason", default="", help="Why.")
def approve(**options: Any) -> ExitCode:
    """Print the line to commit that approves a plan: it passes peak hours, thresholds, capacity and drift."""
    from hook.commands.approve import approve as line

    click.echo(line(options["plan"], by=options["by"], hours=options["hours"], reason=options["reason"]))
    return ExitCode.DONE


@cli.command(epilog=EXIT_CODES)
@option("environment", short="e", help="The environment; the only one that there is, unless it is named.")
@option("workspace", short="w", type=PATH, default=Path(), help="The repository's root.")
@option("flows-dir", type=PATH, help="The environment's own folder, when it is mounted by itself.")
@option("set", multiple=True, metavar="NAME=VALUE", help="A variable, stronger than the environment's.")
@option("expected-digest", variable="EXPECTED_FLOWS_DIGEST", help="The digest that the files must have.")
@connection
@target
@lock
@cluster
@option("output", short="o", type=click.Choice(["text", "json", "markdown"]), default="text", help="Format of stdout.")
@option("server", is_flag=True, help="Also let the platform validate the live flows.")
@common
def doctor(**options: Any) -> ExitCode:
    """Look at everything that a run needs, and say what to do; nothing is written."""
    from hook.commands.context import Context
    from hook.commands.doctor.command import doctor as execute

    redactor = _redactor()
    _configure_log(options, redactor, environment=options["environment"] or "")
    deadline = Deadline(options["deadline"])
    with _stoppable(deadline):
        code = execute(Context(options, deadline, redactor, os.environ))
    return ExitCode.TERMINATED if deadline.stopping else code


@cli.command(epilog=EXIT_CODES)
@files
@connection
@option("state", default="auto", help="Where the state is kept: auto, none, file:PATH, or configmap.")
@cluster
@output
@common
@option("detailed-exitcode", is_flag=True, help="Exit 2 when something drifted.")
@option("status-configmap", default="", help="Also write the result into this ConfigMap, in the Pod's own namespace.")
def drift(**options: Any) -> ExitCode:
    """Tell who changed what since it was deployed, and what is not deployed; nothing is written in Genesys Cloud."""
    from hook.commands.context import Context
    from hook.commands.drift import drift as execute

    redactor = _redactor()
    run_id = uuid.uuid4().hex[:12]
    _configure_log(options, redactor, run=run_id, environment=options["environment"])
    deadline = Deadline(options["deadline"])
    with _stoppable(deadline):
        return execute(Context(options, deadline, redactor, os.environ), run_id=run_id)


@cli.command(epilog=EXIT_CODES)
@click.argument("directory", type=PATH, default=Path())
@click.option(
    "--environment", "-e", "environments", multiple=True, help="An environment; repeat it, in promotion order."
)
@click.option("--repo-url", default="", help="Where Argo CD finds the repository.")
@click.option("--name", default="", help="Of chart, release and project; the folder's own by default.")
@click.option("--argo-namespace", default="argocd", show_default=True, help="The namespace that Argo CD runs in.")
@click.option("--image", default="", help="Where the image of flowsync is: registry/repository[:tag][@digest].")
@click.option("--applicationset", "application_set", is_flag=True, help="One ApplicationSet instead of Applications.")
@click.option("--from-existing", is_flag=True, help="Keep what is there, and add what is missing.")
@click.option("--force", is_flag=True, help="Overwrite what is there.")
@click.option("--update-library", is_flag=True, help="Only renew the vendored library chart.")
def init(*, update_library: bool, **options: Any) -> ExitCode:
    """Make a flows repository for Argo CD."""
    from hook.commands import init as command

    click.echo(
        command.update_library(options["directory"]) if update_library else command.init(command.Asked(**options)),
        nl=False,
    )
    return ExitCode.DONE


@cli.group()
def trunks() -> None:
    """Look after trunks."""


@trunks.command(epilog=EXIT_CODES)
@option("environment", short="e", required=True, help="The environment, in environments.yaml.")
@option("workspace", short="w", type=PATH, default=Path(), help="The repository's root.")
@connection
@common
def check(**options: Any) -> ExitCode:
    """Tell whether the trunks and far ends that the guard names are healthy."""
    from hook.commands.context import Context
    from hook.commands.trunks import check as check_trunks

    redactor = _redactor()
    _configure_log(options, redactor, environment=options["environment"])
    return check_trunks(Context(options, Deadline(options["deadline"]), redactor, os.environ))


def _run(command: str, options: dict[str, Any]) -> ExitCode:
    from hook.commands.context import Context
    from hook.commands.sync import execute

    deadline = Deadline(options["deadline"])
    redactor = _redactor()
    run_id = uuid.uuid4().hex[:12]
    _configure_log(options, redactor, run=run_id, environment=options["environment"])
    with _stoppable(deadline, within=options.get("grace", 0.0)):
        return execute(command, Context(options, deadline, redactor, os.environ), run_id=run_id)


@contextlib.contextmanager
def _stoppable(deadline: Deadline, *, within: float = 0.0) -> Iterator[None]:
    """Let signals bring the deadline nearer; the first process of a container would not even be ended by them."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        deadline.stop(within=within)

    former = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _redactor() -> Redactor:
    return click.get_current_context().ensure_object(Redactor)


def _configure_log(options: dict[str, Any], redactor: Redactor, **bound: str) -> None:
    from hook.log import configure

    as_json = options["log_format"] == "json" or (options["log_format"] == "auto" and not sys.stderr.isatty())
    configure(redactor=redactor, level=options["log_level"], as_json=as_json, bound=bound)


def run(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command line and return its exit code.

    Args:
        arguments: What follows the program's name; the process's own by default.
    """
    redactor = Redactor()
    try:
        check_variables(os.environ)
        args = list(arguments) if arguments is not None else None
        code = cli.main(args=args, prog_name="flowsync", standalone_mode=False, obj=redactor)
    except click.ClickException as error:
        error.show(file=sys.stderr)
        _last_words(redactor, error.format_message(), ExitCode.INVALID_INPUT)
        return int(ExitCode.INVALID_INPUT)
    except click.Abort:
        return _say(InvalidInput(Problem("aborted", "aborted; nothing was written.", Place())), redactor)
    except FlowSyncError as error:
        return _say(error, redactor)
    except Exception as error:  # noqa: BLE001  (the last resort: whatever gets here is a bug, with its own exit code)
        click.echo("This is a bug of flowsync; please report it with the following lines.", err=True)
        click.echo(redactor.text(traceback.format_exc()), err=True)
        _last_words(redactor, f"a bug of flowsync: {type(error).__name__}: {error}", ExitCode.BUG)
        return int(ExitCode.BUG)
    return int(code or 0)


def _say(error: FlowSyncError, redactor: Redactor) -> int:
    lines = error.details if isinstance(error, InvalidInput) else (error.message, *error.details)
    for line in lines:
        click.echo(redactor.text(f"error: {line}"), err=True)
    if error.hint:
        click.echo(redactor.text(error.hint), err=True)
    _last_words(redactor, "\n".join((*lines, error.hint)).rstrip(), error.exit_code)
    return int(error.exit_code)


def _last_words(redactor: Redactor, message: str, code: ExitCode) -> None:
    """Leave a message on the Pod, where there is one."""
    from hook.cluster import termination

    text = termination.fitted(redactor.text(message).splitlines(), f"Exit {int(code)}.")
    termination.write(text, termination.path_of(None, os.environ))


def main() -> None:
    """Run the process's command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A result that was worked for must come out, whatever the terminal can show.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run())
