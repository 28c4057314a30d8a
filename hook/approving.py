"""``flowsync approve``: the line to commit that approves a plan."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hook.errors import InvalidInput
from hook.guards import approvals
from hook.model import Place, Problem


class PlanFile(BaseModel):
    """What ``flowsync plan --out`` writes, as far as an approval needs it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    schemaVersion: Literal[1]  # noqa: N815  (the file's name)
    environment: str = Field(min_length=1)
    checksum: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


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
    plan = _read(plan_file)
    entry = approvals.line(plan.checksum, by, hours, reason, now or datetime.now(tz=UTC))
    return (
        f"# Commit this line in environments.yaml, below environments: {plan.environment}: approvals:"
        f" (in environments.json: without the dash)\n{entry}"
    )


def _read(path: Path) -> PlanFile:
    hint = "Make one with flowsync plan --out PATH."
    try:
        return PlanFile.model_validate_json(path.read_bytes())
    except OSError as error:
        message = f"the plan cannot be read: {error.strerror or type(error).__name__}."
        raise InvalidInput(Problem("plan-unreadable", message, Place(str(path)), hint)) from error
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        message = f"is no plan of plan --out: {f'{where}: ' if where else ''}{detail['msg'].lower()}."
        raise InvalidInput(Problem("plan-unreadable", message, Place(str(path)), hint)) from error
