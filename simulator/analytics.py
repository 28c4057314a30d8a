"""Observation queries: how many interactions are in flows and queues at this moment."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator import observations
from simulator.access import sees
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.observations import Group, Query
from simulator.state import Client
from simulator.traffic import VOICE, FlowLoad, QueueLoad
from simulator.world import QUEUES, World, iso

FLOW_METRICS = ("oFlow",)
QUEUE_METRICS = (
    "oInteracting",
    "oWaiting",
    "oAlerting",
    "oOnQueueUsers",
    "oOffQueueUsers",
    "oActiveUsers",
    "oMemberUsers",
    "oUserPresences",
    "oUserRoutingStatuses",
)
INTERACTIONS = ("oFlow", "oInteracting", "oWaiting", "oAlerting")
MOST_DETAILS = 50
"""How many observations a detail metric lists before it says that it is truncated; not the platform's own number."""


@dataclass(frozen=True, slots=True)
class Datum:
    """One number of a row."""

    metric: str
    count: int
    qualifier: str = ""


def flows(world: World, call: Call) -> Reply:
    """POST /api/v2/analytics/flows/observations/query."""
    query = observations.read(call.json(), dimensions=("flowId", "mediaType"), metrics=FLOW_METRICS)
    rows = [_row(world, query, group, data) for group, data in _flow_rows(world, call.caller, query)]
    return json_reply(_results(world, [row for row in rows if row]))


def queues(world: World, call: Call) -> Reply:
    """POST /api/v2/analytics/queues/observations/query."""
    query = observations.read(call.json(), dimensions=("queueId", "mediaType"), metrics=QUEUE_METRICS)
    rows = [_row(world, query, group, data) for group, data in _queue_rows(world, call.caller, query)]
    mappings = {one: [str(uuid.uuid5(uuid.NAMESPACE_URL, one))] for one in ("AVAILABLE", "ON_QUEUE", "OFFLINE")}
    return json_reply({"systemToOrganizationMappings": mappings, **_results(world, [row for row in rows if row])})


def _results(world: World, rows: list[dict[str, Any]]) -> dict[str, Any]:
    form = world.state.settings.observation_no_results
    if rows or form == "empty":
        return {"results": rows}
    return {"results": None} if form == "null" else {}


def _flow_rows(world: World, client: Client, query: Query) -> Iterator[tuple[Group, list[Datum]]]:
    only = query.filter.only("flowId")
    for flow_id, flow in world.state.flows.items():
        if (only is not None and flow_id not in only) or not sees(world, client, flow.division_id):
            continue
        loads = world.state.traffic.flows.get(flow_id) or {VOICE: FlowLoad()}
        for medium, load in loads.items():
            group = {"flowId": flow_id, "mediaType": medium}
            if only is not None or query.filter.admits(group):
                yield group, [Datum("oFlow", load.now())]
    world.changed()


def _queue_rows(world: World, client: Client, query: Query) -> Iterator[tuple[Group, list[Datum]]]:
    only = query.filter.only("queueId")
    for queue in world.state.objects.get(QUEUES, []):
        if (only is not None and queue.id not in only) or not sees(world, client, queue.division_id):
            continue
        loads = world.state.traffic.queues.get(queue.id) or {VOICE: QueueLoad()}
        busy = 0
        for medium, load in loads.items():
            group = {"queueId": queue.id, "mediaType": medium}
            if only is not None or query.filter.admits(group):
                interacting, waiting = load.now()
                busy += interacting
                yield group, [Datum("oInteracting", interacting), Datum("oWaiting", waiting), Datum("oAlerting", 0)]
        agents = {"queueId": queue.id}
        if only is not None or query.filter.admits(agents):
            yield agents, _users(world, world.state.traffic.on_queue.get(queue.id, 0), busy)
    world.changed()


def _users(world: World, on_queue: int, busy: int) -> list[Datum]:
    """The rows of a queue's agents, those on queue split by what they do."""
    whole = [Datum(metric, on_queue) for metric in ("oActiveUsers", "oMemberUsers")]
    if not world.state.settings.on_queue_by_status:
        return [Datum("oOnQueueUsers", on_queue), Datum("oOffQueueUsers", 0), *whole]
    talking = min(busy, on_queue)
    split = [Datum("oOnQueueUsers", talking, "INTERACTING"), Datum("oOnQueueUsers", on_queue - talking, "IDLE")]
    return [*split, Datum("oOffQueueUsers", 0), *whole]


def _row(world: World, query: Query, group: Group, data: list[Datum]) -> dict[str, Any] | None:
    """One row; without traffic it is left out, unless a setting wants it."""
    asked = {*query.metrics, *query.detail_metrics}
    zeros = world.state.settings.observation_zero_rows
    shown = [_datum(world, query, group, one) for one in data if one.metric in asked and (one.count or zeros)]
    return {"group": dict(group), "data": shown} if shown else None


def _datum(world: World, query: Query, group: Group, datum: Datum) -> dict[str, Any]:
    body: dict[str, Any] = {"metric": datum.metric}
    if datum.qualifier:
        body["qualifier"] = datum.qualifier
    body["stats"] = {"count": datum.count}
    if datum.metric in query.detail_metrics and datum.metric in INTERACTIONS:
        body["truncated"] = datum.count > MOST_DETAILS
        body["observations"] = [_observation(world, group, number) for number in range(min(datum.count, MOST_DETAILS))]
    return body


def _observation(world: World, group: Group, number: int) -> dict[str, Any]:
    conversation = uuid.uuid5(uuid.NAMESPACE_URL, f"{sorted(group.items())} {number}")
    return {
        "observationDate": iso(world.now() - number),
        "conversationId": str(conversation),
        "sessionId": str(uuid.uuid5(conversation, "session")),
        "direction": "inbound",
    }


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    path = "/api/v2/analytics/{}/observations/query"
    return [
        Endpoint("POST", path.format("flows"), flows, ("analytics:flowObservation:view",)),
        Endpoint("POST", path.format("queues"), queues, ("analytics:queueObservation:view",)),
    ]
