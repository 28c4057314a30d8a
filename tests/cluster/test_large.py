"""Two and a half megabytes of flows, in files whose names hold blanks and letters of all kinds."""

from __future__ import annotations

from collections.abc import Callable

from tests.cluster import node
from tests.cluster.flows import large_workflow
from tests.cluster.kube import exit_code
from tests.cluster.scenario import Scenario

NAMES = {
    "flows/dev/Öffnungszeiten/Grüße & mehr (2).yaml": "Grüße & mehr",
    "flows/dev/two words/Line one.yaml": "Line one",
    "flows/dev/two words/line one.yml": "Line two",
    "flows/dev/日本語/電話.yaml": "電話",
    "flows/dev/☎ hotline/it's 100% #1.yaml": "Hotline",
    "flows/dev/Ελληνικά.yaml": "Ελληνικά",
}
ONE = 430_000
LIMIT = 512 * 1024 * 1024
"""Bytes of memory that the chart gives the container; half of it is to be enough."""


def test_large_flows_with_any_file_name_arrive_as_they_are(
    scenarios: Callable[..., Scenario], record_property: Callable[[str, object], None]
) -> None:
    scenario = scenarios()
    site = scenario.site
    texts = {path: large_workflow(name, ONE) for path, name in NAMES.items()}
    for path, text in texts.items():
        scenario.repository.write(path, text)
    total = sum(len(text.encode()) for text in texts.values())
    assert total > 2_500_000
    scenario.repository.push("Many large flows")

    scenario.install()
    app = scenario.argo.wait_synced(site.application, scenario.head(), timeout=240)

    assert app.phase == "Succeeded"
    assert {flow.name for flow in site.org.flows()} == {"Welcome Line", *NAMES.values()}
    for path, name in NAMES.items():
        assert site.org.flow(name).versions[-1].document == texts[path]
    maps = [one["metadata"]["name"] for one in scenario.kube.all("configmaps", site.namespace)]
    for prefix in (f"{site.release}-hook-flows-", f"{site.release}-flows-"):
        assert len([name for name in maps if name.startswith(prefix)]) >= len(NAMES) // 2

    pod = scenario.pod()
    assert exit_code(pod) == 0
    peak = node.peak_memory(scenario.access, pod)
    record_property("peak of memory", f"{peak / 2**20:.0f} MiB for {total / 1e6:.1f} MB of flows")
    assert peak < LIMIT / 2

    path = "flows/dev/日本語/電話.yaml"
    scenario.repository.write(path, texts[path].replace("End Workflow", "終わり"))
    site.org.reset_calls()
    scenario.deploy("One of them changes", timeout=240)
    assert site.uploads() == 1
    assert "終わり" in site.org.flow(NAMES[path]).versions[-1].document
