"""The Role of the chart is sufficient, and nothing in it can be left out unnoticed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cluster.flows import workflow
from tests.cluster.rerun import rerun
from tests.cluster.scenario import Scenario
from tests.cluster.waiting import wait_for

Right = tuple[str, str]
"""Resource and verb."""

NEEDED: tuple[Right, ...] = (
    ("leases", "create"),
    ("leases", "get"),
    ("leases", "update"),
    ("configmaps", "create"),
    ("configmaps", "get"),
    ("configmaps", "patch"),
)
MARKED: Right = ("configmaps", "patch")
TOLD: tuple[Right, ...] = (("events", "create"), MARKED)
"""Without these a run goes on."""

GROUPS = {"leases": "coordination.k8s.io", "configmaps": "", "events": ""}


@pytest.fixture(scope="module")
def scenario(scenarios: Callable[..., Scenario]) -> Scenario:
    one = scenarios(settings={"pollInterval": 0.2})
    one.write_flow("evening", workflow("Evening"))
    one.repository.push("A second flow")
    one.install()
    one.argo.wait_synced(one.site.application, one.head())
    return one


def rules_of(scenario: Scenario, name: str) -> list[dict[str, Any]]:
    role = scenario.kube.get("role", name, scenario.site.namespace)
    assert role is not None
    return list(role["rules"])


def rights_in(rules: list[dict[str, Any]]) -> list[Right]:
    return sorted((resource, verb) for rule in rules for resource in rule["resources"] for verb in rule["verbs"])


@contextlib.contextmanager
def without(scenario: Scenario, right: Right) -> Iterator[None]:
    """Take one verb from the Role of reruns, for the time of a ``with`` block."""
    resource, verb = right
    before = rules_of(scenario, scenario.name)
    less = [
        {**rule, "verbs": kept}
        for rule in before
        if (kept := [one for one in rule["verbs"] if (resource not in rule["resources"]) or one != verb])
    ]
    assert less != before
    change(scenario, less)
    wait_for(f"no right to {verb} {resource}", lambda: may(scenario, right), lambda can: not can, timeout=30)
    try:
        yield
    finally:
        change(scenario, before)
        wait_for(f"the right to {verb} {resource}", lambda: may(scenario, right), bool, timeout=30)


def change(scenario: Scenario, rules: list[dict[str, Any]]) -> None:
    patch = json.dumps([{"op": "replace", "path": "/rules", "value": rules}])
    scenario.kube.run("patch", "role", scenario.name, "-n", scenario.site.namespace, "--type=json", "-p", patch)


def may(scenario: Scenario, right: Right) -> bool:
    """Ask the API server what the ServiceAccount of reruns may do."""
    resource, verb = right
    kind = f"{resource}.{GROUPS[resource]}" if GROUPS[resource] else resource
    # `create` cannot be bound to a name.
    name = f"/{object_of(scenario, resource)}" if verb != "create" else ""
    account = f"system:serviceaccount:{scenario.site.namespace}:{scenario.name}"
    place = ("-n", scenario.site.namespace, f"--as={account}")
    answer = scenario.kube.run("auth", "can-i", verb, f"{kind}{name}", *place, check=False).stdout.strip()
    assert answer in {"yes", "no"}, answer
    return answer == "yes"


def object_of(scenario: Scenario, resource: str) -> str:
    return f"flowsync-{'state-' if resource == 'configmaps' else ''}{scenario.site.org.id}"


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
    assert rights_in(rules) == sorted(NEEDED + TOLD)
    assert [rule["verbs"] for rule in rules if "resourceNames" not in rule] == [["create"]] * 3
    names = {name for rule in rules for name in rule.get("resourceNames", [])}
    assert {name for name in names if scenario.site.org.id not in name} == {f"{scenario.name}-live"}


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
    assert scenario.kube.get("configmap", object_of(scenario, "configmaps"), site.namespace)


@pytest.mark.parametrize("right", NEEDED, ids="-".join)
def test_without_a_right_of_lock_or_state_the_run_says_which_and_writes_nothing(
    scenario: Scenario, right: Right
) -> None:
    resource, verb = right
    site = scenario.site
    (forget if verb == "create" else remember)(scenario)
    need_a_publish(scenario)

    with without(scenario, right):
        run = rerun(scenario)

    assert run.code == 4, run.log
    assert f"no right to {verb} {resource}/flowsync-" in run.message
    assert f'verbs: ["{verb}"]' in run.message
    assert site.uploads() == 0
    assert "holderIdentity" not in scenario.lease()


def test_without_the_right_to_the_marker_the_run_goes_on_and_says_what_argo_cd_will_not_see(
    scenario: Scenario,
) -> None:
    need_a_publish(scenario)

    rules = rules_of(scenario, scenario.name)
    marker = f"{scenario.name}-live"
    change(scenario, [rule for rule in rules if rule.get("resourceNames") != [marker]])
    try:
        run = rerun(scenario)
    finally:
        change(scenario, rules)

    assert run.code == 0, run.log
    assert f"no right to patch configmaps/{marker}" in run.log
    assert scenario.site.uploads() == 1


def test_without_the_right_to_events_the_run_goes_on_and_says_so_in_its_log(scenario: Scenario) -> None:
    site = scenario.site

    with without(scenario, ("events", "create")):
        run = rerun(scenario)

    assert run.code == 0, run.log
    assert "no right to create events" in run.log
    told = [one for one in scenario.kube.all("events", site.namespace) if one["source"].get("component") == "flowsync"]
    assert [one["reason"] for one in told if one["involvedObject"]["name"] == run.job] == []
