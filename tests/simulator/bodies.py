"""One body per kind that the API can create, and one change to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.testing import Org
from tests.simulator.conftest import Api

Body = dict[str, Any]
QUEUES = "routing/queues"
BASES = "telephony/providers/edges"
METABASE = {"id": "external_sip_pcv_byoc_carrier.json"}
SCHEMA = {"type": "object", "properties": {"key": {"type": "string"}, "open": {"type": "boolean", "default": False}}}
TIMES = {"start": "2026-01-05T08:00:00.000", "end": "2026-01-05T18:00:00.000"}
CONTRACT = {"input": {"inputSchema": {"type": "object"}}, "output": {"successSchema": {"type": "object"}}}


@dataclass(frozen=True)
class Sample:
    """A kind by its address, what creates one, and what to change (``None`` when it cannot be)."""

    path: str
    body: Body
    change: Body | None
    needs: Callable[[Api, Org], Body] = field(default=lambda _api, _org: {})

    def make(self, api: Api, org: Org, name: str = "One") -> Body:
        """Create an object and return it."""
        return dict(api.post(self.path, self.full(api, org, name)))

    def full(self, api: Api, org: Org, name: str = "One") -> Body:
        """Return a whole body."""
        return {"name": name, **self.body, **self.needs(api, org)}


def _home(api: Api, _org: Org) -> Body:
    return {"divisionId": api.get("authorization/divisions/home")["id"]}


def _library(_api: Api, org: Org) -> Body:
    return {"libraries": [{"id": org.add("responsemanagement/libraries", "Answers")["id"]}]}


def _schedules(_api: Api, org: Org) -> Body:
    return {"openSchedules": [{"id": org.add("architect/schedules", "Open")["id"]}]}


def _integration(_api: Api, org: Org) -> Body:
    return {"integrationId": org.add("integrations", "CRM")["id"]}


def _flow(_api: Api, org: Org) -> Body:
    flow = org.add_flow(name="Hours", flow_type="inboundcall")
    return {"openHoursFlow": {"id": flow.id}}


def _emergency(_api: Api, org: Org) -> Body:
    flow = org.add_flow(name="Fire", flow_type="inboundcall")
    return {"emergencyCallFlows": [{"emergencyFlow": {"id": flow.id}, "ivrs": []}]}


SAMPLES = (
    Sample(QUEUES, {"description": "Calls"}, {"name": "Other", "description": "Chats"}),
    Sample("routing/skills", {}, None),
    Sample("routing/languages", {}, None),
    Sample("routing/wrapupcodes", {"description": "Done"}, {"name": "Other"}),
    Sample("routing/skillgroups", {"skillConditions": []}, {"name": "Other", "skillConditions": []}),
    Sample("users", {"email": "one@example.com"}, {"title": "Lead"}, _home),
    Sample(
        "groups",
        {"type": "official", "rulesVisible": True, "visibility": "public"},
        {"name": "Other", "description": "New"},
    ),
    Sample("architect/schedules", TIMES, {"name": "Other", **TIMES, "rrule": "FREQ=DAILY"}),
    Sample("architect/schedulegroups", {"timeZone": "Europe/Berlin"}, {"name": "Other"}, _schedules),
    Sample("architect/emergencygroups", {"enabled": False}, {"name": "Other"}, _emergency),
    Sample("architect/ivrs", {"dnis": ["+4930123456"]}, {"name": "Other", "dnis": []}, _flow),
    Sample("architect/prompts", {"description": "Hello"}, {"name": "Other"}),
    Sample("flows/datatables", {"schema": SCHEMA}, {"name": "Other", "schema": SCHEMA}),
    Sample("flows/outcomes", {"description": "Sold"}, {"name": "Other"}),
    Sample("flows/milestones", {"description": "Asked"}, {"name": "Other"}),
    Sample("integrations", {"integrationType": {"id": "custom-rest-actions"}}, {"intendedState": "ENABLED"}),
    Sample(
        "integrations/actions",
        {"category": "CRM", "config": {"request": {"requestType": "GET"}}, "contract": CONTRACT},
        {"name": "Other"},
        _integration,
    ),
    Sample(
        "integrations/credentials",
        {"type": {"name": "basicAuth"}, "credentialFields": {"password": "s3cret"}},
        {"name": "Other", "type": {"name": "basicAuth"}},
    ),
    Sample("responsemanagement/libraries", {}, {"name": "Other"}),
    Sample("responsemanagement/responses", {"texts": [{"content": "Hello"}]}, {"name": "Other"}, _library),
    Sample("authorization/divisions", {"description": "Sales"}, {"name": "Other", "description": "New"}),
    Sample(
        f"{BASES}/trunkbasesettings",
        {"trunkMetabase": METABASE, "trunkType": "EXTERNAL"},
        {"name": "Other", "trunkMetabase": METABASE, "trunkType": "EXTERNAL"},
    ),
    Sample(
        f"{BASES}/sites",
        {"mediaModel": "Cloud", "location": {"id": "somewhere"}},
        {"name": "Other", "location": {"id": "elsewhere"}},
    ),
    Sample(
        f"{BASES}/didpools",
        {"startPhoneNumber": "+4930100", "endPhoneNumber": "+4930199"},
        {"name": "Other", "startPhoneNumber": "+4930100", "endPhoneNumber": "+4930150"},
    ),
)
