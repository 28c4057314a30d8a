"""The outcomes of a run as they come about: one per change of the plan."""

from __future__ import annotations

from collections.abc import Callable

from hook.errors import Conflict, FlowSyncError
from hook.model import Change, ExitCode, Identity, Live, Operation, Outcome, Plan, Status

CAME_TO_NOTHING = frozenset({Status.FAILED, Status.CONFLICT, Status.SKIPPED, Status.NOT_TRIED})
"""What depends on an object with such an outcome is skipped."""


class Outcomes:
    """
    Collects outcomes.

    Args:
        report: Called with each outcome as soon as it is known.
    """

    def __init__(self, report: Callable[[Outcome], None]) -> None:
        self._report = report
        self._by_key: dict[tuple[str, str, str], Outcome] = {}

    def of(self, plan: Plan) -> tuple[Outcome, ...]:
        """Return the known outcomes of a plan's changes, in its order; once it was carried out, of every one."""
        keys = (change.identity.key for change in plan.changes)
        return tuple(self._by_key[key] for key in keys if key in self._by_key)

    def came_to_nothing(self, identity: Identity) -> bool:
        """Tell whether an object failed, was in conflict, was skipped or not tried."""
        outcome = self._by_key.get(identity.key)
        return outcome is not None and outcome.status in CAME_TO_NOTHING

    def done(self, change: Change, after: Live, *, warnings: tuple[str, ...], seconds: float) -> None:
        """Note a change that was carried out and verified."""
        self._add(change, Status.DONE, after=after, warnings=warnings, seconds=seconds)

    def failed(
        self, change: Change, error: FlowSyncError, *, warnings: tuple[str, ...] = (), seconds: float = 0.0
    ) -> None:
        """Note a change that failed, or met a conflict."""
        status = Status.CONFLICT if isinstance(error, Conflict) else Status.FAILED
        self._add(change, status, message=error.message, error=error, warnings=warnings, seconds=seconds)

    def skipped(self, change: Change, because_of: Identity) -> None:
        """Note a change whose parent came to nothing."""
        self._add(change, Status.SKIPPED, message=f"skipped because of {because_of}")

    def not_tried(self, change: Change, why: str) -> None:
        """Note a change that the end of the run left undone."""
        self._add(change, Status.NOT_TRIED, message=f"not tried: {why}")

    def without_write(self, change: Change) -> None:
        """Note a change that the plan does not carry out."""
        if change.refusal:
            is_conflict = change.refusal.exit_code == ExitCode.CONFLICT
            self._by_key[change.identity.key] = Outcome(
                identity=change.identity,
                operation=change.operation,
                status=Status.CONFLICT if is_conflict else Status.FAILED,
                message=change.refusal.message,
                failure=change.refusal,
                version_before=_version(change.live),
                warnings=change.warnings,
            )
            self._report(self._by_key[change.identity.key])
        elif change.operation is Operation.BLOCKED:
            self._add(change, Status.SKIPPED, message=f"skipped: {change.reason}")
        elif change.operation is Operation.LEFT_ALONE:
            self._add(change, Status.LEFT_ALONE, message=change.reason)
        else:
            self._add(change, Status.UNCHANGED, message=change.reason)

    def _add(
        self,
        change: Change,
        status: Status,
        *,
        message: str = "",
        error: FlowSyncError | None = None,
        after: Live | None = None,
        warnings: tuple[str, ...] = (),
        seconds: float = 0.0,
    ) -> None:
        outcome = Outcome(
            identity=change.identity,
            operation=change.operation,
            status=status,
            message=message,
            failure=error.failure() if error else None,
            version_before=_version(change.live),
            version_after=_version(after),
            warnings=(*change.warnings, *warnings),
            seconds=round(seconds, 3),
        )
        self._by_key[change.identity.key] = outcome
        self._report(outcome)


def _version(live: Live | None) -> str | None:
    return live.version if live else None
