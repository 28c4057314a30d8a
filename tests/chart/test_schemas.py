"""Every rendered object, against the API schemas of every supported Kubernetes version and the CRDs of operators."""

from __future__ import annotations

import json
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.chart.crds import CRDS, check
from tests.chart.helm import APPLICATION, Helm, Object
from tests.chart.variants import VARIANTS, Variant

NEWEST = 37


def versions(oldest: str) -> list[str]:
    return [f"1.{minor}" for minor in range(int(oldest.split(".")[1]), NEWEST + 1)]


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, str]]:
    """What was found valid already: variants have most objects in common."""
    return set()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_every_object_is_valid_in_every_supported_version(
    variant: Variant, any_helm: Helm, repositories: Path, seen: set[tuple[str, str]]
) -> None:
    objects = variant.render(any_helm, repositories)
    for entry in objects:
        if (entry["apiVersion"], entry["kind"]) in CRDS:
            check(entry)
            continue
        text = json.dumps({**entry, "data": {}, "binaryData": {}} if entry["kind"] == "ConfigMap" else entry)
        for version in versions(variant.oldest):
            if (text, version) not in seen:
                # A version without schemas raises, and is a failure: nobody would know what was not checked.
                kubernetes_validate.validate(json.loads(text), version, strict=True)
                seen.add((text, version))


def test_the_oldest_version_is_the_one_that_the_chart_declares() -> None:
    declared = yaml.safe_load((APPLICATION / "Chart.yaml").read_text())["kubeVersion"]
    assert declared == f">={min(entry.oldest for entry in VARIANTS)}-0"


def test_the_schemas_refuse_what_is_wrong(any_helm: Helm, repositories: Path) -> None:
    job: Object = next(entry for entry in VARIANTS[0].render(any_helm, repositories) if entry["kind"] == "Job")
    job["spec"]["template"]["spec"]["imagePullSecret"] = "x"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(job, "1.37", strict=True)
