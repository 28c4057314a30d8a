"""What a push starts, and what it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cluster.flows import workflow
from tests.cluster.kube import exit_code
from tests.cluster.scenario import Scenario


def test_a_push_that_changes_one_flow_publishes_that_flow_alone(installed: Scenario) -> None:
    site = installed.site
    before = {flow.name: flow.published for flow in site.org.flows()}

    installed.write_flow("evening", workflow("Evening", end="Good night"))
    installed.deploy("Say good night")

    after = {flow.name: flow.published for flow in site.org.flows()}
    assert after["Evening"] != before["Evening"]
    assert after["Welcome Line"] == before["Welcome Line"]
    assert site.uploads() == 1


def test_a_push_that_changes_nothing_of_ours_starts_no_run(installed: Scenario) -> None:
    runs = installed.runs()
    installed.repository.write("docs/notes.md", "Nothing that is deployed.\n")

    installed.deploy("Notes")

    assert installed.runs() == runs
    assert installed.site.org.calls() == []


def another_image(scenario: Scenario) -> str:
    scenario.values(lambda values: values["image"].update(tag="v2"))
    return '"flow-sync:v2"'


def another_argument(scenario: Scenario) -> str:
    scenario.values(lambda values: values.update(extraArgs=["--log-level=debug"]))
    return '"--log-level=debug"'


def another_setting(scenario: Scenario) -> str:
    scenario.settings(lambda environment: environment.update(variables={"company": "Example Energy"}))
    return "company: Example Energy"


@pytest.mark.parametrize("change", [another_image, another_argument, another_setting])
def test_a_push_that_changes_only_the_way_of_running_starts_a_run_that_writes_nothing(
    installed: Scenario, change: Callable[[Scenario], str]
) -> None:
    runs = installed.runs()
    shown = change(installed)

    app = installed.deploy("Run otherwise")

    assert app.operation_revision == installed.head()
    assert installed.runs() == runs + 1
    assert exit_code(installed.pod()) == 0
    settings = installed.kube.get("configmap", f"{installed.site.release}-hook-settings", installed.site.namespace)
    assert settings is not None
    assert shown in "\n".join([json.dumps(installed.pod()["spec"]), *settings["data"].values()])
    assert installed.site.org.calls() != []
    assert installed.site.uploads() == 0


def test_a_renamed_and_a_removed_file_delete_nothing_in_the_organisation(installed: Scenario) -> None:
    site = installed.site
    installed.repository.rename("flows/dev/voice/welcome-line.yaml", "flows/dev/voice/lines/welcome.yaml")
    installed.repository.remove(installed.flow("evening"))

    app = installed.deploy("Tidy up")

    assert app.operation_revision == installed.head()
    assert {flow.name for flow in site.org.flows()} >= {"Evening", "Welcome Line"}
    assert site.uploads() == 0
    assert site.org.calls(method="DELETE") == []
    assert "workflow 'Evening'\n      gone from Git; never deleted here" in installed.log()
