"""A run that is ended from outside: Terminate in Argo CD, and a kill that nobody can catch."""

from __future__ import annotations

from tests.cluster import node
from tests.cluster.flows import workflow
from tests.cluster.scenario import Scenario
from tests.cluster.waiting import wait_for

GRACE = 3


def start_slow_run(scenario: Scenario, name: str) -> str:
    """Push a flow whose publication ends only when the clock is set forward; return the commit when it is uploaded."""
    site = scenario.site
    site.org.settings(job_seconds=100_000.0)
    scenario.write_flow(name.lower(), workflow(name))
    revision = scenario.push(f"Add {name}")
    wait_for("the upload", site.uploads, lambda count: count == 1, timeout=90)
    site.org.settings(job_seconds=15.0)
    return revision


def test_terminate_frees_the_lock_and_the_next_sync_publishes_nothing_twice(installed: Scenario) -> None:
    site = installed.site
    installed.values(lambda values: values.update(grace=GRACE))
    start_slow_run(installed, "Slow")
    running = installed.argo.app(site.application)
    assert installed.lease()["holderIdentity"]

    installed.argo.terminate(site.application)

    assert installed.argo.wait_phase(site.application, "Failed").message == "Operation terminated"
    # The run needs a moment after its grace for the report; the Lease alone would be taken over after 30 s.
    wait_for("the lock to be free", installed.lease, lambda lease: not lease.get("holderIdentity"), timeout=GRACE + 15)
    site.org.advance(1_000)
    installed.argo.sync(site.application)
    app = installed.argo.wait_operation(site.application, installed.head(), after=running.started)
    assert app.phase == "Succeeded"
    assert "taken over" not in installed.log()
    assert site.uploads() == 1
    assert site.org.flow("Slow").publish_count == 1


def test_after_a_kill_the_retry_takes_the_lock_over_and_tells_what_was_unsure(installed: Scenario) -> None:
    site = installed.site
    revision = start_slow_run(installed, "Killed")
    killed = installed.pod()
    holder = installed.lease()["holderIdentity"]

    node.kill(installed.access, killed)
    site.org.advance(1_000)

    app = installed.argo.wait_operation(site.application, revision, timeout=180)
    assert (app.phase, app.retries) == ("Succeeded", 1)
    assert killed["metadata"]["name"] != installed.pod()["metadata"]["name"]
    log = installed.log()
    assert f"the lock was taken over from {holder}" in log
    assert "1 of its writes were unsure" in log
    assert "workflow 'Killed'" in log
    assert site.uploads() == 1
    assert site.org.flow("Killed").publish_count == 1
