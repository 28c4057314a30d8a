"""The contents of published versions, in batches; one that cannot be exported does not take the others with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hook.errors import FlowSyncError, JobFailed, NotFound, UnexpectedResponse

BATCH = 50
"""Versions that are asked for together; a failure is looked for among so many."""

Version = tuple[str, str]


@dataclass(slots=True)
class Fetched:
    """
    What came of it.

    Attributes:
        contents: Documents by (flow id, version).
        failed: Why there is none.
    """

    contents: dict[Version, bytes] = field(default_factory=dict)
    failed: dict[Version, FlowSyncError] = field(default_factory=dict)


def fetch(versions: Sequence[Version], export: Callable[[Sequence[Version]], Mapping[Version, bytes]]) -> Fetched:
    """
    Export versions of flows.

    Args:
        versions: Which.
        export: Exports all of them or fails.

    Raises:
        FlowSyncError: What concerns no single flow: permissions, an unreachable platform, the deadline.
    """
    fetched = Fetched()
    pending = [versions[start : start + BATCH] for start in range(0, len(versions), BATCH)][::-1]
    while pending:
        batch = pending.pop()
        try:
            fetched.contents.update(export(batch))
        except (JobFailed, NotFound, UnexpectedResponse) as error:
            if len(batch) == 1:
                fetched.failed[batch[0]] = error
                continue
            half = len(batch) // 2
            pending += [batch[half:], batch[:half]]
    return fetched
