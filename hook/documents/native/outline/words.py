"""The words of Architect and Archy for what a native configuration calls otherwise."""

from __future__ import annotations

import re

ACTIONS: dict[str, str] = {
    "TransferPureMatchAction": "transferToAcd",
    "TransferUserAction": "transferToUser",
    "TransferExternalAction": "transferToNumber",
    "TransferGroupAction": "transferToGroup",
    "TransferVoicemailAction": "transferToVoicemail",
    "TransferFlowAction": "transferToFlow",
    "TransferFlowSecureAction": "transferToFlowSecure",
    "TransferTaskAction": "jumpToTask",
    "TransferMenuAction": "jumpToMenu",
    "TaskAction": "task",
    "MenuAction": "subMenu",
    "DataAction": "callData",
    "UpdateVariableAction": "updateData",
    "SetAttributesAction": "setParticipantData",
    "GetAttributesAction": "getParticipantData",
    "DialExtensionAction": "dialByExtension",
    "ScreenPopAction": "setScreenPop",
    "SetLocaleAction": "setLanguage",
    "AskForNLUIntentAction": "askForIntent",
}
"""Types whose word does not follow from the type as in ``PlayAudioAction``: ``playAudio``. The types are those of
published exports and of the SDKs (``ReportingTurnAction``), the words those of published Archy documents."""

_TYPES = {word: name for name, word in ACTIONS.items()}

ATTRIBUTES = frozenset({"SetConversationDataAction", "SetAttributesAction", "GetAttributesAction"})
"""Actions whose ``variables`` are attributes of a conversation; elsewhere they are statements."""

FIELDS: dict[str, str] = {
    "prompts": "audio",
    "initialPrompts": "initialGreeting",
    "skill": "acdSkill",
    "skills": "acdSkills",
    "queues": "targetQueues",
    "errorBindings": "failureOutputs",
    "connTimeout": "connectTimeout",
    "inQueueFlow": "overrideInQueueFlow",
    "taskReference": "targetTaskRef",
    "menuReference": "targetMenuRef",
    "inQueueCallFlowSettings": "settingsInQueueCall",
    "errorHandling": "settingsErrorHandling",
    "defaultSettings": "settingsActionDefaults",
}
"""Keys that have one other word wherever they stand."""

_OF_TYPE: dict[str, dict[str, str]] = {
    "DecisionAction": {"expression": "condition"},
    "CollectInputAction": {
        "prompts": "inputAudio",
        "verificationPrompts": "verificationAudio",
        "resultData": "inputData",
    },
    "DataAction": {"outputs": "successOutputs"},
    "DataTableLookupAction": {"lookupKeyValue": "lookupValue", "outputs": "foundOutputs"},
    "DialExtensionAction": {"digitTimeout": "interDigitTimeout"},
    "TransferFlowAction": {"flow": "targetFlow"},
    "TransferFlowSecureAction": {"flow": "targetFlow"},
}

ERROR_HANDLING = {"audio": "preHandlingAudio", "handlingType": "errorHandling"}
LANGUAGE = {"languageSkill": "defaultLanguageSkill"}
CHOICE = {"globalSpeech": "globalSpeechRecTerms"}

MENU_SETTINGS = {
    "promptRepeatCount": "repeatCount",
    "promptRepeatDelay": "menuSelectionTimeout",
    "extensionDialingDelay": "extensionDialingMaxDelay",
    "useExtensionDialing": "listenForExtensionDialing",
}
SPEECH_SETTINGS = {
    "speechRecMinConfidence": "minConfidenceLevel",
    "speechRecTimeoutComplete": "completeMatchTimeout",
    "speechRecTimeoutIncomplete": "incompleteMatchTimeout",
    "speechRecTimeoutTotal": "maxSpeechLengthTimeout",
}

RESULTS = frozenset({"outputs", "successOutputs", "foundOutputs", "failureOutputs", "inputData"})
"""Words under which a variable is written, not read."""

_KINDS: dict[str, str] = {
    "str": "string",
    "int": "integer",
    "dec": "decimal",
    "bln": "boolean",
    "dtm": "dateTime",
    "dur": "duration",
    "que": "queue",
    "skl": "skill",
    "lac": "languageSkill",
    "usr": "user",
    "grp": "group",
    "pmt": "prompt",
    "aud": "audio",
    "com": "communication",
    "phn": "phoneNumber",
    "cur": "currency",
    "sch": "schedule",
}
_COLLECTION = "_coll"

_WORD = re.compile(r"[^\W_]+")
_OUTPUT = re.compile(r"__([A-Z0-9]+(?:_[A-Z0-9]+)*)__\Z")


def action_word(name: str) -> str:
    """Return the word for an action's ``__type``."""
    return ACTIONS.get(name) or lowered(name.removesuffix("Action")) or "action"


def is_told(name: str) -> bool:
    """Return whether the word for ``name`` is that of no other type of action."""
    word = action_word(name)
    return _TYPES.get(word, f"{word[0].upper()}{word[1:]}Action") == name


def field_words(name: str) -> dict[str, str]:
    """Return the words for keys of an action of type ``name``; see also :data:`FIELDS`."""
    words = {"variables": "attributes" if name in ATTRIBUTES else "statements"}
    return words | _OF_TYPE.get(name, {})


def kind_word(code: str) -> str:
    """Return the word for a type code of values: ``str_coll`` is ``stringCollection``."""
    single = code.removesuffix(_COLLECTION)
    word = _KINDS.get(single, single or "value")
    return f"{word}Collection" if single != code else word


def output_word(output: str, label: str) -> str:
    """Return the word for one way out of an action: ``__NOT_FOUND__`` is ``notFound``, otherwise after its label."""
    match = _OUTPUT.match(output)
    return camel(match[1].lower() if match else label) or "output"


def usual_label(output: str) -> str | None:
    """Return the label that the way out ``__NOT_FOUND__`` usually has: ``Not Found``; ``None`` for any other."""
    match = _OUTPUT.match(output)
    return " ".join(part.capitalize() for part in match[1].split("_")) if match else None


def lowered(text: str) -> str:
    """Return ``text`` with its first letter lower."""
    return text[:1].lower() + text[1:]


def raised(text: str) -> str:
    """Return ``text`` with its first letter upper."""
    return text[:1].upper() + text[1:]


def camel(text: str) -> str:
    """Return the words of ``text`` as one word: ``Not Found`` is ``notFound``."""
    words = _WORD.findall(text)
    return lowered("".join(raised(word) for word in words))
