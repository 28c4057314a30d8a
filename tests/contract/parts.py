"""What hangs on other objects: members, codes, skills, rows, resources, configurations, and lists to read only."""

from __future__ import annotations

from typing import Any

from tests.contract.case import Case
from tests.contract.rows import COLUMNS, EDGES, SCHEMA, home
from tests.contract.world import METABASE

QUEUE = "/api/v2/routing/queues/{queueId}"
VIEWS = (
    "/api/v2/architect/emergencygroups/divisionviews",
    "/api/v2/architect/ivrs/divisionviews",
    "/api/v2/architect/schedulegroups/divisionviews",
    "/api/v2/architect/schedules/divisionviews",
    "/api/v2/flows/datatables/divisionviews",
    "/api/v2/flows/milestones/divisionviews",
    "/api/v2/flows/outcomes/divisionviews",
    "/api/v2/routing/queues/divisionviews",
    "/api/v2/routing/wrapupcodes/divisionviews",
)


def made(case: Case, path: str, **body: Any) -> str:
    """Create an object and return its id."""
    return str(case.call(f"POST {path}", body=body)["id"])


def agent(case: Case) -> str:
    """Return the id of the agent who is there from the start."""
    people = case.call("GET /api/v2/users", query={"pageSize": 100})["entities"]
    return next(str(one["id"]) for one in people if one["name"] == "An agent")


def ids(shown: Any) -> list[str]:
    """Return the ids of a page."""
    return [one["id"] for one in shown["entities"]]


def queue_members(case: Case) -> None:
    """Put an agent into a queue, look, change and take out again, by both names of the same thing."""
    person = agent(case)
    where = {"queueId": made(case, "/api/v2/routing/queues", name=f"Members of {case.sdk.name}")}
    for part in ("members", "users"):
        key, one = f"{QUEUE}/{part}", {**where, "memberId": person}
        case.call(f"POST {key}", where, body=[{"id": person}])
        assert ids(case.call(f"GET {key}", where)) == [person]
        case.call(f"PATCH {key}/{{memberId}}", one, body={"id": person, "joined": False})
        shown = case.call(f"GET {key}", where)["entities"][0]
        assert shown["joined"] is False, shown
        case.call(f"PATCH {key}", where, body=[{"id": person, "joined": True}])
        assert case.call(f"GET {key}", where)["entities"][0]["joined"] is True
        case.call(f"DELETE {key}/{{memberId}}", one)
        assert ids(case.call(f"GET {key}", where)) == []


def queue_codes(case: Case) -> None:
    """Give a queue a wrap-up code, and take it away."""
    code = made(case, "/api/v2/routing/wrapupcodes", name=f"Code of {case.sdk.name}")
    where = {"queueId": made(case, "/api/v2/routing/queues", name=f"Codes of {case.sdk.name}")}
    case.call(f"POST {QUEUE}/wrapupcodes", where, body=[{"id": code}], shows=[{"id": code}])
    assert ids(case.call(f"GET {QUEUE}/wrapupcodes", where)) == [code]
    case.call(f"DELETE {QUEUE}/wrapupcodes/{{codeId}}", {**where, "codeId": code})
    assert ids(case.call(f"GET {QUEUE}/wrapupcodes", where)) == []


def group_members(case: Case) -> None:
    """Put somebody into a group with the group's version, find the group, and take him out."""
    person, name = agent(case), f"Members of {case.sdk.name}"
    body = {"name": name, "type": "official", "visibility": "public", "rulesVisible": True}
    group = case.call("POST /api/v2/groups", body=body)
    where, path = {"groupId": group["id"]}, "/api/v2/groups/{groupId}"
    members = {"memberIds": [person], "version": group["version"]}
    case.call(f"POST {path}/members", where, body=members)
    assert ids(case.call(f"GET {path}/members", where)) == [person]
    assert ids(case.call(f"GET {path}/individuals", where)) == [person]
    case.refused(409, "", f"POST {path}/members", where, body=members)
    query = [{"type": "EXACT", "fields": ["name"], "value": name}]
    found = case.call("POST /api/v2/groups/search", body={"query": query})
    assert [one["id"] for one in found["results"]] == [group["id"]], found
    case.call(f"DELETE {path}/members", where, {"ids": person})
    assert ids(case.call(f"GET {path}/members", where)) == []


