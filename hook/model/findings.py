"""What guards look at, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hook.model.names import NOWHERE, Identity, Place, Reference
from hook.model.objects import Organisation
from hook.model.plan import Plan


class Verdict(StrEnum):
    """What a guard says."""

    PASS = "pass"  # noqa: S105  (a verdict, not a password)
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a guard found: the verdict, the objects and places it is about, and how to get past it."""

    guard: str
    verdict: Verdict
    message: str
    place: Place = NOWHERE
    hint: str = ""


class ResolutionStatus(StrEnum):
    """What the target knows of a name that a document uses."""

    FOUND = "found"
    PLANNED = "planned"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    UNPUBLISHED = "unpublished"
    OTHER_CASE = "other-case"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Resolution:
    """One reference of one object, held against the target.

    ``nearest`` are the names that resemble a missing one, best first; ``planned`` means that an earlier
    change of the same plan creates or publishes the object.
    """

    owner: Identity
    reference: Reference
    status: ResolutionStatus
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that a guard may look at; guards only read."""

    plan: Plan
    environment: str
    organisation: Organisation
    expected_organisation_id: str | None = None
    resolutions: tuple[Resolution, ...] = ()
