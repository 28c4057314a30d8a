"""A client with exactly the permissions of the table works; without any single one nothing is written."""

from __future__ import annotations

import pytest

from hook.kinds.permissions import FLOW_PERMISSIONS, LOOKUP_PERMISSIONS
from hook.model import ExitCode
from simulator.http import Router
from simulator.table import api_endpoints
from tests.run.conftest import CALL, Answer, Lab, workflow

TO_QUEUE = """\
          - transferToAcd:
              name: To the agents
              targetQueue:
                lit:
                  name: Sales
"""
TABLE = {name for one in (*FLOW_PERMISSIONS, LOOKUP_PERMISSIONS["routing/queues"]) for name in one.names}
LISTED = {"architect:flow:view", "routing:queue:view"}
"""What the plan cannot be made without: the platform's own refusal of the list ends the run."""
INSIDE_THE_JOB = {"architect:flow:add", "architect:flow:edit", "architect:flow:publish"}
"""What no call of ours needs: the job does it with the rights of our client."""
ALL = {"New": "done", "Changed": "done", "Same": "unchanged", "Other": "done"}


def use(lab: Lab, monkeypatch: pytest.MonkeyPatch, *permissions: str, divisions: tuple[str, ...] = ("*",)) -> None:
    lab.org.client("lean", "secret-of-lean", permissions=permissions, divisions=divisions)
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "lean")
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "secret-of-lean")


def prepare(lab: Lab) -> None:
    """Put up one flow of each kind: to create, to update, there already with the same content, and with another."""
    lab.org.add("routing/queues", "Sales")
    lab.write("Changed")
    assert lab.sync().code == 0
    lab.write("Changed", end="Finish")
    lab.write("New", CALL.format(name="New", actions=TO_QUEUE))
    for name in ("Same", "Other"):
        lab.org.add_flow(workflow(name), user="Supervisor")
    lab.write("Same")
    lab.write("Other", end="Finish")
    lab.org.reset_calls()


def publishes(lab: Lab) -> dict[str, int]:
    return {flow.name: flow.publish_count for flow in lab.org.flows()}


def said(answer: Answer) -> str:
    findings = " ".join(one["message"] for one in answer.report["findings"])
    failure = answer.report["failure"] or {}
    return f"{findings} {failure.get('message', '')} {failure.get('hint', '')}"


def exercised(lab: Lab) -> set[str]:
    """Return the permissions that the platform asked for in the calls that it received."""
    router = Router(api_endpoints())
    calls = [(one.method, one.path) for one in lab.org.calls(path="/api/v2/")]
    return {permission for method, path in calls for permission in router.find(method, path)[0].permissions}


def test_a_client_with_just_the_permissions_of_the_table_can_do_everything(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(lab)
    use(lab, monkeypatch, *TABLE)

    done = lab.sync("--on-drift", "overwrite")

    assert (done.code, done.statuses()) == (0, ALL), done.report["findings"]
    assert exercised(lab) == TABLE - INSIDE_THE_JOB


@pytest.mark.parametrize("taken", sorted(TABLE))
def test_without_any_single_permission_nothing_is_written_and_it_is_named(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    prepare(lab)
    before = publishes(lab)
    use(lab, monkeypatch, *TABLE - {taken})

    refused = lab.sync("--on-drift", "overwrite")

    assert refused.code == (ExitCode.CREDENTIALS if taken in LISTED else ExitCode.GUARD)
    assert taken in said(refused)
    assert publishes(lab) == before
    assert lab.calls(method="POST", path="/flows/jobs") == []


def test_a_permission_in_another_division_is_not_enough(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.org.add("authorization/divisions", "Retail")
    lab.write("One", division="Retail")
    use(lab, monkeypatch, *TABLE, divisions=("Home",))

    refused = lab.sync()

    assert refused.code == ExitCode.GUARD
    assert "architect:flow:publish is missing in division 'Retail'" in said(refused)
    use(lab, monkeypatch, *TABLE, divisions=("Home", "Retail"))
    assert lab.sync().code == 0


def test_grants_that_the_platform_does_not_tell_refuse(lab: Lab) -> None:
    lab.write("One")
    lab.org.fault(path="/authorization/subjects/me", body={"id": "flowsync", "name": "flow sync"})

    refused = lab.sync()

    assert refused.code == ExitCode.GUARD
    assert lab.org.flows() == []
    (finding,) = [one for one in refused.report["findings"] if one["guard"] == "permissions"]
    assert finding["verdict"] == "unknown"


def test_a_second_sync_that_writes_nothing_does_not_ask_for_grants(lab: Lab) -> None:
    lab.write("One")
    assert lab.sync().code == 0
    lab.org.reset_calls()
    assert lab.sync().code == 0
    assert lab.calls(path="/authorization/") == []
