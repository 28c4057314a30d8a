"""A commit that arrives while the Job of the one before still runs."""

from __future__ import annotations

from tests.cluster.flows import workflow
from tests.cluster.scenario import Scenario
from tests.cluster.waiting import wait_for


def test_a_commit_during_a_run_is_deployed_after_it_and_the_run_keeps_its_own_files(installed: Scenario) -> None:
    site, runs = installed.site, installed.runs()
    site.org.settings(job_seconds=3000.0)  # a quarter of a minute at this speed
    installed.write_flow("first", workflow("First"))
    first = installed.push("One")
    wait_for("the upload of the first commit", site.uploads, lambda count: count == 1, timeout=90)

    installed.write_flow("second", workflow("Second"))
    installed.repository.remove(installed.flow("first"))
    installed.push("Another one, while the first is under way")
    site.org.settings(job_seconds=15.0)
    installed.repository.write("README.md", "Nothing of ours.\n")
    last = installed.push("And one that is nothing to us")

    during = installed.argo.app(site.application)
    assert (during.phase, during.operation_revision) == ("Running", first)
    installed.argo.wait_synced(site.application, last, timeout=180)

    assert installed.runs() == runs + 2
    assert {flow.name for flow in site.org.flows()} >= {"First", "Second"}
    assert site.org.flow("First").publish_count == 1
    assert site.org.flow("Second").publish_count == 1
    assert site.uploads() == 2
