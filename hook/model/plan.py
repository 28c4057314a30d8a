"""What the plan says of each object."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from hook.model.exits import ExitCode
from hook.model.names import Identity
from hook.model.objects import Desired, Live


class DifferenceOperation(StrEnum):
    """What happens to one place inside an object."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class DifferenceSubject(StrEnum):
    """What the place is."""

    SETTING = "setting"
    ACTION = "action"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs inside an object; ``before`` and ``after`` are short texts fit to show."""

    operation: DifferenceOperation
    subject: DifferenceSubject
    path: str
    before: str | None = None
    after: str | None = None


class Operation(StrEnum):
    """What the plan says of one object."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    ADOPT = "adopt"
    DRIFTED = "drifted"
    LEFT_ALONE = "left-alone"
    BLOCKED = "blocked"


class Effect(StrEnum):
    """What a change does to the organisation."""

    CREATE = "create"
    REPLACE = "replace"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something did not happen, as plain data made from an exception.

    ``error`` is the exception's class name, ``details`` further lines (for example the messages of a job).
    """

    error: str
    message: str
    exit_code: ExitCode
    hint: str = ""
    details: tuple[str, ...] = ()
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What the plan says of one object.

    ``writes`` tells whether carrying out the change calls the platform to change something; ``records`` that
    nothing is written there, but the live version is noted in the state as the one that the file became.
    ``stubs`` are the objects of a cycle that the platform must create a stub of, ``refusal`` is set when the
    change must not be carried out. ``intended`` is what a blocked change would be if nothing blocked it: the
    checksum counts that, so that a plan has one checksum before and after its approval.
    """

    identity: Identity
    operation: Operation
    writes: bool = False
    reason: str = ""
    desired: Desired | None = None
    live: Live | None = None
    differences: tuple[Difference, ...] = ()
    depends_on: tuple[Identity, ...] = ()
    stubs: tuple[Identity, ...] = ()
    records: bool = False
    refusal: Failure | None = None
    intended: Operation | None = None
    warnings: tuple[str, ...] = ()

    @property
    def effect(self) -> Effect:
        """What carrying it out does to the organisation, whoever had put there what is replaced."""
        operation = self.intended or self.operation
        if operation is Operation.CREATE:
            return Effect.CREATE
        written = {Operation.UPDATE, Operation.ADOPT, Operation.DRIFTED}
        return Effect.REPLACE if operation in written and not self.records else Effect.KEEP


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered changes of one run; parents stand before those that depend on them."""

    changes: tuple[Change, ...]

    @property
    def checksum(self) -> str:
        """``sha256:<hex>`` over identity, effect, public digest and live version of each change.

        No label and no text goes in, and nothing that only the state knows (who had put there what is replaced, which
        files are gone): so a plan made in a pull request, without the cluster's state, matches the Job's.
        """
        rows = sorted(
            [
                [*change.identity.key],
                change.effect.value,
                change.desired.public_digest if change.desired else "",
                (change.live.version or "") if change.live else "",
            ]
            for change in self.changes
            if change.operation is not Operation.LEFT_ALONE
        )
        text = json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    @property
    def writes(self) -> tuple[Change, ...]:
        """The changes that would be carried out."""
        return tuple(change for change in self.changes if change.writes and change.refusal is None)
