from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hook.engine.records import FileRecords, Journal, RunRecord, RunRecords
from hook.engine.target import Target
from hook.model import Change, ExitCode, Failure, Operation, Organisation, Outcome, Plan, Result, Status
from tests.unit.engine.build import desired, flow, live

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TARGET = Target(environment="dev", desired=(), flows_digest="sha256:f")
PLAN = Plan(
    (
        Change(flow("Main"), Operation.UPDATE, writes=True, desired=desired("Main"), live=live("Main")),
        Change(flow("New"), Operation.CREATE, writes=True, desired=desired("New")),
        Change(flow("Same"), Operation.UNCHANGED, live=live("Same")),
    )
)
RESULT = Result("r-1", "sync", "dev", NOW, NOW, organisation=Organisation("org-1", "Organisation"), plan=PLAN)


def journal(store: FileRecords, run: str = "r-1", *, target: Target = TARGET) -> Journal:
    return Journal(store, run_id=run, target=target, started=NOW)


def test_a_run_is_noted_before_its_first_write_and_again_at_its_end(tmp_path: Path) -> None:
    store = FileRecords(tmp_path / "state.json")
    noted = journal(store)
    noted.begin("org-1", PLAN)
    begun = store.load("org-1").runs[0]
    done = Outcome(flow("Main"), Operation.UPDATE, Status.DONE, version_after="2.0")
    failure = Failure("X", "broke", ExitCode.REFUSED)
    noted.end(replace(RESULT, outcomes=(done,), failure=failure))
    ended = store.load("org-1").runs[0]

    assert (begun.finished, begun.exit_code, [one.status for one in begun.changes]) == (None, None, ["planned"] * 2)
    assert (begun.plan_checksum, begun.flows_digest) == (PLAN.checksum, "sha256:f")
    assert [(one.name, one.version_before, one.version_after, one.status) for one in ended.changes] == [
        ("Main", "1.0", "2.0", "done"),
        ("New", None, None, "not-tried"),
    ]
    assert ended.exit_code == 1
    assert store.load("org-1").succeeded == {}


def test_a_run_without_writes_leaves_only_which_files_were_brought_about(tmp_path: Path) -> None:
    store = FileRecords(tmp_path / "state.json")
    journal(store).end(RESULT)
    journal(store, "r-2", target=replace(TARGET, whole=False)).end(RESULT)

    records = store.load("org-1")
    assert records.runs == ()
    assert (records.succeeded["dev"].run, records.succeeded["dev"].flows_digest) == ("r-1", "sha256:f")


def test_three_runs_of_each_environment_are_kept() -> None:
    records = RunRecords(organisation="org-1")
    for number in range(5):
        for environment in ("dev", "test"):
            run = RunRecord(
                run=f"{environment}-{number}", environment=environment, started="now", plan_checksum="sha256:1"
            )
            records = records.with_record(run)

    assert [one.run for one in records.runs] == [f"{name}-{number}" for number in (2, 3, 4) for name in ("dev", "test")]


def test_records_that_cannot_be_understood_are_kept_beside(tmp_path: Path) -> None:
    (tmp_path / "org-1.runs.json").write_text("{")
    store = FileRecords(tmp_path)

    assert store.load("org-1") == RunRecords(organisation="org-1")
    assert (tmp_path / "org-1.runs.json.set-aside").read_text() == "{"
