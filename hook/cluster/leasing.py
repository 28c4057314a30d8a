"""
Who holds a Lease: one participant's view, without threads or waiting.

As client-go's leader election does, and for its reasons: nobody's clock is compared with anybody else's. A Lease has
expired when *we* have seen it unchanged for its whole duration, by a clock of ours that only counts seconds. A holder
believes in its lease for a shorter time than that, counted from *before* the request that renewed it, so that it has
stopped believing before anybody else may begin to. Every write names the ``resourceVersion`` that it was decided on.

    holder   |-- PUT sent --|-- PUT carried out --| believes for PATIENCE from the first |
    other                   |-- sees it -----------------| waits DURATION from there ------------| takes over
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hook.cluster.errors import Changed, ClusterError, Exists, Missing

DURATION = 30.0
"""Seconds after which a Lease that nobody renews may be taken over."""

PATIENCE = 20.0
"""Seconds that a holder believes in its lease after the last renewal that was answered."""


@dataclass(frozen=True, slots=True)
class Record:
    """
    A Lease.

    ``holder`` is empty when nobody holds it; ``version`` is the ``resourceVersion``; ``seconds`` its duration;
    ``acquired`` and ``renewed`` are the holder's own times (RFC 3339), to be shown and never to be reckoned with.
    """

    holder: str
    version: str
    seconds: float = DURATION
    acquired: str = ""
    renewed: str = ""
    transitions: int = 0


class Leases(Protocol):
    """One Lease in the cluster."""

    def read(self) -> Record:
        """Return it, or raise :class:`Missing`."""
        ...

    def create(self, holder: str) -> Record:
        """Create it, or raise :class:`Exists`."""
        ...

    def replace(self, record: Record, *, holder: str) -> Record:
        """
        Renew it, take it (over), or with an empty holder release it.

        Raises:
            Changed: It is not at the record's version any more.
        """
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """The lease is ours; ``former`` is the holder whose lease had expired, if that is how it became ours."""

    former: Record | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else holds the lease."""

    by: Record


Standing = Held | Taken


class Candidate:
    """
    One participant; not to be used by two threads at once, except for :meth:`holds`.

    Args:
        leases: The Lease.
        identity: Ours; nobody else ever has it.
        clock: Seconds that only grow, also while the machine sleeps.
    """

    def __init__(self, leases: Leases, *, identity: str, clock: Callable[[], float]) -> None:
        self._leases = leases
        self._identity = identity
        self._clock = clock
        self._seen: Record | None = None
        self._seen_at = 0.0
        self._former: Record | None = None
        self._believes_until = float("-inf")
        self.lost = ""

    def holds(self) -> bool:
        """Tell whether the lease is certainly ours now; once it was lost, it stays lost."""
        if not self.lost and self._believes_until > float("-inf") and self._clock() >= self._believes_until:
            self.lost = f"it could not be renewed for {PATIENCE:.0f} s"
        return not self.lost and self._clock() < self._believes_until

    def attempt(self) -> Standing:
        """
        Try once to acquire the lease.

        Raises:
            ClusterError: The API server did not answer, or refused. To try again is harmless.
        """
        began = self._clock()
        try:
            record = self._leases.read()
        except Missing:
            try:
                return self._acquired(self._leases.create(self._identity), began)
            except Exists:
                record = self._leases.read()
        self._observe(record)
        if record.holder and record.holder != self._identity:
            if self._clock() - self._seen_at < record.seconds:
                self._former = None
                return Taken(record)
            self._former = record
        elif not record.holder:
            self._former = None
        began = self._clock()
        try:
            return self._acquired(self._leases.replace(record, holder=self._identity), began)
        except Changed:
            now = self._leases.read()
            self._observe(now)
            return Taken(now)

    def renew(self) -> None:
        """
        Renew the lease that is ours; whether it still is tells :meth:`holds`.

        Raises:
            ClusterError: It was not renewed, and may still be ours for a while.
        """
        if self._seen is None or not self.holds():
            return
        began = self._clock()
        try:
            self._acquired(self._leases.replace(self._seen, holder=self._identity), began)
        except Changed:
            self._look_again()
        except Missing:
            self._lose("somebody deleted it")

    def release(self) -> None:
        """
        Give the lease back, if it is certainly ours.

        Raises:
            ClusterError: It could not be given back, and runs out by itself.
        """
        if self._seen is None or not self.holds():
            return
        # Before the request: once it is carried out somebody else may hold the lease, whenever its answer comes.
        self._believes_until = float("-inf")
        try:
            self._leases.replace(self._seen, holder="")
        except Changed:
            # An earlier renewal that seemed to get no answer was carried out after all, or it is not ours any more.
            record = self._leases.read()
            if record.holder == self._identity:
                self._leases.replace(record, holder="")

    def _look_again(self) -> None:
        record = self._leases.read()
        if record.holder != self._identity:
            self._lose(f"{record.holder or 'nobody'} holds it now")
            return
        began = self._clock()
        try:
            self._acquired(self._leases.replace(record, holder=self._identity), began)
        except Changed as error:
            raise ClusterError(f"{error.message}; it is tried again") from error

    def _acquired(self, record: Record, began: float) -> Held:
        if not self.lost:
            self._seen, self._seen_at = record, began
            self._believes_until = began + PATIENCE
        return Held(self._former)

    def _observe(self, record: Record) -> None:
        if self._seen is None or (self._seen.holder, self._seen.version) != (record.holder, record.version):
            self._seen, self._seen_at = record, self._clock()

    def _lose(self, why: str) -> None:
        self.lost = self.lost or why
