"""Faults that were asked for, and the calls and jobs that they hit."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from simulator.errors import PlatformError
from simulator.fault import CallPattern, Fault, FaultEffect
from simulator.http import JSON, Reply, json_reply
from simulator.state import JobFault, JobKind
from simulator.world import World


def matches(pattern: CallPattern, method: str, path: str) -> bool:
    """Return whether a pattern means this call."""
    return (not pattern.method or pattern.method.upper() == method) and re.search(pattern.path, path) is not None


def take_fault(world: World, method: str, path: str) -> Fault | None:
    """Count the call for every fault that it matches, and return the first one that is due."""
    hit: Fault | None = None
    for fault in world.state.faults:
        if not fault.enabled or not matches(fault.match, method, path):
            continue
        world.changed()
        if fault.due() and hit is None:
            hit = fault
            fault.hits += 1
    return hit


def replaced(effect: FaultEffect, correlation_id: str) -> Reply:
    """Return the answer that a fault gives instead of the usual one."""
    status = effect.status or 200
    headers = dict(effect.headers)
    if isinstance(effect.body, str):
        return Reply(status=status, body=effect.body.encode(), headers={"Content-Type": "text/html", **headers})
    if effect.body is not None:
        return json_reply(effect.body, status=status, headers=headers)
    if status < 400:  # noqa: PLR2004 (HTTP's own boundary between success and error)
        return Reply(status=status, headers={"Content-Type": JSON, **headers})
    error = PlatformError(status)
    if status == 429 and not any(name.lower() == "retry-after" for name in headers):  # noqa: PLR2004 (HTTP status)
        headers["Retry-After"] = "1"
    if wait := next((value for name, value in headers.items() if name.lower() == "retry-after"), None):
        error.message = error.message.replace("[1]", f"[{wait}]")
    body = json.dumps(error.body(correlation_id)).encode()
    return Reply(status=status, body=body, headers={"Content-Type": JSON, **headers})


def take_job_fault(world: World, job: JobKind, names: Collection[str]) -> JobFault | None:
    """Return the fault of a job or operation that starts now with these flows, used up once."""
    for fault in world.state.job_faults:
        wanted = fault.flow is None or fault.flow in names
        if fault.job == job and wanted and (fault.times is None or fault.times > 0):
            if fault.times is not None:
                fault.times -= 1
            world.changed()
            return fault.model_copy(deep=True)
    return None
