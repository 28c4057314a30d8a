from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hook.errors import PermissionDenied, UnexpectedResponse
from hook.genesys.analytics import BATCH, FLOW_QUERY, QUEUE_QUERY, flow_observations, queue_observations
from hook.genesys.client import Platform
from hook.model import QueueLoad
from tests.unit.genesys.conftest import SETTINGS, Connect
from tests.unit.genesys.server import Request, Scripted, Server, error

JSON = dict[str, Any]
STRANGE: tuple[Any, ...] = (None, "3", -1, 1.5, True, [])
FLOW = {
    "results": [
        {"group": {"flowId": "f-1", "mediaType": "voice"}, "data": [{"metric": "oFlow", "stats": {"count": 3}}]},
        {"group": {"flowId": "f-1", "mediaType": "chat"}, "data": [{"metric": "oFlow", "stats": {"count": 2}}]},
    ]
}


def datum(metric: str, count: int, qualifier: str = "") -> JSON:
    return {"metric": metric, "stats": {"count": count}} | ({"qualifier": qualifier} if qualifier else {})


def row(*data: JSON, queue: str = "q-1", media: str = "") -> JSON:
    return {"group": {"queueId": queue} | ({"mediaType": media} if media else {}), "data": list(data)}


def rows(*found: JSON) -> Scripted:
    return Scripted(body={"systemToOrganizationMappings": {}, "results": list(found)})


TALKING = row(datum("oInteracting", 4), datum("oWaiting", 2), media="voice")
AGENTS = row(datum("oOnQueueUsers", 5))


def load(server: Server, platform: Platform, *found: JSON) -> QueueLoad:
    server.on("POST", QUEUE_QUERY, rows(*found))
    return queue_observations(platform.session, ["q-1"])["q-1"]


def test_interactions_of_a_flow_are_those_of_all_media(server: Server, platform: Platform) -> None:
    server.on("POST", FLOW_QUERY, Scripted(body=FLOW))
    assert flow_observations(platform.session, ["f-1", "f-2"]) == {"f-1": 5, "f-2": 0}


def test_the_flow_query_names_each_flow_once_and_the_only_metric(server: Server, platform: Platform) -> None:
    server.on("POST", FLOW_QUERY, Scripted(body={"results": []}))
    flow_observations(platform.session, ["f-1", "f-2", "f-1"])
    assert server.called("POST", FLOW_QUERY)[0].json() == {
        "filter": {
            "type": "or",
            "predicates": [
                {"type": "dimension", "dimension": "flowId", "operator": "matches", "value": one}
                for one in ("f-1", "f-2")
            ],
        },
        "metrics": ["oFlow"],
    }


def test_the_queue_query_names_queues_and_the_three_metrics(server: Server, platform: Platform) -> None:
    load(server, platform)
    query = server.called("POST", QUEUE_QUERY)[0].json()
    assert [(one["dimension"], one["value"]) for one in query["filter"]["predicates"]] == [("queueId", "q-1")]
    assert query["metrics"] == ["oInteracting", "oWaiting", "oOnQueueUsers"]


@pytest.mark.parametrize(("number", "calls"), [(0, 0), (1, 1), (BATCH, 1), (BATCH + 1, 2)])
def test_many_flows_are_asked_for_in_one_call_per_batch(
    server: Server, platform: Platform, number: int, calls: int
) -> None:
    def answer(request: Request) -> Scripted:
        asked = [one["value"] for one in request.json()["filter"]["predicates"]]
        found = [
            {"group": {"flowId": one}, "data": [{"metric": "oFlow", "stats": {"count": int(one)}}]} for one in asked
        ]
        return Scripted(body={"results": found})

    server.on("POST", FLOW_QUERY, answer)
    ids = [str(one) for one in range(number)]
    assert flow_observations(platform.session, ids) == {one: int(one) for one in ids}
    assert len(server.called("POST", FLOW_QUERY)) == calls


@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": []}])
def test_no_row_means_no_interactions(server: Server, platform: Platform, body: JSON) -> None:
    server.on("POST", FLOW_QUERY, Scripted(body=body))
    server.on("POST", QUEUE_QUERY, Scripted(body={"systemToOrganizationMappings": {}, **body}))
    assert flow_observations(platform.session, ["f-1"]) == {"f-1": 0}
    assert queue_observations(platform.session, ["q-1"]) == {"q-1": QueueLoad(0, 0, 0)}


def test_a_queue_adds_up_its_media_and_counts_its_agents_once(server: Server, platform: Platform) -> None:
    chat = row(datum("oInteracting", 1), media="chat")
    assert load(server, platform, TALKING, chat, AGENTS) == QueueLoad(interacting=5, waiting=2, on_queue=5)


@pytest.mark.parametrize(
    ("agents", "on_queue"),
    [
        pytest.param([row(datum("oOnQueueUsers", 2, "IDLE"), datum("oOnQueueUsers", 3, "INTERACTING"))], 5, id="parts"),
        pytest.param([row(datum("oOnQueueUsers", 4), datum("oOnQueueUsers", 3, "IDLE"))], 4, id="whole and parts"),
        pytest.param(
            [row(datum("oOnQueueUsers", 4), media="voice"), row(datum("oOnQueueUsers", 3), media="chat")],
            3,
            id="per media",
        ),
        pytest.param([AGENTS, row(datum("oOnQueueUsers", 2), media="chat")], 5, id="whole and media"),
        pytest.param([], 0, id="none"),
    ],
)
def test_agents_are_never_counted_more_than_once(
    server: Server, platform: Platform, agents: list[JSON], on_queue: int
) -> None:
    assert load(server, platform, TALKING, *agents) == QueueLoad(interacting=4, waiting=2, on_queue=on_queue)


