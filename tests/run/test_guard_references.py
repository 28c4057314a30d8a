"""Names and ids in documents, held against the organisation before anything is written."""

from __future__ import annotations

from typing import Any

from hook.model import ExitCode
from tests.run.conftest import CALL, Lab, call, workflow

USES_QUEUE = """\
          - transferToAcd:
              name: To the agents
              targetQueue:
                lit:
                  name: Sales
          - callData:
              name: Look up
              category:
                CRM:
                  dataAction:
                    Find customer:
                      inputs:
                        queueId:
                          lit: {id}
"""


def findings(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["verdict"], one["message"]) for one in report["findings"] if one["guard"] == "references"]


def test_a_flow_of_another_type_is_refused_with_the_type_that_exists(lab: Lab) -> None:
    lab.org.add_flow(workflow("Billing"), user="Supervisor")
    lab.write("Main", call("Main", then="Billing"))

    refused = lab.sync()

    assert refused.code == ExitCode.GUARD
    message = "there is no inboundcall flow 'Billing', but there is a workflow flow 'Billing'."
    assert findings(refused.report) == [("refuse", message)]
    assert [flow.name for flow in lab.org.flows()] == ["Billing"]


def test_a_literal_id_is_told_with_the_queue_that_it_belongs_to_and_the_flow_is_published(lab: Lab) -> None:
    queue = lab.org.add("routing/queues", "Sales")
    lab.org.add("integrations/actions", "Find customer", category="CRM")
    lab.write("Main", CALL.format(name="Main", actions=USES_QUEUE.format(id=queue["id"])))

    done = lab.sync()

    assert done.code == 0
    message = f"the literal id {queue['id']} belongs to the queue 'Sales' of this organisation."
    assert findings(done.report) == [("warn", message)]
