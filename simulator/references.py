"""Which objects a document names, after the shapes of real Archy documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.documents import Document

ANY_FLOW = ""
FLOWS = "flows"

NAMED = {
    "targetQueue": ("queue", "routing/queues"),
    "acdSkill": ("acdSkill", "routing/skills"),
    "languageSkill": ("acdLanguage", "routing/languages"),
    "defaultLanguageSkill": ("acdLanguage", "routing/languages"),
    "selectedSchedule": ("schedule", "architect/schedules"),
    "scheduleGroup": ("scheduleGroup", "architect/schedulegroups"),
    "emergencyGroup": ("emergencyGroup", "architect/emergencygroups"),
    "contactList": ("contactList", "outbound/contactlists"),
    "wrapupCode": ("wrapupCode", "routing/wrapupcodes"),
    "targetUser": ("user", "users"),
    "targetGroup": ("group", "groups"),
    "flowOutcome": ("flowOutcome", "flows/outcomes"),
    "milestone": ("milestone", "flows/milestones"),
}
"""Settings whose value is ``{lit: {name}}`` or ``{name}``: object type in messages, and list."""

KEYED = {
    "screenPopScript": ("script", "scripts"),
    "dataTable": ("dataTable", "flows/datatables"),
}
"""Settings whose keys are the names."""

KEYED_FLOWS = {
    "botFlow": ("botFlow", "bot"),
    "digitalBotFlow": ("digitalBotFlow", "digitalbot"),
    "commonModule": ("commonModule", "commonmodule"),
}
"""The same for flows: object type in messages, and flow type."""

TYPED = {
    "queue": NAMED["targetQueue"],
    "skill": NAMED["acdSkill"],
    "languageSkill": NAMED["languageSkill"],
    "user": NAMED["targetUser"],
    "group": NAMED["targetGroup"],
    "schedule": NAMED["selectedSchedule"],
    "scheduleGroup": NAMED["scheduleGroup"],
    "emergencyGroup": NAMED["emergencyGroup"],
}
"""What an ``updateData`` statement or the initial value of a variable may hold."""

IN_QUEUE = {"email": "inqueueemail", "shortmessage": "inqueueshortmessage"}

CONTROL_KEYS = frozenset({"name", "lit", "exp", "var", "noValue", "none", "inputs", "outputs"})
PROMPT = re.compile(r"(?<![\w.])Prompt\.(\w+)", re.IGNORECASE)
TEXT_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True)
class Named:
    """One name in a document.

    ``object_type`` is the word in the platform's messages, ``path`` the list to look in (``flows`` for a flow),
    ``qualifier`` the flow type, or the category of a data action.
    """

    object_type: str
    path: str
    name: str
    qualifier: str = ""


def references(document: Document) -> list[Named]:
    """Return the names that have to exist when the document is published, each once, in document order."""
    found = list(_division(document))
    for key, value in document.body.items():
        found += _walk(document, key, value)
    return list(dict.fromkeys(found))


def _division(document: Document) -> Iterator[Named]:
    if division := document.text("division"):
        yield Named("division", "authorization/divisions", division)


def _walk(document: Document, key: str, value: Any) -> Iterator[Named]:
    yield from _here(document, key, value)
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            if (key, inner_key) != ("transferToFlowSecure", "targetFlow"):
                yield from _walk(document, inner_key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(document, "", inner)


def _here(document: Document, key: str, value: Any) -> Iterator[Named]:
    """The names that the value of one key holds, without what stands deeper."""
    if isinstance(value, str):
        yield from _prompts(key, value)
    elif isinstance(value, list):
        if key == "statements":
            yield from _statements(value)
    elif isinstance(value, dict):
        yield from _mapping(document, key, value)


def _mapping(document: Document, key: str, value: dict[str, Any]) -> Iterator[Named]:
    name = _literal_name(value)
    if key in NAMED and name:
        yield Named(*NAMED[key], name)
    elif key == "overrideInQueueFlow" and name:
        yield Named("inqueueFlow", FLOWS, name, _in_queue_type(document.flow_type))
    elif key == "targetFlow" and name:
        inbound = document.flow_type.startswith("inbound")
        yield Named("flow", FLOWS, name, document.flow_type if inbound else ANY_FLOW)
    elif key in KEYED:
        yield from (Named(*KEYED[key], one) for one in _keys(value))
    elif key in KEYED_FLOWS:
        object_type, flow_type = KEYED_FLOWS[key]
        yield from (Named(object_type, FLOWS, one, flow_type) for one in _keys(value))
    elif key == "callData":
        yield from _data_actions(value.get("category"))
    elif key == "transferToFlowSecure":
        secure = value.get("targetFlow")
        if isinstance(secure, dict) and (target := _literal_name(secure)):
            yield Named("secureCallFlow", FLOWS, target, "securecall")
    elif key.endswith("Variable") and key.removesuffix("Variable") in TYPED:
        yield from _typed(key.removesuffix("Variable"), value.get("initialValue"))


def _in_queue_type(flow_type: str) -> str:
    return next((found for medium, found in IN_QUEUE.items() if flow_type.endswith(medium)), "inqueuecall")


def _literal_name(value: dict[str, Any]) -> str | None:
    literal = value.get("lit")
    name = literal.get("name") if isinstance(literal, dict) else value.get("name")
    return name if isinstance(name, str) and name else None


def _keys(value: dict[str, Any]) -> Iterator[str]:
    return (key for key, inner in value.items() if key not in CONTROL_KEYS and isinstance(inner, dict))


def _data_actions(category: Any) -> Iterator[Named]:
    if not isinstance(category, dict):
        return
    for name in _keys(category):
        actions = category[name].get("dataAction")
        if isinstance(actions, dict):
            yield from (Named("dataAction", "integrations/actions", action, name) for action in _keys(actions))


def _statements(statements: list[Any]) -> Iterator[Named]:
    for statement in statements:
        if isinstance(statement, dict):
            for kind, inner in statement.items():
                if kind in TYPED and isinstance(inner, dict):
                    yield from _typed(kind, inner.get("value"))


def _typed(kind: str, value: Any) -> Iterator[Named]:
    if isinstance(value, dict) and isinstance(value.get("lit"), dict) and (name := _literal_name(value)):
        yield Named(*TYPED[kind], name)


def _prompts(key: str, value: str) -> Iterator[Named]:
    if key == "exp":
        names = PROMPT.findall(TEXT_LITERAL.sub('""', value))
    elif key in {"prompt", "name"} and (match := PROMPT.fullmatch(value)):
        names = [match.group(1)]
    else:
        names = []
    yield from (Named("userPrompt", "architect/prompts", name) for name in names)
