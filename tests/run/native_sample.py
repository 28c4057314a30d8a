"""Small native configurations of our own making, full of the ids of an organisation that nobody knows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

Configuration = dict[str, Any]
_SPACE = uuid.UUID("6c1a1d5e-0f0e-4c1a-9a53-0d7b1c5a2b11")
ACTION_CATEGORY = "Web Services"


def id_of(what: str) -> str:
    """Return the id that stands for something in these configurations; in no organisation is it that of anything."""
    return str(uuid.uuid5(_SPACE, what))


def text(value: str) -> Configuration:
    """Return the value of a text."""
    return _value({"lit": {"pos": 1, "text": value, "type": "str"}}, value, "str")


def _value(config: Configuration, shown: str, type_: str) -> Configuration:
    return {
        "config": config,
        "text": shown,
        "type": type_,
        "uiMetaData": {"mode": 1},
        "metaData": {},
        "version": 2,
    }


def call_flow(
    name: str,
    *,
    queue: str = "Support",
    greeting: str = "Welcome",
    then: str = "",
    data_action: str = "",
    description: str | None = None,
    unknown: str = "",
) -> Configuration:
    """
    Return an inbound call flow: a greeting, a data action if one is named, a transfer to a queue.

    Args:
        name: The flow's name.
        queue: The queue's name.
        greeting: What the caller hears.
        then: The name of an inbound call flow to transfer to instead.
        data_action: The name of a data action.
        description: The description; without it the configuration has no such key.
        unknown: An id that nothing explains, given to the data action.
    """
    start, end = id_of(f"{name} greeting"), id_of(f"{name} transfer")
    greet: Configuration = {
        "__type": "PlayAudioAction",
        "id": start,
        "name": "Greet",
        "trackingId": 11,
        "nextAction": id_of(f"{name} data action") if data_action else end,
        "audio": _value(
            {"ToAudioTTS": {"pos": 1, "operands": [text(greeting)["config"]], "type": "aud"}},
            f'ToAudioTTS("{greeting}")',
            "aud",
        ),
        "uiMetaData": {"collapsed": False},
    }
    actions = [greet]
    manifest: Configuration = {"language": [{"id": "en-US"}]}
    if data_action:
        action_id = f"custom_-_{id_of('action ' + data_action)}"
        actions.append(
            {
                "__type": "DataAction",
                "id": id_of(f"{name} data action"),
                "name": "Look up",
                "trackingId": 12,
                "nextAction": end,
                "actionId": action_id,
                "actionName": data_action,
                "category": {"id": ACTION_CATEGORY, "name": ACTION_CATEGORY},
                "inputs": [{"name": "queueId", "value": text(unknown or id_of(f"queue {queue}"))}],
                "uiMetaData": {"collapsed": False},
            }
        )
        manifest["dataAction"] = [{"id": action_id, "name": data_action, "context": []}]
    if then:
        manifest["inboundCallFlow"] = [{"id": id_of(f"flow {then}"), "name": then, "context": []}]
        actions.append(_to_flow(end, then))
    if not then or data_action:
        manifest["queue"] = [{"id": id_of(f"queue {queue}"), "name": queue, "context": []}]
    if not then:
        actions.append(_to_queue(end, queue))
    return {
        "name": name,
        **({} if description is None else {"description": description}),
        "type": "inboundcall",
        "defaultLanguage": "en-US",
        "supportedLanguages": ["en-US"],
        "supportedLanguageOptions": [{"language": "en-US"}],
        "initialSequence": id_of(f"{name} task"),
        "nextTrackingNumber": 20,
        "manifest": manifest,
        "flowSequenceItemList": [
            {
                "__type": "Task",
                "id": id_of(f"{name} task"),
                "name": "Start",
                "trackingId": 10,
                "startAction": start,
                "actionList": actions,
                "variables": [],
                "uiMetaData": {"collapsed": False},
            }
        ],
        "variables": [],
        "uiMetaData": {"bridgeServerActions": [], "screenPops": []},
        "defaultSettings": {},
        "debugSettings": {},
        "errorHandling": {"handlingType": "Disconnect"},
        "flowMetaData": {"flowDocumentVersion": "1.0", "minimumServerVersion": "1.0", "ttsDataVersion": "1.0"},
        "isSecure": False,
    }


def _to_queue(action_id: str, queue: str) -> Configuration:
    literal = {"lit": {"pos": 1, "text": queue, "type": "que", "val": id_of(f"queue {queue}")}}
    return {
        "__type": "TransferPureMatchAction",
        "id": action_id,
        "name": "Transfer to ACD",
        "trackingId": 13,
        "queues": [_value(literal, queue, "que")],
        "uiMetaData": {"collapsed": False},
    }


def _to_flow(action_id: str, then: str) -> Configuration:
    return {
        "__type": "TransferFlowAction",
        "id": action_id,
        "name": "Hand over",
        "trackingId": 13,
        "flowId": id_of(f"flow {then}"),
        "flowName": then,
        "uiMetaData": {"collapsed": False},
    }


def moved(configuration: Mapping[str, Any]) -> Configuration:
    """Return the configuration as it is after a box was moved on the canvas."""
    return {**configuration, "uiMetaData": {**configuration["uiMetaData"], "position": {"x": 10, "y": 20}}}
