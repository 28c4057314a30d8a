"""Wires settings, files, platform, engine and reports for one run."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import structlog

from hook import guards, report
from hook.deadline import Deadline
from hook.engine.apply import OnFailure
from hook.engine.decide import DriftPolicy
from hook.engine.run import Policy, Run, Target
from hook.engine.state import FileStore, NoStore, Store
from hook.errors import FlowSyncError, InvalidInput
from hook.genesys.client import ClientSettings, Platform, connect
from hook.genesys.credentials import load_credentials
from hook.genesys.regions import endpoints
from hook.genesys.watching import WatchSettings
from hook.guards import approvals, references
from hook.guards.protocol import Mode
from hook.model import NOWHERE, Desired, Examination, ExitCode, Outcome, Place, Plan, Problem, Result, Status
from hook.platform import GenesysPlatform
from hook.redaction import Redactor
from hook.report.text import plan_lines
from hook.settings import pairs
from hook.trunk_check import summarise
from hook.workspace.environments import EnvironmentSettings, environment_of
from hook.workspace.loading import Workspace, load_environment
from hook.workspace.variables import UNREADABLE_SECRET


def execute(
    command: str,
    options: Mapping[str, Any],
    *,
    run_id: str,
    deadline: Deadline,
    redactor: Redactor,
    environ: Mapping[str, str],
) -> ExitCode:
    """
    Run ``sync`` or ``plan``, and print and write what came of it.

    Args:
        command: ``sync`` or ``plan``.
        options: The command's options by parameter name.
        run_id: What the run is called in logs and state.
        deadline: The end of the run.
        redactor: Told every secret as soon as it is read.
        environ: The process's environment.

    Returns:
        The exit code of the one result that all output is derived from.

    Raises:
        InvalidInput: The report or the plan cannot be written.
    """
    if options["report"]:
        report.form_of(options["report"])
    result = _result(command, options, run_id=run_id, deadline=deadline, redactor=redactor, environ=environ)
    try:
        # The report comes first: whoever reads the exit code finds it written.
        if options["report"]:
            report.write(result, options["report"], redactor=redactor)
        if options.get("out") and result.plan:
            _write_plan(result, options["out"])
    finally:
        click.echo(report.render(result, form=options["output"], redactor=redactor), nl=False)
    return result.exit_code


def check_trunks(
    options: Mapping[str, Any], *, deadline: Deadline, redactor: Redactor, environ: Mapping[str, str]
) -> ExitCode:
    """
    Run ``trunks check``: the guard ``trunks`` alone, whatever its mode, and print what it found.

    Returns:
        0 when all is healthy, 6 when something is not or is not known, 3 when nothing is configured.
    """
    settings = environment_of(options["workspace"], options["environment"])
    configured = [one for one in guards.configure(settings.guards) if one.guard.name == "trunks"]
    client = _connect(options, settings, deadline=deadline, redactor=redactor, environ=environ)
    with closing(GenesysPlatform(client)) as platform:
        organisation, _ = platform.who_am_i()
        examination = Examination(plan=Plan(()), environment=options["environment"], organisation=organisation)
        check = summarise(guards.examine(examination, configured, platform.readings))
    click.echo(redactor.text(check.text), nl=False)
    return check.exit_code


def _result(
    command: str,
    options: Mapping[str, Any],
    *,
    run_id: str,
    deadline: Deadline,
    redactor: Redactor,
    environ: Mapping[str, str],
) -> Result:
    started = datetime.now(tz=UTC)
    try:
        workspace = load_environment(
            options["workspace"],
            options["environment"],
            flows_dir=options["flows_dir"],
            categories=options["category"],
            labels=options["label"],
            expected_digest=options["expected_digest"],
            overrides=pairs(options["set"], flag="--set"),
            getenv=environ.get,
            require_secrets=command == "sync",
        )
        redactor.add(*workspace.secrets)
        run, platform = _prepare(
            command, options, workspace, run_id=run_id, deadline=deadline, redactor=redactor, environ=environ
        )
    except FlowSyncError as error:
        return Result(
            run_id=run_id,
            command=command,
            environment=options["environment"],
            started=started,
            finished=datetime.now(tz=UTC),
            problems=error.problems if isinstance(error, InvalidInput) else (),
            failure=None if isinstance(error, InvalidInput) else error.failure(),
        )
    with closing(platform):
        return run.execute()


def _prepare(
    command: str,
    options: Mapping[str, Any],
    workspace: Workspace,
    *,
    run_id: str,
    deadline: Deadline,
    redactor: Redactor,
    environ: Mapping[str, str],
) -> tuple[Run, GenesysPlatform]:
    settings = workspace.environment
    policy = Policy(
        command=command,
        write=command == "sync",
        on_drift=DriftPolicy(options["on_drift"]),
        on_failure=OnFailure(options.get("on_failure", "continue")),
        concurrency=options.get("concurrency", 1),
        wait=options.get("wait", 0.0),
        verify_pause=min(1.0, options["poll_interval"]),
        expected_checksum=_approved(options["plan"]) if options.get("plan") else None,
        differences_are_an_error=options.get("detailed_exitcode", False),
    )
    if policy.write and not options["confirm"] and not sys.stdin.isatty():
        raise InvalidInput(
            Problem("not-confirmed", "sync writes, and nobody can be asked here.", hint="Pass --confirm, or use plan.")
        )
    client = _connect(options, settings, deadline=deadline, redactor=redactor, environ=environ)
    configured = guards.configure(settings.guards)
    approved = approvals.read(settings.approvals)
    secrets_known = not any(warning.code == UNREADABLE_SECRET for warning in workspace.warnings)
    platform = GenesysPlatform(client)
    desired, left_out = guards.left_out(workspace.desired if secrets_known else _public(workspace.desired), configured)
    run = Run(
        run_id=run_id,
        target=Target(
            environment=options["environment"],
            desired=desired,
            secrets_known=secrets_known,
            left_out=tuple(one.identity for one in left_out),
            warnings=(*_warnings(workspace, configured), *(one.problem for one in left_out)),
            organisation_id=settings.organization_id or None,
            whole=not (options["category"] or options["label"]),
        ),
        platform=platform,
        store=_store(options["state"], environ),
        policy=policy,
        deadline=deadline,
        guards=guards.Bench(configured, platform.readings, approved),
        confirm=_silent if options.get("confirm") else lambda plan: _ask(plan, redactor),
        report=_log_outcome,
    )
    return run, platform


def _warnings(workspace: Workspace, configured: Sequence[guards.Configured]) -> tuple[Problem, ...]:
    """Leave to the guard for references what it tells, with what the organisation knows of it."""
    told = any(one.guard is guards.GUARDS["references"] and one.settings.mode is not Mode.OFF for one in configured)
    return tuple(one for one in workspace.warnings if not (told and one.code in references.TOLD))


def _public(desired: tuple[Desired, ...]) -> tuple[Desired, ...]:
    """Compare what can be compared without the secrets."""
    return tuple(replace(one, digest=one.public_digest) for one in desired)


def _connect(
    options: Mapping[str, Any],
    settings: EnvironmentSettings,
    *,
    deadline: Deadline,
    redactor: Redactor,
    environ: Mapping[str, str],
) -> Platform:
    credentials = load_credentials(environ=environ, directory=options["credentials_dir"])
    redactor.add(credentials.client_secret)
    interval = options["poll_interval"]
    return connect(
        endpoints=endpoints(
            region=options["region"] or settings.region or None,
            api_base=options["api_base"],
            login_base=options["login_base"],
        ),
        credentials=credentials,
        deadline=deadline,
        redactor=redactor,
        settings=ClientSettings(
            limit_per_minute=options["rate"],
            watch=WatchSettings(first=interval, cap=max(15.0, interval), timeout=options["job_timeout"]),
            export_watch=WatchSettings(first=min(2.0, interval), cap=max(5.0, interval), timeout=120.0),
        ),
    )


def _store(where: str, environ: Mapping[str, str]) -> Store:
    kind, _, path = where.partition(":")
    if where == "none":
        return NoStore()
    if kind == "file" and path:
        return FileStore(Path(path))
    if where == "auto":
        folder = environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111  (no home: kept)
        home = Path(folder) / "flowsync"
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            structlog.get_logger().warning("no state is kept", folder=str(home), why=str(error))
            return NoStore()
        return FileStore(home)
    raise InvalidInput(Problem("unknown-state", f"--state cannot be '{where}'.", hint="Use auto, none, or file:PATH."))


def _silent(_plan: Plan) -> None:
    """Go on without asking."""


def _ask(plan: Plan, redactor: Redactor) -> None:
    """Show the plan on the terminal and ask; a signal ends the question, nothing is written yet."""
    now = datetime.now(tz=UTC)
    shown = Result(run_id="", command="plan", environment="", started=now, finished=now, plan=plan)
    click.echo(redactor.text("\n".join(plan_lines(shown))), err=True)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        confirmed = click.confirm(f"Write {len(plan.writes)} objects?", err=True)
    except click.Abort:
        confirmed = False
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if not confirmed:
        raise InvalidInput(Problem("not-confirmed", "the plan was not confirmed; nothing was written.", NOWHERE))


def _log_outcome(outcome: Outcome) -> None:
    log = structlog.get_logger()
    failed = outcome.status in {Status.FAILED, Status.CONFLICT}
    (log.error if failed else log.info)(
        "outcome",
        object=str(outcome.identity),
        status=outcome.status.value,
        message=outcome.message,
        version=outcome.version_after,
        correlation_id=outcome.failure.correlation_id if outcome.failure else "",
    )


def _write_plan(result: Result, path: Path) -> None:
    assert result.plan is not None  # noqa: S101  (the caller has looked)
    content = {"schemaVersion": 1, "environment": result.environment, "checksum": result.plan.checksum}
    try:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            Problem("plan-unwritable", f"the plan cannot be written: {error}", Place(str(path)))
        ) from error


def _approved(path: Path) -> str:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return str(content["checksum"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            Problem("plan-unreadable", f"is no plan of plan --out: {error!r}", Place(str(path)))
        ) from error
