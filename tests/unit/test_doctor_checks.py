"""What single checks say of readings that a healthy platform does not give."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hook.commands.doctor import examine
from hook.commands.doctor.checks import clock, rate
from hook.commands.doctor.protocol import Check, Seen, ok
from hook.commands.doctor.subject import Once, Subject
from hook.errors import ApiUnavailable, InvalidInput
from hook.genesys.glance import Glance
from hook.model import ExitCode, Problem
from hook.model.diagnosis import Grade


def seen(check: Check, found: Glance, **more: Any) -> list[Seen]:
    subject = SimpleNamespace(glance=lambda: found, **more)
    return list(check.look(cast("Subject", subject)))


@pytest.mark.parametrize(
    ("ahead", "grade", "said"),
    [
        (None, Grade.UNKNOWN, "no date"),
        (timedelta(seconds=2), Grade.OK, "2 s ahead"),
        (timedelta(seconds=-30), Grade.OK, "30 s behind"),
        (timedelta(seconds=31), Grade.WARN, "31 s ahead"),
        (timedelta(hours=-1), Grade.WARN, "3600 s behind"),
    ],
)
def test_a_clock_that_is_far_off_is_a_warning(ahead: timedelta | None, grade: Grade, said: str) -> None:
    (line,) = seen(clock.CHECK, Glance(ahead=ahead))
    assert line.grade is grade
    assert said in line.text
    assert line.exit_code is ExitCode.DONE


@pytest.mark.parametrize(
    ("counted", "ours", "setting", "grade"),
    [
        (None, 5, 280, Grade.UNKNOWN),
        (5, 6, 280, Grade.OK),
        (200, 6, 280, Grade.WARN),
        (100, 6, 280, Grade.OK),
        (160, 160, 280, Grade.OK),
        (5, 6, 301, Grade.WARN),
    ],
)
def test_a_limit_that_others_use_up_is_a_warning(counted: int | None, ours: int, setting: int, grade: Grade) -> None:
    platform = SimpleNamespace(calls=ours)
    (line,) = seen(
        rate.CHECK, Glance(counted=counted, allowed=300), platform=lambda: platform, options={"rate": setting}
    )
    assert line.grade is grade


class _Subject:
    """As little of a subject as examining needs."""

    def __init__(self, reading: Once[str]) -> None:
        self.reading = reading

    def environment(self) -> str:
        return "dev"

    def close(self) -> int:
        return 3


def failing(error: Exception) -> tuple[_Subject, list[int]]:
    asked: list[int] = []

    def read() -> str:
        asked.append(1)
        raise error

    return _Subject(Once(read)), asked


def reads(name: str) -> Check:
    return Check(name, lambda subject: [ok(cast("_Subject", subject).reading())])


def test_an_error_is_met_once_told_once_and_then_named() -> None:
    subject, asked = failing(ApiUnavailable("nobody answers", hint="Try later."))
    found = examine(cast("Subject", subject), [reads("first"), Check("other", lambda _: [ok("fine")]), reads("last")])
    assert [(one.check, one.grade) for one in found.checks] == [
        ("first", Grade.UNKNOWN),
        ("other", Grade.OK),
        ("last", Grade.UNKNOWN),
    ]
    assert "because of 'first'" in found.checks[2].seen
    assert (found.exit_code, found.calls, len(asked)) == (ExitCode.UNAVAILABLE, 3, 1)


def test_many_problems_are_cut_and_still_count() -> None:
    subject, _ = failing(InvalidInput(*(Problem("p", f"problem {number}.") for number in range(9))))
    found = examine(cast("Subject", subject), [reads("files")])
    assert [one.seen for one in found.checks][-1] == "and 4 more problems."
    assert len(found.checks) == 6
    assert found.exit_code is ExitCode.INVALID_INPUT
