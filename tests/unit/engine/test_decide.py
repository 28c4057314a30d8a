from __future__ import annotations

from dataclasses import replace

import pytest

from hook.engine.decide import (
    Contents,
    DriftPolicy,
    Look,
    decide,
    describe,
    held_by_somebody,
    look_needed,
    moved_since_planned,
    unpublished_check_in,
)
from hook.engine.stores import Entry
from hook.model import Actor, Change, Desired, Draft, ExitCode, Live, Operation
from tests.unit.engine.build import AT, CHANGED, LATER, OURS, SUPERVISOR, US, desired, entry, flow, live

NEVER = Contents(why_not="the export failed")


def decided(
    want: Desired,
    now: Live | None,
    known: Entry | None,
    contents: Contents = Contents(),  # noqa: B008  (frozen)
    policy: DriftPolicy = DriftPolicy.FAIL,
) -> Change:
    return decide(want, now, known, contents, policy=policy, own_client=US)


def test_a_flow_that_is_not_there_is_created() -> None:
    change = decided(desired(), None, None)

    assert (change.operation, change.writes) == (Operation.CREATE, True)


def test_unchanged_needs_both_our_digest_and_our_version() -> None:
    change = decided(desired(), live(version="4.0"), entry(version="4.0"))

    assert (change.operation, change.writes, change.records) == (Operation.UNCHANGED, False, False)


def test_another_digest_on_our_version_is_an_update() -> None:
    change = decided(desired(digest="sha256:2"), live(), entry(), Contents(to_desired=CHANGED))

    assert (change.operation, change.writes, change.differences) == (Operation.UPDATE, True, CHANGED)


@pytest.mark.parametrize(
    ("native", "contents", "description", "operation"),
    [
        (True, Contents(to_desired=()), None, Operation.UNCHANGED),
        (True, Contents(to_desired=()), "said by the file", Operation.UPDATE),
        (True, Contents(to_desired=CHANGED), None, Operation.UPDATE),
        (True, NEVER, None, Operation.UPDATE),
        (False, Contents(to_desired=()), None, Operation.UPDATE),
    ],
)
def test_a_native_file_that_says_what_is_live_is_no_update_however_its_digest_is_made(
    native: bool,
    contents: Contents,
    description: str | None,
    operation: Operation,
) -> None:
    said = () if description is None else (("description", description),)
    want = replace(desired(digest="sha256:2"), native=native, attributes=said)

    change = decided(want, live(), entry(), contents)

    assert (change.operation, change.records) == (operation, operation is Operation.UNCHANGED)


@pytest.mark.parametrize("digest", ["sha256:1", "sha256:2"])
def test_our_digest_on_a_version_of_somebody_else_is_a_conflict_that_names_who_and_when(digest: str) -> None:
    change = decided(
        desired(digest=digest),
        live(version="2.0", by=SUPERVISOR),
        entry(),
        Contents(to_desired=CHANGED, since_ours=CHANGED),
    )

    assert change.operation is Operation.DRIFTED
    assert not change.writes
    assert change.refusal is not None
    assert change.refusal.exit_code == ExitCode.CONFLICT
    assert "Supervisor" in change.refusal.message
    assert "2026-03-02 09:30:00 UTC" in change.refusal.message
    assert change.refusal.details == ("changed setting inboundCall.x: 'a' -> 'b'",)
    assert "--on-drift overwrite" in change.refusal.hint


def test_a_conflict_spells_out_a_few_differences_and_counts_the_rest() -> None:
    change = decided(desired(), live(version="2.0"), entry(), Contents(to_desired=CHANGED, since_ours=CHANGED * 5))

    assert change.refusal is not None
    assert len(change.refusal.details) == 4
    assert change.refusal.details[-1] == "and 2 more"


def test_a_moved_flow_is_overwritten_only_when_asked_for() -> None:
    contents = Contents(to_desired=CHANGED, since_ours=CHANGED)
    change = decided(desired(), live(version="2.0", by=SUPERVISOR), entry(), contents, DriftPolicy.OVERWRITE)

    assert (change.operation, change.writes, change.refusal) == (Operation.DRIFTED, True, None)
    assert "Supervisor" in change.reason


