"""The real documents as a flows repository: values for their placeholders, and what they name, listed by hand."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ENVIRONMENT = "real"
FOLDER = f"flows/{ENVIRONMENT}"
ORGANISATION = {"id": "0b2f7c1e-6a1d-4c0e-9a51-7f3d2c9b4e10", "name": "Corpus"}
TEMPLATE_SUFFIX = ".tftpl"

COMMON = {
    "default_language": "en-us",
    "division": "Customer Care",
    "division_name": "Customer Care",
    "callback_division": "Customer Care",
    "home_division_name": "Home",
    "sms_number": "+13175550100",
}
OWN: Mapping[str, Mapping[str, str]] = {
    "ani-blacklist/blacklist.yaml": {
        "flow_name": "ANI Blacklist",
        "data_table": "Blocked Callers",
        "data_action_category": "Blacklist Actions",
        "data_action_name": "Disconnect Interaction",
    },
    "automatic-offer-callback-for-disconnected-call/*": {"data_action_category": "Callback Actions"},
    "automatic-offer-callback-for-disconnected-call/SMS Schedule Callback.yaml": {
        "flow_name": "SMS Schedule Callback",
        "sms_queue": "SMS Callbacks",
        "callback_queue": "6f0c2a54-7d7b-4a55-8a0e-2f4f0c5b1d01",
        "create_callback_data_action_name": "Create Callback",
    },
    "automatic-offer-callback-for-disconnected-call/Send SMS to Schedule Callback.yaml": {
        "flow_name": "Send SMS to Schedule Callback",
        "agentless_sms_data_action_name": "Send Agentless SMS",
    },
    "deploy-webmessaging-chatbot-with-lambda-blueprint/DudeWheresMyStuffMessage.yaml": {
        "flow_name": "DudeWheresMyStuff Messages",
        "integration_category": "Order Tracking",
        "integration_data_action_name": "Get Order Status",
    },
    "deploy-webmessaging-chatbot-with-lambda-blueprint/DudesWheresMyStuffBot.yaml": {
        "flow_name": "DudesWheresMyStuffBot",
    },
    "genesys-cloud-call-park/call-park-agent-inbound-flow.yaml": {
        "flow_name": "Call Park - Agent Inbound Flow",
        "queue_name": "Call Park Agent Inbound Queue",
        "in_queue_flow_name": "InQueue - Orbit Call Park Hold",
    },
    "genesys-cloud-call-park/default-in-queue-flow.yaml": {"flow_name": "Default In-Queue Flow"},
    "genesys-cloud-call-park/in-queue-orbit-call-park-hold.yaml": {"flow_name": "InQueue - Orbit Call Park Hold"},
    "genesys-cloud-call-park/orbit-parked-call-retrieval.yaml": {
        "flow_name": "Orbit - Parked Call Retrieval",
        "data_action_category": "Call Park Actions",
        "data_action_name_1": "Find Parked Call",
        "data_action_name_2": "Retrieve Parked Call",
        "queue_id": "6f0c2a54-7d7b-4a55-8a0e-2f4f0c5b1d02",
    },
    "negative-sentiment-callback/*.yaml": {
        "flow_name": "Send SMS and Create Supervisor Callback",
        "callback_queue": "6f0c2a54-7d7b-4a55-8a0e-2f4f0c5b1d03",
        "data_action_category": "Sentiment Actions",
        "get_sentiment_name": "Get Sentiment Score",
        "send_agentless_sms_name": "Send Agentless SMS",
        "create_scheduled_callback_name": "Create Scheduled Callback",
        "update_external_tag_name": "Update External Tag",
        "send_chat_group_notif_name": "Notify Supervisors",
    },
    "sms-followup-on-missed-callback-blueprint/*": {
        "callback_originating_sms_phonenumber": "+13175550101",
        "callback_phonenumber": "1 317 555 0102",
    },
    "terraform-provider-genesyscloud/inboundcall_flow_example_substitutions.yaml": {
        "flow_name": "Main Line",
        "description": "The menu of the main line",
        "greeting": "Welcome to Archy.",
        "menu_disconnect_name": "Goodbye",
    },
    "terraform-provider-genesyscloud/inboundmessage_flow_example.yaml": {"flow_name": "Web Messages"},
}


@dataclass(frozen=True, slots=True)
class Used:
    """
    An object that the documents name.

    Attributes:
        words: What a person calls it: kind and name.
        place: Its list in the simulator, or ``flows``.
        name: Its name.
        lines: Every place that names it: file below the environment's folder, and lines.
        category: The category of a data action.
        file: The document of a flow.
    """

    words: str
    place: str
    name: str
    lines: Mapping[str, tuple[int, ...]]
    category: str = ""
    file: str = ""


def _queue(name: str, file: str, *lines: int) -> Used:
    return Used(f"queue '{name}'", "routing/queues", name, {file: lines})


def _action(category: str, name: str, file: str, *lines: int) -> Used:
    words = f"data action '{name}' in category '{category}'"
    return Used(words, "integrations/actions", name, {file: lines}, category=category)


def _division(name: str, lines: Mapping[str, tuple[int, ...]]) -> Used:
    return Used(f"division '{name}'", "authorization/divisions", name, lines)


_API = "architect-flow-public-api-blueprint/archy_flow.yml"
_BLACKLIST = "ani-blacklist/blacklist.yaml"
_EMAIL = "cx-as-code-cicd-gitactions-blueprint/EmailComprehendFlow.yaml"
_MESSAGE = "deploy-webmessaging-chatbot-with-lambda-blueprint/DudeWheresMyStuffMessage.yaml"
_OFFER = "automatic-offer-callback-for-disconnected-call/SMS Schedule Callback.yaml"
_OFFER_SMS = "automatic-offer-callback-for-disconnected-call/Send SMS to Schedule Callback.yaml"
_ORBIT = "genesys-cloud-call-park/orbit-parked-call-retrieval.yaml"
_PARK = "genesys-cloud-call-park/call-park-agent-inbound-flow.yaml"
_PARK_HOLD = "genesys-cloud-call-park/in-queue-orbit-call-park-hold.yaml"
_SENTIMENT = "negative-sentiment-callback/Send_SMS_and_Create_Supervisor_Callback.yaml"
_SIMPLE = "simple-ivr-deploy-with-cx-as-code-blueprint/SimpleFinancialIvr_v2-0.yaml"
_SMS = "sms-followup-on-missed-callback-blueprint/callback_sms_eventrigger_flow.yaml"
_TERRAFORM = "terraform-provider-genesyscloud"

USED = (
    _queue("Primary Queue Example", _API, 139),
    _queue("Secondary Queue Example", _API, 204),
    _queue("SMS Callbacks", _OFFER, 56),
    _queue("GeneralSupport", _EMAIL, 143),
    _queue("dude-general-support", _MESSAGE, 82, 177, 202, 229, 248),
    _queue("Call Park Agent Inbound Queue", _PARK, 118),
    _queue("Simple Financial 401K queue", _SIMPLE, 122),
    _queue("Simple Financial IRA queue", _SIMPLE, 145),
    _action("Genesys Cloud Data Actions", "Agents Logged Into Queue", _API, 155),
    _action("Blacklist Actions", "Disconnect Interaction", _BLACKLIST, 74),
    _action("Callback Actions", "Create Callback", _OFFER, 82),
    _action("Callback Actions", "Send Agentless SMS", _OFFER_SMS, 66),
    _action("ComprehendDataAction", "LookupQueueName", _EMAIL, 41),
    _action("Order Tracking", "Get Order Status", _MESSAGE, 102),
    _action("Call Park Actions", "Find Parked Call", _ORBIT, 166),
    _action("Call Park Actions", "Retrieve Parked Call", _ORBIT, 194),
    _action("Sentiment Actions", "Get Sentiment Score", _SENTIMENT, 102),
    _action("Sentiment Actions", "Send Agentless SMS", _SENTIMENT, 156),
    _action("Sentiment Actions", "Create Scheduled Callback", _SENTIMENT, 218),
    _action("Sentiment Actions", "Update External Tag", _SENTIMENT, 263),
    _action("Sentiment Actions", "Notify Supervisors", _SENTIMENT, 304),
    _action("Callback SMS Integrations", "Send SMS", _SMS, 74),
    Used("data table 'Blocked Callers'", "flows/datatables", "Blocked Callers", {_BLACKLIST: (60,)}),
    _division(
        "Customer Care",
        {
            _BLACKLIST: (3,),
            _OFFER: (3,),
            _OFFER_SMS: (3,),
            _PARK: (3,),
            "genesys-cloud-call-park/default-in-queue-flow.yaml": (4,),
            _PARK_HOLD: (3,),
            _ORBIT: (3,),
            _SENTIMENT: (4,),
            _SMS: (3,),
        },
    ),
    _division(
        "Home",
        {
            _API: (4,),
            _SIMPLE: (4,),
            f"{_TERRAFORM}/closedhours_flow.yaml": (4,),
            f"{_TERRAFORM}/holiday_flow.yaml": (3,),
            f"{_TERRAFORM}/inboundmessage_flow_example.yaml": (3,),
            f"{_TERRAFORM}/inqueuecall_default_example.yaml": (4,),
            f"{_TERRAFORM}/openhours_flow.yaml": (4,),
            f"{_TERRAFORM}/workflow_flow_example.yaml": (4,),
        },
    ),
    Used(
        "bot flow 'DudesWheresMyStuffBot'",
        "flows",
        "DudesWheresMyStuffBot",
        {_MESSAGE: (57,)},
        file="deploy-webmessaging-chatbot-with-lambda-blueprint/DudesWheresMyStuffBot.yaml",
    ),
    Used(
        "inqueuecall flow 'InQueue - Orbit Call Park Hold'",
        "flows",
        "InQueue - Orbit Call Park Hold",
        {_PARK: (120,)},
        file=_PARK_HOLD,
    ),
)
"""
Every object that a document names for certain.

