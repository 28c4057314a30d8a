"""How a run ends, and what is left of it for those who look: message, Events, state."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cluster.flows import workflow
from tests.cluster.kube import exit_code, termination_message
from tests.cluster.rerun import rerun
from tests.cluster.scenario import Scenario, without_retries
from tests.cluster.waiting import wait_for

MANY = 25
LONG = "Überlänge " * 8


@pytest.fixture(scope="module")
def scenario(scenarios: Callable[..., Scenario]) -> Scenario:
    one = scenarios(settings={"pollInterval": 0.2})
    one.install(change=without_retries)
    one.argo.wait_synced(one.site.application, one.head())
    return one


def state_of(scenario: Scenario) -> str:
    return f"flowsync-state-{scenario.site.org.id}"


def overwrite_state(scenario: Scenario, content: dict[str, Any]) -> None:
    patch = json.dumps([{"op": "replace", "path": "/binaryData", "value": content}])
    scenario.kube.run(
        "patch", "configmap", state_of(scenario), "-n", scenario.site.namespace, "--type=json", "-p", patch
    )


def content_of(scenario: Scenario, name: str) -> dict[str, str]:
    found = scenario.kube.get("configmap", name, scenario.site.namespace)
    assert found is not None, f"no ConfigMap {name}"
    content: dict[str, str] = found["binaryData"]
    return content


def unpacked(content: dict[str, str]) -> dict[str, Any]:
    (packed,) = content.values()
    document: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return document


def packed(key: str, document: dict[str, Any]) -> dict[str, str]:
    return {key: base64.b64encode(gzip.compress(json.dumps(document).encode())).decode()}


def test_a_state_that_is_broken_or_of_another_organisation_is_told_kept_and_built_anew(scenario: Scenario) -> None:
    site = scenario.site
    good = content_of(scenario, state_of(scenario))
    (key,) = good
    foreign = packed(key, unpacked(good) | {"organisation": "00000000-0000-4000-8000-000000000001"})
    for content, why in (({key: "YnJva2Vu"}, "cannot be unpacked"), (foreign, "belongs to organisation 00000000-")):
        overwrite_state(scenario, content)
        site.org.reset_calls()

        run = rerun(scenario)

        assert run.code == 0, run.log
        assert why in run.log
        assert f"{state_of(scenario)}-set-aside" in run.log
        assert content_of(scenario, f"{state_of(scenario)}-set-aside") == content
        rebuilt = unpacked(content_of(scenario, state_of(scenario)))
        assert rebuilt["organisation"] == site.org.id
        assert "Welcome Line" in json.dumps(rebuilt)
        assert site.uploads() == 0


def test_a_run_that_its_own_deadline_ends_leaves_its_report_and_the_next_one_goes_on(scenario: Scenario) -> None:
    site = scenario.site
    scenario.values(lambda values: values.update(deadline=20, activeDeadlineSeconds=140))
    scenario.write_flow("slow", workflow("Slow"))
    site.org.reset_calls()
    site.org.settings(job_seconds=100_000.0)
    revision = scenario.push("A flow that the platform takes long for")

    app = scenario.argo.wait_operation(site.application, revision)

    assert app.phase == "Failed"
    pod = scenario.pod()
    assert exit_code(pod) == 5, scenario.log()
    said = termination_message(pod)
    assert "'Slow'" in said.splitlines()[0]
    assert "deadline" in said
    assert said in scenario.argo.pod_messages(site.application)
    assert "holderIdentity" not in scenario.lease()

    site.org.settings(job_seconds=15.0)
    site.org.advance(1_000)
    before = app.started
    scenario.argo.sync(site.application)
    again = scenario.argo.wait_operation(site.application, revision, after=before)
    assert (again.phase, exit_code(scenario.pod())) == ("Succeeded", 0)
    assert "Slow" in scenario.log()
    assert site.uploads() == 1
    wait_for("one publish", lambda: site.org.flow("Slow").publish_count, lambda count: count == 1, timeout=5)


def test_many_failures_fit_into_the_message_at_the_pod_and_into_events_on_the_job(scenario: Scenario) -> None:
    site = scenario.site
    for number in range(MANY):
        scenario.write_flow(f"failing-{number:02}", workflow(f"{LONG}{number:02}"))
    site.org.job_fault(times=None, messages=[f"Zeile 7: {LONG * 4}"])
    revision = scenario.push("Flows that the platform refuses")

    app = scenario.argo.wait_operation(site.application, revision)
    site.org.clear_faults()

    assert (app.phase, app.sync, app.retries) == ("Failed", "OutOfSync", 0)
    pod = scenario.pod()
    said = termination_message(pod)
    assert exit_code(pod) == 1
    assert LONG.strip() in said.splitlines()[0]
    assert "exit 1" in said.splitlines()[-1]
    assert len(said.encode()) <= 2048
    assert said in scenario.argo.pod_messages(site.application)

    told = events_of(scenario, site.job)
    assert [one["reason"] for one in told].count("ObjectFailed") == 20
    assert told[0]["reason"] == "SyncStarted"
    assert (told[-1]["type"], told[-1]["reason"]) == ("Warning", "SyncFailed")
    assert f"{MANY - 20} more objects failed" in told[-1]["message"]
    assert all(len(one["message"].encode()) <= 1024 for one in told)
    described = scenario.kube.run("describe", "job", site.job, "-n", site.namespace).stdout
    assert "SyncFailed" in described


def events_of(scenario: Scenario, job: str) -> list[dict[str, Any]]:
    """Return what the runs of a Job's present incarnation told, in their order."""
    live = scenario.kube.get("job", job, scenario.site.namespace)
    assert live is not None
    events = scenario.kube.all("events", scenario.site.namespace)
    ours = [one for one in events if one["involvedObject"].get("uid") == live["metadata"]["uid"]]
    ours = [one for one in ours if one["source"].get("component") == "flowsync"]
    return sorted(ours, key=lambda one: int(one["metadata"]["resourceVersion"]))
