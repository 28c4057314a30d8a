"""
What we put where: per object the digest of the uploaded document and the version that it became.

The state is written ahead (an intent with the job's id, before the document is handed over) and again as soon
as the object is verified. It is never believed against the live object: it only tells whether the live
version is one that we published.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping

from hook.engine.stores import Contents, Entry, Intent, Store
from hook.model import Identity


class State:
    """
    The state of one organisation during a run; every change is stored before the call returns.

    Changes that several threads make at once are stored together.

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
        self._saving = threading.Lock()
        self._changes = 0
        self._saved = 0
        self._gathering = False
        contents, self.problems = store.load(organisation_id)
        self._organisation = contents.organisation
        self._entries = {entry.identity.key: entry for entry in contents.entries}

    def entry(self, identity: Identity) -> Entry | None:
        """Return what is known of an object."""
        known = self._entries.get(identity.key)
        return known.model_copy(update={"digest": known.public_digest}) if known and self._public else known

    def entries(self) -> tuple[Entry, ...]:
        """Return all that is known of the objects of this run's environment."""
        with self._lock:
            known = list(self._entries.values())
        return tuple(entry for entry in known if entry.environment == self._environment)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Store what one thread notes meanwhile at the end, and at once, also when it is left by an exception."""
        self._gathering = True
        try:
            yield
        finally:
            self._gathering = False
            self._save(self._changes)

    def intend(self, identity: Identity, intent: Intent) -> None:
        """Note a write that is about to happen."""
        self._update(identity, {"intent": intent})

    def expect_stub(self, identity: Identity) -> None:
        """Note that the platform is about to create a stub of this object for us; a former one of that name is gone."""
        gone = dict.fromkeys(("digest", "public_digest", "version", "flow_id", "at", "run", "stub_version"))
        self._update(identity, {**gone, "stub": True})

    def stub_made(self, identity: Identity, *, flow_id: str, version: str | None) -> None:
        """Note which flow, in which published version, is the stub that was expected; else there is nothing to note."""
        known = self._entries.get(identity.key)
        if known is not None and known.stub and known.version is None:
            self._update(identity, {"flow_id": flow_id, "stub_version": version or ""})

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
        unfinished: Intent | None = None,
    ) -> None:
        """
        Note that an object was verified: this digest, of that file, became that version.

        ``unfinished`` is kept for the next run, when something of that write is still to be done.
        """
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
                "intent": unfinished,
                "stub": False,
                "stub_version": None,
            },
        )

    def _update(self, identity: Identity, changes: Mapping[str, object]) -> None:
        with self._lock:
            known = self._entries.get(identity.key) or Entry(kind=identity.kind, type=identity.type, name=identity.name)
            changed = {**changes, "environment": self._environment, "name": identity.name}
            self._entries[identity.key] = known.model_copy(update=changed)
            self._changes += 1
            mine = self._changes
        if not self._gathering:
            self._save(mine)

    def _save(self, mine: int) -> None:
        # Whoever waits here while somebody else saves finds, most of the time, that the next one saved for all.
        with self._saving:
            if self._saved >= mine:
                return
            with self._lock:
                entries, upto = list(self._entries.values()), self._changes
            entries.sort(key=lambda entry: entry.identity.key)
            self._store.save(Contents(organisation=self._organisation, entries=entries))
            self._saved = upto