def test_a_moved_flow_with_the_files_content_is_only_noted() -> None:
    change = decided(
        desired(digest="sha256:2"), live(version="2.0"), entry(), Contents(to_desired=(), since_ours=CHANGED)
    )

    assert (change.operation, change.writes, change.records) == (Operation.UNCHANGED, False, True)


def test_a_republish_without_a_change_is_not_held_against_the_file() -> None:
    contents = Contents(to_desired=CHANGED, since_ours=())

    same = decided(desired(), live(version="2.0"), entry(), contents)
    other = decided(desired(digest="sha256:2"), live(version="2.0"), entry(), contents)

    assert (same.operation, same.records) == (Operation.UNCHANGED, True)
    assert (other.operation, other.writes, other.refusal) == (Operation.UPDATE, True, None)


@pytest.mark.parametrize("known", [entry(), None])
def test_contents_that_cannot_be_compared_never_count_as_equal(known: Entry | None) -> None:
    change = decided(desired(), live(version="2.0"), known, NEVER)

    assert change.refusal is not None
    assert "the export failed" in change.refusal.details[0]


def test_a_flow_that_was_there_before_us_and_differs_is_a_conflict() -> None:
    change = decided(desired(), live(by=SUPERVISOR), None, Contents(to_desired=CHANGED))

    assert change.operation is Operation.ADOPT
    assert change.refusal is not None
    assert change.refusal.exit_code == ExitCode.CONFLICT


def test_a_flow_that_was_there_before_us_with_the_same_content_is_adopted_without_a_write() -> None:
    change = decided(desired(), live(by=SUPERVISOR), None, Contents(to_desired=()))

    assert (change.operation, change.writes, change.records) == (Operation.ADOPT, False, True)


def test_our_own_client_as_publisher_does_not_make_a_flow_ours_without_a_state() -> None:
    refusal = decided(desired(), live(by=OURS), None, Contents(to_desired=CHANGED)).refusal

    assert refusal is not None
    assert refusal.exit_code == ExitCode.CONFLICT
    assert "our own client that the state does not know: version 1.0 was published by" in refusal.message
    assert "--state" in refusal.hint
    assert "--on-drift overwrite" in refusal.hint


@pytest.mark.parametrize("publisher", [SUPERVISOR, Actor("c-2", is_client=True), None])
def test_a_version_of_another_publisher_is_not_laid_to_a_missing_state(publisher: Actor | None) -> None:
    refusal = decided(desired(), live(by=publisher), None, Contents(to_desired=CHANGED)).refusal

    assert refusal is not None
    assert "was not put there by us" in refusal.message
    assert "--state" not in refusal.hint


def test_a_flow_that_was_unpublished_by_hand_has_drifted() -> None:
    change = decided(desired(), live(version=None), entry())

    assert change.operation is Operation.DRIFTED
    assert change.refusal is not None
    assert "not published now" in change.refusal.message


def test_a_stub_of_an_earlier_run_is_ours_to_replace_but_not_when_somebody_published_it() -> None:
    stub = entry(digest=None, version=None, stub=True)

    assert decided(desired(), live(by=OURS), stub).operation is Operation.UPDATE
    assert decided(desired(), live(by=SUPERVISOR), stub, NEVER).refusal is not None


def test_what_was_a_stub_and_has_the_files_content_is_noted_and_not_published_again() -> None:
    change = decided(desired(), live(by=OURS), entry(digest=None, version=None, stub=True), Contents(to_desired=()))

    assert (change.operation, change.writes, change.records) == (Operation.UNCHANGED, False, True)


@pytest.mark.parametrize(
    ("now", "known", "look"),
    [
        (None, None, Look.NOTHING),
        (live(), entry(), Look.NOTHING),
        (live(), entry(digest="sha256:0"), Look.FOR_SHOW),
        (live(version="2.0"), entry(), Look.WITH_OURS),
        (live(), None, Look.WITH_DESIRED),
        (live(version=None), entry(), Look.NOTHING),
        (live(), entry(version=None, stub=True), Look.FOR_SHOW),
    ],
)
def test_only_what_decides_is_exported(now: Live | None, known: Entry | None, look: Look) -> None:
    assert look_needed(desired(), now, known, own_client=US) is look


