"""
What the last runs changed, for whoever wants to take it back: per object the version before, and the one after.

A run is noted before its first write, so that one that is killed is known too, and again at its end. Runs that had
nothing to write are not noted: they would push out those that can be taken back. Of each environment it is also kept
which files were brought about last, with or without a write.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hook.engine.stores import replace_file
from hook.engine.target import Target
from hook.errors import InvalidInput
from hook.model import Change, ExitCode, Identity, Outcome, Place, Plan, Problem, Result, Status

KEPT_RUNS = 3
"""Runs that are kept per environment."""


class RunChange(BaseModel):
    """
    One object that a run was to write.

    ``version_before`` is ``None`` for one that did not exist; ``status`` is ``planned`` until the run has ended.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    kind: str
    type: str
    name: str
    operation: str
    flow_id: str | None = Field(default=None, alias="flowId")
    version_before: str | None = Field(default=None, alias="versionBefore")
    version_after: str | None = Field(default=None, alias="versionAfter")
    status: str = "planned"

    @property
    def identity(self) -> Identity:
        """The object's identity."""
        return Identity(self.kind, self.type, self.name)


class RunRecord(BaseModel):
    """One run; ``finished`` and ``exit_code`` are missing while it runs, and for ever when it was killed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    run: str
    environment: str
    started: str
    finished: str | None = None
    exit_code: int | None = Field(default=None, alias="exitCode")
    plan_checksum: str = Field(alias="planChecksum")
    flows_digest: str = Field(default="", alias="flowsDigest")
    changes: tuple[RunChange, ...] = ()


class Success(BaseModel):
    """The last run of an environment that brought about all of its files."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    run: str
    at: str
    flows_digest: str = Field(alias="flowsDigest")


class RunRecords(BaseModel):
    """The records of one organisation, the newest last, and the last success of each environment."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_version: Literal[1] = Field(default=1, alias="schemaVersion")
    organisation: str
    runs: tuple[RunRecord, ...] = ()
    succeeded: Mapping[str, Success] = {}

    def with_record(self, record: RunRecord) -> RunRecords:
        """Return the records with one more, or another one of the same run; the oldest of its environment go."""
        others = [one for one in self.runs if one.run != record.run]
        same = [one for one in others if one.environment == record.environment]
        gone = {one.run for one in same[: max(0, len(same) - KEPT_RUNS + 1)]}
        return self.model_copy(update={"runs": (*(one for one in others if one.run not in gone), record)})

    def with_success(self, environment: str, success: Success) -> RunRecords:
        """Return the records with another last success of an environment."""
        return self.model_copy(update={"succeeded": {**self.succeeded, environment: success}})


class RecordStore(Protocol):
    """Where the records of an organisation are kept."""

    def load(self, organisation_id: str) -> RunRecords:
        """Return what is stored, empty when there is nothing that can be used."""
        ...

    def save(self, records: RunRecords) -> None:
        """Replace what is stored."""
        ...


class NoRecords:
    """Keeps nothing."""

    def load(self, organisation_id: str) -> RunRecords:
        """Return no records."""
        return RunRecords(organisation=organisation_id)

    def save(self, records: RunRecords) -> None:
        """Keep nothing."""


class FileRecords:
    """
    Keeps the records in a file beside the state.

    Args:
        state: Where the state is; a folder means one file per organisation in it.
    """

    def __init__(self, state: Path) -> None:
        self._state = state

    def load(self, organisation_id: str) -> RunRecords:
        """Return what is stored; what cannot be used is kept under another name."""
        file = self._file(organisation_id)
        try:
            records = RunRecords.model_validate_json(file.read_bytes())
        except (ValidationError, OSError) as error:
            if file.exists():
                aside = file.with_name(file.name + ".set-aside")
                structlog.get_logger().warning(
                    "run records not usable", file=str(file), kept=aside.name, why=str(error)
                )
                with contextlib.suppress(OSError):
                    file.replace(aside)
            return RunRecords(organisation=organisation_id)
        return records if records.organisation == organisation_id else RunRecords(organisation=organisation_id)

    def save(self, records: RunRecords) -> None:
        """
        Replace the file.

        Raises:
            InvalidInput: It cannot be written.
        """
        file = self._file(records.organisation)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, records.model_dump_json(by_alias=True, exclude_none=True, indent=1))
        except OSError as error:
            message = f"the record of the run cannot be written: {error}"
            hint = "Name another place with --state, or --state none."
            raise InvalidInput(Problem("state-unwritable", message, Place(str(file)), hint)) from error

    def _file(self, organisation_id: str) -> Path:
        state = self._state / f"{organisation_id}.json" if self._state.is_dir() else self._state
        return state.with_name(f"{state.name.removesuffix('.json')}.runs.json")


class Journal:
    """
    Notes one run.

    Args:
        store: Where.
        run_id: The run.
        target: What it is to reach.
        started: When it was started.
    """

    def __init__(self, store: RecordStore, *, run_id: str, target: Target, started: datetime) -> None:
        self._store = store
        self._run_id = run_id
        self._target = target
        self._started = started
        self._records: RunRecords | None = None
        self._record: RunRecord | None = None

    def begin(self, organisation_id: str, plan: Plan) -> None:
        """Note what is about to be written, before the first write; raises what the store raises."""
        self._record = RunRecord(
            run=self._run_id,
            environment=self._target.environment,
            started=_text(self._started),
            plan_checksum=plan.checksum,
            flows_digest=self._target.flows_digest,
            changes=tuple(_planned(change) for change in plan.writes),
        )
        self._records = self._store.load(organisation_id).with_record(self._record)
        self._store.save(self._records)

    def end(self, result: Result) -> None:
        """Note what became of the run; raises what the store raises."""
        good = result.exit_code == ExitCode.DONE and self._target.whole
        if result.organisation is None or (self._record is None and not good):
            return
        records = self._records or self._store.load(result.organisation.id)
        if self._record:
            outcomes = {outcome.identity.key: outcome for outcome in result.outcomes}
            changes = tuple(_ended(one, outcomes.get(one.identity.key)) for one in self._record.changes)
            ended = {"finished": _text(result.finished), "exit_code": int(result.exit_code), "changes": changes}
            records = records.with_record(self._record.model_copy(update=ended))
        if good:
            success = Success(run=self._run_id, at=_text(result.finished), flows_digest=self._target.flows_digest)
            records = records.with_success(self._target.environment, success)
        self._store.save(records)


def _planned(change: Change) -> RunChange:
    return RunChange(
        kind=change.identity.kind,
        type=change.identity.type,
        name=change.identity.name,
        operation=change.operation.value,
        flow_id=change.live.id if change.live else None,
        version_before=change.live.version if change.live else None,
    )


def _ended(change: RunChange, outcome: Outcome | None) -> RunChange:
    status = outcome.status if outcome else Status.NOT_TRIED
    after = outcome.version_after if outcome else None
    return change.model_copy(update={"status": status.value, "version_after": after})


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
