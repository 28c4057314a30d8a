"""A native configuration of our own making, with everything that naming has to know."""

from __future__ import annotations

import uuid
from typing import Any

Configuration = dict[str, Any]
_SPACE = uuid.UUID("0d3f8a52-6f27-4c6f-8b0e-5a1c7f0e9d31")


def guid(what: str) -> str:
    """Return the id of something; always the same for the same words."""
    return str(uuid.uuid5(_SPACE, what))


QUEUE = guid("queue")
SKILL = guid("skill")
PROMPT = guid("prompt")
BOT = guid("bot")
HOLD = guid("in-queue flow")
ACTION_GUID = guid("data action")
ACTION = f"custom_-_{ACTION_GUID}"
VARIABLE = guid("variable")
CASE = guid("case")
LAST = 6


def value(text: str, kind: str, config: Configuration) -> Configuration:
    return {"config": config, "text": text, "type": kind, "uiMetaData": {"mode": 1}, "metaData": {}, "version": 2}


def literal(text: str, kind: str, identifier: str = "") -> Configuration:
    lit = {"pos": 1, "text": text, "type": kind} | ({"val": identifier} if identifier else {})
    return value(text, kind, {"lit": lit})


def expression(text: str, kind: str = "str") -> Configuration:
    return value(text, kind, {"Append": {"pos": 1, "text": text, "operands": [], "type": kind}})


def action(kind: str, number: int, **settings: Any) -> Configuration:
    return {
        "__type": kind,
        "id": guid(f"action {number}"),
        "trackingId": number,
        "name": kind,
        "nextAction": guid(f"action {number + 1 if number < LAST else 2}"),
        **settings,
    }


def entry(name: str, identifier: str, **more: Any) -> Configuration:
    return {"name": name, "id": identifier, "context": [{"id": guid("action 2"), "name": "Transfer"}], **more}


def raw_configuration() -> Configuration:
    """Return a flow that uses a queue, a skill, a data action, a prompt, a bot flow and an in-queue flow."""
    actions = [
        action(
            "TransferPureMatchAction",
            2,
            queues=[literal("Sales", "que", QUEUE)],
            skills=[{"skill": literal("English", "skl", SKILL)}],
            inQueueFlowId=HOLD,
            inQueueFlowName="Hold music",
        ),
        action(
            "DataAction",
            3,
            actionId=ACTION,
            actionName="Look up",
            category={"id": "Web Services", "name": "Web Services"},
            inputs=[
                {"name": "queueId", "value": literal(QUEUE, "str")},
                {"name": "actionId", "value": literal(ACTION_GUID, "str")},
                {"name": "url", "value": expression(f'"/queues/{QUEUE}/users?x=@{{y}}"')},
                {"name": "who", "value": expression('FindQueue("Support")', "que")},
            ],
        ),
        action(
            "CallBotFlowAction",
            4,
            flowId=BOT,
            flowName="Helper",
            flowLatestVersion=True,
            flowDebugPublished=False,
        ),
        action(
            "PlayAudioAction",
            5,
            audio=value(
                "Prompt.Welcome",
                "aud",
                {"ToAudio": {"operands": [{"ref": {"text": "Prompt.Welcome", "type": "pmt", "val": PROMPT}}]}},
            ),
        ),
        action(
            "SwitchAction",
            6,
            cases=[{"name": "Case 1", "referenceId": CASE, "value": expression("Flow.x == 1", "bln")}],
            paths=[{"label": "Case 1", "outputId": CASE, "nextActionId": guid("action 2")}],
        ),
    ]
    return {
        "name": "Main line",
        "type": "inboundcall",
        "description": "The first one",
        "initialSequence": guid("task"),
        "nextTrackingNumber": 20,
        "manifest": {
            "queue": [entry("Sales", QUEUE)],
            "acdSkill": [entry("English", SKILL)],
            "dataAction": [entry("Look up", ACTION)],
            "userPrompt": [entry("Welcome", PROMPT)],
            "botFlow": [entry("Helper", BOT, version="published")],
            "inqueueCallFlow": [entry("Hold music", HOLD)],
            "systemPrompt": [{"id": "__on_hold_music__", "name": "on_hold_music"}],
            "language": [{"id": "en-us"}],
        },
        "flowSequenceItemList": [
            {
                "__type": "Task",
                "id": guid("task"),
                "trackingId": 1,
                "name": "Start",
                "startAction": guid("action 2"),
                "actionList": actions,
                "paths": [{"label": "Default", "outputId": "__DEFAULT__"}],
            }
        ],
        "variables": [{"__type": "StringVariable", "id": VARIABLE, "name": "Flow.x"}],
        "uiMetaData": {"actionServiceActions": [{"id": ACTION, "name": "Look up", "category": "Web Services"}]},
        "flowMetaData": {"flowDocumentVersion": "1.0"},
    }
