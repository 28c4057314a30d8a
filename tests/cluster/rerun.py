"""The same run again: a Job made from the suspended CronJob."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from tests.cluster.kube import exit_code, termination_message
from tests.cluster.scenario import Scenario
from tests.cluster.waiting import wait_for


@dataclass(frozen=True)
class Ended:
    """How a rerun ended.

    Attributes:
        job: The Job's name.
        code: The container's exit code.
        message: Its termination message.
        log: Its log.
    """

    job: str
    code: int | None
    message: str
    log: str


def start(scenario: Scenario, *arguments: str, cron_job: str = "") -> str:
    """Start a Job of a CronJob, by default a rerun in the only environment, with further arguments; return its name."""
    site, job = scenario.site, f"rerun-{uuid.uuid4().hex[:8]}"
    command = ("create", "job", job, f"--from=cronjob/{cron_job or site.cron_job}", "-n", site.namespace)
    if not arguments:
        scenario.kube.run(*command)
        return job
    made = json.loads(scenario.kube.run(*command, "--dry-run=client", "-o", "json").stdout)
    made["spec"]["template"]["spec"]["containers"][0]["args"] += arguments
    scenario.kube.run("create", "-f", "-", stdin=json.dumps(made))
    return job


def press(scenario: Scenario) -> str:
    """Press Create Job in Argo CD, and return the name of the Job that comes of it."""
    site = scenario.site

    def jobs() -> set[str]:
        return {str(one["metadata"]["name"]) for one in scenario.kube.all("jobs", site.namespace)}

    # Argo CD names such a Job by the minute, and refuses a second one of the same name.
    for pressed in [name for name in jobs() if name.startswith(f"{site.cron_job}-")]:
        scenario.kube.delete("job", pressed, site.namespace)
    before = jobs()
    scenario.argo.create_job(site.application, namespace=site.namespace, cron_job=site.cron_job)
    (made,) = wait_for("the Job", lambda: jobs() - before, bool, timeout=30)
    return made


def ended(scenario: Scenario, job: str) -> Ended:
    """Wait for the end of a Job, and return how its newest Pod ended."""
    scenario.kube.wait_job(job, scenario.site.namespace)
    pod = scenario.pod(job)
    return Ended(job, exit_code(pod), termination_message(pod), scenario.log(job))


def rerun(scenario: Scenario, *arguments: str) -> Ended:
    """Start a rerun, with further arguments, wait for its end, and return how it ended."""
    return ended(scenario, start(scenario, *arguments))
