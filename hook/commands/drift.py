"""``flowsync drift``: what is live, against what was deployed last and against Git. Genesys Cloud is only read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import click

from hook import guards, report
from hook.commands.context import Context
from hook.commands.surroundings import Surroundings
from hook.engine.drifting import deployed, flows_of, last_run, undeployed_trigger
from hook.engine.run import Run
from hook.engine.stores import Contents, Store
from hook.engine.target import Policy, Target
from hook.errors import FlowSyncError, InvalidInput, LockUnavailable, Terminated
from hook.guards import environment
from hook.guards.protocol import Mode
from hook.model import (
    Examination,
    ExitCode,
    Failure,
    Finding,
    Identity,
    Organisation,
    Place,
    Plan,
    Problem,
    Result,
)
from hook.model.drift import DriftReport, DriftStatus, FlowDrift
from hook.platform import GenesysPlatform
from hook.report import drift as rendering
from hook.settings import pairs
from hook.workspace.loading import Workspace, load_environment
from hook.workspace.variables import UNREADABLE_SECRET

MOST_HISTORIES = 20
"""Flows whose history is read: it takes three calls each."""


COMPARISONS = 3
"""How often to compare anew because a run has written meanwhile."""


class _NoGuards:
    """Nothing is written, so that there is nothing to refuse."""

    def examine(self, examination: Examination) -> tuple[Finding, ...]:  # noqa: ARG002  (the protocol's)
        """Find nothing."""
        return ()

    def is_approved(self, plan: Plan) -> bool:  # noqa: ARG002  (the protocol's)
        """Tell that nobody took the plan upon them: drift is to be seen."""
        return False


def drift(context: Context, *, run_id: str) -> ExitCode:
    """
    Find out where every flow stands, and print and write it.

    Args:
        context: The options and what belongs to them.
        run_id: What the run is called in logs.

    Returns:
        0, with ``--detailed-exitcode`` 2 for drift; otherwise the code of what ended it.

    Raises:
        InvalidInput: The report cannot be written.
        CredentialsError: The status cannot be written for want of rights.
        ApiUnavailable: The API server does not answer.
    """
    options, redactor = context.options, context.redactor
    if options["report"] and report.form_of(options["report"]) not in rendering.FORMATS:
        message = "a drift report has no such format."
        raise InvalidInput(
            Problem("unknown-report-format", message, Place(str(options["report"])), "Use .json or .md.")
        )
    found = _found(context, run_id)
    if context.deadline.stopping:
        found = replace(found, failure=Terminated("the command was asked to stop (SIGTERM)", hint="Rerun.").failure())
    click.echo(rendering.render(found, form=options["output"], redactor=redactor), nl=False)
    if options["report"]:
        form = report.form_of(options["report"])
        report.write_text(rendering.render(found, form=form, redactor=redactor), options["report"])
    if options["status_configmap"]:
        from hook.cluster.status import write_status  # noqa: PLC0415  (only where it is asked for)

        data = rendering.status(found, redactor=redactor)
        write_status(context.environ, options["pod_namespace"], options["status_configmap"], data)
    return found.exit_code


def _found(context: Context, run_id: str) -> DriftReport:
    options = context.options
    empty = DriftReport(
        environment=options["environment"],
        started=datetime.now(tz=UTC),
        finished=datetime.now(tz=UTC),
        drift_is_an_error=options["detailed_exitcode"],
    )
    try:
        workspace = load_environment(
            options["workspace"],
            options["environment"],
            flows_dir=options["flows_dir"],
            categories=options["category"],
            labels=options["label"],
            overrides=pairs(options["set"], flag="--set"),
            expected_digest=options["expected_digest"],
            getenv=context.environ.get,
            require_secrets=False,
        )
        context.redactor.add(*workspace.secrets)
        with closing(context.platform(workspace.environment)) as platform:
            found = _compare(context, workspace, platform, replace(empty, digest=workspace.digest), run_id)
    except FlowSyncError as error:
        problems = error.problems if isinstance(error, InvalidInput) else ()
        found = replace(empty, problems=problems, failure=error.failure())
    return replace(found, finished=datetime.now(tz=UTC))


def _compare(
    context: Context, workspace: Workspace, platform: GenesysPlatform, empty: DriftReport, run_id: str
) -> DriftReport:
    organisation, own_client = platform.who_am_i()
    configured = guards.configure(workspace.environment.guards)
    empty = replace(empty, organisation=organisation, calls=platform.calls)
    if refused := _refused(organisation, workspace, configured):
        return replace(empty, failure=refused)
    around = Surroundings(context.options, context.environ, context.deadline)
    store = around.store()
    secrets_known = not any(warning.code == UNREADABLE_SECRET for warning in workspace.warnings)
    desired = (
        workspace.desired
        if secrets_known
        else tuple(replace(one, digest=one.public_digest) for one in workspace.desired)
    )
    kept, left_out = guards.left_out(desired, configured)
    target = Target(
        environment=workspace.name,
        desired=kept,
        secrets_known=secrets_known,
        left_out=tuple(one.identity for one in left_out),
        organisation_id=workspace.environment.organization_id or None,
        flows_digest=workspace.digest,
        whole=not (context.options["category"] or context.options["label"]),
    )
    former = deployed(around.records().load(organisation.id), workspace.name)
    result, contents = _planned(target, platform, store, context, organisation_id=organisation.id, run_id=run_id)
    found = replace(
        empty,
        problems=result.problems,
        notes=(*result.notes, *(f"{one.identity} {one.problem.message}" for one in left_out)),
        failure=result.failure,
        calls=platform.calls,
    )
    if result.plan is None or result.failure:
        return found
    flows = flows_of(result.plan, contents, own_client=own_client)
    records = around.records().load(organisation.id)
    last, good = last_run(records, workspace.name), deployed(records, workspace.name)
    waiting = [one.identity for one in flows if one.status is DriftStatus.UNDEPLOYED]
    live = {change.identity: change.live.id for change in result.plan.changes if change.live}
    # A run that has succeeded since this command began had newer files; the CronJob is about to get them, too.
    expected = context.options["expected_digest"] if good == former else None
    return replace(
        found,
        flows=_with_histories(flows, live, platform, context),
        last_run=last,
        deployed=good,
        undeployed_trigger=undeployed_trigger(expected, waiting, good=good, last=last),
        calls=platform.calls,
    )


def _refused(
    organisation: Organisation, workspace: Workspace, configured: Sequence[guards.Configured]
) -> Failure | None:
    """Refuse another organisation than the environment's, as the guard does for a run."""
    mode = next(one.settings.mode for one in configured if one.guard is guards.GUARDS["environment"])
    expected = workspace.environment.organization_id
    if mode is not Mode.ENFORCE or not environment.is_another(organisation, expected):
        return None
    finding = environment.another_organisation(workspace.name, organisation, expected)
    return Failure("GuardRefused", finding.message, ExitCode.GUARD, finding.hint)


