"""How many interactions are in flows and queues now: the platform's observation queries.

Both are asked with POST, and only read. The bodies are the platform's ``FlowObservationQueryResponse`` and
``QueueObservationQueryResponse``: ``results`` holds a row per flow or queue and media type, with one datum per metric.
What has no row has no interactions: the platform leaves such rows out, and ``results`` itself when there are none. All
else that is not as documented is refused, never read as zero. Observations trail what happens by some seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hook.errors import UnexpectedResponse
from hook.genesys.job_states import parse
from hook.genesys.responses import Json
from hook.genesys.session import Session
from hook.model import QueueLoad

FLOW_QUERY = "/api/v2/analytics/flows/observations/query"
QUEUE_QUERY = "/api/v2/analytics/queues/observations/query"
BATCH = 200
"""Flows or queues per query."""
DOCUMENTED = frozenset({"results", "systemToOrganizationMappings"})
"""The parts of an answer; one that has others, and no ``results``, is something else."""
ON_QUEUE = "oOnQueueUsers"
OK = 200


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Statistics(_Part):
    count: Annotated[int, Field(strict=True, ge=0)]


class _Datum(_Part):
    metric: str
    qualifier: str | None = None
    stats: _Statistics


class _Row(_Part):
    group: dict[str, str | None]
    data: Annotated[tuple[_Datum, ...], Field(min_length=1)]


class _Answer(_Part):
    results: tuple[_Row, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Observation:
    """One count; ``media`` and ``qualifier`` are empty where the platform does not count by them."""

    id: str
    media: str
    metric: str
    qualifier: str
    count: int


def flow_observations(session: Session, flow_ids: Sequence[str]) -> dict[str, int]:
    """
    Ask how many interactions are in each of these flows now; one call per 200 flows.

    Args:
        session: Makes the calls; our client needs ``analytics:flowObservation:view``.
        flow_ids: The flows.

    Returns:
        Interactions per id, over all media types; every id has a value.

    Raises:
        UnexpectedResponse: An answer is not as documented, or tells of what was not asked for.
        FlowSyncError: As :meth:`Session.call` does.
    """
    counts = dict.fromkeys(flow_ids, 0)
    for seen in _observe(session, FLOW_QUERY, "flowId", flow_ids, metrics=("oFlow",)):
        counts[seen.id] += seen.count
    return counts


def queue_observations(session: Session, queue_ids: Sequence[str]) -> dict[str, QueueLoad]:
    """
    Ask how busy each of these queues is now; one call per 200 queues.

    Agents on queue are told in one number or by what they do (the datum's ``qualifier``: ``IDLE``, ``INTERACTING``),
    and not per media type. Where they are told so all the same, an agent may count for each, so the smallest is taken.

    Args:
        session: Makes the calls; our client needs ``analytics:queueObservation:view``.
        queue_ids: The queues.

    Returns:
        The load per id; every id has a value.

    Raises:
        UnexpectedResponse: An answer is not as documented, or tells of what was not asked for.
        FlowSyncError: As :meth:`Session.call` does.
    """
    interactions: Counter[tuple[str, str]] = Counter()
    agents: dict[str, list[_Observation]] = {}
    metrics = ("oInteracting", "oWaiting", ON_QUEUE)
    for seen in _observe(session, QUEUE_QUERY, "queueId", queue_ids, metrics=metrics):
        if seen.metric == ON_QUEUE:
            agents.setdefault(seen.id, []).append(seen)
        else:
            interactions[seen.id, seen.metric] += seen.count
    return {
        one: QueueLoad(
            interacting=interactions[one, "oInteracting"],
            waiting=interactions[one, "oWaiting"],
            on_queue=_agents(agents.get(one, [])),
        )
        for one in queue_ids
    }


def _agents(seen: Sequence[_Observation]) -> int:
    parts: dict[str, dict[str, int]] = {}
    for one in seen:
        parts.setdefault(one.media, {})[one.qualifier] = one.count
    counts = {media: told.get("", sum(told.values())) for media, told in parts.items()}
    return counts.get("", min(counts.values(), default=0))


def _observe(
    session: Session, path: str, dimension: str, ids: Sequence[str], *, metrics: Sequence[str]
) -> Iterator[_Observation]:
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        reply = session.call("POST", path, body=_query(dimension, part, metrics), repeatable=True)
        if reply.status != OK or reply.empty:
            raise _unexpected(path, f"answered {reply.status} without observations", reply.correlation_id)
        answer = parse(_Answer, reply.body, request=f"POST {path}", correlation_id=reply.correlation_id)
        if answer.results is None and not reply.body.keys() <= DOCUMENTED:
            raise _unexpected(path, "answered with a body that holds no results", reply.correlation_id)
        seen: set[tuple[str, str, str, str]] = set()
        for one in _flat(answer, dimension):
            if one.id not in part or one.metric not in metrics:
                raise _unexpected(path, f"told of a {dimension} or metric not asked for", reply.correlation_id)
            key = (one.id, one.media, one.metric, one.qualifier)
            if key in seen:
                raise _unexpected(path, f"told twice of {one.metric} of one {dimension}", reply.correlation_id)
            seen.add(key)
            yield one


def _flat(answer: _Answer, dimension: str) -> Iterator[_Observation]:
    for row in answer.results or ():
        for datum in row.data:
            yield _Observation(
                id=row.group.get(dimension) or "",
                media=row.group.get("mediaType") or "",
                metric=datum.metric,
                qualifier=datum.qualifier or "",
                count=datum.stats.count,
            )


def _query(dimension: str, ids: Sequence[str], metrics: Sequence[str]) -> Json:
    predicates = [{"type": "dimension", "dimension": dimension, "operator": "matches", "value": one} for one in ids]
    return {"filter": {"type": "or", "predicates": predicates}, "metrics": list(metrics)}


def _unexpected(path: str, what: str, correlation_id: str) -> UnexpectedResponse:
    return UnexpectedResponse(
        f"POST {path} {what}; this is not taken as zero interactions", correlation_id=correlation_id
    )
