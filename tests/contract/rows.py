"""The objects that an organisation is made of: one row per kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.contract.case import Case
from tests.contract.catalogue import operations
from tests.contract.world import METABASE

EDGES = "/api/v2/telephony/providers/edges"
SCHEMA = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"}
COLUMNS = {
    "key": {"title": "Customer", "type": "string", "$id": "/properties/key", "displayOrder": 0},
    "tier": {"title": "Tier", "type": "string", "$id": "/properties/tier", "displayOrder": 1},
}
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of object.

    Attributes:
        path: The collection.
        body: Makes the body that creates one, from the case (which may create what it names) and a name.
        change: What an update changes; no update when empty.
        keep: Attributes of the body that an update needs, too.
        verb: How it is updated.
        versioned: Whether an update has to tell the current version.
        removal: The statuses that a look after the deletion may have; ``200`` stands for one that says ``deleted``.
            No deletion when empty.
        silent: Attributes of the body that an answer does not show.
        named: The query parameter of the list that takes a name; empty when none does.
        lists: How the list is read: by page numbers or by cursor.
        operation: Whether an update answers with an operation and not with the object.
        query: What a list asks for besides, from the body that created the object.
    """

    path: str
    body: Callable[[Case, str], Body]
    change: Body = field(default_factory=dict)
    keep: tuple[str, ...] = ("name",)
    verb: Literal["PUT", "PATCH"] = "PUT"
    versioned: bool = False
    removal: tuple[int, ...] = (404, 410)
    silent: tuple[str, ...] = ()
    named: str = "name"
    lists: Literal["pages", "cursor"] = "pages"
    operation: bool = False
    query: Callable[[Body], Body] = lambda _body: {}

    def item(self, verb: str) -> str:
        """Return the operation on one object with this verb."""
        start = f"{verb} {self.path}/{{"
        return next(key for key in operations() if key.startswith(start) and key.count("/") == start.count("/"))

    def where(self, identity: str) -> Body:
        """Return the values of the path of one object."""
        key = self.item("GET")
        return {key[key.index("{") + 1 : key.index("}")]: identity}


def home(case: Case) -> str:
    """Return the id of the home division."""
    return str(case.call("GET /api/v2/authorization/divisions/home")["id"])


def _named(**more: Any) -> Callable[[Case, str], Body]:
    return lambda _case, name: {"name": name, **more}


def _created(case: Case, path: str, body: Body) -> Body:
    shown = case.call(f"POST {path}", body=body)
    return {"id": shown["id"]}


def _schedule(case: Case) -> Body:
    times = {"start": "2026-01-05T08:00:00.000", "end": "2026-01-05T18:00:00.000"}
    return _created(case, "/api/v2/architect/schedules", {"name": f"For a group, {case.sdk.name}", **times})


def _response(case: Case, name: str) -> Body:
    library = _created(case, "/api/v2/responsemanagement/libraries", {"name": f"Library of {name}"})
    texts = [{"content": "Hello", "contentType": "text/plain", "type": "body"}]
    return {"name": name, "libraries": [library], "texts": texts, "interactionType": "chat"}


def _action(case: Case, name: str) -> Body:
    request = {"requestUrlTemplate": "https://example.com/${input.id}", "requestType": "GET", "headers": {"X-A": "1"}}
    response = {"translationMap": {}, "translationMapDefaults": {}, "successTemplate": "${rawResult}"}
    contract = {"input": {"inputSchema": SCHEMA}, "output": {"successSchema": SCHEMA}}
    integration = _created(case, "/api/v2/integrations", _integration(case, f"Integration of {name}"))
    return {
        "name": name,
        "category": f"Integration of {name}",
        "integrationId": integration["id"],
        "config": {"request": request, "response": response},
        "contract": contract,
        "secure": False,
    }


def _integration(_case: Case, name: str) -> Body:
    return {"name": name, "integrationType": {"id": "custom-rest-actions"}}


def _user(case: Case, name: str) -> Body:
    email = f"{name.replace(' ', '.').lower()}@example.com"
    return {"name": name, "email": email, "divisionId": home(case), "password": "a-secret-of-8-letters"}


