"""
The Role of the chart is sufficient, and nothing in it can be left out unnoticed.

That every right of the charts is among those that are taken away here is seen to by ``tests/chart/test_rights.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.cluster.flows import workflow
from tests.cluster.rerun import ended, rerun, start
from tests.cluster.rights import GROUPS, Right, Rule, rights_of, without
from tests.cluster.scenario import Scenario, looking_for_drift
from tests.cluster.waiting import wait_for

NEEDED = (
    Right("leases", "create"),
    Right("leases", "get"),
    Right("leases", "update"),
    Right("configmaps", "create"),
    Right("configmaps", "get"),
    Right("configmaps", "patch"),
)
"""Without these a run writes nothing."""

MARKER = Right("configmaps", "patch", "live")
EVENTS = Right("events", "create")
DRIFT = Right("configmaps", "patch", "drift-status")


@pytest.fixture(scope="module")
def scenario(scenarios: Callable[..., Scenario]) -> Scenario:
    one = scenarios(settings={"pollInterval": 0.2})
    one.write_flow("evening", workflow("Evening"))
    one.values(looking_for_drift)
    one.repository.push("A second flow, and a look for drift")
    one.install()
    one.argo.wait_synced(one.site.application, one.head())
    return one


@pytest.fixture
def lacking(scenario: Scenario, request: pytest.FixtureRequest) -> Iterator[Right]:
    """Take one right from the Role of reruns, with something to write before them, and give it back."""
    right: Right = request.param
    (forget if right.verb == "create" else remember)(scenario)
    need_a_publish(scenario)
    rules = rules_of(scenario, scenario.name)
    assert right in rights_of(rules, scenario.name)
    change(scenario, without(rules, right, scenario.name))
    try:
        wait_for(f"no right {right}", lambda: may(scenario, right), lambda can: not can, timeout=30)
        yield right
    finally:
        change(scenario, rules)
        wait_for(f"the right {right}", lambda: may(scenario, right), bool, timeout=30)


def rules_of(scenario: Scenario, name: str) -> list[dict[str, Any]]:
    role = scenario.kube.get("role", name, scenario.site.namespace)
    assert role is not None
    return list(role["rules"])


def change(scenario: Scenario, rules: Sequence[Rule]) -> None:
    patch = json.dumps([{"op": "replace", "path": "/rules", "value": rules}])
    scenario.kube.run("patch", "role", scenario.name, "-n", scenario.site.namespace, "--type=json", "-p", patch)


def may(scenario: Scenario, right: Right) -> bool:
    """Ask the API server what the ServiceAccount of reruns may do."""
    group = GROUPS[right.resource]
    kind = f"{right.resource}.{group}" if group else right.resource
    # `create` cannot be bound to a name.
    name = f"/{object_of(scenario, right)}" if right.verb != "create" else ""
    account = f"system:serviceaccount:{scenario.site.namespace}:{scenario.name}"
    place = ("-n", scenario.site.namespace, f"--as={account}")
    answer = scenario.kube.run("auth", "can-i", right.verb, f"{kind}{name}", *place, check=False).stdout.strip()
    assert answer in {"yes", "no"}, answer
    return answer == "yes"


def object_of(scenario: Scenario, right: Right) -> str:
    if right.only:
        return f"{scenario.name}-{right.only}"
    return f"flowsync-{'state-' if right.resource == 'configmaps' else ''}{scenario.site.org.id}"


def need_a_publish(scenario: Scenario) -> None:
    """Let a rerun have something to write."""
    org = scenario.site.org
    if any(flow.name == "Evening" for flow in org.flows()):
        org.act("delete", "Evening", "workflow", user="Somebody")
    org.reset_calls()


def ours(scenario: Scenario, kind: str) -> list[str]:
    """Return the names of what runs keep in the cluster."""
    names = [str(one["metadata"]["name"]) for one in scenario.kube.all(kind, scenario.site.namespace)]
    return [name for name in names if name.startswith("flowsync-")]


def forget(scenario: Scenario) -> None:
    """Take Lease, state and run records away, so that a rerun creates them."""
    for kind in ("lease", "configmap"):
        for name in ours(scenario, kind):
            scenario.kube.delete(kind, name, scenario.site.namespace)


def remember(scenario: Scenario) -> None:
    """See to it that Lease, state and run records are there."""
    if not (ours(scenario, "lease") and ours(scenario, "configmap")):
        assert rerun(scenario).code == 0


def test_the_roles_of_the_sync_and_of_reruns_have_the_same_rights_and_no_others(scenario: Scenario) -> None:
    rules = rules_of(scenario, scenario.name)

    assert rules_of(scenario, f"{scenario.name}-hook") == rules
    assert rights_of(rules, scenario.name) == {*NEEDED, MARKER, EVENTS, DRIFT}
    assert [rule["verbs"] for rule in rules if "resourceNames" not in rule] == [["create"]] * 3
    names = {name for rule in rules for name in rule.get("resourceNames", [])}
    assert {name for name in names if scenario.site.org.id not in name} == {
        f"{scenario.name}-live",
        f"{scenario.name}-drift-status",
    }


def test_the_role_suffices_for_a_run_that_creates_everything(scenario: Scenario) -> None:
    site = scenario.site
    forget(scenario)
    need_a_publish(scenario)

    run = rerun(scenario)

    assert run.code == 0, run.log
    assert site.uploads() == 1
    assert "no right" not in run.log
    assert '"warning"' not in run.log
    assert "holderIdentity" not in scenario.lease()
    assert scenario.kube.get("configmap", object_of(scenario, Right("configmaps", "get")), site.namespace)


@pytest.mark.parametrize("lacking", NEEDED, indirect=True, ids=str)
def test_without_a_right_of_lock_or_state_the_run_says_which_and_writes_nothing(
    scenario: Scenario, lacking: Right
) -> None:
    run = rerun(scenario)

    assert run.code == 4, run.log
    assert f"no right to {lacking.verb} {lacking.resource}/flowsync-" in run.message
    assert f'verbs: ["{lacking.verb}"]' in run.message
    assert scenario.site.uploads() == 0
    assert "holderIdentity" not in scenario.lease()


@pytest.mark.parametrize("lacking", [MARKER], indirect=True, ids=str)
def test_without_the_right_to_the_marker_the_run_goes_on_and_says_what_argo_cd_will_not_see(
    scenario: Scenario, lacking: Right
) -> None:
    run = rerun(scenario)

    assert run.code == 0, run.log
    assert f"no right to patch configmaps/{object_of(scenario, lacking)}" in run.log
    assert "Argo CD will find nothing to do" in run.log
    assert scenario.site.uploads() == 1


@pytest.mark.parametrize("lacking", [EVENTS], indirect=True, ids=str)
def test_without_the_right_to_events_the_run_goes_on_and_says_so_in_its_log(scenario: Scenario, lacking: Right) -> None:
    run = rerun(scenario)

    assert run.code == 0, run.log
    assert f"no right to {lacking.verb} {lacking.resource}" in run.log
    assert scenario.site.uploads() == 1
    events = scenario.kube.all("events", scenario.site.namespace)
    told = [one for one in events if one["source"].get("component") == "flowsync"]
    assert [one["reason"] for one in told if one["involvedObject"]["name"] == run.job] == []


@pytest.mark.parametrize("lacking", [DRIFT], indirect=True, ids=str)
def test_without_the_right_to_the_drift_status_the_look_says_which_and_what_stands_there_stays(
    scenario: Scenario, lacking: Right
) -> None:
    namespace, name = scenario.site.namespace, object_of(scenario, lacking)
    before = scenario.kube.get("configmap", name, namespace)

    look = ended(scenario, start(scenario, cron_job=f"{scenario.site.release}-drift"))

    assert look.code == 4, look.log
    assert f"no right to patch configmaps/{name}" in look.message
    assert 'resources: ["configmaps"], verbs: ["patch"]' in look.message
    assert "Evening" in look.log
    assert before is not None
    assert scenario.kube.get("configmap", name, namespace) == before
