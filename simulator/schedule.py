"""What others do at their time: acts that were planned, and a note of each act that was carried out or refused."""

from __future__ import annotations

from simulator import acts
from simulator.errors import PlatformError
from simulator.faults import matches
from simulator.state import Act, ActNote, PlannedAct
from simulator.world import World

MOST_NOTES = 200


def plan(world: World, act: Act, *, after: float, every: float | None = None) -> None:
    """Keep an act for later.

    Args:
        world: The organisation.
        act: What shall be done.
        after: When, in simulated seconds from now.
        every: After how many simulated seconds again; ``None`` for once.
    """
    interval = every / world.speed if every else None
    world.state.planned.append(PlannedAct(due=world.after(after), every=interval, act=act))
    world.changed()


def advance(world: World) -> None:
    """Carry out what is due, each at its time; what is due several times happens once, for the last of them."""
    now = world.now()
    for one in sorted((one for one in world.state.planned if one.due <= now), key=lambda one: one.due):
        with world.as_of(one.due):
            carry_out(world, one.act)
        if one.every:
            one.due += one.every * ((now - one.due) // one.every + 1)
        else:
            world.state.planned.remove(one)


def perform_staged(world: World, method: str, path: str) -> None:
    """Carry out the acts that wait for this call."""
    for staged in list(world.state.staged):
        if matches(staged.match, method, path):
            staged.seen += 1
            world.changed()
            if staged.seen == staged.n:
                world.state.staged.remove(staged)
                carry_out(world, staged.act)


def carry_out(world: World, act: Act) -> None:
    """Carry out an act that was planned; a refusal is noted, since there is nobody left to tell."""
    refusal = ""
    try:
        acts.perform(world, act)
    except PlatformError as error:
        refusal = error.message
    world.state.acts.append(ActNote(at=world.now(), act=act, refusal=refusal))
    del world.state.acts[:-MOST_NOTES]
    world.changed()
