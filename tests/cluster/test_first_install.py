"""From an empty Git repository to a green sync, and what a second sync does."""

from __future__ import annotations

from collections.abc import Callable

from tests.cluster.kube import exit_code
from tests.cluster.scenario import Scenario


def test_the_first_push_publishes_the_flow_and_the_application_is_synced(scenarios: Callable[..., Scenario]) -> None:
    scenario = scenarios()
    site = scenario.site
    scenario.install()

    app = scenario.argo.wait_synced(site.application, scenario.head())

    assert app.phase == "Succeeded"
    assert app.health == "Healthy"
    assert [flow.name for flow in site.org.flows()] == ["Welcome Line"]
    assert exit_code(scenario.pod()) == 0
    assert "Welcome Line" in scenario.log()


def test_a_sync_from_the_page_without_a_change_runs_the_job_and_writes_nothing(installed: Scenario) -> None:
    site = installed.site
    first = installed.argo.app(site.application)
    runs, published = installed.runs(), {flow.name: flow.published for flow in site.org.flows()}

    installed.argo.sync(site.application)
    again = installed.argo.wait_operation(site.application, installed.head(), after=first.started)

    assert again.phase == "Succeeded"
    assert installed.runs() == runs + 1
    assert site.org.calls() != []
    assert site.uploads() == 0
    assert {flow.name: flow.published for flow in site.org.flows()} == published
