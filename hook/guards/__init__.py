"""
What may refuse a plan. Each guard is one module with one :class:`Guard`; adding one is one file and one row.

Guards only read, all of them run, and all findings are reported together. Each can be set to ``enforce`` (what it
refuses is refused), ``warn`` (it is only told) or ``off`` per environment. What a guard could not find out is
unknown, and unknown refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from hook.errors import FlowSyncError, InvalidInput
from hook.guards import (
    approvals,
    capacity,
    environment,
    licence,
    peak_hours,
    permissions,
    references,
    thresholds,
    trunks,
)
from hook.guards.approvals import Approval
from hook.guards.protocol import Guard, Mode, Readings, Settings
from hook.model import Desired, Examination, Finding, Plan, Problem, Verdict

GUARDS: Mapping[str, Guard] = {
    guard.name: guard
    for guard in (
        environment.GUARD,
        permissions.GUARD,
        references.GUARD,
        thresholds.GUARD,
        licence.GUARD,
        peak_hours.GUARD,
        capacity.GUARD,
        trunks.GUARD,
    )
}
"""Every guard, in the order of the report."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A guard with its settings for one environment."""

    guard: Guard
    settings: Settings


def configure(given: Mapping[str, Any]) -> tuple[Configured, ...]:
    """
    Read the ``guards`` of an environment: per guard a mode, or a mapping of its settings.

    Raises:
        InvalidInput: A guard, a mode or a setting does not exist, or has a value that it cannot have.
    """
    unknown = [name for name in given if name not in GUARDS]
    if unknown:
        known = ", ".join(GUARDS)
        raise InvalidInput(
            *(Problem("unknown-guard", f"there is no guard '{name}'.", hint=f"Guards: {known}.") for name in unknown)
        )
    return tuple(Configured(guard, _settings(guard, given.get(name))) for name, guard in GUARDS.items())


def _settings(guard: Guard, given: Any) -> Settings:
    if given is None:
        return guard.settings(mode=guard.default)
    values = given if isinstance(given, Mapping) else {"mode": given}
    try:
        return guard.settings.model_validate(values)
    except ValidationError as error:
        raise InvalidInput(*_problems(guard, error)) from error


def _problems(guard: Guard, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors():
        where = ".".join(str(part) for part in ("guards", guard.name, *detail["loc"]))
        yield Problem(
            "guard-setting", f"{where}: {detail['msg'].lower()}.", hint="See docs/guards.md for its settings."
        )


def left_out(
    desired: Sequence[Desired], configured: Iterable[Configured]
) -> tuple[tuple[Desired, ...], tuple[licence.LeftOut, ...]]:
    """Take out, before planning, what the licence does not suffice for and may be left out; return what is kept."""
    settings = next(one.settings for one in configured if one.guard is licence.GUARD)
    if not isinstance(settings, licence.LicenceSettings):
        raise TypeError(settings)
    return licence.excluded(desired, settings)


@dataclass(frozen=True, slots=True)
class Bench:
    """
    The guards of one environment, ready to judge.

    Args:
        configured: The guards with their settings.
        readings: What they may read of the organisation.
        approvals: Which plans somebody took upon them.
        clock: Tells the time.
    """

    configured: tuple[Configured, ...]
    readings: Readings
    approvals: tuple[Approval, ...] = ()
    clock: Callable[[], datetime] = lambda: datetime.now(tz=UTC)

    def is_approved(self, plan: Plan) -> bool:
        """Tell whether an approval of this plan is in force."""
        return self._approval(plan) is not None

    def examine(self, examination: Examination) -> tuple[Finding, ...]:
        """Run every guard that is not off; one that says nothing has passed, and each has at least one finding."""
        approval = self._approval(examination.plan)
        findings: list[Finding] = []
        for one in self.configured:
            found = examine(examination, (one,), self.readings, approval=approval)
            silent = Verdict.OFF if one.settings.mode is Mode.OFF else Verdict.PASS
            findings.extend(found or (Finding(one.guard.name, silent, ""),))
        why_not = approvals.why_not(examination.plan.checksum, self.approvals, self.clock())
        return tuple(_explained(finding, why_not) for finding in findings)

    def _approval(self, plan: Plan) -> Approval | None:
        return approvals.of(plan.checksum, self.approvals, now=self.clock())


def _explained(finding: Finding, why_not: str) -> Finding:
    """Say why an approval that is there does not pass a finding that one could pass."""
    if not why_not or not finding.verdict.refuses or not GUARDS[finding.guard].approvable:
        return finding
    return replace(finding, hint=f"{finding.hint} {why_not}".strip())


def examine(
    examination: Examination,
    configured: Iterable[Configured],
    readings: Readings,
    *,
    approval: Approval | None = None,
) -> tuple[Finding, ...]:
    """
    Run every guard that is not off.

    Args:
        examination: What is judged.
        configured: The guards with their settings.
        readings: What they may read of the organisation.
        approval: An approval of this very plan, if there is one; it passes the guards that are approvable.
    """
    findings: list[Finding] = []
    for one in configured:
        if one.settings.mode is Mode.OFF:
            continue
        findings.extend(_weigh(finding, one, approval) for finding in _look(one, examination, readings))
    return tuple(findings)


def _look(one: Configured, examination: Examination, readings: Readings) -> Iterator[Finding]:
    try:
        yield from one.guard.examine(examination, one.settings, readings)
    except FlowSyncError as error:
        yield Finding(
            one.guard.name, Verdict.UNKNOWN, f"it could not be found out: {error.message.rstrip('.')}.", hint=error.hint
        )


def _weigh(finding: Finding, one: Configured, approval: Approval | None) -> Finding:
    if not finding.verdict.refuses:
        return finding
    if one.settings.mode is Mode.WARN:
        return replace(finding, verdict=Verdict.WARN)
    if approval and one.guard.approvable:
        return replace(finding, verdict=Verdict.WARN, approved_by=str(approval))
    return finding
