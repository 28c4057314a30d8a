"""The same run again: from the command line, and by the button in Argo CD."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cluster.flows import refused_call_flow, workflow
from tests.cluster.rerun import ended, press, rerun
from tests.cluster.scenario import Scenario, without_retries


@pytest.fixture(scope="module")
def synced(scenarios: Callable[..., Scenario]) -> Scenario:
    one = scenarios()
    one.write_flow("evening", workflow("Evening"))
    one.repository.push("A second flow")
    one.install(change=without_retries)
    one.argo.wait_synced(one.site.application, one.head())
    return one


def test_a_job_made_from_the_cron_job_runs_again_and_writes_nothing(installed: Scenario) -> None:
    run = rerun(installed)

    assert run.code == 0, run.log
    assert installed.site.org.calls() != []
    assert installed.site.uploads() == 0
    assert installed.argo.app(installed.site.application).sync == "Synced"


def test_the_button_starts_a_run_that_brings_back_what_somebody_deleted(installed: Scenario) -> None:
    installed.site.org.act("delete", "Evening", "workflow", user="Somebody")

    run = ended(installed, press(installed))

    assert run.code == 0, run.log
    assert "Evening" in {flow.name for flow in installed.site.org.flows()}
    assert installed.site.uploads() == 1


def test_a_rerun_of_a_part_leaves_the_application_synced_unless_it_fails(installed: Scenario) -> None:
    site, argo = installed.site, installed.argo

    def marked() -> str:
        found = installed.kube.get("configmap", f"{site.release}-live", site.namespace)
        assert found is not None
        return str(found["data"]["complete"])

    site.org.act("delete", "Evening", "workflow", user="Somebody")
    run = rerun(installed, "--category", "all")
    assert run.code == 0, run.log
    assert site.uploads() == 1
    assert marked() == "true"
    assert argo.refresh(site.application).sync == "Synced"

    site.org.act("delete", "Evening", "workflow", user="Somebody")
    site.org.job_fault(flow="Evening", times=1, messages=["The platform does not like this."])
    assert rerun(installed, "--category", "all").code == 1
    assert marked() == "false"
    assert argo.refresh(site.application).sync == "OutOfSync"
    site.org.clear_faults()


def test_after_a_failed_sync_reruns_use_the_files_of_the_last_good_one(installed: Scenario) -> None:
    site = installed.site
    installed.write_flow("lost", refused_call_flow("Lost"))
    installed.repository.remove("flows/dev/voice/welcome-line.yaml")
    revision = installed.push("A flow that is refused, and one less")
    assert installed.argo.wait_operation(site.application, revision).phase == "Failed"
    site.org.act("delete", "Welcome Line", "inboundcall", user="Somebody")

    for run in (rerun(installed), ended(installed, press(installed))):
        assert run.code == 0, run.log
        assert "Welcome Line" in run.log
        assert "lost.yaml" not in run.log

    assert "Welcome Line" in {flow.name for flow in site.org.flows()}
    assert site.uploads() == 1
