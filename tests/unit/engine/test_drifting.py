from __future__ import annotations

from dataclasses import replace

import pytest

from hook.engine.drifting import flows_of, last_run, never_published, undeployed_trigger
from hook.engine.records import RunRecord, RunRecords
from hook.engine.stores import Contents, Entry
from hook.model import Change, Desired, ExitCode, Failure, Identity, Live, Operation, Place, Plan
from hook.model.drift import Deployed, DriftStatus, LastRun

IDENTITY = Identity("architect/flows", "workflow", "One")
DESIRED = Desired(IDENTITY, Place("flows/dev/one.yaml"), b"x", digest="sha256:new", public_digest="sha256:public")
LIVE = Live(IDENTITY, "id-1", version="2.0")
ENTRY = Entry(kind=IDENTITY.kind, type=IDENTITY.type, name=IDENTITY.name, digest="sha256:old", version="1.0")
REFUSAL = Failure("Conflict", "somebody was here", ExitCode.CONFLICT, details=("changed setting a",))


def status(change: Change, *entries: Entry) -> DriftStatus:
    contents = Contents(organisation="o", entries=list(entries))
    return flows_of(Plan((change,)), contents, own_client=None)[0].status


def change(operation: Operation, **more: object) -> Change:
    return replace(Change(IDENTITY, operation, desired=DESIRED, live=LIVE), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "entries", "expected"),
    [
        (change(Operation.UNCHANGED), [ENTRY], DriftStatus.IN_SYNC),
        (change(Operation.UPDATE), [ENTRY], DriftStatus.UNDEPLOYED),
        (change(Operation.CREATE, live=None), [], DriftStatus.UNDEPLOYED),
        (change(Operation.CREATE, live=None), [ENTRY], DriftStatus.MISSING),
        (
            change(Operation.CREATE, live=None),
            [ENTRY.model_copy(update={"version": None, "stub": True})],
            DriftStatus.UNDEPLOYED,
        ),
        (change(Operation.DRIFTED, refusal=REFUSAL), [ENTRY], DriftStatus.DRIFTED),
        (change(Operation.ADOPT, refusal=REFUSAL), [], DriftStatus.NOT_OURS),
        (change(Operation.ADOPT, records=True), [], DriftStatus.IN_SYNC),
        (change(Operation.ADOPT, refusal=REFUSAL, warnings=("no export",)), [], DriftStatus.UNCLEAR),
        (change(Operation.LEFT_ALONE, desired=None), [ENTRY], DriftStatus.LEFT_ALONE),
        (change(Operation.BLOCKED, intended=Operation.UPDATE), [ENTRY], DriftStatus.UNDEPLOYED),
        (
            change(
                Operation.BLOCKED,
                intended=Operation.UNCHANGED,
                refusal=replace(REFUSAL, error="Ambiguous", exit_code=ExitCode.GUARD),
            ),
            [ENTRY],
            DriftStatus.UNCLEAR,
        ),
    ],
)
def test_where_a_flow_stands_follows_from_plan_and_state(
    what: Change, entries: list[Entry], expected: DriftStatus
) -> None:
    assert status(what, *entries) is expected


def test_a_drifted_flow_says_when_its_file_moved_on_too() -> None:
    drifted = change(Operation.DRIFTED, refusal=REFUSAL, reason="moved")
    ahead = flows_of(Plan((drifted,)), Contents(organisation="o", entries=[ENTRY]), own_client=None)[0]
    same = ENTRY.model_copy(update={"digest": DESIRED.digest})
    level = flows_of(Plan((drifted,)), Contents(organisation="o", entries=[same]), own_client=None)[0]
    assert (ahead.said, level.said) == ("moved; the file changed, too", "moved")
    assert ahead.details == REFUSAL.details


@pytest.mark.parametrize(
    ("entry", "public", "waits"),
    [
        ({"digest": "sha256:new"}, False, False),
        ({"digest": "sha256:old"}, False, True),
        ({"digest": "sha256:other", "public_digest": "sha256:public"}, True, False),
        ({"digest": "sha256:new", "public_digest": "sha256:else"}, True, True),
    ],
)
def test_what_was_never_published_is_told_by_the_digest_that_can_be_known(
    entry: dict[str, str], public: bool, waits: bool
) -> None:
    contents = Contents(organisation="o", entries=[ENTRY.model_copy(update=entry)])
    assert never_published([DESIRED], contents, public=public) == ((IDENTITY,) if waits else ())


BEFORE, GOOD_AT, LATER = (f"2026-01-0{day}T00:00:00+00:00" for day in (1, 2, 3))
GOOD = Deployed("r1", GOOD_AT, "sha256:good")


@pytest.mark.parametrize(
    ("expected", "waiting", "good", "last", "said"),
    [
        (None, [IDENTITY], None, None, ""),
        ("sha256:a", [], None, None, ""),
        ("sha256:good", [IDENTITY], GOOD, None, ""),
        ("sha256:good", [IDENTITY], GOOD, LastRun("r1", BEFORE, GOOD_AT, 0, "sha256:good"), ""),
        ("sha256:good", [IDENTITY], GOOD, LastRun("r0", BEFORE, BEFORE, 1, "sha256:bad"), ""),
        ("sha256:good", [IDENTITY], GOOD, LastRun("r2", LATER, None, None, "sha256:bad"), ""),
        ("sha256:good", [IDENTITY], GOOD, LastRun("r2", LATER, LATER, 1, "sha256:bad"), "other ones are published"),
        ("sha256:a", [IDENTITY], None, None, "No run is on record"),
        ("sha256:a", [IDENTITY], GOOD, None, "have the digest sha256:good"),
        ("sha256:a", [IDENTITY], None, LastRun("r2", "10:00"), "began at 10:00 and never ended"),
        ("sha256:a", [IDENTITY], None, LastRun("r2", "10:00", "10:05", 8), "with exit code 8"),
        ("sha256:a", [IDENTITY] * 7, None, None, "and 2 more"),
    ],
)
def test_a_trigger_without_a_run_is_told_with_what_is_on_record(
    expected: str | None,
    waiting: list[Identity],
    *,
    good: Deployed | None,
    last: LastRun | None,
    said: str,
) -> None:
    found = undeployed_trigger(expected, waiting, good=good, last=last)
    assert said in found
    assert bool(said) == bool(found)


def test_the_last_run_is_that_of_the_environment() -> None:
    runs = tuple(
        RunRecord(run=name, environment=environment, started="s", plan_checksum="c")
        for name, environment in (("a", "dev"), ("b", "dev"), ("c", "prod"))
    )
    records = RunRecords(organisation="o", runs=runs)
    found = last_run(records, "dev")
    assert found is not None
    assert found.run == "b"
    assert last_run(records, "uat") is None
