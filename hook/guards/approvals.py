"""
Approvals: somebody takes a plan upon them, in Git, for a time.

An approval is bound to the checksum of one plan, which holds what changes and which live versions it replaces: once
either moves, it counts no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from hook.errors import InvalidInput
from hook.guards.values import wrong
from hook.model import Problem

SKEW = timedelta(minutes=5)
"""How far the clock of whoever approved may be ahead of ours."""

MOST_HOURS = 31 * 24.0
"""The longest time that a line is printed for; a plan that waits longer is better looked at again."""

LINE = "Take the line that flowsync approve prints."


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        moment = value
    else:
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise wrong(f"'{value}' is no time; write it as 2026-03-02T18:00:00Z") from None
    if moment.utcoffset() is None:
        raise wrong(f"'{value}' has no time zone; write it as 2026-03-02T18:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise wrong(f"'{value}' lies outside of the calendar") from None


def _shown(text: str) -> str:
    if not text.isprintable():
        raise wrong("it must be one line of text that can be shown")
    return text.strip()


def _named(text: str) -> str:
    name = _shown(text)
    if not name:
        raise wrong("it must say who approves")
    return name


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Approval(BaseModel):
    """
    One entry of ``approvals``.

    Attributes:
        plan: The checksum of the approved plan.
        by: Who approved it.
        at: When; ``None`` when the entry does not say it.
        expires: When it ceases to count.
        reason: Why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    by: Annotated[str, AfterValidator(_named)]
    at: Moment | None = None
    expires: Moment
    reason: Annotated[str, AfterValidator(_shown)] = ""

    @model_validator(mode="after")
    def _lasts(self) -> Approval:
        if self.at is not None and self.expires <= self.at:
            raise wrong("it expires before it was given")
        return self

    def __str__(self) -> str:
        """Return who approved, and until when."""
        return f"{self.by} until {_told(self.expires)}"


def read(given: Iterable[Any]) -> tuple[Approval, ...]:
    """
    Read the ``approvals`` of an environment.

    Raises:
        InvalidInput: With every problem of every entry that is no approval.
    """
    found: list[Approval] = []
    problems: list[Problem] = []
    for at, entry in enumerate(given):
        try:
            found.append(Approval.model_validate(entry))
        except ValidationError as error:
            problems += _problems(at, entry, error)
    if problems:
        raise InvalidInput(*problems)
    return tuple(found)


def _problems(at: int, entry: object, error: ValidationError) -> Iterator[Problem]:
    who = entry.get("by") if isinstance(entry, Mapping) else None
    which = f"approvals[{at}]" + (f" (by {who})" if isinstance(who, str) and who.isprintable() and who.strip() else "")
    for detail in error.errors(include_url=False):
        place = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"]
        if detail["type"] == "model_type":
            message = "it is no mapping with plan, by and expires"
        elif place == "plan" and detail["type"] == "string_pattern_mismatch":
            message = "it is no checksum of a plan (sha256: and 64 lower-case hexadecimal digits)"
        elif detail["type"] == "missing":
            message = "it is missing"
        elif detail["type"] == "extra_forbidden":
            message = "there is no such key"
        yield Problem("bad-approval", f"{which}: {f'{place}: ' if place else ''}{message}.", hint=LINE)


def of(checksum: str, approvals: Sequence[Approval], *, now: datetime) -> Approval | None:
    """
    Return the approval that counts for a plan, ``None`` when there is none.

    Args:
        checksum: Of the plan.
        approvals: All of the environment.
        now: The time, with a zone.
    """
    return next((one for one in approvals if one.plan == checksum and not _out_of_time(one, now)), None)


def why_not(checksum: str, approvals: Sequence[Approval], now: datetime) -> str:
    """
    Return why none of the approvals counts for a plan, in one sentence to add to a hint.

    Empty when one counts, and when there is none that its author may have meant for this plan: one that has expired
    and is for another plan is history.

    Args:
        checksum: Of the plan.
        approvals: All of the environment.
        now: The time, with a zone.
    """
    if of(checksum, approvals, now=now):
        return ""
    for one in approvals:
        if one.plan == checksum:
            return f"The approval of {one.by} is for this plan, but {_out_of_time(one, now)}."
    others = [one for one in approvals if not _out_of_time(one, now)]
    if not others:
        return ""
    which = " and ".join(f"{one.by} ({one.plan[:19]}…)" for one in others)
    return (
        f"{f'The approvals of {which} are' if len(others) > 1 else f'The approval of {which} is'} for another plan;"
        f" this one is {checksum[:19]}…: its files or the live flows have changed since."
    )


def _out_of_time(one: Approval, now: datetime) -> str:
    """Return why an approval does not count now; empty when it does."""
    if one.expires <= now:
        return f"it expired at {_told(one.expires)}"
    if one.at is not None and one.at > now + SKEW:
        return f"it was given at {_told(one.at)}, which is still to come; check the clocks"
    return ""


def line(checksum: str, by: str, hours: float, reason: str, now: datetime) -> str:
    """
    Return the line of YAML that approves a plan; without its dash it is JSON.

    Args:
        checksum: Of the plan.
        by: Who approves.
        hours: For how long, at most 31 days.
        reason: Why; may be empty.
        now: The time, with a zone.

    Raises:
        InvalidInput: It would be no approval.
    """
    if not 0 < hours <= MOST_HOURS:
        raise InvalidInput(
            Problem(
                "bad-approval",
                f"an approval cannot last {hours:g} hours.",
                hint=f"Give more than 0 and at most {MOST_HOURS:g} hours.",
            )
        )
    given = now.astimezone(UTC).replace(microsecond=0)
    expires = now.astimezone(UTC) + timedelta(hours=hours)
    expires = expires.replace(microsecond=0) + timedelta(seconds=1 if expires.microsecond else 0)
    entry = {
        "plan": checksum,
        "by": by.strip(),
        "at": given.isoformat().replace("+00:00", "Z"),
        "expires": expires.isoformat().replace("+00:00", "Z"),
        "reason": reason.strip(),
    }
    read([entry])
    return f"- {json.dumps({key: value for key, value in entry.items() if value}, ensure_ascii=False)}"


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
