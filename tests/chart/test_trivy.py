"""What `trivy config` says of charts and Dockerfile: nothing above low, but for what is listed with a reason."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.chart.helm import Helm
from tests.chart.variants import VARIANTS, Variant
from tests.cluster.lab.build import binary

ROOT = Path(__file__).parents[2]

REGISTRY = (
    "where the image comes from is the user's choice (`image.repository`); each asks for another cloud's registry"
)
EXPLAINED = {
    "KSV049": "state and run records are ConfigMaps; create cannot be bound to names, the other verbs are",
    "KSV032": REGISTRY,
    "KSV033": REGISTRY,
    "KSV034": REGISTRY,
    "KSV035": REGISTRY,
}
"""Checks that are not for us, and why."""

Finding = dict[str, str]


def judge(targets: Sequence[dict[str, Any]]) -> list[Finding]:
    try:
        program = binary("trivy-checks", "trivy-checks")
    except FileNotFoundError as error:
        pytest.skip(str(error))
    done = subprocess.run([program], input=json.dumps(targets), text=True, capture_output=True, check=True)
    found: list[Finding] = json.loads(done.stdout)
    return found


def too_severe(found: Sequence[Finding]) -> list[str]:
    return [
        f"{one['severity']} {one['check']} {one['name']}: {one['message']}"
        for one in found
        if one["severity"] != "LOW" and one["check"] not in EXPLAINED
    ]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_no_rendered_object_has_a_finding_above_low(variant: Variant, any_helm: Helm, repositories: Path) -> None:
    objects = variant.render(any_helm, repositories)
    targets = [{"name": f"{one['kind']} {one['metadata']['name']}", "object": one} for one in objects]
    assert too_severe(judge(targets)) == []


def test_the_dockerfile_has_no_finding_above_low() -> None:
    assert too_severe(judge([{"name": "Dockerfile", "dockerfile": (ROOT / "Dockerfile").read_text("utf-8")}])) == []


def test_the_checks_find_what_is_wrong() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c"}]}}
    text = "FROM debian:13\nUSER root\n"
    found = judge([{"name": "pod", "object": pod}, {"name": "file", "dockerfile": text}])
    assert {("pod", "KSV012"), ("pod", "KSV014"), ("file", "DS002")} <= {(one["name"], one["check"]) for one in found}
