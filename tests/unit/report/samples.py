"""Results that hold everything a report may have to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hook.model import (
    FLOWS,
    Actor,
    Change,
    Desired,
    Difference,
    DifferenceOperation,
    DifferenceSubject,
    ExitCode,
    Failure,
    Finding,
    Identity,
    Live,
    Operation,
    Organisation,
    Outcome,
    Place,
    Plan,
    Problem,
    Result,
    Severity,
    Status,
    Verdict,
)

STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CONFLICT = Failure(
    error="Conflict",
    message="inboundcall 'Drifted' moved since we published version 2.0: version 3.0 was published by Supervisor",
    exit_code=ExitCode.CONFLICT,
    hint="Bring that content into Git, or run with --on-drift overwrite.",
    details=("changed setting inboundCall.description: 'a' -> 'b'",),
)
FAILED = Failure(
    error="JobFailed",
    message="the job failed",
    exit_code=ExitCode.REFUSED,
    details=("find 'queue' by value of 'Sales' - no matches", "Architect Scripting session ended in error"),
    correlation_id="c0ffee",
)
DIFFERENCES = (
    Difference(DifferenceOperation.CHANGED, DifferenceSubject.SETTING, "inboundCall.description", "a", "b|c"),
    Difference(DifferenceOperation.ADDED, DifferenceSubject.ACTION, "inboundCall.tasks[0].task", after="Say <hello>"),
    Difference(DifferenceOperation.REMOVED, DifferenceSubject.REFERENCE, "inboundCall.queue", before="Sales"),
)


def flow(name: str) -> Identity:
    return Identity(FLOWS, "inboundcall", name)


def change(operation: Operation, *, writes: bool = False, version: str = "2.0", reason: str = "") -> Change:
    identity = flow(operation.value.capitalize())
    file = f"flows/dev/{operation.value}.yaml"
    return Change(
        identity=identity,
        operation=operation,
        writes=writes,
        reason=reason,
        desired=Desired(identity, Place(file, 2, 9), b"inboundCall: {}", "sha256:1", "sha256:1"),
        live=Live(identity, f"id-{operation.value}", version, Actor("u-1", "Supervisor")) if version else None,
    )


def every_operation() -> Plan:
    """One change of every operation, some with everything that a change may say."""
    update = change(Operation.UPDATE, writes=True, reason="the document changed")
    drifted = change(Operation.DRIFTED, version="3.0", reason=CONFLICT.message)
    gone = change(Operation.LEFT_ALONE, reason="gone from Git; never deleted here")
    changes = (
        _with(change(Operation.CREATE, writes=True, version=""), stubs=(flow("Update"),)),
        _with(update, differences=DIFFERENCES, warnings=("a newer check-in was never published",)),
        change(Operation.UNCHANGED),
        change(Operation.ADOPT, reason="version 2.0 was published by Supervisor, with the file's content"),
        _with(drifted, refusal=CONFLICT, differences=DIFFERENCES),
        _with(change(Operation.BLOCKED, reason="waits for inboundcall 'Drifted'"), depends_on=(flow("Drifted"),)),
        _with(gone, desired=None),
    )
    assert {one.operation for one in changes} == set(Operation)
    return Plan(changes)


def _with(one: Change, **more: object) -> Change:
    fields = {name: getattr(one, name) for name in one.__dataclass_fields__}
    return Change(**(fields | more))


def planned() -> Result:
    """A plan with a warning, a note, and findings of each verdict."""
    return result(
        plan=every_operation(),
        problems=(
            Problem("file-not-read", "looks like a flow.", Place("flows/dev/x.yaml.bak"), "Move it.", Severity.WARNING),
        ),
        findings=(
            Finding("environment", Verdict.PASS, "nothing to say of this"),
            Finding("references", Verdict.WARN, "whether there is a script 'S' was not checked."),
            Finding(
                "references",
                Verdict.REFUSE,
                "there is no queue 'Slaes'.",
                Place("flows/dev/update.yaml", 7, 11, "inboundCall.queue"),
                "Did you mean 'Sales'?",
            ),
        ),
        notes=("job 42 of an earlier run had ended in Success",),
    )


def every_status() -> Result:
    """A run that ended with one outcome of every status."""
    outcomes = (
        outcome(Status.DONE, after="3.0", seconds=1.25, warnings=("the platform warned",)),
        outcome(Status.UNCHANGED),
        outcome(Status.FAILED, message=FAILED.message, failure=FAILED, seconds=2.0),
        outcome(Status.CONFLICT, message=CONFLICT.message, failure=CONFLICT),
        outcome(Status.SKIPPED, message="skipped because of inboundcall 'Failed'"),
        outcome(Status.NOT_TRIED, message="not tried: the run was asked to stop"),
        outcome(Status.LEFT_ALONE, message="gone from Git; never deleted here"),
    )
    assert {one.status for one in outcomes} == set(Status)
    stopped = Failure("Terminated", "the run was asked to stop", ExitCode.TERMINATED, "Rerun.", ("waiting | in vain",))
    return result(
        command="sync", plan=Plan((change(Operation.UPDATE, writes=True),)), outcomes=outcomes, failure=stopped
    )


def outcome(
    status: Status,
    *,
    message: str = "",
    failure: Failure | None = None,
    after: str | None = None,
    seconds: float = 0.0,
    warnings: tuple[str, ...] = (),
) -> Outcome:
    return Outcome(
        identity=flow(status.value.capitalize()),
        operation=Operation.UPDATE,
        status=status,
        message=message,
        failure=failure,
        version_before="2.0",
        version_after=after,
        warnings=warnings,
        seconds=seconds,
    )


def result(*, command: str = "plan", **more: object) -> Result:
    fields: dict[str, object] = {
        "run_id": "0123456789ab",
        "command": command,
        "environment": "dev",
        "started": STARTED,
        "finished": STARTED + timedelta(seconds=4.2),
        "organisation": Organisation("org-1", "Example Energy"),
        "calls": 7,
    }
    return Result(**(fields | more))  # type: ignore[arg-type]  # the names are checked at run time, each in a test
