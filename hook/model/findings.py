"""What guards look at, and what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from hook.model.names import NOWHERE, Identity, Place, Reference
from hook.model.objects import Organisation
from hook.model.plan import Plan


class Verdict(StrEnum):
    """What a guard says; ``UNKNOWN`` (it could not be examined) refuses as well."""

    PASS = "pass"  # noqa: S105  (a verdict, not a password)
    WARN = "warn"
    REFUSE = "refuse"
    UNKNOWN = "unknown"
    OFF = "off"

    @property
    def refuses(self) -> bool:
        """Whether nothing may be written."""
        return self in {Verdict.REFUSE, Verdict.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that a guard found: the verdict, the objects and places it is about, and how to get past it.

    ``passing`` tells that it may clear by itself, so that waiting makes sense; ``approved_by`` who took it upon them.
    """

    guard: str
    verdict: Verdict
    message: str
    place: Place = NOWHERE
    hint: str = ""
    passing: bool = False
    approved_by: str = ""


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
class Known:
    """An object of the organisation that was listed by name, with its id there."""

    identity: Identity
    id: str


@dataclass(frozen=True, slots=True)
class Examination:
    """
    What a guard judges; what else it needs it reads from the organisation.

    ``known`` are the objects of the kinds that changed objects name; kinds that nothing names were not listed.
    ``now`` is the time of the examination, with a time zone.
    """

    plan: Plan
    environment: str
    organisation: Organisation
    expected_organisation_id: str | None = None
    resolutions: tuple[Resolution, ...] = ()
    known: tuple[Known, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(tz=UTC))
