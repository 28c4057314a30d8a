"""An ApplicationSet that brings changes to dev, then to staging, then to prod: three organisations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from tests.cluster.argo import App
from tests.cluster.flows import refused_call_flow, workflow
from tests.cluster.scenario import ARGO_NAMESPACE, Scenario, Site
from tests.cluster.waiting import wait_for

ENVIRONMENTS = ("dev", "staging", "prod")


def install(scenario: Scenario) -> None:
    """Apply the project and the ApplicationSet that `flowsync init --applicationset` made."""
    folder = scenario.repository.clone / "argocd"
    scenario.kube.apply_file(folder / "project.yaml")
    document = yaml.safe_load((folder / "applicationset.yaml").read_text("utf-8"))
    document["spec"]["template"]["spec"]["syncPolicy"]["retry"] = {"limit": 0}
    scenario.kube.apply(document)


def wait_everywhere(scenario: Scenario, revision: str) -> list[App]:
    """Wait until all three are Synced at a commit, and return their states in the order of promotion."""
    return [wait_there(scenario, site, revision) for site in scenario.sites.values()]


def wait_there(scenario: Scenario, site: Site, revision: str) -> App:
    """Wait until one of them is Synced at a commit, and return its state."""

    def there(app: App | None) -> bool:
        return app is not None and app.sync == "Synced" and app.revision == revision and app.ended

    what = f"{site.application} to be Synced at {revision[:8]}"
    app = wait_for(what, lambda: state(scenario, site), there, timeout=240)
    assert app is not None
    return app


def state(scenario: Scenario, site: Site) -> App | None:
    """Return the Application's state, refreshed, or None when the ApplicationSet has not made it yet."""
    if scenario.kube.get("application", site.application, ARGO_NAMESPACE) is None:
        return None
    return scenario.argo.refresh(site.application)


@pytest.mark.timeout(900)
def test_a_failing_dev_holds_back_staging_and_prod_until_it_is_mended(scenarios: Callable[..., Scenario]) -> None:
    scenario = scenarios(environments=ENVIRONMENTS, options=("--applicationset",))
    dev, *later = scenario.sites.values()
    install(scenario)
    scenario.applications.extend(site.application for site in scenario.sites.values())
    try:
        apps = wait_everywhere(scenario, scenario.head())
        assert [app.started for app in apps] == sorted(app.started for app in apps)
        for site in scenario.sites.values():
            assert [flow.name for flow in site.org.flows()] == ["Welcome Line"]
            site.org.reset_calls()

        for environment in ENVIRONMENTS:
            scenario.write_flow("evening", workflow("Evening"), environment=environment)
        scenario.write_flow("lost", refused_call_flow("Lost"), environment="dev")
        bad = scenario.push("One more everywhere; in dev, a bad one as well")
        assert scenario.argo.wait_operation(dev.application, bad).phase == "Failed"
        wait_for("the others to wait", lambda: gate(scenario), waiting, timeout=90)
        for site in later:
            # The ApplicationSet may sync one again that it has just synced, with the files of before.
            assert site.uploads() == 0
            assert [flow.name for flow in site.org.flows()] == ["Welcome Line"]

        scenario.repository.remove(scenario.flow("lost", environment="dev"))
        good = scenario.push("Mend dev")
        apps = wait_everywhere(scenario, good)

        assert [app.started for app in apps] == sorted(app.started for app in apps)
        for site in scenario.sites.values():
            assert {flow.name for flow in site.org.flows()} == {"Evening", "Welcome Line"}
            assert site.uploads() == 1
    finally:
        scenario.kube.run("delete", "applicationset", scenario.name, "-n", ARGO_NAMESPACE, "--wait=false")


def gate(scenario: Scenario) -> dict[str, str]:
    """Return what the ApplicationSet says of each of its Applications."""
    found = scenario.kube.get("applicationset", scenario.name, ARGO_NAMESPACE) or {}
    entries = found.get("status", {}).get("applicationStatus", [])
    return {entry["application"]: entry["status"] for entry in entries}


def waiting(states: dict[str, str]) -> bool:
    """Whether the first Application is under way, as the ApplicationSet sees it, and the others wait for it."""
    first, *others = [states[name] for name in sorted(states, key=order)] or [""]
    return first in {"Pending", "Progressing"} and set(others) == {"Waiting"}


def order(application: str) -> int:
    """The place of an Application in the promotion."""
    return ENVIRONMENTS.index(application.rpartition("-")[2])