Not here: names that only the running flow knows (the look-up of ``State.QueueName`` in the e-mail flow), and ids of
queues in the inputs of data actions. Neither can be looked up by name, so both are warnings and refuse nothing.
"""

DYNAMIC = (_EMAIL, 96)
"""Where a name is looked up that only the running flow knows."""

IDS = {_OFFER: 87, _ORBIT: 175, _SENTIMENT: 223}
"""Where the id of a queue stands."""

LANGUAGE_IS_A_PLACEHOLDER = {
    _BLACKLIST,
    _MESSAGE,
    _OFFER,
    _SENTIMENT,
    "deploy-webmessaging-chatbot-with-lambda-blueprint/DudesWheresMyStuffBot.yaml",
    f"{_TERRAFORM}/inboundcall_flow_example_substitutions.yaml",
}
"""The documents with ``defaultLanguage: {{default_language}}``."""


def fixture(*, without: Used | None = None) -> dict[str, Any]:
    """Return an organisation that has just what the documents name, apart from flows; ``without`` leaves one out.

    The division *Home* cannot be left out: every organisation is made with it.
    """
    objects: dict[str, list[str | dict[str, Any]]] = {}
    for one in USED:
        if one is not without and one.place != "flows" and one.name != "Home":
            row = {"name": one.name, "category": one.category} if one.category else one.name
            objects.setdefault(one.place, []).append(row)
    return {"organisation": ORGANISATION, "objects": objects}


def build(root: Path, corpus: Path, *, without: str = "") -> dict[str, str]:
    """
    Write the repository, with every document under a YAML name; ``without`` leaves one out.

    Returns:
        The documents by path below the environment's folder, with values instead of placeholders.
    """
    documents: dict[str, str] = {}
    for source in sorted((corpus / "archy").rglob("*.*")):
        path = source.relative_to(corpus / "archy").as_posix().removesuffix(TEMPLATE_SUFFIX)
        if path == without:
            continue
        content = source.read_bytes()
        target = root / FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        documents[path] = _filled(content.decode(), path)
    settings = {
        "organizationId": ORGANISATION["id"],
        "region": "mypurecloud.com",
        "variables": dict(COMMON),
        "files": {glob: dict(values) for glob, values in OWN.items() if glob != without},
    }
    environments = yaml.safe_dump({"environments": {ENVIRONMENT: settings}}, sort_keys=False)
    (root / "environments.yaml").write_text(environments, encoding="utf-8")
    return documents


def _filled(text: str, path: str) -> str:
    values = dict(COMMON)
    for glob, own in OWN.items():
        if fnmatch.fnmatchcase(path, glob):
            values |= own
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text)


def named_at(document: str, path: str) -> str:
    """Return the name at a path such as ``workflow.states[0].state.name``: the value, or a key that has more below.

    Raises:
        LookupError: The document has no such place.
    """
    node: Any = yaml.load(document, Loader=yaml.BaseLoader)  # noqa: S506  (makes nothing but texts, lists and mappings)
    key = ""
    for quoted, number, plain in re.findall(r'\["([^"]*)"\]|\[(\d+)\]|([^.\[\]]+)', path):
        key = quoted or plain
        node = node[int(number)] if number else node[key]
    return node if isinstance(node, str) else key
