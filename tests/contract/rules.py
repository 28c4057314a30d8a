"""What the platform is known to refuse, and how: the rules that callers of these objects run into."""

from __future__ import annotations

from typing import Any

from tests.contract.case import Case
from tests.contract.parts import QUEUE, made
from tests.contract.rows import COLUMNS, EDGES, SCHEMA, home
from tests.contract.world import METABASE, workflow

USER, DIVISION = "/api/v2/users/{userId}", "/api/v2/authorization/divisions/{divisionId}"
PROMPT, TABLE = "/api/v2/architect/prompts/{promptId}", "/api/v2/flows/datatables/{datatableId}"


def queues(case: Case) -> None:
    """A name is there once, a PUT replaces everything, a filter takes asterisks, a page has 500 at most."""
    name = f"Rules of {case.sdk.name}"
    where = {"queueId": made(case, "/api/v2/routing/queues", name=name, description="Described")}
    case.refused(400, "duplicate.name", "POST /api/v2/routing/queues", body={"name": name})
    after = case.call(f"PUT {QUEUE}", where, body={"name": name})
    assert not after.get("description"), f"PUT {QUEUE}: what the body does not say is still there"
    found = case.call("GET /api/v2/routing/queues", query={"name": f"*{name[2:-2]}*"})["entities"]
    assert [one["name"] for one in found] == [name], found
    assert case.call("GET /api/v2/routing/queues", query={"name": name[:-2]})["entities"] == []
    case.refused(400, "", "GET /api/v2/routing/queues", query={"pageSize": 501})
    case.call("GET /api/v2/routing/queues", query={"pageSize": 500})


def skills(case: Case) -> None:
    """A filter finds names that start with it."""
    found = case.call("GET /api/v2/routing/skills", query={"name": "Bill"})["entities"]
    assert "Billing" in [one["name"] for one in found], found


def codes(case: Case) -> None:
    """A wrap-up code's name is there once."""
    name = f"Rules of {case.sdk.name}"
    made(case, "/api/v2/routing/wrapupcodes", name=name)
    case.refused(400, "duplicate.name", "POST /api/v2/routing/wrapupcodes", body={"name": name})


def users(case: Case) -> None:
    """A user is deleted by his state, keeps his address meanwhile, and can be brought back."""
    email = f"rules.{case.sdk.name}@example.com"
    body = {"name": f"Rules of {case.sdk.name}", "email": email, "divisionId": home(case)}
    user = case.call("POST /api/v2/users", body=body)
    where = {"userId": user["id"]}
    case.call(f"PATCH {USER}", where, body={"department": "Sales", "version": user["version"]})
    stale = {"department": "Service", "version": user["version"]}
    refused = case.refused(409, "general.conflict", f"PATCH {USER}", where, body=stale)
    assert "does not match the current version" in refused.body["message"], refused.body
    case.call(f"DELETE {USER}", where)
    listed = case.call("GET /api/v2/users", query={"pageSize": 100})["entities"]
    assert user["id"] not in [one["id"] for one in listed], "GET /api/v2/users: a deleted user"
    again = case.sdk.call("POST /api/v2/users", body=body)
    assert again.error, "POST /api/v2/users: the address of a deleted user is taken"
    gone = case.call(f"GET {USER}", where, {"state": "deleted"}, shows={"state": "deleted"})
    case.call(f"PATCH {USER}", where, body={"state": "active", "version": gone["version"]})
    case.call(f"GET {USER}", where, shows={"state": "active"})
    case.refused(400, "", "GET /api/v2/users", query={"pageSize": 501})


def divisions(case: Case) -> None:
    """The home division stays, and so does one that holds something."""
    answer = case.sdk.call(f"DELETE {DIVISION}", {"divisionId": home(case)})
    assert answer.error, "the home division can be deleted"
    division = made(case, "/api/v2/authorization/divisions", name=f"Full of {case.sdk.name}", description="Judged")
    made(case, "/api/v2/routing/queues", name=f"Inside of {case.sdk.name}", division={"id": division})
    refused = case.refused(400, "", f"DELETE {DIVISION}", {"divisionId": division})
    assert "may not be deleted because it has objects in it" in refused.body["message"], refused.body


def trunk_bases(case: Case) -> None:
    """A trunk's settings are there once, and stay while a trunk uses them."""
    body = {"name": "Carrier", "trunkType": "EXTERNAL", "trunkMetabase": METABASE}
    case.refused(400, "duplicate.value", f"POST {EDGES}/trunkbasesettings", body=body)
    trunk = next(one for one in case.call(f"GET {EDGES}/trunks")["entities"] if one["name"] == "Carrier")
    key = f"DELETE {EDGES}/trunkbasesettings/{{trunkBaseSettingsId}}"
    case.refused(400, "delete.referenced.entity", key, {"trunkBaseSettingsId": trunk["trunkBase"]["id"]})


def prompts(case: Case) -> None:
    """A prompt's name has no blanks, and a prompt with resources is deleted only with all of them."""
    answer = case.sdk.call("POST /api/v2/architect/prompts", body={"name": "two words"})
    assert answer.status == 400, answer
    where = {"promptId": made(case, "/api/v2/architect/prompts", name=f"rules_of_{case.sdk.name}")}
    case.call(f"POST {PROMPT}/resources", where, body={"language": "en-us", "ttsString": "Hello"})
    case.refused(400, "architect.prompt.has.resources", f"DELETE {PROMPT}", where)
    case.call(f"DELETE {PROMPT}", where, {"allResources": True})
    case.refused(404, "architect.prompt.not.found", f"GET {PROMPT}", where)


def tables(case: Case) -> None:
    """Columns can be added to a data table, and not taken away."""
    name = f"Rules of {case.sdk.name}"
    schema = {**SCHEMA, "properties": COLUMNS, "required": ["key"]}
    where = {"datatableId": made(case, "/api/v2/flows/datatables", name=name, schema=schema)}
    shown = case.call(f"GET {TABLE}", where, {"expand": "schema"})
    assert set(shown["schema"]["properties"]) == set(COLUMNS), shown
    fewer = {**schema, "properties": {"key": COLUMNS["key"]}}
    assert case.sdk.call(f"PUT {TABLE}", where, body={"name": name, "schema": fewer}).status == 400
    more: dict[str, Any] = {"title": "Since", "type": "string", "$id": "/properties/since", "displayOrder": 2}
    wider = {**schema, "properties": {**COLUMNS, "since": more}}
    case.call(f"PUT {TABLE}", where, body={"name": name, "schema": wider})


def flows(case: Case) -> None:
    """A flow has a name without slashes, and one name and type once."""
    create = "POST /api/v2/flows"
    case.refused(400, "architect.flow.validate.failed.missing.name", create, body={"type": "WORKFLOW"})
    case.refused(400, "", create, body={"name": "In/out", "type": "WORKFLOW"})
    assert case.sdk.call(create, body={"name": "Collect", "type": "WORKFLOW"}).error, "a second flow of a name"
    case.refused(400, "invalid.value", "GET /api/v2/flows", query={"type": ["nothing"]})
    name = f"Rules of {case.sdk.name}"
    flow = case.call(create, body={"name": name, "type": "WORKFLOW"})
    case.org.act("save-draft", name, "workflow", user="A colleague", document=workflow(name), lock=True)
    where = {"flowId": flow["id"]}
    refused = case.sdk.call("DELETE /api/v2/flows/{flowId}", where)
    assert refused.status == 409, "a flow that somebody holds is deleted"
