"""Whatever happens to requests and to those who wait for them: never do two believe that they hold the lease."""

from __future__ import annotations

import contextlib
import random
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hook.cluster.errors import Changed, ClusterError, Exists, Missing, Unanswered
from hook.cluster.leasing import DURATION, PATIENCE, Candidate, Held, Record

NAMES = ("a", "b", "c")
STEPS = 120
LOST = 0.08
"""How often a request, and as often an answer, is lost."""

ANOTHER_ACTS = 0.25
"""How often somebody else acts between two moments of a request."""


@dataclass
class World:
    """Time, one Lease, and three participants; whatever the test draws may happen between any two moments."""

    chance: random.Random
    now: float = 0.0
    lease: Record | None = None
    version: int = 0
    busy: list[str] = field(default_factory=list)
    participants: dict[str, Candidate] = field(default_factory=dict)

    def join(self, name: str, *, identity: str = "") -> None:
        self.participants[name] = Candidate(Requests(self), identity=identity or name, clock=lambda: self.now)

    def act(self, name: str) -> None:
        """Let one participant do what it does: renew when it holds the lease, otherwise try to get it."""
        candidate = self.participants[name]
        self.busy.append(name)
        try:
            if candidate.holds():
                candidate.renew()
            elif not candidate.lost:
                candidate.attempt()
        except ClusterError:
            pass
        finally:
            self.busy.remove(name)
        self.look()

    def release(self, name: str) -> None:
        self.busy.append(name)
        with contextlib.suppress(ClusterError):
            self.participants[name].release()
        self.busy.remove(name)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and look at its beginning and its end, at every second of it, who believes what."""
        end = self.now + seconds
        while self.now < end:
            self.look()
            self.now = min(end, self.now + 1.0)
        self.look()

    def look(self) -> None:
        believing = [name for name, one in self.participants.items() if one.holds()]
        assert len(believing) <= 1, f"{believing} at {self.now}"

    def meanwhile(self) -> None:
        """Between two moments of a request time passes, and others act."""
        self.pass_time(self.chance.choice([0.0, 0.0, 0.0, 0.0, 0.1, 4.0, 11.0, 25.0]))
        others = [name for name in NAMES if name not in self.busy]
        if others and self.chance.random() < ANOTHER_ACTS:
            self.act(self.chance.choice(others))


@dataclass
class Requests:
    """One participant's way to the Lease: requests may be slow, get lost, or lose their answer."""

    world: World

    def read(self) -> Record:
        self._before()
        found = self.world.lease
        self._after()
        if found is None:
            raise Missing("no lease")
        return found

    def create(self, holder: str) -> Record:
        self._before()
        exists = self.world.lease is not None
        made = self._store(Record(holder=holder, version="")) if not exists else None
        self._after()
        if made is None:
            raise Exists("there is one")
        return made

    def replace(self, record: Record, *, holder: str) -> Record:
        self._before()
        now = self.world.lease
        made = self._store(replace(record, holder=holder)) if now and now.version == record.version else None
        self._after()
        if now is None:
            raise Missing("no lease")
        if made is None:
            raise Changed("another version")
        return made

    def _store(self, record: Record) -> Record:
        self.world.version += 1
        self.world.lease = replace(record, version=str(self.world.version))
        return self.world.lease

    def _before(self) -> None:
        self.world.meanwhile()
        if self.world.chance.random() < LOST:
            raise Unanswered("lost on the way")

    def _after(self) -> None:
        self.world.meanwhile()
        if self.world.chance.random() < LOST:
            raise Unanswered("the answer was lost")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_two_never_believe_at_once_that_they_hold_it(seed: int) -> None:
    world = World(random.Random(seed))  # noqa: S311  (no secret: the course of a test)
    for name in NAMES:
        world.join(name)
    for step in range(STEPS):
        name = world.chance.choice(NAMES)
        action = world.chance.choice(["act"] * 6 + ["time"] * 3 + ["release", "restart", "delete"])
        if action == "act":
            world.act(name)
        elif action == "time":
            world.pass_time(world.chance.choice([1.0, 5.0, 9.0, 19.0, 21.0, 31.0]))
        elif action == "restart":
            # A new process: another identity, no memory, and nobody believes what the old one did.
            world.join(name, identity=f"{name}-{step}")
        elif action == "delete" and world.lease and not world.lease.holder:
            world.lease = None
        elif action == "release":
            world.release(name)
        world.look()


class Calm(World):
    """A world where every request is answered at once."""

    def meanwhile(self) -> None:
        """Nothing happens."""


class Answered(Requests):
    def _before(self) -> None:
        """Nothing is lost."""

    def _after(self) -> None:
        """Nothing is lost."""


def calm() -> tuple[World, Candidate, Candidate]:
    world = Calm(random.Random(0))  # noqa: S311  (nothing is left to chance)
    first, second = (Candidate(Answered(world), identity=name, clock=lambda: world.now) for name in ("first", "second"))
    return world, first, second


def test_a_lease_is_taken_over_when_it_was_seen_unchanged_for_its_whole_duration() -> None:
    world, first, second = calm()
    first.attempt()
    world.now = 100.0
    assert not isinstance(second.attempt(), Held)
    world.now = 100.0 + DURATION - 0.1
    assert not isinstance(second.attempt(), Held)
    world.now = 100.0 + DURATION
    standing = second.attempt()

    assert isinstance(standing, Held)
    assert standing.former is not None
    assert standing.former.holder == "first"
    assert (second.holds(), first.holds()) == (True, False)


def test_a_holder_stops_believing_before_anybody_may_take_over() -> None:
    world, first, _ = calm()
    first.attempt()
    world.now = PATIENCE - 0.1
    before = first.holds()
    world.now = PATIENCE

    assert before
    assert not first.holds()
    assert PATIENCE < DURATION


def test_what_was_lost_stays_lost() -> None:
    world, first, _ = calm()
    first.attempt()
    world.now = PATIENCE + 1
    first.holds()
    first.attempt()
    first.renew()

    assert not first.holds()
    assert "could not be renewed" in first.lost


def test_a_lease_that_is_given_back_is_free_at_once_and_nobody_died() -> None:
    _, first, second = calm()
    first.attempt()
    first.release()
    standing = second.attempt()

    assert standing == Held(None)
    assert not first.holds()
