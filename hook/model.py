"""The plain data that travels from files to report.

Everything here is frozen and knows nothing of HTTP, YAML or Kubernetes, so that every decision of the
product can be tested as a function over these values. Words are those of the documentation: an *object*
has an identity and never an id; a *reference* is a place that names another object; a *change* is what the
plan says of one object; an *outcome* is what became of it; a *result* is the whole run.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

FLOWS = "architect/flows"


class ExitCode(IntEnum):
    """How a process ends; the same everywhere, printed by ``--help``."""

    DONE = 0
    REFUSED = 1
    DIFFERENCES = 2
    INVALID_INPUT = 3
    CREDENTIALS = 4
    UNAVAILABLE = 5
    GUARD = 6
    LOCK = 7
    CONFLICT = 8
    BUG = 70
    TERMINATED = 143


PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.TERMINATED,
    ExitCode.INVALID_INPUT,
    ExitCode.CREDENTIALS,
    ExitCode.LOCK,
    ExitCode.GUARD,
    ExitCode.CONFLICT,
    ExitCode.UNAVAILABLE,
    ExitCode.REFUSED,
    ExitCode.DIFFERENCES,
)
"""If several exit codes apply, the first of these wins."""


def worst(codes: set[ExitCode]) -> ExitCode:
    """Return the exit code that stands for ``codes``; ``DONE`` when there is none."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.DONE)


def fold(name: str) -> str:
    """Return the form in which two names count as one: NFKC, then case folding, then NFKC again."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the input: file, line and column (from 1; 0 when unknown), and path inside the document.

    ``path`` uses dots and indexes, for example ``inboundCall.menus[0].menu.choices[1]``; a key that is no
    plain word is quoted, for example ``callData.category["My Category"]``.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        """Return ``file:line:column (path)`` without the parts that are unknown."""
        text = self.file
        if self.line:
            text += f":{self.line}"
            if self.column:
                text += f":{self.column}"
        return f"{text} ({self.path})" if self.path else text


class Severity(StrEnum):
    """Whether a problem stops the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the input that a person should know: what, where, and the way out.

    ``code`` is a stable machine-readable word with hyphens, for example ``duplicate-key``.
    """

    code: str
    message: str
    place: Place = Place()
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return one line: place, message, and the way out."""
        where = f"{self.place}: " if str(self.place) else ""
        return f"{where}{self.message}" + (f" {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What an object is known by: kind, type where names repeat per type, and name. Never an id.

    For ``architect/flows`` the type is the platform's flow type in lower case (``inboundcall``); for
    ``integrations/actions`` it is the category; for the other kinds it is empty.
    """

    kind: str
    type: str
    name: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The form to compare and look up by: two identities with one key count as one."""
        return (self.kind, fold(self.type), fold(self.name))

    def __str__(self) -> str:
        """Return for example ``inboundcall 'Main line'``, or ``routing/queues 'Sales'``."""
        return f"{self.type if self.kind == FLOWS else self.kind} '{self.name}'" + (
            f" in '{self.type}'" if self.type and self.kind != FLOWS else ""
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in one object that names another object.

    ``type`` follows the rules of :class:`Identity`; it may be empty for a flow when the document does not
    tell the type of the flow that it names, and then any type will do.
    """

    kind: str
    name: str
    type: str = ""
    place: Place = Place()

    @property
    def identity(self) -> Identity:
        """The identity that this reference names."""
        return Identity(self.kind, self.type, self.name)


@dataclass(frozen=True, slots=True)
class Desired:
    """One object as the files want it.

    ``content`` are exactly the bytes to upload; ``digest`` is ``sha256:<hex>`` over them, and
    ``public_digest`` the same with every secret replaced by its placeholder, so that it may be shown and
    is the same in a pull request that cannot read the secret. ``attributes`` holds what the file says of
    the object outside its logic (``division``, ``description``); an absent key means that the file is silent.
    """

    identity: Identity
    place: Place
    content: bytes
    digest: str
    public_digest: str
    references: tuple[Reference, ...] = ()
    warnings: tuple[Problem, ...] = ()
    labels: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str], ...] = ()

    def attribute(self, name: str) -> str | None:
        """Return what the file says of ``name``; ``None`` when it is silent."""
        return dict(self.attributes).get(name)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something on the platform: a user or an OAuth client."""

    id: str
    name: str = ""
    is_client: bool = False

    def __str__(self) -> str:
        """Return the name if the platform told it, otherwise the id."""
        what = "client" if self.is_client else "user"
        return self.name or f"{what} {self.id}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that somebody saved or checked in after the published one."""

    version: str
    by: Actor | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """One object as the organisation has it."""

    identity: Identity
    id: str
    version: str | None = None
    published_by: Actor | None = None
    published_at: datetime | None = None
    locked_by: Actor | None = None
    saved: Draft | None = None
    checked_in: Draft | None = None
    attributes: tuple[tuple[str, str], ...] = ()

    def attribute(self, name: str) -> str | None:
        """Return the live value of ``name``; ``None`` when the platform did not send it."""
        return dict(self.attributes).get(name)


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
    change must not be carried out.
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
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered changes of one run; parents stand before those that depend on them."""

    changes: tuple[Change, ...]

    @property
    def checksum(self) -> str:
        """``sha256:<hex>`` over identity, operation, public digest and live version of each change.

        No label and no text goes in, so that a plan made in a pull request matches the Job's.
        """
        rows = sorted(
            [
                [*change.identity.key],
                change.operation.value,
                change.desired.public_digest if change.desired else "",
                (change.live.version or "") if change.live else "",
            ]
            for change in self.changes
        )
        text = json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    @property
    def writes(self) -> tuple[Change, ...]:
        """The changes that would be carried out."""
        return tuple(change for change in self.changes if change.writes and change.refusal is None)


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
    place: Place = Place()
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


class Status(StrEnum):
    """What became of one change."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    CONFLICT = "conflict"
    SKIPPED = "skipped"
    NOT_TRIED = "not-tried"
    LEFT_ALONE = "left-alone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change."""

    identity: Identity
    operation: Operation
    status: Status
    message: str = ""
    failure: Failure | None = None
    version_before: str | None = None
    version_after: str | None = None
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def exit_code(self) -> ExitCode:
        """What this outcome means for the run; a failure counts even when nobody said why."""
        if self.status not in {Status.FAILED, Status.CONFLICT}:
            return ExitCode.DONE
        if self.failure:
            return self.failure.exit_code
        return ExitCode.REFUSED if self.status is Status.FAILED else ExitCode.CONFLICT


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation behind the credentials."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a run will say: exit code, logs, reports and messages are derived from it."""

    run_id: str
    command: str
    environment: str
    started: datetime
    finished: datetime
    organisation: Organisation | None = None
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    failure: Failure | None = None
    calls: int = 0
    differences_are_an_error: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> ExitCode:
        """The one exit code; changes that were not tried because something else stopped the run count for none."""
        codes: set[ExitCode] = set()
        if self.failure:
            codes.add(self.failure.exit_code)
        if any(problem.severity is Severity.ERROR for problem in self.problems):
            codes.add(ExitCode.INVALID_INPUT)
        if any(finding.verdict is Verdict.REFUSE for finding in self.findings):
            codes.add(ExitCode.GUARD)
        if self.plan:
            codes |= {change.refusal.exit_code for change in self.plan.changes if change.refusal}
        codes |= {outcome.exit_code for outcome in self.outcomes}
        if self.differences_are_an_error and self.plan and self.plan.writes:
            codes.add(ExitCode.DIFFERENCES)
        return worst(codes)
