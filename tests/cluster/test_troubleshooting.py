"""Cases of docs/troubleshooting.md that look like nothing at all: what is seen, and that the way out is one."""

from __future__ import annotations

from typing import Any

from tests.cluster.scenario import Scenario
from tests.cluster.waiting import wait_for


def a_path_of_the_node(values: dict[str, Any]) -> None:
    values["extraVolumes"] = [{"name": "node", "hostPath": {"path": "/"}}]


def no_more(values: dict[str, Any]) -> None:
    del values["extraVolumes"]


def test_a_job_whose_pod_is_refused_tells_why_in_its_events_alone(installed: Scenario) -> None:
    site, kube, argo = installed.site, installed.kube, installed.argo
    installed.values(a_path_of_the_node)
    revision = installed.push("What the namespace does not admit")

    message = wait_for("an Event of the Job", lambda: refusals(installed), bool, timeout=90)[-1]
    assert 'violates PodSecurity "restricted:latest"' in message
    assert "hostPath" in message
    wait_for(
        "Argo CD to wait for the Job",
        lambda: argo.app(site.application),
        lambda app: app.message == f"waiting for completion of hook batch/Job/{site.job}",
        timeout=30,
    )
    assert kube.pod_of(site.job, site.namespace) is None

    argo.terminate(site.application)
    assert argo.wait_phase(site.application, "Failed").operation_revision == revision
    installed.values(no_more)
    installed.write_flow("evening", (installed.repository.clone / installed.flow("evening")).read_text("utf-8") + "#\n")
    assert installed.deploy("Take it back").phase == "Succeeded"


def refusals(scenario: Scenario) -> list[str]:
    """What the Job controller says of Pods that it could not create."""
    events = scenario.kube.all("events", scenario.site.namespace)
    return [str(one["message"]) for one in events if one["reason"] == "FailedCreate"]


def test_a_link_out_of_the_repository_is_an_error_of_the_whole_application(installed: Scenario) -> None:
    site, argo = installed.site, installed.argo
    link = installed.repository.clone / "docs" / "hosts"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to("/etc/hosts")
    installed.push("A link to somewhere else")

    app = wait_for(
        "the Application to be Unknown",
        lambda: argo.refresh(site.application, hard=True),
        lambda app: app.sync == "Unknown",
        timeout=60,
    )
    assert "out-of-bounds symlinks. file: docs/hosts" in " ".join(app.conditions)
    assert site.org.calls() == []

    link.unlink()
    assert installed.deploy("Without the link").conditions == ()
