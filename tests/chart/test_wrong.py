"""Wrong values are refused when the chart is rendered, in words that tell what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.chart.helm import APPLICATION, Helm, HelmError
from tests.chart.repository import FLOW, lay
from tests.chart.variants import BASE, DIGEST

WRONG = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))


@pytest.mark.parametrize("file", WRONG, ids=lambda file: file.stem)
def test_wrong_values_are_refused(file: Path, helm: Helm, repositories: Path) -> None:
    chart = repositories / "wrong"
    if not chart.exists():
        lay(chart)
    text = file.read_text(encoding="utf-8")
    expected = text.splitlines()[0].removeprefix("# expect: ")
    for each in (chart, APPLICATION):
        with pytest.raises(HelmError) as caught:
            helm.template(each, yaml.safe_load(text))
        assert expected in " ".join(str(caught.value).split())


def test_the_application_chart_without_flows_says_where_they_could_come_from(helm: Helm) -> None:
    with pytest.raises(HelmError, match=r"'flows\.existingConfigMap' or 'flows\.image\.reference'"):
        helm.template(APPLICATION, BASE)


def test_an_image_volume_is_refused_where_the_cluster_has_none(helm: Helm) -> None:
    values = {**BASE, "flows": {"image": {"reference": f"registry.example/flows@{DIGEST}"}}}
    with pytest.raises(HelmError, match=r"needs Kubernetes 1\.33 or newer, this is v1\.32\.0"):
        helm.template(APPLICATION, values, version="1.32.0")


def test_a_digest_for_flows_in_the_chart_is_refused(any_helm: Helm, tmp_path: Path) -> None:
    with pytest.raises(HelmError, match="here the chart computes it"):
        any_helm.template(lay(tmp_path / "chart"), {**BASE, "flows": {"digest": DIGEST}})


@pytest.mark.parametrize(
    ("files", "values", "expected"),
    [
        (
            {"environments.json": b"{}", "environments.yaml": b"{}"},
            {},
            "environments.json and environments.yaml both declare",
        ),
        ({"environments.yaml": b"a: [1"}, {}, "environments.yaml cannot be read"),
        ({"environments.yaml": b"dev: 7"}, {}, "environments.yaml: what it says of 'dev' is no mapping"),
        (
            {"environments.yaml": b"{}"},
            {"environments": {"dev": {}}},
            "both the value 'environments' and the file environments.yaml",
        ),
        ({"environments.yaml": b"#" * 500_001}, {}, "environments.yaml has 500001 bytes"),
    ],
)
def test_declarations_that_cannot_be_used_are_refused(
    files: dict[str, bytes], values: dict[str, object], expected: str, any_helm: Helm, tmp_path: Path
) -> None:
    root = lay(tmp_path / "chart", {"flows/dev/a.yaml": FLOW, **files})
    with pytest.raises(HelmError, match=expected):
        any_helm.template(root, {**BASE, **values})


def test_the_release_name_counts_as_the_name(helm: Helm, repositories: Path) -> None:
    chart = repositories / "wrong"
    if not chart.exists():
        lay(chart)
    helm.template(chart, BASE, release="a" * 46)
    with pytest.raises(HelmError, match="Set 'fullnameOverride', or a shorter name of the release"):
        helm.template(chart, BASE, release="a" * 47)