ROWS = (
    Row(
        "/api/v2/routing/queues",
        _named(
            description="Judged",
            mediaSettings={
                "call": {"alertingTimeoutSeconds": 12, "serviceLevel": {"percentage": 0.7, "durationMs": 15000}}
            },
            skillEvaluationMethod="BEST",
            acwSettings={"wrapupPrompt": "OPTIONAL"},
        ),
        change={"description": "Changed"},
    ),
    Row(
        "/api/v2/routing/skills",
        _named(),
        change={"divisionId": ""},
        keep=(),
        verb="PATCH",
        removal=(200, 404, 410),
    ),
    Row("/api/v2/routing/languages", _named(), removal=(200, 404, 410)),
    Row("/api/v2/routing/wrapupcodes", _named(), change={"name": "Renamed wrap-up"}, keep=()),
    Row(
        "/api/v2/routing/skillgroups",
        lambda case, name: {
            "name": name,
            "division": {"id": home(case)},
            "skillConditions": [
                {
                    "routingSkillConditions": [{"routingSkill": "Billing", "comparator": "EqualTo", "proficiency": 3}],
                    "languageSkillConditions": [],
                    "operation": "And",
                }
            ],
        },
        change={"description": "Changed"},
        keep=("name", "skillConditions"),
        verb="PATCH",
        lists="cursor",
    ),
    Row(
        "/api/v2/users",
        _user,
        change={"title": "Team lead"},
        keep=(),
        verb="PATCH",
        versioned=True,
        removal=(200, 404),
        silent=("password", "divisionId"),
        named="",
    ),
    Row(
        "/api/v2/groups",
        _named(type="official", visibility="public", rulesVisible=True),
        change={"description": "Changed"},
        versioned=True,
        removal=(200, 404, 410),
        named="",
    ),
    Row(
        "/api/v2/architect/schedules",
        _named(start="2026-01-05T08:00:00.000", end="2026-01-05T18:00:00.000", rrule="FREQ=WEEKLY;BYDAY=MO,TU"),
        change={"description": "Changed"},
        keep=("name", "start", "end", "rrule"),
        versioned=True,
        removal=(200, 404, 410),
    ),
    Row(
        "/api/v2/architect/schedulegroups",
        lambda case, name: {"name": name, "timeZone": "Europe/Berlin", "openSchedules": [_schedule(case)]},
        change={"timeZone": "Europe/Paris"},
        versioned=True,
        removal=(200, 404, 410),
    ),
    Row(
        "/api/v2/architect/emergencygroups",
        _named(enabled=False),
        change={"description": "Changed"},
        versioned=True,
        removal=(200, 404, 410),
    ),
    Row(
        "/api/v2/architect/ivrs",
        lambda case, name: {"name": name, "dnis": [f"+49301234{len(case.sdk.name):03}"]},
        change={"description": "Changed"},
        versioned=True,
        removal=(200, 404, 410),
    ),
    Row("/api/v2/architect/prompts", lambda _case, name: {"name": name.replace(" ", "_")}, change={"description": "C"}),
    Row(
        "/api/v2/flows/datatables",
        lambda _case, name: {"name": name, "schema": {**SCHEMA, "properties": COLUMNS, "required": ["key"]}},
        change={"description": "Changed"},
        keep=("name", "schema"),
        silent=("schema",),
    ),
    Row("/api/v2/flows/outcomes", _named(), change={"description": "C"}, removal=(), operation=True),
    Row("/api/v2/flows/milestones", _named(), change={"description": "Changed"}),
    Row(
        "/api/v2/integrations",
        _integration,
        change={"intendedState": "ENABLED"},
        verb="PATCH",
        named="",
        removal=(200, 404, 410),
    ),
    Row(
        "/api/v2/integrations/actions",
        _action,
        change={"name": "Renamed action"},
        keep=("category", "config"),
        verb="PATCH",
        versioned=True,
        silent=("contract", "config"),
    ),
    Row(
        "/api/v2/integrations/credentials",
        _named(
            type={"id": "basicAuth", "name": "Basic Auth"}, credentialFields={"userName": "anyone", "password": "any"}
        ),
        change={"name": "Renamed credential"},
        keep=("type", "credentialFields"),
        silent=("credentialFields",),
        named="",
    ),
    Row(
        "/api/v2/responsemanagement/libraries",
        _named(),
        change={"name": "Renamed library"},
        keep=(),
        versioned=True,
        named="libraryPrefix",
    ),
    Row(
        "/api/v2/responsemanagement/responses",
        _response,
        change={"texts": [{"content": "Good day", "contentType": "text/plain", "type": "body"}]},
        keep=("name", "libraries", "interactionType"),
        versioned=True,
        named="",
        query=lambda body: {"libraryId": body["libraries"][0]["id"]},
    ),
    Row("/api/v2/authorization/divisions", _named(description="Judged"), change={"description": "Changed"}),
    Row(
        f"{EDGES}/trunkbasesettings",
        _named(trunkType="EXTERNAL", trunkMetabase=METABASE, properties={"trunk_label": {"value": {"instance": "A"}}}),
        change={"description": "Changed"},
        keep=("name", "trunkType", "trunkMetabase", "properties"),
        versioned=True,
        removal=(200, 404, 410),
    ),
    Row(
        f"{EDGES}/sites",
        _named(location={"id": "0f9a8d4e-6a7a-4c55-9d51-0b1f1f0a7d01"}, mediaModel="Cloud"),
        change={"description": "Changed"},
        keep=("name", "location"),
        versioned=True,
        removal=(200, 404, 410),
    ),
    Row(
        f"{EDGES}/didpools",
        lambda case, name: {
            "name": name,
            "startPhoneNumber": f"+4940{len(case.sdk.name):03}1000",
            "endPhoneNumber": f"+4940{len(case.sdk.name):03}1009",
        },
        change={"description": "Changed"},
        keep=("name", "startPhoneNumber", "endPhoneNumber"),
        versioned=True,
        removal=(200, 404, 410),
        named="",
    ),
)
