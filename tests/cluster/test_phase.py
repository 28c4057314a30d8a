"""`hook.phase: Sync`: the Job runs between the waves of the Application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.cluster.flows import refused_call_flow, workflow
from tests.cluster.scenario import Scenario


def in_the_sync_phase(values: dict[str, Any]) -> None:
    values["hook"] = {"phase": "Sync"}


def test_in_the_sync_phase_a_push_publishes_and_a_failure_is_never_shown_as_synced(
    scenarios: Callable[..., Scenario],
) -> None:
    scenario = scenarios()
    site = scenario.site
    scenario.values(in_the_sync_phase)
    scenario.repository.push("Run in the phase Sync")
    scenario.install(change=no_retries)

    app = scenario.argo.wait_synced(site.application, scenario.head())

    (row,) = [row for row in app.rows if row.kind == "Job"]
    assert (row.hook, row.status) == ("Sync", "Succeeded")

    scenario.write_flow("evening", workflow("Evening"))
    scenario.deploy("Another flow")
    assert {flow.name for flow in site.org.flows()} == {"Evening", "Welcome Line"}

    scenario.write_flow("lost", refused_call_flow("Lost"))
    failed = scenario.argo.wait_operation(site.application, scenario.push("A flow that names a missing one"))
    assert failed.phase == "Failed"
    assert scenario.argo.refresh(site.application).sync == "OutOfSync"
    (said,) = scenario.argo.pod_messages(site.application)
    assert "lost.yaml" in said

    scenario.write_flow("lost", workflow("Lost"))
    assert scenario.deploy("Mend it").phase == "Succeeded"


def no_retries(application: dict[str, Any]) -> None:
    application["spec"]["syncPolicy"]["retry"] = {"limit": 0}
