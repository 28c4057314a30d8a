"""The drift CronJob, and how Argo CD shows what it found."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.flows import workflow
from tests.cluster.kube import Kube, exit_code
from tests.cluster.scenario import ARGO_NAMESPACE, Scenario, looking_for_drift, without_retries
from tests.cluster.waiting import wait_for

PAGE = Path(__file__).parents[2] / "docs" / "drift.md"


def documented_health() -> dict[str, Any]:
    """The part of `argocd-cm` that the page tells to add."""
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    found: dict[str, Any] = yaml.safe_load(block)
    return found


@pytest.fixture(scope="module")
def watched(kube: Kube, scenarios: Callable[..., Scenario]) -> Scenario:
    """Two flows, an Application that tries once, and the health check of the page."""
    patch = json.dumps(documented_health())
    kube.run("patch", "configmap", "argocd-cm", "-n", ARGO_NAMESPACE, "--type=merge", "-p", patch)
    scenario = scenarios()
    scenario.write_flow("evening", workflow("Evening"))
    scenario.values(looking_for_drift)
    scenario.repository.push("Look for drift")
    scenario.install(change=without_retries)
    scenario.argo.wait_synced(scenario.site.application, scenario.head())
    return scenario


def test_an_edit_by_hand_degrades_the_application_and_leaves_it_synced(watched: Scenario) -> None:
    site, argo = watched.site, watched.argo
    assert look(watched)["status"] == "in-sync"

    site.org.act("edit", "Welcome Line", user="Somebody")
    site.org.reset_calls()
    found = look(watched)

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

    text = (watched.repository.clone / "flows/dev/voice/welcome-line.yaml").read_text("utf-8")
    site.org.act("edit", "Welcome Line", user="Somebody", document=text)
    assert look(watched)["status"] == "in-sync"


def test_a_half_published_commit_that_is_taken_back_is_taken_back_in_the_organisation_too(watched: Scenario) -> None:
    site, argo = watched.site, watched.argo
    before = site.org.flow("Evening").versions[-1].document
    site.org.job_fault(flow="Night", times=None, messages=["The platform does not like this."])
    watched.write_flow("evening", workflow("Evening", end="Good night"))
    watched.write_flow("night", workflow("Night"))
    failed = argo.wait_operation(site.application, watched.push("Two flows, one of them bad"))
    assert failed.phase == "Failed"
    assert site.org.flow("Evening").versions[-1].document != before
    site.org.clear_faults()

    watched.repository.git("revert", "--no-edit", "HEAD")
    revision = watched.push("Take both back")
    argo.wait_synced(site.application, revision)
    assert site.org.flow("Evening").versions[-1].document == before
    assert look(watched)["status"] == "in-sync"


def look(scenario: Scenario) -> dict[str, Any]:
    """Start the CronJob's Job now, and return what its status ConfigMap holds afterwards."""
    site, name = scenario.site, f"look-{uuid.uuid4().hex[:8]}"
    scenario.kube.run("create", "job", name, f"--from=cronjob/{site.release}-drift", "-n", site.namespace)
    scenario.kube.wait_job(name, site.namespace)
    assert exit_code(scenario.pod(name)) == 0
    found = scenario.kube.get("configmap", f"{site.release}-drift-status", site.namespace)
    assert found is not None
    data: dict[str, Any] = found["data"]
    return data