def user_skills(case: Case) -> None:
    """Find a user by his address, and give him skills and languages."""
    query = [{"type": "EXACT", "fields": ["email"], "value": "agent@example.com"}]
    found = case.call("POST /api/v2/users/search", body={"query": query})
    where, path = {"userId": found["results"][0]["id"]}, "/api/v2/users/{userId}"
    skills = ids(case.call("GET /api/v2/routing/skills", query={"pageSize": 2}))
    case.call(f"POST {path}/routingskills", where, body={"id": skills[0], "proficiency": 3.0}, shows={"proficiency": 3})
    assert skills[0] in ids(case.call(f"GET {path}/routingskills", where))
    rows = [{"id": skills[1], "proficiency": 4.0}]
    case.call(f"PATCH {path}/routingskills/bulk", where, body=rows)
    assert set(skills) <= set(ids(case.call(f"GET {path}/routingskills", where)))
    case.call(f"PUT {path}/routingskills/bulk", where, body=rows)
    assert ids(case.call(f"GET {path}/routingskills", where)) == [skills[1]]
    language = case.call("GET /api/v2/routing/languages")["entities"][0]["id"]
    body = {"id": language, "proficiency": 5.0}
    case.call(f"POST {path}/routinglanguages", where, body=body, shows={"proficiency": 5})
    case.call(f"PATCH {path}/routinglanguages/bulk", where, body=[{"id": language, "proficiency": 2.0}])
    assert case.call(f"GET {path}/routinglanguages", where)["entities"][0]["proficiency"] == 2


def skill_group_members(case: Case) -> None:
    """Say from which divisions a skill group takes its members."""
    condition = {"routingSkill": "French", "comparator": "GreaterThan", "proficiency": 2}
    group = {
        "name": f"Skilled of {case.sdk.name}",
        "skillConditions": [{"routingSkillConditions": [condition], "languageSkillConditions": [], "operation": "And"}],
    }
    where, path = {"skillGroupId": made(case, "/api/v2/routing/skillgroups", **group)}, "/api/v2/routing/skillgroups"
    key, division = f"{path}/{{skillGroupId}}/members", home(case)
    case.call(f"POST {key}/divisions", where, body={"addDivisionIds": [division]})
    assert ids(case.call(f"GET {key}/divisions", where)) == [division]
    case.call(f"GET {key}", where)


def prompt_resources(case: Case) -> None:
    """Give a prompt a text in a language, change it, and take it away."""
    where = {"promptId": made(case, "/api/v2/architect/prompts", name=f"resources_of_{case.sdk.name}")}
    path = "/api/v2/architect/prompts/{promptId}/resources"
    one = {**where, "languageCode": "en-us"}
    case.call(f"POST {path}", where, body={"language": "en-us", "ttsString": "Hello"}, shows={"ttsString": "Hello"})
    assert [row["language"] for row in case.call(f"GET {path}", where)["entities"]] == ["en-us"]
    case.call(f"PUT {path}/{{languageCode}}", one, body={"language": "en-us", "ttsString": "Good day"})
    case.call(f"GET {path}/{{languageCode}}", one, shows={"ttsString": "Good day"})
    case.call(f"DELETE {path}/{{languageCode}}", one)
    case.refused(404, "", f"GET {path}/{{languageCode}}", one)


def table_rows(case: Case) -> None:
    """Write, read, change and delete rows of a data table."""
    schema = {**SCHEMA, "properties": COLUMNS, "required": ["key"]}
    where = {"datatableId": made(case, "/api/v2/flows/datatables", name=f"Rows of {case.sdk.name}", schema=schema)}
    path, row = "/api/v2/flows/datatables/{datatableId}/rows", {"key": "4711", "tier": "gold"}
    case.call(f"POST {path}", where, body=row, shows=row)
    assert case.call(f"GET {path}", where, {"showbrief": False})["entities"] == [row]
    assert [set(one) for one in case.call(f"GET {path}", where)["entities"]] == [{"key"}]
    one = {**where, "rowId": "4711"}
    case.call(f"PUT {path}/{{rowId}}", one, body={"key": "4711", "tier": "silver"})
    case.call(f"GET {path}/{{rowId}}", one, {"showbrief": False}, shows={"tier": "silver"})
    case.call(f"DELETE {path}/{{rowId}}", one)
    case.refused(404, "", f"GET {path}/{{rowId}}", one)


def integration_configuration(case: Case) -> None:
    """Look for a type, make an integration of it, and configure it with its version."""
    types = case.call("GET /api/v2/integrations/types", query={"pageSize": 100})
    kind = next(one for one in types["entities"] if one["id"] == "custom-rest-actions")
    case.call("GET /api/v2/integrations/types/{typeId}", {"typeId": kind["id"]}, shows={"id": kind["id"]})
    body = {"name": f"Configured by {case.sdk.name}", "integrationType": {"id": kind["id"]}}
    where = {"integrationId": case.call("POST /api/v2/integrations", body=body)["id"]}
    key = "/api/v2/integrations/{integrationId}/config/current"
    now = case.call(f"GET {key}", where)
    change = {
        "name": body["name"],
        "notes": "Judged",
        "version": now["version"],
        "properties": {},
        "advanced": {},
        "credentials": {},
    }
    after = case.call(f"PUT {key}", where, body=change, shows={"notes": "Judged"})
    assert after["version"] > now["version"], after
    case.refused(409, "", f"PUT {key}", where, body=change)
    case.call("GET /api/v2/integrations/actions/categories")


