from __future__ import annotations

from typing import Any

import pytest

from hook.errors import InvalidInput
from hook.guards import configure
from hook.guards.thresholds import GUARD
from hook.model import Change, ExitCode, Failure, Operation, Verdict
from tests.unit.guards.examined import change, examination, judge, live

CONFLICT = Failure("Conflict", "somebody else published it", ExitCode.CONFLICT)


def many(count: int, operation: Operation, *, name: str = "", writes: bool = True, **more: Any) -> list[Change]:
    exists = operation is not Operation.CREATE
    names = [f"{name or operation} {number}" for number in range(count)]
    return [change(one, operation, of=live(one) if exists else None, writes=writes, **more) for one in names]


def updates(count: int) -> list[Change]:
    return many(count, Operation.UPDATE)


def unchanged(count: int) -> list[Change]:
    return many(count, Operation.UNCHANGED, writes=False)


def gone(count: int) -> list[Change]:
    return many(count, Operation.LEFT_ALONE, writes=False)


def told(changes: list[Change], **settings: Any) -> list[str]:
    findings = judge(GUARD, examination(*changes), **settings)
    assert all(finding.verdict is Verdict.REFUSE for finding in findings)
    return [finding.message for finding in findings]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        (updates(6) + unchanged(5), True),
        (updates(11), True),
        (updates(6) + unchanged(6), False),
        (updates(10), False),
        (updates(5) + unchanged(6), False),
        (updates(11) + unchanged(11) + many(20, Operation.CREATE), False),
        (many(20, Operation.CREATE), False),
        (many(12, Operation.DRIFTED), True),
        (many(12, Operation.ADOPT), True),
        (many(12, Operation.ADOPT, writes=False, records=True), False),
        (many(12, Operation.DRIFTED, writes=False, refusal=CONFLICT), False),
        (many(12, Operation.BLOCKED, writes=False, intended=Operation.UPDATE), False),
        ([], False),
    ],
)
def test_overwriting_more_than_half_of_more_than_ten_existing_objects_is_refused(
    changes: list[Change], refused: bool
) -> None:
    assert bool(told(changes)) is refused


def test_the_message_says_how_many_what_share_the_limit_and_how_to_get_past_it() -> None:
    (finding,) = judge(GUARD, examination(*updates(13), *unchanged(7)))
    assert finding.message == "13 of 20 existing objects would be overwritten: 65 %, and maxChanges is 50 %."
    assert "flowsync approve" in finding.hint
    assert "guards.thresholds.maxChanges" in finding.hint


@pytest.mark.parametrize(
    ("limit", "count", "refused"),
    [
        ("3", 4, True),
        ("3", 3, False),
        (3, 4, True),
        ("0", 1, True),
        ("0", 0, False),
        ("10%", 2, False),
        ("0 %", 1, False),
    ],
)
def test_a_number_counts_at_any_size_and_a_share_only_above_the_minimum(limit: Any, count: int, refused: bool) -> None:
    assert bool(told(updates(count), maxChanges=limit)) is refused


def test_the_minimum_can_be_set() -> None:
    assert told(updates(3), minimum="2")
    assert not told(updates(3), minimum="3")


@pytest.mark.parametrize(("limit", "refused"), [("50%", True), ("60%", False), ("33.3%", True), ("100%", False)])
def test_the_share_can_be_set(limit: str, refused: bool) -> None:
    assert bool(told(updates(11) + unchanged(9), maxChanges=limit)) is refused


def test_creates_and_adoptions_are_limited_when_asked_for() -> None:
    adopted = many(2, Operation.ADOPT, writes=False, records=True)
    changes = [*many(5, Operation.CREATE), *adopted, *unchanged(13)]
    assert told(changes) == []
    assert told(changes, maxCreates="4", maxAdoptions="1") == [
        "5 of 20 objects in Git would be created: 25 %, and maxCreates is 4.",
        "2 of 15 existing objects would be taken over from somebody else: 13.33 %, and maxAdoptions is 1.",
    ]
    assert told(changes, maxCreates="5", maxAdoptions="2") == []
    assert told(changes, maxCreates="20%", maxAdoptions="13%") != []


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        (gone(11), True),
        (gone(10), False),
        (gone(8) + unchanged(3), True),
        (gone(6) + unchanged(6), False),
        (gone(3) + unchanged(3), False),
        (gone(8) + many(30, Operation.CREATE) + unchanged(3), True),
        (gone(8) + many(30, Operation.ADOPT, writes=False, records=True) + unchanged(3), True),
    ],
)
def test_an_input_that_is_nearly_empty_against_what_we_put_there_is_refused(
    changes: list[Change], refused: bool
) -> None:
    assert bool(told(changes)) is refused


def test_an_empty_input_is_told_as_such_although_nothing_would_be_written() -> None:
    assert told(gone(20)) == [
        (
            "20 of 20 objects that were put there from Git are gone from it (wrong folder or mount?): 100 %,"
            " and maxGone is 50 %."
        )
    ]
    assert told(gone(20), maxGone="100%") == []


def test_it_is_enforced_unless_something_else_is_said() -> None:
    assert next(one.settings.mode for one in configure({}) if one.guard is GUARD) == "enforce"
    assert told(updates(20), mode="off") == []
    assert [one.verdict for one in judge(GUARD, examination(*updates(20)), mode="warn")] == [Verdict.WARN]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"maxChanges": "half"}, "'half' is no limit"),
        ({"maxChanges": "0.5"}, "'0.5' is no limit"),
        ({"maxChanges": "-1"}, "'-1' is no limit"),
        ({"maxChanges": "101%"}, "more than 100%"),
        ({"maxChanges": None}, "maxChanges"),
        ({"maxCreates": "many"}, "'many' is no limit"),
        ({"maxAdoptions": True}, "'true' is no limit"),
        ({"minimum": "-1"}, "minimum"),
        ({"maximum": "1"}, "maximum"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_with_its_place(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        configure({"thresholds": settings})
    assert said.casefold() in str(raised.value).casefold()
    assert len(raised.value.problems) == 1
