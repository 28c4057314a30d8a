"""``flowsync sync`` and ``flowsync plan``: wire files, platform, guards, engine and reports for one run."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click
import structlog

from hook import guards, report
from hook.cluster import termination
from hook.cluster.events import JobEvents, NoEvents
from hook.commands import planfile
from hook.commands.context import Context
from hook.commands.surroundings import Surroundings
from hook.engine.apply import OnFailure
from hook.engine.decide import DriftPolicy
from hook.engine.locking import NoLock
from hook.engine.run import Run
from hook.engine.target import Policy, Target
from hook.errors import FlowSyncError, InvalidInput
from hook.guards import approvals, references
from hook.guards.protocol import Mode
from hook.model import NOWHERE, Desired, ExitCode, Outcome, Place, Plan, Problem, Result, Status
from hook.platform import GenesysPlatform
from hook.redaction import Redactor
from hook.report.counting import counted
from hook.report.text import plan_lines
from hook.settings import pairs
from hook.workspace.loading import Workspace, load_environment
from hook.workspace.variables import UNREADABLE_SECRET


def execute(command: str, context: Context, *, run_id: str) -> ExitCode:
    """
    Run ``sync`` or ``plan``, and print and write what came of it.

    Args:
        command: ``sync`` or ``plan``.
        context: The options and what belongs to them.
        run_id: What the run is called in logs and state.

    Returns:
        The exit code of the one result that all output is derived from.

    Raises:
        InvalidInput: The report has no format, or no folder.
    """
    options, redactor = context.options, context.redactor
    if options["report"]:
        report.form_of(options["report"])
    around = Surroundings(options, context.environ, context.deadline)
    events = around.events(run_id, redactor) if command == "sync" else NoEvents()
    events.started(options["environment"])
    result = _result(command, context, around, events, run_id=run_id)
    try:
        # The report comes first: whoever reads the exit code finds it written.
        if options["report"]:
            report.write(result, options["report"], redactor=redactor)
        if options.get("out") and result.plan:
            plan = planfile.PlanFile(environment=result.environment, checksum=result.plan.checksum)
            planfile.write(plan, options["out"])
    except InvalidInput as error:
        result = replace(result, problems=(*result.problems, *error.problems))
    click.echo(report.render(result, form=options["output"], redactor=redactor), nl=False)
    path = termination.path_of(options["termination_log"], context.environ)
    termination.write_result(result, path, redactor=redactor)
    events.ended(result)
    return result.exit_code


def _result(
    command: str, context: Context, around: Surroundings, events: JobEvents | NoEvents, *, run_id: str
) -> Result:
    options = context.options
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
            getenv=context.environ.get,
            require_secrets=command == "sync",
        )
        context.redactor.add(*workspace.secrets)
        run, platform = _prepare(command, context, workspace, around, run_id=run_id)
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
    run.report = _tell(events)
    with closing(platform):
        return run.execute()


def _prepare(
    command: str, context: Context, workspace: Workspace, around: Surroundings, *, run_id: str
) -> tuple[Run, GenesysPlatform]:
    options = context.options
    settings = workspace.environment
    policy = Policy(
        command=command,
        write=command == "sync",
        on_drift=DriftPolicy(options["on_drift"]),
        on_failure=OnFailure(options.get("on_failure", "continue")),
        concurrency=options.get("concurrency", 1),
        wait=options.get("wait", 0.0),
        verify_pause=min(1.0, options["poll_interval"]),
        expected_checksum=_approved(options) if options.get("plan") else None,
        differences_are_an_error=options.get("detailed_exitcode", False),
    )
    if policy.write and not options["confirm"] and not sys.stdin.isatty():
        raise InvalidInput(
            Problem("not-confirmed", "sync writes, and nobody can be asked here.", hint="Pass --confirm, or use plan.")
        )
    configured = guards.configure(_with_threshold(settings.guards, options["max_changes"]))
    approved = approvals.read(settings.approvals)
    secrets_known = not any(warning.code == UNREADABLE_SECRET for warning in workspace.warnings)
    platform = context.platform(settings)
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
            flows_digest=workspace.digest,
            whole=not (options["category"] or options["label"]),
        ),
        platform=platform,
        store=around.store(),
        lock=around.lock(run_id) if policy.write else NoLock(),
        records=around.records(),
        marker=around.marker(),
        policy=policy,
        deadline=context.deadline,
        guards=guards.Bench(configured, platform.readings, approved),
        confirm=_silent if options.get("confirm") else lambda plan: _ask(plan, context.redactor),
    )
    return run, platform


def _approved(options: Mapping[str, Any]) -> str:
    """Return the checksum of the plan that was kept; that of another environment is refused."""
    plan = planfile.read(options["plan"])
    if plan.environment != options["environment"]:
        message = f"the plan is one of environment '{plan.environment}', not of '{options['environment']}'."
        raise InvalidInput(Problem("plan-of-another-environment", message, Place(str(options["plan"])), planfile.HINT))
    return plan.checksum


def _with_threshold(given: Mapping[str, Any], most: str | None) -> Mapping[str, Any]:
    """Let the flag say how much may be overwritten; the other settings of the guard stay the environment's."""
    if most is None:
        return given
    own = given.get("thresholds", {})
    kept = dict(own) if isinstance(own, Mapping) else {"mode": own}
    if kept.get("mode") == Mode.OFF:
        del kept["mode"]  # whoever gives the flag wants it to count
    return {**given, "thresholds": {**kept, "maxChanges": most}}


def _warnings(workspace: Workspace, configured: Sequence[guards.Configured]) -> tuple[Problem, ...]:
    """Leave to the guard for references what it tells, with what the organisation knows of it."""
    told = any(one.guard is guards.GUARDS["references"] and one.settings.mode is not Mode.OFF for one in configured)
    return tuple(one for one in workspace.warnings if not (told and one.code in references.TOLD))


def _public(desired: tuple[Desired, ...]) -> tuple[Desired, ...]:
    """Compare what can be compared without the secrets."""
    return tuple(replace(one, digest=one.public_digest) for one in desired)


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
        confirmed = click.confirm(f"Write {counted(len(plan.writes), 'object')}?", err=True)
    except click.Abort:
        confirmed = False
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if not confirmed:
        raise InvalidInput(Problem("not-confirmed", "the plan was not confirmed; nothing was written.", NOWHERE))


def _tell(events: JobEvents | NoEvents) -> Callable[[Outcome], None]:
    def tell(outcome: Outcome) -> None:
        _log_outcome(outcome)
        events.outcome(outcome)

    return tell


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
