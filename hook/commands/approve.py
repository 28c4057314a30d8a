"""``flowsync approve``: the line to commit that approves a plan."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hook.commands import planfile
from hook.guards import approvals


def approve(plan_file: Path, *, by: str, hours: float, reason: str, now: datetime | None = None) -> str:
    """
    Return the line that approves a plan, below a comment that says where it goes.

    Args:
        plan_file: What ``flowsync plan --out`` wrote.
        by: Who approves.
        hours: For how long.
        reason: Why; may be empty.
        now: The time, with a zone; the clock's when not given.

    Raises:
        InvalidInput: The file is no plan, or the line would be no approval.
    """
    plan = planfile.read(plan_file)
    entry = approvals.line(plan.checksum, by, hours, reason, now or datetime.now(tz=UTC))
    return (
        f"# Commit this line in environments.yaml, below environments: {plan.environment}: approvals:"
        f" (in environments.json: without the dash)\n{entry}"
    )
