"""The organisation that the SDKs are let loose on."""

from __future__ import annotations

from typing import Any

WORKFLOW = """\
workflow:
  name: {name}
  startUpRef: "/workflow/states/state[Initial State_10]"
  defaultLanguage: en-us
  supportedLanguages:
    en-us:
      none: true
  states:
    - state:
        name: Initial State
        refId: Initial State_10
        actions:
{actions}          - endWorkflow:
              name: End
              exitReason:
                noValue: true
"""
TRANSFER = """\
          - transferToFlow:
              name: Hand over
              targetFlow:
                name: {name}
"""
CALL = """\
inboundCall:
  name: {name}
  defaultLanguage: en-us
  startUpRef: "/inboundCall/menus/menu[Main_1]"
  menus:
    - menu:
        name: Main
        refId: Main_1
        choices:
          - menuTransferToAcd:
              name: Support
              dtmf: digit_1
              targetQueue:
                lit:
                  name: {queue}
"""
METABASE = {"id": "external_sip_pcv_byoc_carrier.json", "name": "BYOC Carrier"}
CLIENT = ("judge", "secret-of-judge")
POOR = ("poor", "secret-of-poor")


def workflow(name: str, *, then: str = "") -> str:
    """Return the document of a small workflow; ``then`` names a flow that it hands over to."""
    return WORKFLOW.format(name=name, actions=TRANSFER.format(name=then) if then else "")


def call_flow(name: str, *, queue: str) -> str:
    """Return the document of a small call flow that transfers to a queue."""
    return CALL.format(name=name, queue=queue)


def fixture() -> dict[str, Any]:
    """Return an organisation with some of everything that lists show."""
    return {
        "objects": {
            "routing/queues": [{"name": f"Queue {number}"} for number in range(1, 4)],
            "routing/skills": [{"name": "Billing"}, {"name": "French"}, {"name": "Sales"}],
            "routing/languages": [{"name": "English"}],
            "routing/wrapupcodes": [{"name": "Solved"}],
            "users": [{"name": "An agent", "email": "agent@example.com"}],
            "groups": [{"name": "Agents"}],
            "architect/schedules": [{"name": "Open"}],
            "architect/schedulegroups": [{"name": "Hours"}],
            "architect/emergencygroups": [{"name": "Storm"}],
            "architect/prompts": [{"name": "Welcome"}],
            "flows/datatables": [{"name": "Customers"}],
            "flows/outcomes": [{"name": "Sold"}],
            "flows/milestones": [{"name": "Identified"}],
            "scripts": [{"name": "Greeting"}],
            "outbound/contactlists": [{"name": "Callers"}],
            "integrations": [{"name": "Web Services"}],
            "integrations/actions": [{"name": "Look up", "category": "Web Services"}],
            "architect/ivrs": [{"name": "Main number"}],
            "telephony/trunks": [{"name": "Carrier"}],
        },
        "flows": [
            {"document": workflow("Collect"), "publishedBy": {"user": "An administrator"}},
            {"document": workflow("Decide", then="Collect"), "publishedBy": {"user": "An administrator"}},
            {"document": call_flow("Main line", queue="Queue 1"), "publishedBy": {"user": "An administrator"}},
        ],
    }