def test_queues_are_told_apart(server: Server, platform: Platform) -> None:
    server.on("POST", QUEUE_QUERY, rows(AGENTS, row(datum("oWaiting", 7), queue="q-2", media="voice")))
    found = queue_observations(platform.session, ["q-1", "q-2"])
    assert found == {"q-1": QueueLoad(0, 0, 5), "q-2": QueueLoad(0, 7, 0)}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"entities": []}, id="another body"),
        pytest.param({"result": FLOW["results"]}, id="another key"),
        pytest.param({"results": {}}, id="an object for the list"),
        pytest.param({"results": ""}, id="a text for the list"),
        pytest.param({"results": [None]}, id="null for a row"),
        pytest.param({"results": [{}]}, id="an empty row"),
        pytest.param({"results": [{**FLOW["results"][0], "group": {}}]}, id="no flow"),
        pytest.param({"results": [{**FLOW["results"][0], "group": {"flowId": "f-9"}}]}, id="another flow"),
        pytest.param({"results": [{**FLOW["results"][0], "data": []}]}, id="no data"),
        pytest.param({"results": [{**FLOW["results"][0], "data": None}]}, id="null for data"),
        pytest.param({"results": [{**FLOW["results"][0], "data": [datum("oOther", 1)]}]}, id="another metric"),
        pytest.param({"results": [{**FLOW["results"][0], "data": [{"metric": "oFlow"}]}]}, id="no stats"),
        pytest.param({"results": [FLOW["results"][0], FLOW["results"][0]]}, id="a row twice"),
        *(
            pytest.param(
                {"results": [{**FLOW["results"][0], "data": [{"metric": "oFlow", "stats": stats}]}]},
                id=f"stats {stats}",
            )
            for stats in ({}, {"max": 3}, *({"count": one} for one in STRANGE))
        ),
    ],
)
def test_what_is_not_documented_is_never_taken_for_zero(server: Server, platform: Platform, body: JSON) -> None:
    server.on("POST", FLOW_QUERY, Scripted(body=body))
    with pytest.raises(UnexpectedResponse, match="observations/query"):
        flow_observations(platform.session, ["f-1"])


@pytest.mark.parametrize("status", [202, 204, 206])
def test_an_answer_that_is_not_the_whole_one_is_refused(server: Server, platform: Platform, status: int) -> None:
    server.on("POST", FLOW_QUERY, Scripted(status=status, body=b"" if status == 204 else FLOW))
    with pytest.raises(UnexpectedResponse, match=str(status)):
        flow_observations(platform.session, ["f-1"])


def test_a_truncated_answer_is_asked_for_again(server: Server, platform: Platform) -> None:
    server.on("POST", FLOW_QUERY, Scripted(body=FLOW, truncate=True), Scripted(body=FLOW))
    assert flow_observations(platform.session, ["f-1"]) == {"f-1": 5}


def test_a_missing_permission_passes_through(server: Server, platform: Platform) -> None:
    text = "You must have the following permission: analytics:queueObservation:view"
    server.on("POST", QUEUE_QUERY, error(403, "missing.permissions", text))
    with pytest.raises(PermissionDenied) as caught:
        queue_observations(platform.session, ["q-1"])
    assert caught.value.permissions == ("analytics:queueObservation:view",)


GONE = object()
JUNK: tuple[Any, ...] = (GONE, None, "", "x", -1, 0.5, True, [], {}, [None], {"x": 1})


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield every place inside of a body; the elements of a list may be changed, but not be left out."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def mutations(body: JSON) -> Iterator[JSON]:
    """Yield the body with one part missing or replaced, but for what means that there are no rows."""
    for path in places(body):
        for junk in JUNK:
            if path == ("results",) and junk in (GONE, None, []):
                continue
            mutated = copy.deepcopy(body)
            node = mutated
            for key in path[:-1]:
                node = node[key]
            if junk is not GONE:
                node[path[-1]] = junk
            elif isinstance(node, dict):
                del node[path[-1]]
            yield mutated


@pytest.fixture
def unpaced(connected: Connect) -> Platform:
    return connected(settings=replace(SETTINGS, limit_per_minute=100_000))


def test_no_mutation_of_an_answer_makes_a_flow_look_quieter(server: Server, unpaced: Platform) -> None:
    tried = list(mutations(FLOW))
    server.on("POST", FLOW_QUERY, *(Scripted(body=body) for body in tried))
    quieter = []
    for body in tried:
        try:
            if flow_observations(unpaced.session, ["f-1"])["f-1"] < 5:
                quieter.append(body)
        except UnexpectedResponse:
            continue
    assert len(tried) > 100
    assert quieter == []


def test_no_mutation_of_an_answer_makes_a_queue_look_quieter(server: Server, unpaced: Platform) -> None:
    by_status = row(datum("oOnQueueUsers", 2, "IDLE"), datum("oOnQueueUsers", 3, "INTERACTING"))
    intact = {"systemToOrganizationMappings": {"ON_QUEUE": ["x"]}, "results": [TALKING, by_status]}
    tried = list(mutations(intact))
    server.on("POST", QUEUE_QUERY, *(Scripted(body=body) for body in tried))
    quieter = []
    for body in tried:
        try:
            found = queue_observations(unpaced.session, ["q-1"])["q-1"]
        except UnexpectedResponse:
            continue
        if found.interacting + found.waiting < 6 or found.on_queue > 5:
            quieter.append(body)
    assert len(tried) > 200
    assert quieter == []
