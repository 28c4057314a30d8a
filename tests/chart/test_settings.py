"""What the chart mounts is what the command line takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from charts.generate import documented
from hook import __version__
from hook.cli import cli
from hook.settings import check_variables, key_of, read_config
from tests.chart.helm import APPLICATION, LIBRARY, Helm
from tests.chart.mount import environment, job_pod, mount
from tests.chart.variants import VARIANTS, Variant

OWNED = {
    "environment", "workspace", "flowsDir", "expectedDigest", "credentialsDir", "region", "confirm", "deadline",
    "grace", "lock", "lockNamespace", "lockTimeout", "state", "events", "podName", "podNamespace", "podUid", "jobName",
    "jobUid", "marker", "markerInputs",
}  # fmt: skip
"""Settings that other values of the chart, or its mounts, decide."""
USELESS = {
    "config": "it is the file itself",
    "dryRun": "Argo CD would show as synced what was not deployed",
    "plan": "no plan is mounted",
    "report": "nobody could read the file after the run",
    "terminationLog": "the default is the right one in a Pod",
}


def schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((LIBRARY / "values.schema.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_the_command_line_takes_the_config_file_and_the_variables(
    variant: Variant, any_helm: Helm, repositories: Path, tmp_path: Path
) -> None:
    objects = variant.render(any_helm, repositories)
    config = read_config(mount(objects, "settings", tmp_path / "mount") / "config.yaml")
    assert config["environment"] == "dev"
    assert config["confirm"] == "true"
    assert float(config["deadline"]) + 120 <= job_spec(objects)["activeDeadlineSeconds"]
    check_variables([*environment(objects), *names_of_variables(objects)])


def job_spec(objects: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = (entry["spec"] for entry in objects if entry["kind"] == "Job")
    return dict(found)


def names_of_variables(objects: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for entry in job_pod(objects)["containers"][0]["env"]]


def test_settings_of_any_shape_arrive(any_helm: Helm, repositories: Path, tmp_path: Path) -> None:
    variant = next(entry for entry in VARIANTS if entry.name == "everything")
    config = read_config(mount(variant.render(any_helm, repositories), "settings", tmp_path / "mount") / "config.yaml")
    assert config["label"] == ["voice", "sales"]
    assert config["max_changes"] == "30%"
    assert config["rate"] == "200"
    assert config["lock_namespace"] == "genesys-locks"
    assert config["deadline"] == "1200"


def test_every_setting_of_sync_is_known_to_the_chart() -> None:
    offered = schema()["properties"]["settings"]["properties"].keys()
    settings = {key_of(parameter.name or "") for parameter in cli.commands["sync"].params}
    assert settings == offered | OWNED | USELESS.keys()


def test_the_default_image_is_of_this_version() -> None:
    values = yaml.safe_load((LIBRARY / "values.yaml").read_text(encoding="utf-8"))
    assert values["image"]["tag"] == __version__
    for chart in (LIBRARY, APPLICATION):
        assert yaml.safe_load((chart / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"] == __version__


def closed(node: Any, path: str = "") -> list[str]:
    """Return the places of a schema where unknown keys would be taken although the keys are named."""
    if isinstance(node, list):
        return [found for each in node for found in closed(each, path)]
    if not isinstance(node, dict):
        return []
    here = (
        [path] if node.get("type") == "object" and "properties" in node and "additionalProperties" not in node else []
    )
    return here + [found for key, each in node.items() for found in closed(each, f"{path}/{key}")]


def test_the_schema_is_one_and_names_every_key() -> None:
    Draft7Validator.check_schema(schema())
    assert closed(schema()) == ["/properties/extraVolumes/items"], (
        "Kubernetes' own volumes are checked by the API server"
    )


def test_the_schema_describes_every_value() -> None:
    values = (LIBRARY / "values.yaml").read_text(encoding="utf-8")
    for path, default, text in documented(values):
        node = schema()
        for key in path.split("."):
            node = node["properties"][key]
        assert node["description"] == text
        assert node["default"] == default
        Draft7Validator(node).validate(default)
