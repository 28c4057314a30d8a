"""Two runs at once: a sync while a rerun writes."""

from __future__ import annotations

from collections.abc import Callable

from simulator.state import CallRecord
from tests.cluster.flows import workflow
from tests.cluster.kube import exit_code, termination_message
from tests.cluster.rerun import ended, start
from tests.cluster.scenario import CLIENT, Scenario, without_retries
from tests.cluster.waiting import wait_for

SECOND = ("second", "secret-of-second")
"""The client of the sync, so that the organisation can tell its calls from those of the rerun."""


def jobs_of(scenario: Scenario, client: str) -> list[CallRecord]:
    """Return the calls by which a client began to publish."""
    return [call for call in scenario.site.org.calls(method="POST", path="/flows/jobs") if call.client == client]


def start_slow_rerun(scenario: Scenario) -> str:
    """Start a rerun whose publication does not end before the clock is set forward; return the Job."""
    site = scenario.site
    site.org.act("delete", "Evening", "workflow", user="Somebody")
    site.org.settings(job_seconds=100_000.0)
    job = start(scenario)
    wait_for("the rerun to upload", site.uploads, lambda count: count == 1, timeout=60)
    site.org.settings(job_seconds=15.0)
    return job


def test_a_sync_during_a_rerun_ends_with_7_or_waits_and_the_rerun_keeps_its_rights_and_its_lock(
    scenarios: Callable[..., Scenario],
) -> None:
    scenario = scenarios(settings={"pollInterval": 0.2})
    site = scenario.site
    scenario.write_flow("evening", workflow("Evening"))
    scenario.repository.push("A second flow")
    scenario.install(change=without_retries)
    scenario.argo.wait_synced(site.application, scenario.head())
    site.org.reset_calls()
    slow = start_slow_rerun(scenario)
    holder = scenario.lease()["holderIdentity"]
    site.org.client(SECOND[0], secret=SECOND[1])
    scenario.credentials(site, SECOND)

    scenario.write_flow("more", workflow("More"))
    scenario.values(lambda values: values.update(lock={"timeout": 1}))
    impatient = scenario.argo.wait_operation(site.application, scenario.push("Do not wait"))

    assert (impatient.phase, impatient.sync) == ("Failed", "OutOfSync")
    assert exit_code(scenario.pod()) == 7
    said = termination_message(scenario.pod())
    assert holder in said
    assert said in scenario.argo.pod_messages(site.application)

    scenario.values(lambda values: values.update(lock={"timeout": 240}))
    revision = scenario.push("Wait")
    scenario.argo.wait_phase(site.application, "Running")
    wait_for("the sync to wait", lambda: waiting_log(scenario), lambda log: "waiting for the lock" in log, timeout=60)
    # The rights of the hook were deleted and made anew twice; the rerun has its own.
    renewed = scenario.lease()["renewTime"]
    lease = wait_for("a renewal", scenario.lease, lambda now: now["renewTime"] != renewed, timeout=30)
    assert lease["holderIdentity"] == holder
    assert jobs_of(scenario, SECOND[0]) == []

    site.org.advance(1_000)
    long = ended(scenario, slow)
    synced = scenario.argo.wait_synced(site.application, revision)

    assert long.code == 0, long.log
    assert "not renewed" not in long.log
    assert synced.phase == "Succeeded"
    assert holder in scenario.log()
    assert len(jobs_of(scenario, CLIENT[0])) == len(jobs_of(scenario, SECOND[0])) == 1
    last = site.org.calls(path="/flows/jobs/")
    assert max(call.n for call in last if call.client == CLIENT[0]) < jobs_of(scenario, SECOND[0])[0].n
    assert {flow.name for flow in site.org.flows()} == {"Evening", "More", "Welcome Line"}


def waiting_log(scenario: Scenario) -> str:
    """Return the log of the sync's Pod, empty while there is none that runs."""
    site = scenario.site
    pod = scenario.kube.pod_of(site.job, site.namespace)
    if pod is None or pod["status"].get("phase") != "Running":
        return ""
    return scenario.kube.run("logs", pod["metadata"]["name"], "-n", site.namespace, check=False).stdout


def test_two_environments_of_one_organisation_share_a_lock_and_a_state(scenarios: Callable[..., Scenario]) -> None:
    scenario = scenarios(environments=("dev", "trial"), settings={"pollInterval": 0.2})
    dev, trial = scenario.sites.values()
    dev.org.client(SECOND[0], secret=SECOND[1])
    scenario.credentials(trial, SECOND)
    scenario.repository.remove("flows/trial/voice/welcome-line.yaml")
    scenario.write_flow("trial", workflow("Trial"), environment="trial")
    scenario.settings(lambda settings: settings.update(organizationId=dev.org.id), environment="trial")
    api = {"apiBase": dev.simulator.api, "loginBase": dev.simulator.login}
    scenario.values(lambda values: values["settings"].update(api), environment="trial")
    for environment in scenario.sites:
        scenario.values(lambda values: values.update(lock={"namespace": dev.namespace}), environment=environment)
    scenario.repository.push("One organisation for both")
    dev.org.settings(job_seconds=600.0)  # three seconds at this speed, so that the two runs would meet

    scenario.install()

    for site in (dev, trial):
        scenario.argo.wait_synced(site.application, scenario.head())
    assert {flow.name for flow in dev.org.flows()} == {"Trial", "Welcome Line"}
    assert scenario.lease()["leaseTransitions"] >= 1
    assert scenario.kube.get("configmap", f"flowsync-state-{dev.org.id}", dev.namespace)
    for kind in ("lease", "configmap"):
        names = [str(one["metadata"]["name"]) for one in scenario.kube.all(kind, trial.namespace)]
        assert [name for name in names if name.startswith("flowsync-")] == []
    publishing = [
        sorted(call.n for call in dev.org.calls(path="/flows/jobs") if call.client == client)
        for client in (CLIENT[0], SECOND[0])
    ]
    first, second = sorted(publishing)
    assert first
    assert first[-1] < second[0]
