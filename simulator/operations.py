"""Operations on a flow: check-in and publish, which take their time, and those that are over at once.

An operation that fails leaves draft and versions as they were, and the lock unless a setting says otherwise.
"""

from __future__ import annotations

from simulator import publishing
from simulator.errors import PlatformError
from simulator.faults import take_job_fault
from simulator.native_ids import BROKEN_FLOW, Missing, missing
from simulator.state import Actor, Flow, JobFault, JobKind, Operation, Pending, Version
from simulator.world import World

FAILED = "FAILURE"
FAULTS: dict[str, JobKind] = {"CHECKIN": "checkin", "PUBLISH": "publish"}


def require_idle(flow: Flow) -> None:
    """Refuse while an operation is in progress.

    Raises:
        PlatformError: 409.
    """
    if flow.operation and not flow.operation.complete:
        text = f"Flow '{flow.name}' has an operation in progress: {flow.operation.action}."
        raise PlatformError(409, message=text, params={"flowId": flow.id, "action": flow.operation.action})


def at_once(world: World, flow: Flow, action: str, *, by: Actor) -> None:
    """Note an operation that is over with its call; whether flows show those is a setting."""
    if world.state.settings.all_operations_shown:
        now = world.now()
        flow.operation = Operation(action=action, by=by, due=now, started=now, status="SUCCESS", complete=True)
        world.changed()


def begin(world: World, flow: Flow, action: str, *, by: Actor, version: str | None) -> Operation:
    """Begin a check-in or a publish.

    Raises:
        PlatformError: 409 while another one is in progress.
    """
    require_idle(flow)
    operation = Operation(
        action=action,
        by=by,
        due=world.after(world.state.settings.operation_seconds),
        started=world.now(),
        version=version,
        fault=take_job_fault(world, FAULTS[action], {flow.name}),
    )
    flow.operation = operation
    if operation.fault is None or operation.fault.outcome != "stuck":
        world.state.pending.append(Pending(due=operation.due, kind="operation", id=flow.id))
    world.changed()
    return operation


def finish(world: World, pending: Pending) -> None:
    """End the operation of a flow: the failure of one shows up only here."""
    flow = world.state.flows[pending.id]
    operation = flow.operation
    if operation is None or operation.complete:
        return
    operation.complete = True
    operation.status = "SUCCESS"
    world.changed()
    _carry_out(world, flow, operation)
    if operation.status == FAILED and world.state.settings.failed_operation_unlocks:
        flow.locked_by = None


def _carry_out(world: World, flow: Flow, operation: Operation) -> None:
    fault = operation.fault
    if fault and fault.outcome == "failure":
        _fail_by_fault(operation, fault)
    elif fault and fault.outcome == "lost":
        return
    elif flow.deleted:
        _fail(operation, "architect.flow.not.found", "Could not find the flow with specified ID.")
    elif operation.version and not _publishable(world, flow, operation.version):
        _fail(operation, "architect.flow.version.missing", "The flow version does not exist.")
    elif not publishing.newest_text(flow):
        _fail(operation, "architect.flow.data.missing", "The flow has no data.")
    elif operation.action == "CHECKIN":
        _check_in(world, flow, operation)
        flow.locked_by = None
    else:
        _publish(world, flow, operation)


def _check_in(world: World, flow: Flow, operation: Operation) -> Version:
    content = flow.draft or flow.versions[-1]
    return publishing.check_in(world, flow, content.document, by=operation.by, at=operation.due, native=content.native)


def _publish(world: World, flow: Flow, operation: Operation) -> None:
    """Publish a version, or the newest content; a native configuration only when all that it names is there."""
    wanted = _wanted(world, flow, operation)
    content = wanted or flow.draft or flow.versions[-1]
    if unknown := missing(world, content.native or {}, flow):
        _fail_for(operation, unknown)
        return
    if content.native and publishing.name_taken(world, flow, content.native):
        _fail(operation, BROKEN_FLOW, f"A flow of this type is already called '{content.native['name']}'.")
        return
    version = wanted or _check_in(world, flow, operation)
    publishing.publish_version(world, flow, version, by=operation.by, at=operation.due)
    if flow.draft is None:
        flow.locked_by = None


def _wanted(world: World, flow: Flow, operation: Operation) -> Version | None:
    """The existing version that is to be published; ``None`` when the newest content becomes a new one."""
    settings = world.state.settings
    named = next((one for one in flow.versions if one.id == operation.version), None)
    if named is not None and settings.publish_version == "republish":
        return named
    last = flow.versions[-1] if flow.versions else None
    waits = flow.draft is None and last is not None and last.type == "CHECKIN"
    return last if waits and not settings.publish_makes_version else None


def _publishable(world: World, flow: Flow, version: str) -> bool:
    if world.state.settings.publish_version == "refuse" and version != flow.versions[-1].id:
        return False
    return flow.version(version) is not None


def _fail(operation: Operation, code: str, message: str) -> None:
    operation.status = FAILED
    operation.error_code, operation.error_message = code, message


def _fail_for(operation: Operation, unknown: list[Missing]) -> None:
    _fail(operation, unknown[0].code, " ".join(one.text for one in unknown))
    operation.error_details = [one.detail for one in unknown]


def _fail_by_fault(operation: Operation, fault: JobFault) -> None:
    operation.status = FAILED
    operation.error_code = fault.code
    operation.error_message = " ".join(one.text for one in fault.messages) or None
