"""A native configuration in the shape of real ones, with something of every kind that it can point to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.testing import Org

Body = dict[str, Any]
STATE = "10000000-0000-4000-8000-000000000001"
TASK = "10000000-0000-4000-8000-000000000002"
PLAY = "10000000-0000-4000-8000-000000000003"
LOOK_UP = "10000000-0000-4000-8000-000000000004"
ACT = "10000000-0000-4000-8000-000000000005"
TRANSFER = "10000000-0000-4000-8000-000000000006"
VARIABLE = "10000000-0000-4000-8000-000000000007"
UNKNOWN = "99999999-0000-4000-8000-000000000009"


@dataclass(frozen=True)
class Ids:
    """The ids of what the sample uses."""

    queue: str
    skill: str
    prompt: str
    table: str
    action: str
    waiting: str


def prepared(org: Org) -> Ids:
    """Put what the sample uses into an organisation."""
    waiting = org.add_flow(name="Waiting", flow_type="inqueuecall", user="Author")
    return Ids(
        queue=org.add("routing/queues", "Sales")["id"],
        skill=org.add("routing/skills", "French")["id"],
        prompt=org.add("architect/prompts", "Welcome")["id"],
        table=org.add("flows/datatables", "Customers")["id"],
        action=org.add("integrations/actions", "Find", category="CRM")["id"],
        waiting=waiting.id,
    )


def value(kind: str, **config: Body) -> Body:
    """Return an expression with its tree and its text."""
    ((_, tree),) = config.items()
    return {"config": config, "text": tree.get("text", ""), "type": kind, "uiMetaData": {"mode": 1}, "metaData": {}}


def literal(kind: str, text: str, val: str) -> Body:
    """Return a literal that stands for an object."""
    return value(kind, lit={"pos": 1, "text": text, "type": kind, "val": val})


def configuration(ids: Ids, name: str = "Main line", **changes: Any) -> Body:
    """Return the configuration of a call flow."""
    prompt = {"pos": 1, "text": "Prompt.Welcome", "type": "pmt", "val": ids.prompt}
    audio: Body = {
        **value("aud", ToAudio={"pos": 1, "text": "ToAudio(Prompt.Welcome)", "operands": [{"ref": prompt}]}),
        "metaData": {"references": [{"id": ids.prompt, "type": "pmt", "isSysRef": False, "name": "Prompt.Welcome"}]},
    }
    variable = {"pos": 1, "text": "Flow.Number", "type": "str", "val": VARIABLE}
    body: Body = {
        "name": name,
        "type": "inboundcall",
        "description": "Natively",
        "defaultLanguage": "en-US",
        "supportedLanguages": ["en-US"],
        "initialSequence": STATE,
        "nextTrackingNumber": 20,
        "manifest": {
            "queue": [{"id": ids.queue, "name": "Sales", "context": []}],
            "acdSkill": [{"id": ids.skill, "name": "French", "context": []}],
            "userPrompt": [{"id": ids.prompt, "name": "Welcome", "context": []}],
            "systemPrompt": [{"id": "__on_hold_music__", "name": "on_hold_music", "context": []}],
            "dataTable": [{"id": ids.table, "name": "Customers", "context": []}],
            "dataAction": [{"id": ids.action, "name": "Find", "context": []}],
            "inqueueCallFlow": [{"id": ids.waiting, "name": "Waiting", "context": []}],
            "language": [{"id": "en-US"}],
        },
        "flowSequenceItemList": [
            {
                "__type": "State",
                "id": STATE,
                "name": "Start",
                "trackingId": 10,
                "startAction": PLAY,
                "actionList": [
                    {"__type": "PlayAudioAction", "id": PLAY, "name": "Greet", "trackingId": 11, "nextAction": LOOK_UP,
                     "prompts": {"defaultAudio": audio}},
                    {"__type": "DataTableLookupAction", "id": LOOK_UP, "name": "Look up", "trackingId": 12,
                     "datatableId": ids.table, "datatableName": "Customers",
                     "lookupKeyValue": value("str", ref=variable),
                     "paths": [{"outputId": "__FOUND__", "label": "Found", "nextActionId": ACT}]},
                    {"__type": "DataAction", "id": ACT, "name": "Find her", "trackingId": 13, "actionId": ids.action,
                     "actionName": "Find", "category": {"id": "crm", "name": "CRM"}, "inputs": []},
                    {"__type": "TaskAction", "id": TRANSFER, "name": "Go on", "trackingId": 14, "taskReference": TASK},
                ],
                "variables": [{"__type": "StringVariable", "id": VARIABLE, "name": "Flow.Number"}],
            },
            {
                "__type": "Task",
                "id": TASK,
                "name": "Hand over",
                "trackingId": 15,
                "startAction": "10000000-0000-4000-8000-000000000008",
                "actionList": [
                    {"__type": "TransferPureMatchAction", "id": "10000000-0000-4000-8000-000000000008",
                     "name": "To sales", "trackingId": 16, "inQueueFlowId": ids.waiting, "inQueueFlowName": "Waiting",
                     "queues": [literal("que", "Sales", ids.queue)], "skills": [literal("skl", "French", ids.skill)]},
                ],
                "variables": [],
            },
        ],
        "variables": [],
        "uiMetaData": {"dataTableTables": [{"id": ids.table, "schema": {"datatableId": ids.table}}]},
        "defaultSettings": {},
        "debugSettings": {},
        "errorHandling": {"handlingType": "Disconnect"},
        "flowMetaData": {"flowDocumentVersion": "1.0", "minimumServerVersion": "1.0", "ttsDataVersion": "1.0"},
    }  # fmt: skip
    return {**body, **changes}
