"""A flow of our own making with menus, tasks and branches, to be edited and compared."""

from __future__ import annotations

import itertools
from typing import Any

from tests.unit.documents.native.configuration import entry, guid, literal, value

Configuration = dict[str, Any]
QUEUE, OTHER_QUEUE = guid("sales"), guid("support")


def reference(name: str, kind: str, identifier: str) -> Configuration:
    return {"ref": {"pos": 1, "text": name, "type": kind, "val": identifier}}


def spoken(text: str) -> Configuration:
    """Return audio that is one text."""
    shown = f'AudioPlaybackOptions(ToAudioTTS("{text}"), true)'
    tts = {"ToAudioTTS": {"pos": 22, "operands": [{"lit": {"text": text, "type": "str"}}], "type": "aud"}}
    operands = [tts, {"lit": {"text": "true", "type": "bln"}}]
    config = {"AudioPlaybackOptions": {"pos": 1, "text": shown, "operands": operands, "type": "aud"}}
    return {
        "defaultAudio": {**value(shown, "aud", config), "uiMetaData": {"mode": 3}},
        "bargeInExpression": literal("true", "bln"),
        "cases": [],
    }


def empty(kind: str) -> Configuration:
    return value("", kind, {"emp": {"pos": 1, "text": "", "type": kind}})


def step(name: str, kind: str = "PlayAudioAction", **settings: Any) -> Configuration:
    """Return an action whose id follows from its name, and that nothing follows."""
    return {"__type": kind, "id": guid(name), "trackingId": len(name), "name": name, "uiMetaData": {}, **settings}


def way(output: str, target: str = "") -> Configuration:
    path = {"outputId": f"__{output}__", "label": " ".join(part.capitalize() for part in output.split("_"))}
    return path | ({"nextActionId": guid(target)} if target else {})


def chained(*steps: Configuration) -> list[Configuration]:
    """Let each action follow on the one before it."""
    linked = [{**one, "nextAction": following["id"]} for one, following in itertools.pairwise(steps)]
    return [*linked, *steps[-1:]]


def task(name: str, actions: list[Configuration], **settings: Any) -> Configuration:
    return {
        "__type": "Task",
        "id": guid(name),
        "name": name,
        "startAction": actions[0]["id"] if actions else guid("nothing"),
        "actionList": actions,
        "variables": [],
        **settings,
    }


def choice(name: str, digit: int, action: Configuration, **settings: Any) -> Configuration:
    return {"id": guid(f"choice {name}"), "name": name, "digit": digit, "action": action, **settings}


def variable(name: str, kind: str = "String") -> Configuration:
    initial = empty("str")
    return {"__type": f"{kind}Variable", "id": guid(name), "name": name, "isCollection": False, "initialValue": initial}


def flow(*sequences: Configuration, **settings: Any) -> Configuration:
    return {
        "name": "Main",
        "type": "inboundcall",
        "initialSequence": sequences[0]["id"] if sequences else None,
        "manifest": {},
        "flowSequenceItemList": list(sequences),
        "variables": [],
        **settings,
    }


def transfer(queue: str = QUEUE, name: str = "Sales") -> Configuration:
    return step(
        "Transfer", "TransferPureMatchAction", queues=[literal(name, "que", queue)], skills=[], paths=[way("FAILURE")]
    )


def decision(yes: str = "", no: str = "") -> Configuration:
    condition = {"pos": 1, "text": "Flow.x == 1", "type": "bln"}
    operands = [reference("Flow.x", "int", guid("Flow.x")), {"lit": {"pos": 11, "text": "1", "type": "int"}}]
    expression = value("Flow.x == 1", "bln", {"==": {**condition, "operands": operands}})
    return step("Is it?", "DecisionAction", expression=expression, paths=[way("YES", yes), way("NO", no)])


def whole() -> Configuration:
    """Return a flow with a menu, a task that it opens, a task of its own, and a transfer."""
    menu = {
        "__type": "Menu",
        "id": guid("Main Menu"),
        "name": "Main Menu",
        "prompts": spoken("Press one"),
        "promptRepeatCount": literal("3", "int"),
        "menuChoiceList": [
            choice("Sales", 1, transfer(), globalDtmf=True),
            choice("More", 2, step("More", "TaskAction", taskReference=guid("More of it"))),
            choice("Check", 3, step("Check", "TransferTaskAction", taskId=guid("Checking"), taskName="Checking")),
        ],
    }
    hello, goodbye = step("Hello", prompts=spoken("Hello")), step("Goodbye", "DisconnectAction")
    return flow(
        menu,
        task("More of it", chained(step("Listen", prompts=spoken("Listen")), step("End", "DisconnectAction"))),
        task("Checking", [decision("Hello", "Goodbye"), hello, goodbye]),
        variables=[variable("Flow.x", "Integer"), variable("Flow.y")],
        initialPrompts=spoken("Welcome"),
        manifest={"queue": [entry("Sales", QUEUE)]},
        errorHandling={"handlingType": "Disconnect", "queue": empty("que")},
        defaultSettings={"DataAction": {"timeout": literal("P0D0H1M30S0F", "dur")}},
        supportedLanguages=["en-US"],
        supportedLanguageOptions=[{"language": "en-US"}],
    )