def test_a_lock_of_somebody_else_is_a_conflict_with_the_name() -> None:
    conflict = held_by_somebody(flow("Main"), live(locked_by=SUPERVISOR), own_client=US)

    assert conflict is not None
    assert "locked by Supervisor" in conflict.message


def test_a_lock_of_our_own_client_is_ours() -> None:
    assert held_by_somebody(flow("Main"), live(locked_by=OURS), own_client=US) is None


def test_a_lock_of_another_client_is_a_conflict_even_without_a_name() -> None:
    conflict = held_by_somebody(flow("Main"), live(locked_by=Actor("c-2", is_client=True)), own_client=US)

    assert conflict is not None
    assert "client c-2" in conflict.message


@pytest.mark.parametrize(
    ("draft", "is_conflict"),
    [
        (Draft("saved_1", SUPERVISOR, LATER), True),
        (Draft("saved_1", None, LATER), True),
        (Draft("saved_1", SUPERVISOR, None), True),
        (Draft("saved_1", OURS, LATER), False),
        (Draft("saved_1", SUPERVISOR, AT), False),
        (Draft("1.0", SUPERVISOR, LATER), False),
    ],
)
def test_a_newer_draft_of_somebody_else_is_a_conflict(draft: Draft, is_conflict: bool) -> None:
    assert (held_by_somebody(flow("Main"), live(saved=draft), own_client=US) is not None) == is_conflict


def test_a_check_in_without_a_publish_is_only_a_warning() -> None:
    checked_in = live(checked_in=Draft("2.0", SUPERVISOR, LATER))

    assert held_by_somebody(flow("Main"), checked_in, own_client=US) is None
    assert "2.0 checked in by Supervisor" in (unpublished_check_in(flow("Main"), checked_in) or "")
    assert unpublished_check_in(flow("Main"), live()) is None


@pytest.mark.parametrize(
    ("planned", "now", "moved"),
    [
        (live(), live(), False),
        (None, None, False),
        (live(), live(version="2.0", by=SUPERVISOR), True),
        (live(), None, True),
        (None, live(), True),
        (live(version=None), live(version=None), False),
    ],
)
def test_a_live_edit_between_plan_and_write_is_seen(planned: Live | None, now: Live | None, moved: bool) -> None:
    assert (moved_since_planned(flow("Main"), planned, now) is not None) == moved


def test_a_difference_is_described_in_one_line() -> None:
    assert describe(CHANGED[0]) == "changed setting inboundCall.x: 'a' -> 'b'"


def test_our_version_of_another_flow_is_not_ours() -> None:
    elsewhere = entry().model_copy(update={"flow_id": "id-of-a-deleted-flow"})

    assert decided(desired(), live(), elsewhere, NEVER).refusal is not None
    assert (
        decided(desired(), live(), entry().model_copy(update={"flow_id": "id-Main"})).operation is Operation.UNCHANGED
    )
    assert moved_since_planned(flow("Main"), live(), replace(live(), id="another")) is not None


@pytest.mark.parametrize(
    ("said", "now", "drifted"),
    [
        ({"description": "From Git"}, {"description": "From Git "}, False),
        ({"description": "From Git"}, {"description": "By hand"}, True),
        ({"description": "From Git"}, {}, True),
        ({"division": "Home"}, {"division": "home"}, False),
        ({"division": "Home"}, {"division": "Sales"}, True),
        ({"division": "Home"}, {}, False),
        ({}, {"description": "By hand", "division": "Sales"}, False),
    ],
)
def test_what_the_file_says_beside_the_logic_is_held_too(
    said: dict[str, str], now: dict[str, str], drifted: bool
) -> None:
    change = decided(desired(said=said), live(said=now), entry())

    assert (change.operation is Operation.DRIFTED) == drifted
    assert (change.refusal is not None) == drifted
