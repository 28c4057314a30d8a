from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from hook.commands.approve import approve
from hook.errors import InvalidInput
from hook.guards.approvals import MOST_HOURS, line, of, read, why_not

THIS, OTHER = (f"sha256:{digit * 64}" for digit in "ab")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ENTRY = {"plan": THIS, "by": "on-call@example.com", "expires": "2026-03-02T18:00:00Z"}


def approved(**more: Any) -> bool:
    return of(THIS, read([{**ENTRY, **more}]), now=NOW) is not None


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"plan": OTHER}, False),
        ({"expires": "2026-03-02T10:00:00Z"}, False),
        ({"expires": "2026-03-02T10:00:01Z"}, True),
        ({"expires": "2026-03-02T11:30:00+02:00"}, False),
        ({"expires": "2026-03-02T05:30:00-05:00"}, True),
        ({"at": "2026-03-02T09:00:00Z"}, True),
        ({"at": "2026-03-02T10:05:00Z"}, True),
        ({"at": "2026-03-02T10:05:01Z"}, False),
    ],
)
def test_an_approval_counts_for_its_plan_and_its_time(more: dict[str, Any], counts: bool) -> None:
    assert approved(**more) is counts


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ""),
        ({"plan": OTHER, "expires": "2026-03-01T18:00:00Z"}, ""),
        (
            {"plan": OTHER},
            (
                "The approval of on-call@example.com (sha256:bbbbbbbbbbbb…) is for another plan;"
                " this one is sha256:aaaaaaaaaaaa…: its files or the live flows have changed since."
            ),
        ),
        (
            {"expires": "2026-03-02T09:59:00Z"},
            "The approval of on-call@example.com is for this plan, but it expired at 2026-03-02 09:59 UTC.",
        ),
        (
            {"at": "2026-03-02T12:00:00Z"},
            (
                "The approval of on-call@example.com is for this plan, but it was given at 2026-03-02 12:00 UTC,"
                " which is still to come; check the clocks."
            ),
        ),
    ],
)
def test_an_approval_that_does_not_count_says_why(more: dict[str, Any], said: str) -> None:
    assert why_not(THIS, read([{**ENTRY, **more}]), NOW) == said


def test_without_any_approval_there_is_nothing_to_say() -> None:
    assert why_not(THIS, (), NOW) == ""


def test_one_that_counts_is_enough_and_one_for_this_plan_is_told_before_those_for_others() -> None:
    expired = {**ENTRY, "expires": "2026-03-02T09:00:00Z"}
    other = {**ENTRY, "plan": OTHER, "by": "kim"}
    assert why_not(THIS, read([other, expired, ENTRY]), NOW) == ""
    assert "is for this plan, but it expired" in why_not(THIS, read([other, expired]), NOW)
    assert why_not(THIS, read([other, {**other, "by": "lee"}]), NOW).startswith("The approvals of kim (sha256:")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("sha256:" + "a" * 64, "approvals[1]: it is no mapping with plan, by and expires."),
        (None, "approvals[1]: it is no mapping with plan, by and expires."),
        ({**ENTRY, "plan": "abc"}, "approvals[1] (by on-call@example.com): plan: it is no checksum of a plan"),
        ({**ENTRY, "plan": THIS.upper()}, "plan: it is no checksum of a plan"),
        ({**ENTRY, "plan": THIS + "\n"}, "plan: it is no checksum of a plan"),
        (
            {**ENTRY, "expires": "2026-03-02T18:00:00"},
            "(by on-call@example.com): expires: '2026-03-02T18:00:00' has no time zone",
        ),
        ({**ENTRY, "expires": datetime(2026, 3, 2)}, "expires: '2026-03-02 00:00:00' has no time zone"),  # noqa: DTZ001
        ({**ENTRY, "expires": "2026-03-02"}, "expires: '2026-03-02' has no time zone"),
        ({**ENTRY, "expires": "tomorrow"}, "expires: 'tomorrow' is no time"),
        ({**ENTRY, "expires": "99999999999"}, "expires: '99999999999' is no time"),
        ({**ENTRY, "expires": 99999999999}, "expires: '99999999999' is no time"),
        ({**ENTRY, "expires": "9999-12-31T23:59:59-12:00"}, "lies outside of the calendar"),
        ({**ENTRY, "expires": None}, "expires: 'None' is no time"),
        ({**ENTRY, "at": "2026-03-02T18:00:00Z"}, "it expires before it was given"),
        ({**ENTRY, "by": "  "}, "by: it must say who approves"),
        ({**ENTRY, "by": "supervisor\nroot"}, "approvals[1]: by: it must be one line of text"),
        ({"plan": THIS, "by": "supervisor"}, "expires: it is missing"),
        ({**ENTRY, "until": "2026-03-02T18:00:00Z"}, "until: there is no such key"),
    ],
)
def test_what_is_no_approval_is_refused_with_its_entry_and_a_way_out(entry: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read([ENTRY, entry])
    (problem,) = raised.value.problems
    assert said in str(problem)
    assert problem.hint == "Take the line that flowsync approve prints."


def test_all_problems_of_all_entries_are_told() -> None:
    with pytest.raises(InvalidInput) as raised:
        read([{**ENTRY, "plan": "abc", "expires": "soon"}, ENTRY, 5])
    assert [str(one).split(":")[0] for one in raised.value.problems] == [
        "approvals[0] (by on-call@example.com)",
        "approvals[0] (by on-call@example.com)",
        "approvals[2]",
    ]


TEXT = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), max_size=40)


