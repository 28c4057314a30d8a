"""The application chart: flows from a ConfigMap that somebody else made."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.flows import workflow
from tests.cluster.kube import exit_code
from tests.cluster.scenario import SECRET, Scenario

CHART = Path(__file__).parents[2] / "charts" / "genesys-flow-sync"
VALUES = "deploy/values.yaml"


def provide(scenario: Scenario, flows: dict[str, str]) -> None:
    """Put flows into the ConfigMap, and their digest into the values; nothing happens before a push."""
    folder = scenario.files / "flows"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in flows.items():
        (folder / name).write_text(text, encoding="utf-8")
    namespace = scenario.site.namespace
    made = scenario.kube.run(
        "create", "configmap", "my-flows", f"--from-file={folder}", "-n", namespace, "--dry-run=client", "-o", "yaml"
    )
    scenario.kube.run("apply", "-n", namespace, "-f", "-", stdin=made.stdout)
    digest = subprocess.run(
        ["bash", "-c", "LC_ALL=C; sha256sum * | sha256sum"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.split()[0]
    simulator = scenario.site.simulator
    values: dict[str, Any] = {
        "environment": "dev",
        "environments": {"dev": {"organizationId": simulator.org.id, "region": "mypurecloud.com"}},
        "image": {"repository": "flow-sync", "tag": "lab"},
        "credentials": {"existingSecret": SECRET},
        "settings": {"apiBase": simulator.api, "loginBase": simulator.login},
        "flows": {"existingConfigMap": "my-flows", "digest": f"sha256:{digest}"},
    }
    scenario.repository.write(VALUES, yaml.safe_dump(values))


def application_chart(application: dict[str, Any]) -> None:
    source = application["spec"]["source"]
    source["path"] = "deploy/chart"
    source["helm"]["valueFiles"] = ["../values.yaml"]
    application["spec"]["syncPolicy"]["retry"] = {"limit": 0}


def test_a_new_digest_publishes_what_the_config_map_holds_and_an_old_one_refuses_it(
    scenarios: Callable[..., Scenario],
) -> None:
    scenario = scenarios()
    site = scenario.site
    shutil.copytree(CHART, scenario.repository.clone / "deploy" / "chart")  # follows links, as `cp -rL`
    provide(scenario, {"evening.yaml": workflow("Evening"), "Night-line.yaml": workflow("Night")})
    scenario.repository.push("Flows from elsewhere")
    scenario.install(change=application_chart)
    scenario.argo.wait_synced(site.application, scenario.head())
    assert {flow.name for flow in site.org.flows()} == {"Evening", "Night"}

    site.org.reset_calls()
    provide(scenario, {"evening.yaml": workflow("Evening", end="Good night"), "Night-line.yaml": workflow("Night")})
    before = scenario.argo.app(site.application)
    scenario.argo.sync(site.application)  # the new digest is not pushed yet
    failed = scenario.argo.wait_operation(site.application, before.revision, after=before.started)
    assert failed.phase == "Failed"
    assert exit_code(scenario.pod()) == 3
    (said,) = scenario.argo.pod_messages(site.application)
    assert "digest" in said
    assert site.org.calls() == []

    scenario.deploy("The digest of what the ConfigMap holds")
    assert site.uploads() == 1
