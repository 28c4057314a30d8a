"""
What we put where: per object the digest of the uploaded document and the version that it became.

The state is written ahead (an intent with the job's id, before the document is handed over) and again as soon
as the object is verified. It is never believed against the live object: it only tells whether the live
version is one that we published.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hook.errors import InvalidInput
from hook.model import Identity, Place, Problem, Severity


class Intent(BaseModel):
    """A write that was about to happen when this was stored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    digest: str
    public_digest: str = Field(default="", alias="publicDigest")
    job_id: str = Field(alias="jobId")
    planned_version: str | None = Field(default=None, alias="plannedVersion")
    at: str


class Entry(BaseModel):
    """What is known of one object: what we published last, and what we were about to do."""

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
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._file.parent, prefix=f".{self._file.name}.", delete=False
            ) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self._file)
        except OSError as error:
            raise InvalidInput(
                _problem("state-unwritable", f"the state cannot be written: {error}", self._file)
            ) from error


def _problem(code: str, message: str, file: Path) -> Problem:
    return Problem(code, message, Place(str(file)), "Name another place with --state, or --state none.")


class State:
    """
    The state of one organisation during a run; every change is stored before the call returns.

    Args:
        store: Where it is kept.
        organisation_id: Whose objects they are.
        environment: The environment of this run, noted with each object.
        run_id: The run, noted with each object.
        public: Tell public digests instead of those of the content: for a plan that cannot read the secrets.
    """

    def __init__(
        self, store: Store, *, organisation_id: str, environment: str, run_id: str, public: bool = False
    ) -> None:
        self._store = store
        self._public = public
        self._environment = environment
        self._run_id = run_id
        self._lock = threading.Lock()
        contents, self.problems = store.load(organisation_id)
        self._organisation = contents.organisation
        self._entries = {entry.identity.key: entry for entry in contents.entries}

    def entry(self, identity: Identity) -> Entry | None:
        """Return what is known of an object."""
        known = self._entries.get(identity.key)
        return known.model_copy(update={"digest": known.public_digest}) if known and self._public else known

    def entries(self) -> tuple[Entry, ...]:
        """Return all that is known of the objects of this run's environment."""
        return tuple(entry for entry in self._entries.values() if entry.environment == self._environment)

    def intend(self, identity: Identity, intent: Intent) -> None:
        """Note a write that is about to happen."""
        self._update(identity, {"intent": intent})

    def expect_stub(self, identity: Identity) -> None:
        """Note that the platform is about to create a stub of this object for us."""
        self._update(identity, {"stub": True})

    def forget_intent(self, identity: Identity) -> None:
        """Note that the write that was about to happen did not happen."""
        if identity.key in self._entries:
            self._update(identity, {"intent": None})

    def published(
        self,
        identity: Identity,
        *,
        digest: str,
        public_digest: str,
        version: str,
        flow_id: str,
        at: str,
        file: str | None = None,
    ) -> None:
        """Note that an object was verified: this digest, of that file, became that version."""
        self._update(
            identity,
            {
                "digest": digest,
                "public_digest": public_digest,
                "version": version,
                "flow_id": flow_id,
                "file": file,
                "at": at,
                "run": self._run_id,
                "intent": None,
                "stub": False,
            },
        )

    def _update(self, identity: Identity, changes: Mapping[str, object]) -> None:
        with self._lock:
            known = self._entries.get(identity.key) or Entry(kind=identity.kind, type=identity.type, name=identity.name)
            changed = {**changes, "environment": self._environment, "name": identity.name}
            self._entries[identity.key] = known.model_copy(update=changed)
            entries = sorted(self._entries.values(), key=lambda entry: entry.identity.key)
            self._store.save(Contents(organisation=self._organisation, entries=entries))