@given(TEXT, TEXT, st.floats(0.001, MOST_HOURS))
def test_the_printed_line_is_yaml_and_json_and_approves_just_that_plan_for_that_time(
    by: str, reason: str, hours: float
) -> None:
    assume(by.strip())
    printed = line(THIS, by, hours, reason, NOW)
    assert "\n" not in printed
    assert yaml.safe_load(printed) == [json.loads(printed[2:])]
    (one,) = read([json.loads(printed[2:])])
    assert (one.plan, one.by, one.reason, one.at) == (THIS, by.strip(), reason.strip(), NOW)
    assert timedelta() <= one.expires - NOW - timedelta(hours=hours) < timedelta(seconds=1)
    assert of(THIS, [one], now=NOW)
    assert not of(OTHER, [one], now=NOW)
    assert not of(THIS, [one], now=one.expires)


@pytest.mark.parametrize("hours", [0, -1, MOST_HOURS + 1, float("inf"), float("nan")])
def test_an_approval_lasts_for_a_time_that_can_be(hours: float) -> None:
    with pytest.raises(InvalidInput, match="cannot last"):
        line(THIS, "supervisor", hours, "", NOW)


@pytest.mark.parametrize(("by", "reason"), [("", ""), ("supervisor\n- x", ""), ("supervisor", "a\nb")])
def test_a_line_that_would_be_no_approval_is_not_printed(by: str, reason: str) -> None:
    with pytest.raises(InvalidInput):
        line(THIS, by, 4, reason, NOW)


def test_the_line_is_printed_with_where_it_goes(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"schemaVersion": 1, "environment": "prod", "checksum": THIS}), encoding="utf-8")
    assert approve(plan, by="supervisor", hours=4, reason="hotfix", now=NOW).splitlines() == [
        (
            "# Commit this line in environments.yaml, below environments: prod: approvals:"
            " (in environments.json: without the dash)"
        ),
        (
            f'- {{"plan": "{THIS}", "by": "supervisor", "at": "2026-03-02T10:00:00Z",'
            ' "expires": "2026-03-02T14:00:00Z", "reason": "hotfix"}'
        ),
    ]
    (counting,) = read(yaml.safe_load(approve(plan, by="supervisor", hours=4, reason="")))
    assert of(THIS, [counting], now=datetime.now(tz=UTC))


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"schemaVersion": 2, "environment": "prod", "checksum": "sha256:%s"}' % (b"a" * 64),
        b'{"schemaVersion": 1, "checksum": "sha256:%s"}' % (b"a" * 64),
        b'{"schemaVersion": 1, "environment": "prod"}',
        b'{"schemaVersion": 1, "environment": "prod", "checksum": "abc"}',
        b'{"schemaVersion": 1, "environment": "prod", "checksum": null}',
    ],
)
def test_what_is_no_plan_is_refused_with_its_file(tmp_path: Path, content: bytes | None) -> None:
    plan = tmp_path / "plan.json"
    if content is not None:
        plan.write_bytes(content)
    with pytest.raises(InvalidInput) as raised:
        approve(plan, by="supervisor", hours=4, reason="")
    (problem,) = raised.value.problems
    assert problem.place.file == str(plan)
    assert "plan --out" in problem.hint
