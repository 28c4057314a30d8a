"""A sync that fails after its Job has published everything, and a commit that takes that back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cluster.flows import workflow
from tests.cluster.rerun import rerun
from tests.cluster.scenario import Scenario, without_retries

REFUSED = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    # After the hooks, and before all that the chart makes.
    "metadata": {"name": "refused", "annotations": {"argocd.argoproj.io/sync-wave": "-1"}},
    "data": {"no/valid/key": "Argo CD's dry run takes it, the API server does not"},
}


def by_hand(application: dict[str, Any]) -> None:
    without_retries(application)
    del application["spec"]["syncPolicy"]["automated"]


@pytest.fixture(scope="module")
def scenario(scenarios: Callable[..., Scenario]) -> Scenario:
    """Two flows, and an Application that syncs when somebody presses the button."""
    one = scenarios()
    one.write_flow("evening", workflow("Evening"))
    one.repository.push("A second flow")
    one.install(change=by_hand)
    one.argo.sync(one.site.application)
    one.argo.wait_synced(one.site.application, one.head())
    return one


def test_what_was_published_before_the_sync_failed_is_taken_back_with_the_commit(scenario: Scenario) -> None:
    site, argo, live = scenario.site, scenario.argo, f"{scenario.site.release}-live"

    def marks() -> dict[str, str]:
        found = scenario.kube.get("configmap", live, site.namespace)
        assert found is not None
        return dict(found["data"])

    def published() -> str:
        return str(site.org.flow("Evening").versions[-1].document)

    marked, before = marks(), published()
    trigger = scenario.kube.get("cronjob", site.cron_job, site.namespace)
    scenario.write_flow("evening", workflow("Evening", end="Good night"))
    scenario.repository.write("templates/refused.yaml", json.dumps(REFUSED))
    bad = scenario.push("A changed flow, and an object that the API server refuses")
    argo.sync(site.application)
    failed = argo.wait_operation(site.application, bad)

    assert failed.phase == "Failed"
    assert [row.status for row in failed.rows if row.name == site.job] == ["Succeeded"]
    assert published() != before
    assert scenario.kube.get("cronjob", site.cron_job, site.namespace) == trigger
    assert marks().pop("inputs") != marked["inputs"]

    scenario.repository.git("revert", "--no-edit", "HEAD")
    revision = scenario.push("Take it back")
    assert argo.wait_compared(site.application, revision).sync == "OutOfSync"
    argo.sync(site.application)
    argo.wait_synced(site.application, revision)
    assert published() == before
    assert marks() == marked

    run = rerun(scenario)
    assert run.code == 0, run.log
    assert marks() == marked
    assert argo.refresh(site.application).sync == "Synced"
