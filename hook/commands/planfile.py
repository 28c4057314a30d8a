"""The file of ``plan --out``: what ``sync --plan`` and ``approve`` need to know of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hook.errors import InvalidInput
from hook.model import Place, Problem

HINT = "Make one with flowsync plan --out PATH."


class PlanFile(BaseModel):
    """A plan by its checksum."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    schema_version: Literal[1] = Field(default=1, alias="schemaVersion")
    environment: str = Field(min_length=1)
    checksum: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


def write(plan: PlanFile, path: Path) -> None:
    """
    Write the file.

    Raises:
        InvalidInput: It cannot be written.
    """
    try:
        path.write_text(plan.model_dump_json(by_alias=True, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        message = f"the plan cannot be written: {error.strerror or type(error).__name__}."
        raise InvalidInput(Problem("plan-unwritable", message, Place(str(path)))) from error


def read(path: Path) -> PlanFile:
    """
    Read the file.

    Raises:
        InvalidInput: It cannot be read, or is no plan.
    """
    try:
        return PlanFile.model_validate_json(path.read_bytes())
    except OSError as error:
        message = f"the plan cannot be read: {error.strerror or type(error).__name__}."
        raise InvalidInput(Problem("plan-unreadable", message, Place(str(path)), HINT)) from error
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        message = f"is no plan of plan --out: {f'{where}: ' if where else ''}{detail['msg'].lower()}."
        raise InvalidInput(Problem("plan-unreadable", message, Place(str(path)), HINT)) from error