def trunks(case: Case) -> None:
    """Look at trunks, how they are, and what a new one could be made of."""
    found = case.call(f"GET {EDGES}/trunks", query={"trunkType": "EXTERNAL"})["entities"]
    one = next(row for row in found if row["name"] == "Carrier")
    where = {"trunkId": one["id"]}
    case.call(f"GET {EDGES}/trunks/{{trunkId}}", where, shows={"inService": True})
    case.call(f"GET {EDGES}/trunks/{{trunkId}}/metrics", where)
    case.call(f"GET {EDGES}/trunks/metrics", query={"trunkIds": one["id"]})
    bases = case.call(f"GET {EDGES}/trunkbasesettings/availablemetabases", query={"type": "EXTERNAL"})
    assert METABASE["id"] in ids(bases), bases
    template = {"trunkMetabaseId": METABASE["id"]}
    case.call(
        f"GET {EDGES}/trunkbasesettings/template", query=template, shows={"trunkMetabase": {"id": METABASE["id"]}}
    )


def response_queries(case: Case) -> None:
    """Look for responses by what they hold."""
    library = made(case, "/api/v2/responsemanagement/libraries", name=f"Queries of {case.sdk.name}")
    texts = [{"content": "Opening hours", "contentType": "text/plain", "type": "body"}]
    wanted = made(
        case,
        "/api/v2/responsemanagement/responses",
        name=f"Hours of {case.sdk.name}",
        libraries=[{"id": library}],
        texts=texts,
    )
    body = {"queryPhrase": f"Hours of {case.sdk.name}", "pageSize": 25}
    shown = case.call("POST /api/v2/responsemanagement/responses/query", body=body)
    assert wanted in ids(shown["results"]), shown


def divisions(case: Case) -> None:
    """Look for divisions, where one may do something, and move an object into one."""
    name = f"Division of {case.sdk.name}"
    division = made(case, "/api/v2/authorization/divisions", name=name, description="Judged")
    assert division in ids(case.call("GET /api/v2/authorization/divisions/query", query={"name": name}))
    permitted = "GET /api/v2/authorization/divisionspermitted/paged/me"
    assert division in ids(case.call(permitted, query={"permission": "routing:queue:view", "pageSize": 100}))
    queue = made(case, "/api/v2/routing/queues", name=f"Moved by {case.sdk.name}")
    where = {"divisionId": division, "objectType": "QUEUE"}
    case.call("POST /api/v2/authorization/divisions/{divisionId}/objects/{objectType}", where, body=[queue])
    case.call(f"GET {QUEUE}", {"queueId": queue}, shows={"division": {"id": division}})


def dependencies(case: Case) -> None:
    """Build the dependencies anew, and ask who uses what."""
    path = "/api/v2/architect/dependencytracking"
    case.call(f"POST {path}/build")
    case.until(lambda: case.call(f"GET {path}/build")["status"], lambda seen: seen == "OPERATIONAL")
    types = case.call(f"GET {path}/types", query={"pageSize": 100})
    case.call(f"GET {path}/types/{{typeId}}", {"typeId": types["entities"][0]["id"]})
    queue = case.call("GET /api/v2/routing/queues", query={"name": "Queue 1"})["entities"][0]["id"]
    flow = case.call("GET /api/v2/flows", query={"name": "Main line"})["entities"][0]
    asked = {"id": queue, "objectType": "QUEUE"}
    users = case.call(f"GET {path}/consumingresources", query=asked)
    assert flow["id"] in ids(users), users
    used = {"id": flow["id"], "version": flow["publishedVersion"]["id"], "objectType": "INBOUNDCALLFLOW"}
    assert queue in ids(case.call(f"GET {path}/consumedresources", query=used))
    case.call(f"GET {path}/object", query={**asked, "consumingResources": True}, shows={"id": queue})
    assert queue in ids(case.call(f"GET {path}", query={"name": "Queue 1", "objectType": ["QUEUE"]}))
    case.call(f"GET {path}/deletedresourceconsumers")
    case.call(f"GET {path}/updatedresourceconsumers")


def views(case: Case) -> None:
    """Read the lists that show little, to everybody who may search."""
    for path in VIEWS:
        shown = case.pages(f"GET {path}", size=25)
        assert shown, f"GET {path}: nothing"
        assert all(one["name"] for one in shown), shown


def read_only(case: Case) -> None:
    """Read what the API does not let one create."""
    for path, identity in (("/api/v2/scripts", "scriptId"), ("/api/v2/outbound/contactlists", "contactListId")):
        one = case.pages(f"GET {path}")[0]
        case.call(f"GET {path}/{{{identity}}}", {identity: one["id"]}, shows={"name": one["name"]})
