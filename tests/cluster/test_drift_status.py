"""The drift CronJob, and how Argo CD shows what it found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.flows import workflow
from tests.cluster.kube import exit_code
from tests.cluster.scenario import ARGO_NAMESPACE, Scenario
from tests.cluster.waiting import wait_for

PAGE = Path(__file__).parents[2] / "docs" / "drift.md"
SOMEDAY = "0 0 1 1 *"


def look_for_drift(values: dict[str, Any]) -> None:
    values["drift"] = {"enabled": True, "schedule": SOMEDAY}


def documented_health() -> dict[str, Any]:
    """The part of `argocd-cm` that the page tells to add."""
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    found: dict[str, Any] = yaml.safe_load(block)
    return found


def test_an_edit_by_hand_degrades_the_application_and_leaves_it_synced(scenarios: Callable[..., Scenario]) -> None:
    scenario = scenarios()
    site, kube, argo = scenario.site, scenario.kube, scenario.argo
    kube.run(
        "patch", "configmap", "argocd-cm", "-n", ARGO_NAMESPACE, "--type=merge", "-p", json.dumps(documented_health())
    )
    scenario.values(look_for_drift)
    scenario.repository.push("Look for drift")
    scenario.install()
    argo.wait_synced(site.application, scenario.head())
    assert look(scenario, "first")["status"] == "in-sync"

    site.org.act("edit", "Welcome Line", user="Somebody")
    site.org.reset_calls()
    found = look(scenario, "second")

    assert found["status"] == "drifted"
    assert "Welcome Line" in found["summary"]
    assert "Somebody" in found["report.md"]
    assert site.uploads() == 0
    app = wait_for(
        "the Application to be Degraded",
        lambda: argo.refresh(site.application),
        lambda app: app.health == "Degraded",
        timeout=60,
    )
    assert app.sync == "Synced"
    (node,) = [node for node in argo.tree(site.application) if node["name"] == f"{site.release}-drift-status"]
    assert "Welcome Line" in node["health"]["message"]


def test_a_half_published_commit_that_is_taken_back_is_told_as_drift_until_somebody_syncs(installed: Scenario) -> None:
    site = installed.site
    installed.values(look_for_drift)
    installed.deploy("Look for drift")
    before = site.org.flow("Evening").versions[-1].document
    site.org.job_fault(flow="Night", times=None, messages=["The platform does not like this."])
    installed.write_flow("evening", workflow("Evening", end="Good night"))
    installed.write_flow("night", workflow("Night"))
    failed = installed.argo.wait_operation(site.application, installed.push("Two flows, one of them bad"))
    assert failed.phase == "Failed"
    assert site.org.flow("Evening").versions[-1].document != before
    site.org.clear_faults()

    installed.repository.git("revert", "--no-edit", "HEAD")
    revision = installed.push("Take both back")
    app = wait_for(
        "Argo CD to have looked at the commit",
        lambda: installed.argo.refresh(site.application),
        lambda app: app.revision == revision and app.ended,
        timeout=60,
    )
    assert (app.sync, app.phase, app.operation_revision) == ("Synced", "Failed", failed.operation_revision)
    assert site.org.flow("Evening").versions[-1].document != before

    found = look(installed, "half-published")
    assert found["status"] == "drifted"
    assert "other ones are published" in found["report.md"]

    installed.argo.sync(site.application)
    installed.argo.wait_operation(site.application, revision, after=app.started)
    assert site.org.flow("Evening").versions[-1].document == before
    assert look(installed, "after")["status"] == "in-sync"


def look(scenario: Scenario, name: str) -> dict[str, Any]:
    """Start the CronJob's Job now, and return what its status ConfigMap holds afterwards."""
    site = scenario.site
    scenario.kube.run("create", "job", name, f"--from=cronjob/{site.release}-drift", "-n", site.namespace)
    scenario.kube.wait_job(name, site.namespace)
    assert exit_code(scenario.pod(name)) == 0
    found = scenario.kube.get("configmap", f"{site.release}-drift-status", site.namespace)
    assert found is not None
    data: dict[str, Any] = found["data"]
    return data
