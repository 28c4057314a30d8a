"""The Secret with the OAuth client: missing, and rotated."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from tests.cluster.kube import exit_code
from tests.cluster.rerun import rerun
from tests.cluster.scenario import CLIENT, Scenario, without_retries


def test_a_missing_secret_is_told_at_the_pod_and_a_rotated_one_is_used_by_the_next_run(
    scenarios: Callable[..., Scenario],
) -> None:
    scenario = scenarios(credentials=False)
    site = scenario.site
    scenario.install(change=without_retries)

    failed = scenario.argo.wait_operation(site.application, scenario.head())

    assert failed.phase == "Failed"
    assert exit_code(scenario.pod()) == 4
    said = scenario.argo.pod_messages(site.application)
    assert "client_id" in said[-1]
    assert "exit 4" in said[-1]
    assert site.org.calls() == []

    scenario.credentials(site)
    scenario.argo.sync(site.application)
    assert scenario.argo.wait_synced(site.application, scenario.head(), after=failed.started).phase == "Succeeded"

    site.org.client(CLIENT[0], secret=uuid.uuid4().hex)
    site.org.expire_tokens()
    refused = rerun(scenario)
    assert refused.code == 4, refused.log
    assert CLIENT[1] not in refused.log + refused.message

    site.org.client("rotated", secret="secret-of-rotated")
    scenario.credentials(site, ("rotated", "secret-of-rotated"))
    site.org.reset_calls()
    accepted = rerun(scenario)
    assert accepted.code == 0, accepted.log
    assert {call.client for call in site.org.calls() if call.client} == {"rotated"}
