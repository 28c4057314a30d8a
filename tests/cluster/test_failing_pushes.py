"""A push that the platform or a guard refuses: what Argo CD shows, how often it tries, and how a push mends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cluster.flows import refused_call_flow, workflow
from tests.cluster.kube import exit_code, termination_message
from tests.cluster.scenario import ARGO_NAMESPACE, Scenario
from tests.cluster.waiting import wait_for


def one_retry(application: dict[str, Any]) -> None:
    application["spec"]["syncPolicy"]["retry"]["limit"] = 1


@pytest.fixture(scope="module")
def scenario(scenarios: Callable[..., Scenario]) -> Scenario:
    one = scenarios()
    one.install(change=one_retry)
    one.argo.wait_synced(one.site.application, one.head(), after="")
    return one


def test_a_flow_that_the_platform_refuses_fails_the_sync_until_a_push_mends_it(scenario: Scenario) -> None:
    site, runs = scenario.site, scenario.runs()
    site.org.job_fault(flow="Night", times=None, messages=["Line 7: the platform does not like this."])
    scenario.write_flow("night", workflow("Night"))
    revision = scenario.push("A flow that is refused")

    failed = scenario.argo.wait_operation(site.application, revision)

    assert (failed.phase, failed.sync, failed.retries) == ("Failed", "OutOfSync", 1)
    assert scenario.runs() == runs + 2  # the first try, and the one retry that the Application asks for
    assert exit_code(scenario.pod()) == 1
    said = termination_message(scenario.pod())
    assert said.startswith("workflow 'Night': ")
    assert "the platform does not like this" in said.splitlines()[0]
    assert said in scenario.argo.pod_messages(site.application)

    site.org.clear_faults()
    scenario.write_flow("night", workflow("Night", end="Mended"))
    scenario.deploy("Mend it")
    assert site.org.flow("Night").published


def test_a_fix_is_deployed_while_the_bad_commit_is_still_tried_again(scenario: Scenario) -> None:
    site, limit = scenario.site, 5
    retry = json.dumps({"spec": {"syncPolicy": {"retry": {"limit": limit, "backoff": {"duration": "5s"}}}}})
    scenario.kube.run("patch", "application", site.application, "-n", ARGO_NAMESPACE, "--type=merge", "-p", retry)
    runs = scenario.runs()
    scenario.write_flow("morning", refused_call_flow("Morning"))
    bad = scenario.push("A flow that names what does not exist")
    wait_for("the first retry", lambda: scenario.argo.app(site.application), lambda app: app.retries > 0, timeout=60)

    scenario.write_flow("morning", workflow("Morning"))
    fixed = scenario.argo.wait_synced(site.application, scenario.push("A flow that names nothing"))

    assert fixed.operation_revision != bad
    assert site.org.flow("Morning").published
    assert scenario.runs() - runs < limit + 1  # so many runs the bad commit alone would have taken
