"""Responses are listed per library, or found by a query."""

from __future__ import annotations

from simulator.errors import PlatformError
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.kinds import KIND_OF
from simulator.objects import entity_json, find, ordered
from simulator.paging import page
from simulator.paths import LIBRARIES, RESPONSES
from simulator.schemas import checked
from simulator.state import Entity
from simulator.world import World, same

KIND = KIND_OF[RESPONSES]


def listing(world: World, call: Call) -> Reply:
    """GET /api/v2/responsemanagement/responses: those of the library ``libraryId``, which is required."""
    library = call.query.get("libraryId")
    if not library:
        raise PlatformError(400, message="The query parameter 'libraryId' is required.", field="libraryId")
    find(world, call, KIND_OF[LIBRARIES], library)
    now = world.now()
    found = [one for one in world.state.objects.get(RESPONSES, []) if _in(one, {library}) and one.listed_from <= now]
    return page(call, ordered(call, found), lambda one: entity_json(world, KIND, one), maximum=KIND.maximum)


def _in(response: Entity, libraries: set[str]) -> bool:
    return any(row["id"] in libraries for row in response.attributes.get("libraries", []))


def query(world: World, call: Call) -> Reply:
    """POST /api/v2/responsemanagement/responses/query: by a phrase and filters."""
    body = checked("ResponseQueryRequest", call.json())
    found = list(world.state.objects.get(RESPONSES, []))
    if phrase := body.get("queryPhrase"):
        found = [one for one in found if same(phrase) in same(_words(one))]
    for one in body.get("filters") or []:
        values = {str(value) for value in one.get("values") or []}
        if one.get("name") == "libraryId":
            found = [row for row in found if _in(row, values)]
        elif one.get("name") == "name":
            found = [row for row in found if row.name in values]
    size, number = int(body.get("pageSize") or 25), int(body.get("pageNumber") or 1)
    rows = [entity_json(world, KIND, one) for one in found[(number - 1) * size : number * size]]
    count = -(-len(found) // size)
    results = {"entities": rows, "pageSize": size, "pageNumber": number, "total": len(found), "pageCount": count}
    return json_reply({"results": results})


def _words(response: Entity) -> str:
    texts = response.attributes.get("texts") or []
    return " ".join([response.name, *(str(one.get("content", "")) for one in texts)])


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    view = ("responses:response:view",)
    return [
        Endpoint("GET", KIND.url, listing, view),
        Endpoint("POST", f"{KIND.url}/query", query, view),
    ]
