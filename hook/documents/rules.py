"""Which key of a flow document names an object of which kind; one row per key.

Shapes are those measured on published documents and on exports that have a native twin; a row without a proven example
says so in its remark.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from hook.model import FLOWS

QUEUES = "routing/queues"
SKILLS = "routing/skills"
LANGUAGES = "routing/languages"
WRAPUP_CODES = "routing/wrapup-codes"
USERS = "users/users"
GROUPS = "groups/groups"
SCHEDULES = "architect/schedules"
SCHEDULE_GROUPS = "architect/schedule-groups"
EMERGENCY_GROUPS = "architect/emergency-groups"
PROMPTS = "architect/prompts"
DATA_TABLES = "architect/data-tables"
ACTIONS = "integrations/actions"
SCRIPTS = "scripts/scripts"
CONTACT_LISTS = "outbound/contact-lists"
OUTCOMES = "architect/flow-outcomes"
MILESTONES = "architect/flow-milestones"
SURVEY_FORMS = "quality/survey-forms"
KNOWLEDGE_BASES = "knowledge/knowledge-bases"
DIVISIONS = "authorization/divisions"


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What stands under a key.

    ``{lit: {name: X}}``, ``{name: X}`` and lists of these are read for every rule. With ``keyed``, the keys below are
    names too: ``{X: {inputs: …}}``. With ``literal_only``, a key so common that ``{name: X}`` may be anything, only
    ``lit`` counts. ``type`` is the flow type that is named; ``SAME`` and ``IN_QUEUE`` follow from the type of the flow
    that the document is.
    """

    kind: str
    keyed: bool = False
    type: str = ""
    literal_only: bool = False


SAME = "<same>"
IN_QUEUE = "<in-queue>"

SECURE_TRANSFERS = frozenset({"transferToFlowSecure", "menuTransferToFlowSecure"})
"""Actions whose target is a secure call flow."""

RULES: dict[str, Rule] = {
    # transfers
    "targetQueue": Rule(QUEUES),
    "queue": Rule(QUEUES, literal_only=True),
    "targetUser": Rule(USERS),
    "user": Rule(USERS, literal_only=True),
    "directAgent": Rule(USERS, literal_only=True),
    "preferredAgent": Rule(USERS, literal_only=True),
    "targetGroup": Rule(GROUPS),
    "group": Rule(GROUPS, literal_only=True),
    "acdSkills": Rule(SKILLS),
    "acdSkill": Rule(SKILLS),
    "languageSkill": Rule(LANGUAGES),
    "defaultLanguageSkill": Rule(LANGUAGES),
    "wrapupCode": Rule(WRAPUP_CODES),
    # other flows
    "overrideInQueueFlow": Rule(FLOWS, type=IN_QUEUE),
    "targetFlow": Rule(FLOWS, type=SAME),
    "botFlow": Rule(FLOWS, keyed=True, type="bot"),
    "digitalBotFlow": Rule(FLOWS, keyed=True, type="digitalbot"),
    "commonModule": Rule(FLOWS, keyed=True, type="commonmodule"),
    # data
    "dataAction": Rule(ACTIONS, keyed=True),
    "dataTable": Rule(DATA_TABLES, keyed=True),
    "contactList": Rule(CONTACT_LISTS),
    "screenPopScript": Rule(SCRIPTS, keyed=True),
    "script": Rule(SCRIPTS, literal_only=True),
    # time
    "schedule": Rule(SCHEDULES, literal_only=True),
    "selectedSchedule": Rule(SCHEDULES),
    "scheduleGroup": Rule(SCHEDULE_GROUPS),
    "emergencyGroup": Rule(EMERGENCY_GROUPS),
    # the rest
    "flowOutcome": Rule(OUTCOMES),
    "milestone": Rule(MILESTONES),
    "flowMilestone": Rule(MILESTONES),
    "surveyForm": Rule(SURVEY_FORMS),
    "knowledgeBase": Rule(KNOWLEDGE_BASES),
}

UNCHECKED: dict[str, str] = {"agenticVirtualAgent": "virtual agent"}
"""Keys that name an object which this tool cannot look up; a warning says so."""

VALUE_KINDS: dict[str, str] = {
    "queue": QUEUES,
    "user": USERS,
    "group": GROUPS,
    "skill": SKILLS,
    "acdSkill": SKILLS,
    "languageSkill": LANGUAGES,
    "language": LANGUAGES,
    "wrapupCode": WRAPUP_CODES,
    "schedule": SCHEDULES,
    "scheduleGroup": SCHEDULE_GROUPS,
    "emergencyGroup": EMERGENCY_GROUPS,
    "prompt": PROMPTS,
    "userPrompt": PROMPTS,
}
"""Kinds of values: the key of an ``updateData`` statement (``queue``, ``queueCollection``) or of a variable
(``queueVariable``, ``queueCollectionVariable``); the field names inside do not tell the kind."""

FINDERS: dict[str, str] = {
    "findqueue": QUEUES,
    "findskill": SKILLS,
    "findacdskill": SKILLS,
    "findlanguageskill": LANGUAGES,
    "finduser": USERS,
    "finduserbyname": USERS,
    "findgroup": GROUPS,
    "findschedule": SCHEDULES,
    "findschedulegroup": SCHEDULE_GROUPS,
    "findemergencygroup": EMERGENCY_GROUPS,
    "finduserprompt": PROMPTS,
}
"""Actions and functions, in lower case, that look an object up by name in the running flow."""

FINDERS_BY_ID = ("findqueuebyid", "finduserbyid", "findusersbyid", "findgroupbyid", "findskillbyid", "findschedulebyid")
"""Functions that look an object up by its id, in lower case: an id belongs to one organisation."""

PARAMETERS = frozenset({"inputs", "outputs", "successOutputs", "failureOutputs", "foundOutputs"})
"""The keys below these are names of parameters, whatever they look like; their values are read."""

NO_NAMES = frozenset({"name", "lit", "exp", "var", "noValue", "none", "inputs", "outputs", "division", "description"})
"""Keys below a keyed rule that are no names; ``ver_*`` is none either."""

NOT_READ = frozenset({"referencedObjects"})
"""Subtrees that repeat data of other objects (newer exports), and so hold no reference of their own."""

_SUFFIXES = re.compile(r"(?:Collection)?(?:Variable)?\Z")


@functools.lru_cache(maxsize=4096)
def value_kind(key: str) -> str | None:
    """Return the kind of the values that a statement key or variable key is for; ``None`` if it names no object."""
    return VALUE_KINDS.get(_SUFFIXES.sub("", key, count=1))


def type_of(rule: Rule, *, own: str, above: tuple[str, str]) -> str:
    """
    Return the type of what ``rule`` names; empty when it has none, or when any type will do.

    A data action's type is its category. An in-queue flow has the media type of the interaction. An interaction can
    only be transferred to an inbound flow of its own media type; where the document is itself no inbound flow, that is
    not taken for certain.

    Args:
        rule: The rule that matched.
        own: The platform type of the flow that the document is.
        above: The two keys above the rule's, the outer one first.
    """
    if rule.kind == ACTIONS:
        return above[1] if above[0] == "category" else ""
    if rule.type == SAME:
        if above[1] in SECURE_TRANSFERS:
            return "securecall"
        return own if own.startswith("inbound") else ""
    if rule.type == IN_QUEUE:
        media = next((own.removeprefix(prefix) for prefix in ("inbound", "inqueue") if own.startswith(prefix)), "")
        return f"inqueue{media}" if media in {"call", "email", "shortmessage"} else ""
    return rule.type
