"""
Which kind of object a manifest's word stands for; one row per word.

What is known of them comes from exports that Genesys publishes in its blueprints (github.com/GenesysCloudBlueprints),
here by the repository's name. Words that stand there are proven. The others are those of public parsers of
``latestconfiguration``, or the platform's types of dependency tracking (``ACDLANGUAGE``, ``COMPOSERSCRIPT``) in the
spelling that the proven ones have. A wrong word does no harm: an id that no row explains is refused.

* ``queue``, ``acdSkill`` (genesys-cloud-call-park, automatic-offer-callback-for-disconnected-call): id and name in
  ``lit {type: que | skl, text, val}``.
* ``dataAction`` (everywhere): ``actionId`` and ``actionName`` beside ``category {id, name}``, whose id is its name.
* ``dataTable`` (ani-blacklist): ``datatableId`` and ``datatableName``.
* ``userPrompt`` (genesys-cloud-call-park): ``ref {type: pmt, text: Prompt.<name>, val}``.
* ``inqueueCallFlow`` (genesys-cloud-call-park): ``inQueueFlowId`` and ``inQueueFlowName`` of a transfer to a queue.
* ``inboundCallFlow`` (automated-callback-blueprint): ``flowId`` and ``flowName`` of a transfer to a flow.
* ``contactList``, ``acdWrapupCode`` (automated-callback-blueprint): settings of an outbound call flow.
* ``botFlow`` (scheduling-bot-blueprint, web-messaging-chatbot-with-knowledge-base): the entry has
  ``version: "published"``, the call ``flowId``, ``flowName``, ``flowLatestVersion: true`` and
  ``flowDebugPublished: false``. No published export pins a version.
* ``commonModuleFlow``: no export has one, but two public programs read it from manifests, one with
  ``version: "published"``. ``inQueueEmailFlow`` and ``inQueueShortMessageFlow`` are how one of them spells these two.
* ``nluDomain`` (every bot flow): id and version are GUIDs without a name.
* ``knowledgeBase`` (web-messaging-chatbot-with-knowledge-base), ``image``
  (apple-messages-salesforce-time-picker-blueprint), ``response`` (limitless-flows-blueprint), ``worktype``
  (process-automation-workitem-blueprint): with names, but nothing here can look them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hook.documents.rules import (
    ACTIONS,
    CONTACT_LISTS,
    DATA_TABLES,
    DIVISIONS,
    EMERGENCY_GROUPS,
    GROUPS,
    LANGUAGES,
    MILESTONES,
    OUTCOMES,
    PROMPTS,
    QUEUES,
    SCHEDULE_GROUPS,
    SCHEDULES,
    SCRIPTS,
    SKILLS,
    USERS,
    WRAPUP_CODES,
)
from hook.model import FLOWS


@dataclass(frozen=True, slots=True)
class ManifestKind:
    """
    What a word of the manifest stands for.

    Attributes:
        kind: The object kind, as in :class:`hook.model.Reference`.
        type: The flow type, for flows.
    """

    kind: str
    type: str = ""


DATA_ACTION = "dataAction"

MANIFEST_KINDS: Mapping[str, ManifestKind] = {
    "queue": ManifestKind(QUEUES),
    "acdSkill": ManifestKind(SKILLS),
    "acdLanguage": ManifestKind(LANGUAGES),
    "acdWrapupCode": ManifestKind(WRAPUP_CODES),
    "user": ManifestKind(USERS),
    "group": ManifestKind(GROUPS),
    "schedule": ManifestKind(SCHEDULES),
    "scheduleGroup": ManifestKind(SCHEDULE_GROUPS),
    "emergencyGroup": ManifestKind(EMERGENCY_GROUPS),
    "userPrompt": ManifestKind(PROMPTS),
    "dataTable": ManifestKind(DATA_TABLES),
    DATA_ACTION: ManifestKind(ACTIONS),
    "composerScript": ManifestKind(SCRIPTS),
    "contactList": ManifestKind(CONTACT_LISTS),
    "flowOutcome": ManifestKind(OUTCOMES),
    "flowMilestone": ManifestKind(MILESTONES),
    "division": ManifestKind(DIVISIONS),
    "inboundCallFlow": ManifestKind(FLOWS, "inboundcall"),
    "inboundChatFlow": ManifestKind(FLOWS, "inboundchat"),
    "inboundEmailFlow": ManifestKind(FLOWS, "inboundemail"),
    "inboundShortMessageFlow": ManifestKind(FLOWS, "inboundshortmessage"),
    "inqueueCallFlow": ManifestKind(FLOWS, "inqueuecall"),
    "inqueueEmailFlow": ManifestKind(FLOWS, "inqueueemail"),
    "inqueueShortMessageFlow": ManifestKind(FLOWS, "inqueueshortmessage"),
    "inQueueEmailFlow": ManifestKind(FLOWS, "inqueueemail"),
    "inQueueShortMessageFlow": ManifestKind(FLOWS, "inqueueshortmessage"),
    "outboundCallFlow": ManifestKind(FLOWS, "outboundcall"),
    "secureCallFlow": ManifestKind(FLOWS, "securecall"),
    "surveyInviteFlow": ManifestKind(FLOWS, "surveyinvite"),
    "voiceSurveyFlow": ManifestKind(FLOWS, "voicesurvey"),
    "voicemailFlow": ManifestKind(FLOWS, "voicemail"),
    "voiceFlow": ManifestKind(FLOWS, "voice"),
    "emailSendFlow": ManifestKind(FLOWS, "emailsend"),
    "botFlow": ManifestKind(FLOWS, "bot"),
    "digitalBotFlow": ManifestKind(FLOWS, "digitalbot"),
    "commonModuleFlow": ManifestKind(FLOWS, "commonmodule"),
    "workflow": ManifestKind(FLOWS, "workflow"),
    "workitemFlow": ManifestKind(FLOWS, "workitem"),
}
"""The words whose objects can be looked up by name; a token has one of these."""


def target_of(word: str) -> ManifestKind | None:
    """Return what a token's or manifest's word stands for; ``None`` if nothing can look it up by name."""
    return MANIFEST_KINDS.get(word)


CONSTANT_KINDS = frozenset({"systemPrompt", "ttsEngine", "ttsVoice", "sttEngine", "language", "grammar"})
"""What the platform has everywhere under one id. A GUID among them belongs to one organisation all the same."""


def is_constant(kind: str, identifier: str) -> bool:
    """Return whether a manifest entry names what every organisation has: by its kind, or an id ``__…__``."""
    return kind in CONSTANT_KINDS or (
        len(identifier) > len("____") and identifier.startswith("__") and identifier.endswith("__")
    )
