"""What a person sees in Argo CD when a guard refuses a push, and how the push gets past it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.cluster.flows import refused_call_flow, workflow
from tests.cluster.kube import exit_code, termination_message
from tests.cluster.scenario import CLIENT, Scenario

REFUSED = 6
WELCOME = "flows/dev/voice/welcome-line.yaml"


def no_retry(application: dict[str, Any]) -> None:
    application["spec"]["syncPolicy"]["retry"] = {"limit": 0}


@pytest.fixture(scope="module")
def shared(scenarios: Callable[..., Scenario]) -> Scenario:
    one = scenarios()
    one.install(change=no_retry)
    one.argo.wait_synced(one.site.application, one.head(), after="")
    return one


@pytest.fixture
def scenario(shared: Scenario) -> Scenario:
    """The scenario as it was pushed first, in the clone: what a test pushes next stands alone."""
    files = shared.repository
    first = files.git("rev-list", "--max-parents=0", "HEAD").strip()
    files.git("rm", "--quiet", "-r", "flows")
    files.git("checkout", "--quiet", first, "--", "flows", "environments.yaml")
    shared.site.org.reset_calls()
    return shared


def always_peak(environment: dict[str, Any]) -> None:
    environment["guards"] = {"peakHours": {"windows": [{"timeZone": "Europe/Berlin"}]}}


def greet(scenario: Scenario, text: str) -> None:
    """Change what callers hear first; nothing happens before a push."""
    document = (scenario.repository.clone / WELCOME).read_text("utf-8")
    document, changed = re.subn(r"(?<=initialGreeting:\n    tts: ).*", text, document)
    assert changed == 1
    scenario.repository.write(WELCOME, document)


def flowsync(scenario: Scenario, *arguments: str) -> str:
    """Run the command line in the clone, without the cluster."""
    site = scenario.site
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("FLOWSYNC_", "KUBE"))}
    environment |= {
        "HOME": str(scenario.files),
        "FLOWSYNC_API_BASE": site.simulator.api,
        "FLOWSYNC_LOGIN_BASE": site.simulator.login,
        "GENESYSCLOUD_OAUTHCLIENT_ID": CLIENT[0],
        "GENESYSCLOUD_OAUTHCLIENT_SECRET": CLIENT[1],
    }
    command = [sys.executable, "-m", "hook", *arguments]
    done = subprocess.run(
        command, cwd=scenario.repository.clone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, REFUSED}, f"{arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def approve(scenario: Scenario) -> None:
    """Approve the plan for what the clone holds, made as in a pull request; nothing happens before a push."""
    file = scenario.files / "plan.json"
    where = ("--environment", scenario.site.environment, "--state", "none", "--on-drift", "overwrite")
    flowsync(scenario, "plan", *where, "--out", str(file))
    said = flowsync(scenario, "approve", "--plan", str(file), "--by", "on-call", "--hours", "1", "--reason", "greeting")
    line = yaml.safe_load(said)
    scenario.settings(lambda environment: environment.update(approvals=line))


def refused(scenario: Scenario, revision: str) -> str:
    """Wait until a commit was refused by a guard, and return what Argo CD shows at the Pod's node."""
    app = scenario.argo.wait_operation(scenario.site.application, revision)
    assert (app.phase, app.sync) == ("Failed", "OutOfSync")
    assert exit_code(scenario.pod()) == REFUSED, scenario.log()
    said = termination_message(scenario.pod())
    assert said in scenario.argo.pod_messages(scenario.site.application)
    return said


def test_at_peak_hours_a_push_is_refused_at_the_pod_until_its_approval_is_pushed(scenario: Scenario) -> None:
    site = scenario.site
    live = site.org.flow("Welcome Line").published
    scenario.settings(always_peak)
    greet(scenario, "Good day.")

    said = refused(scenario, scenario.push("Another greeting at peak hours"))

    assert said.startswith("refused by peakHours: it is ")
    assert "inside the peak hours 'mon-sun 00:00-24:00 Europe/Berlin'" in said
    assert "flowsync approve prints the line to commit" in said
    assert (site.uploads(), site.org.flow("Welcome Line").published) == (0, live)

    approve(scenario)
    assert site.uploads() == 0
    scenario.deploy("Approve the greeting")
    assert site.uploads() == 1
    assert site.org.flow("Welcome Line").published != live
    assert "approved by on-call until" in scenario.log()

    greet(scenario, "Good night.")
    said = refused(scenario, scenario.push("A greeting that nobody approved"))
    assert "The approval of on-call" in said
    assert "is for another plan" in said
    assert site.uploads() == 1


def test_a_reference_to_nothing_is_told_at_the_pod_with_flow_file_line_and_name(scenario: Scenario) -> None:
    site = scenario.site
    scenario.write_flow("lost", refused_call_flow("Lost"))

    said = refused(scenario, scenario.push("A flow that names another one"))

    assert said.startswith("inboundcall 'Lost' refused by references: flows/dev/all/lost.yaml:17")
    assert "there is no inboundcall flow 'No Such Flow'" in said
    assert site.uploads() == 0

    welcome = (scenario.repository.clone / WELCOME).read_text("utf-8")
    scenario.write_flow("named", welcome.replace("Welcome Line", "No Such Flow"))
    scenario.deploy("The flow that it names")
    assert {"Lost", "No Such Flow"} <= {flow.name for flow in site.org.flows() if flow.published}


def test_the_client_of_another_organisation_is_refused_at_the_pod(scenario: Scenario) -> None:
    site = scenario.site
    other = "00000000-0000-4000-8000-00000000dead"
    scenario.settings(lambda environment: environment.update(organizationId=other))
    scenario.write_flow("night", workflow("Night", end="In another organisation"))

    said = refused(scenario, scenario.push("The organisation of another environment"))

    assert said.startswith("refused by environment: ")
    assert other in said
    assert site.org.id in said
    assert site.uploads() == 0
