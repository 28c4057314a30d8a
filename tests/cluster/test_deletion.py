"""An Application that is deleted while its Job runs: Genesys Cloud is left alone, and nothing hangs for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.cluster.kube import exit_code
from tests.cluster.scenario import ARGO_NAMESPACE, Change, Scenario
from tests.cluster.waiting import wait_for

SLOW = 1600.0
"""Seconds of the platform until a flow is published; eight at this speed."""


def without_finalizer(application: dict[str, Any]) -> None:
    del application["metadata"]["finalizers"]


def in_the_middle_of_a_run(scenario: Scenario, change: Change | None = None) -> None:
    """Install the Application, and leave its first Job waiting for a flow."""
    site = scenario.site
    site.org.settings(job_seconds=SLOW)
    scenario.install(change=change)
    wait_for("the upload", site.uploads, lambda count: count == 1, timeout=90)


def left_alone(scenario: Scenario) -> bool:
    """Whether the organisation has what the run published, once, and nobody tried to delete anything."""
    (flow,) = scenario.site.org.flows()
    assert (flow.name, flow.publish_count) == ("Welcome Line", 1)
    return scenario.site.org.calls(method="DELETE") == []


def test_with_the_finalizer_a_deletion_waits_for_the_run_and_takes_everything_along(
    scenarios: Callable[..., Scenario],
) -> None:
    scenario = scenarios()
    site = scenario.site
    in_the_middle_of_a_run(scenario)

    scenario.argo.delete(site.application)

    wait_for(
        "the Application to be gone",
        lambda: scenario.kube.get("application", site.application, ARGO_NAMESPACE),
        lambda found: found is None,
        timeout=120,
    )
    assert left_alone(scenario)
    for kind in ("jobs", "cronjobs", "roles", "networkpolicies"):
        assert scenario.kube.all(kind, site.namespace) == []
    kept = {one["metadata"]["name"] for one in scenario.kube.all("configmaps", site.namespace)}
    assert f"flowsync-state-{site.org.id}" in kept  # the memory of what we published is nobody's object
    scenario.kube.delete("namespace", site.namespace, "", wait=False)
    wait_for_no_namespace(scenario)


def test_without_the_finalizer_the_job_keeps_one_and_the_documented_cure_takes_it_off(
    scenarios: Callable[..., Scenario],
) -> None:
    scenario = scenarios()
    site = scenario.site
    in_the_middle_of_a_run(scenario, without_finalizer)

    scenario.argo.delete(site.application, cascade=False)
    assert scenario.kube.get("application", site.application, ARGO_NAMESPACE) is None
    scenario.kube.wait_job(site.job, site.namespace)
    assert exit_code(scenario.pod()) == 0
    assert left_alone(scenario)

    scenario.kube.delete("namespace", site.namespace, "", wait=False)
    wait_for(
        "the namespace to say what holds it", lambda: held(scenario), lambda text: "hook-finalizer" in text, timeout=60
    )

    cure = ("patch", "job", site.job, "-n", site.namespace, "--type", "merge", "-p", '{"metadata":{"finalizers":null}}')
    scenario.kube.run(*cure)
    wait_for_no_namespace(scenario)


def held(scenario: Scenario) -> str:
    """What the namespace says of the objects that keep it."""
    found = scenario.kube.get("namespace", scenario.site.namespace, "default") or {}
    return "\n".join(one.get("message", "") for one in found.get("status", {}).get("conditions", []))


def wait_for_no_namespace(scenario: Scenario) -> None:
    """Wait until nothing of the namespace is left."""
    wait_for(
        "the namespace to be gone",
        lambda: scenario.kube.get("namespace", scenario.site.namespace, "default"),
        lambda found: found is None,
        timeout=90,
    )