def _planned(
    target: Target, platform: GenesysPlatform, store: Store, context: Context, *, organisation_id: str, run_id: str
) -> tuple[Result, Contents]:
    """
    Return the result of a plan, and the state that it was made with.

    What a run publishes meanwhile is no drift: when the state is another one afterwards, all is compared anew.
    """
    for _ in range(COMPARISONS):
        before, _ = store.load(organisation_id)
        run = Run(
            run_id=run_id,
            target=target,
            platform=platform,
            store=store,
            policy=Policy(command="drift", write=False),
            deadline=context.deadline,
            guards=_NoGuards(),
        )
        result = run.execute()
        after, _ = store.load(organisation_id)
        if result.failure or after == before:
            return result, after
    busy = LockUnavailable(
        f"a run works on the organisation: its state changed {COMPARISONS} times while it was compared",
        hint="Look again when that run has ended.",
    )
    return replace(result, failure=busy.failure()), after


def _with_histories(
    flows: tuple[FlowDrift, ...], ids: Mapping[Identity, str], platform: GenesysPlatform, context: Context
) -> tuple[FlowDrift, ...]:
    """Add who did what to the flows that are not as they were put there."""
    pause = context.options["poll_interval"]
    history = platform.history(
        lambda seconds: context.deadline.sleep(min(seconds, pause), doing="waiting for a flow's history")
    )
    asked = 0
    told: list[FlowDrift] = []
    for one in flows:
        flow_id = ids.get(one.identity)
        if not one.status.is_drift or flow_id is None:
            told.append(one)
            continue
        asked += 1
        if asked > MOST_HISTORIES:
            warning = f"its history was not read: {MOST_HISTORIES} others come first"
            told.append(replace(one, warnings=(*one.warnings, warning)))
            continue
        try:
            touches, why_not = history.since(flow_id, one.deployed_version)
        except FlowSyncError as error:
            touches, why_not = (), f"its history cannot be read: {error.message}"
        warnings = (*one.warnings, why_not) if why_not else one.warnings
        told.append(replace(one, touches=touches, warnings=warnings))
    return tuple(told)
