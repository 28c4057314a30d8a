"""Where the state of an organisation is kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hook.errors import InvalidInput
from hook.model import Identity, Place, Problem, Severity


class Intent(BaseModel):
    """
    A write that was about to happen when this was stored.

    ``native`` tells that it goes the native route, which has no job: then ``job_id`` is empty, and the flow itself
    tells what became of it; ``checked_in`` is then the version that was about to be published, empty before there was
    one, and ``description`` what the file says (unless it has secrets), since a publish may not take that over.
    ``former`` are the live attributes that the file does not mention: the publish may reset them, and then they must be
    put back, if need be by the next run. ``stubs`` are the keys of what the job makes a stub of.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    digest: str
    public_digest: str = Field(default="", alias="publicDigest")
    native: bool = False
    checked_in: str = Field(default="", alias="checkedIn")
    description: str | None = None
    description_before: str = Field(default="", alias="descriptionBefore")
    job_id: str = Field(default="", alias="jobId")
    planned_version: str | None = Field(default=None, alias="plannedVersion")
    former: Mapping[str, str] = {}
    stubs: tuple[tuple[str, str, str], ...] = ()
    at: str


class Entry(BaseModel):
    """
    What is known of one object: what we published last, and what we were about to do.

    ``stub`` tells that a job of ours was to make a stub of it; once that was seen, ``flow_id`` and ``stub_version`` are
    the stub's, the version being empty for one that is not published.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    kind: str
    type: str
    name: str
    environment: str = ""
    digest: str | None = None
    public_digest: str | None = Field(default=None, alias="publicDigest")
    version: str | None = None
    flow_id: str | None = Field(default=None, alias="flowId")
    file: str | None = None
    at: str | None = None
    run: str | None = None
    intent: Intent | None = None
    stub: bool = False
    stub_version: str | None = Field(default=None, alias="stubVersion")

    @property
    def identity(self) -> Identity:
        """The object's identity."""
        return Identity(self.kind, self.type, self.name)


class Contents(BaseModel):
    """The state as it is stored: one JSON object."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_version: Literal[1] = Field(default=1, alias="schemaVersion")
    organisation: str
    entries: list[Entry] = []


class Store(Protocol):
    """Where the state of one organisation is kept."""

    def load(self, organisation_id: str) -> tuple[Contents, tuple[Problem, ...]]:
        """Return what is stored, empty when there is nothing, and what is wrong with it."""
        ...

    def save(self, contents: Contents) -> None:
        """Replace what is stored, whole or not at all."""
        ...


class NoStore:
    """Keeps nothing: equality is then shown by export, and what cannot be shown equal is adopted or refused."""

    def load(self, organisation_id: str) -> tuple[Contents, tuple[Problem, ...]]:
        """Return an empty state."""
        return Contents(organisation=organisation_id), ()

    def save(self, contents: Contents) -> None:
        """Keep nothing."""


class FileStore:
    """
    Keeps the state in one JSON file, replaced whole at every change.

    Args:
        path: The file; its folder is made when missing. A folder means one file per organisation in it.
    """

    def __init__(self, path: Path) -> None:
        self._given = path
        self._file = path
        self._unusable = False

    def load(self, organisation_id: str) -> tuple[Contents, tuple[Problem, ...]]:
        """
        Read the file.

        A file that cannot be understood, or that belongs to another organisation, is reported and not trusted;
        it is kept under another name when the first state is saved in its place.

        Raises:
            InvalidInput: The file exists and cannot be read.
        """
        self._file = self._given / f"{organisation_id}.json" if self._given.is_dir() else self._given
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Contents(organisation=organisation_id), ()
        except UnicodeDecodeError:
            return self._not_usable(organisation_id, "is no UTF-8 text")
        except OSError as error:
            raise InvalidInput(
                _problem("state-unreadable", f"the state cannot be read: {error}", self._file)
            ) from error
        try:
            contents = Contents.model_validate_json(text)
        except ValidationError as error:
            return self._not_usable(
                organisation_id, f"is not a state that this version understands ({error.error_count()} errors)"
            )
        if contents.organisation != organisation_id:
            return self._not_usable(organisation_id, f"belongs to organisation {contents.organisation}")
        return contents, ()

    def _not_usable(self, organisation_id: str, why: str) -> tuple[Contents, tuple[Problem, ...]]:
        self._unusable = True
        problem = Problem(
            "state-not-usable",
            f"the state {why}; it is rebuilt from the organisation, and the file is kept as {self._aside.name}.",
            Place(str(self._file)),
            "Until then, objects whose content cannot be shown equal count as not put there by us.",
            Severity.WARNING,
        )
        return Contents(organisation=organisation_id), (problem,)

    @property
    def _aside(self) -> Path:
        return self._file.with_name(self._file.name + ".set-aside")

    def save(self, contents: Contents) -> None:
        """
        Write the file: to a temporary one in the same folder, synced, then renamed over the old one.

        Raises:
            InvalidInput: The file cannot be written.
        """
        text = contents.model_dump_json(by_alias=True, exclude_none=True, indent=1)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if self._unusable:
                self._file.replace(self._aside)
                self._unusable = False
            replace_file(self._file, text)
        except OSError as error:
            raise InvalidInput(
                _problem("state-unwritable", f"the state cannot be written: {error}", self._file)
            ) from error


def replace_file(path: Path, text: str) -> None:
    """
    Write a file: to a temporary one in the same folder, synced, then renamed over the old one.

    Raises:
        OSError: It cannot be written; the old one is as it was.
    """
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _problem(code: str, message: str, file: Path) -> Problem:
    return Problem(code, message, Place(str(file)), "Name another place with --state, or --state none.")
