"""What became of jobs and operations since somebody last looked: computed from the clock, nothing runs meanwhile.

So a job that was running when the process was killed is over after the restart.
"""

from __future__ import annotations

from simulator import export_jobs, operations, runs, schedule, validate_jobs
from simulator.world import World

FINISH = {
    "flow-job": runs.finish,
    "export-job": export_jobs.finish,
    "operation": operations.finish,
    "validate-job": validate_jobs.finish,
}


def advance(world: World) -> None:
    """End everything whose time is over, in the order in which it ended; then others do what they planned."""
    schedule.advance(world)
    now = world.now()
    if not any(one.due <= now for one in world.state.pending):
        return
    due = sorted((one for one in world.state.pending if one.due <= now), key=lambda one: one.due)
    for one in due:
        world.state.pending.remove(one)
        FINISH[one.kind](world, one)
    world.changed()
