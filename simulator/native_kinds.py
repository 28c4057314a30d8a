"""What the words of a native configuration stand for: kinds of its manifest, codes of literals, keys that hold ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.documents import ARCHY_KEYS
from simulator.paths import ACTIONS, FLOWS, RESPONSES

Configuration = dict[str, Any]

MANIFEST = {
    "queue": "routing/queues",
    "acdSkill": "routing/skills",
    "acdLanguage": "routing/languages",
    "acdWrapupCode": "routing/wrapupcodes",
    "dataAction": ACTIONS,
    "dataTable": "flows/datatables",
    "userPrompt": "architect/prompts",
    "user": "users",
    "group": "groups",
    "schedule": "architect/schedules",
    "scheduleGroup": "architect/schedulegroups",
    "emergencyGroup": "architect/emergencygroups",
    "composerScript": "scripts",
    "contactList": "outbound/contactlists",
    "flowOutcome": "flows/outcomes",
    "flowMilestone": "flows/milestones",
    "response": RESPONSES,
}
"""Kinds of the manifest whose ids are those of objects; engines, voices and languages are the platform's own."""

KIND_OF_PATH = {path: kind for kind, path in MANIFEST.items()}

LITERALS = {
    "que": "queue",
    "skl": "acdSkill",
    "wrc": "acdWrapupCode",
    "cnl": "contactList",
    "lac": "acdLanguage",
    "usr": "user",
    "grp": "group",
    "pmt": "userPrompt",
    "sch": "schedule",
}
"""Codes of literals (and of references to prompts) whose ``val`` is an id, and the kind of the manifest.

Of ``lac``, ``usr``, ``grp`` and ``sch`` the code is known, and no public export shows such an id.
"""

KEYS = {
    "actionId": "dataAction",
    "datatableId": "dataTable",
    "inQueueFlowId": FLOWS,
    "flowId": FLOWS,
    "responseId": "response",
    "queueId": "queue",
    "userId": "user",
    "groupId": "group",
    "scheduleId": "schedule",
    "scheduleGroupId": "scheduleGroup",
    "emergencyGroupId": "emergencyGroup",
    "promptId": "userPrompt",
    "contactListId": "contactList",
    "flowOutcomeId": "flowOutcome",
    "flowMilestoneId": "flowMilestone",
}
"""Keys of actions that hold an id; real exports show the first five, the others are by analogy."""

ACTION_LINKS = frozenset({"startAction", "nextAction", "nextActionId"})
SEQUENCE_LINKS = frozenset({"initialSequence", "taskReference", "menuReference"})
"""Keys that hold the id of an action, or of a sequence (a task, menu or state), of the same document."""


def flow_key(flow_type: str) -> str:
    """Return the kind of the manifest for flows of a type, for example ``inqueueCallFlow``."""
    key = ARCHY_KEYS[flow_type]
    return key if key.lower().endswith("flow") else f"{key}Flow"


DEEPEST = 200
FLOW_KINDS = {flow_key(flow_type).lower(): flow_type for flow_type in ARCHY_KEYS}
OBJECT_KINDS = {kind.lower(): kind for kind in MANIFEST}


def too_deep(configuration: Configuration) -> bool:
    """Return whether a configuration is nested more deeply than the simulator can hold."""
    layer: list[Any] = [configuration]
    for _ in range(DEEPEST):
        inner = [value.values() if isinstance(value, dict) else value for value in layer]
        layer = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not layer:
            return False
    return True


def items(configuration: Configuration) -> list[Configuration]:
    """Return the sequences of a configuration: its tasks, menus and states."""
    found = configuration.get("flowSequenceItemList")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def rows(configuration: Configuration) -> Iterator[tuple[str, str, int, dict[str, Any]]]:
    """Yield the entries of the manifest that stand for objects of an organisation: kind, path, number and entry.

    The path is ``flows`` for a flow. Kinds are compared without case: public code spells ``inqueueCallFlow`` both ways.
    """
    manifest = configuration.get("manifest")
    for kind, entries in manifest.items() if isinstance(manifest, dict) else ():
        known = OBJECT_KINDS.get(str(kind).lower())
        path = MANIFEST[known] if known else FLOWS
        if known or str(kind).lower() in FLOW_KINDS:
            for number, entry in enumerate(entries if isinstance(entries, list) else ()):
                if isinstance(entry, dict):
                    yield str(kind), path, number, entry
