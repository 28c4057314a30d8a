"""The manifests to copy: valid, and in step with what the charts render."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.chart.crds import CRDS, check
from tests.chart.helm import ROOT, Helm, Object, parse
from tests.chart.variants import VARIANTS

FILES = sorted((ROOT / "manifests").glob("*.yaml"))


def read(name: str) -> Object:
    """Return the one object of a manifest."""
    (found,) = parse((ROOT / "manifests" / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_manifest_fits_its_schema(file: Path) -> None:
    entry = read(file.name)
    if entry["kind"] == "ConfigMap":
        assert all(isinstance(text, str) for text in entry["data"].values())
    else:
        assert (entry["apiVersion"], entry["kind"]) in CRDS
        check(entry)


def test_the_project_permits_every_kind_that_the_charts_render(any_helm: Helm, repositories: Path) -> None:
    project = read("appproject.yaml")["spec"]
    permitted = {(each["group"], each["kind"]) for each in project["namespaceResourceWhitelist"]}
    rendered = {
        (entry["apiVersion"].rpartition("/")[0], entry["kind"])
        for variant in VARIANTS
        for entry in variant.render(any_helm, repositories)
    }
    # Argo CD shows only what a project permits; the reason of a failed sync stands at the Job's Pod.
    assert permitted == rendered | {("", "Pod")}


@pytest.mark.parametrize("name", ["application.yaml", "applicationset.yaml"])
def test_an_application_prunes_nothing_heals_nothing_and_retries_with_a_fresh_look(name: str) -> None:
    entry = read(name)
    template = entry["spec"]["template"] if entry["kind"] == "ApplicationSet" else entry
    policy = template["spec"]["syncPolicy"]
    assert policy["automated"] == {"prune": False, "selfHeal": False}
    assert policy["retry"]["limit"] == 2
    assert policy["retry"]["refresh"] is True
    assert template["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]
    assert "argocd.argoproj.io/manifest-generate-paths" not in template["metadata"].get("annotations", {})
    project = read("appproject.yaml")
    assert template["spec"]["project"] == project["metadata"]["name"]
    assert template["spec"]["source"]["repoURL"] in project["spec"]["sourceRepos"]


def test_environments_follow_one_another() -> None:
    spec = read("applicationset.yaml")["spec"]
    order = [each["environment"] for each in spec["generators"][0]["list"]["elements"]]
    assert [step["matchExpressions"][0]["values"] for step in spec["strategy"]["rollingSync"]["steps"]] == [
        [each] for each in order
    ]
    permitted = {each["namespace"] for each in read("appproject.yaml")["spec"]["destinations"]}
    assert permitted == {f"genesys-{each}" for each in order}


def test_roles_may_do_what_the_documentation_says() -> None:
    lines = [line.split(", ") for line in read("argocd-rbac.yaml")["data"]["policy.genesys.csv"].splitlines()]
    rights = {(line[1], line[3]) for line in lines if line[0] == "p"}
    assert ("role:genesys-operator", "sync") in rights
    assert ("role:genesys-operator", "action/batch/CronJob/create-job") in rights
    assert not [right for role, right in rights if role == "role:genesys-reader" and right != "get"]
    roles = {line[1] for line in lines if line[0] == "p"}
    assert {line[2] for line in lines if line[0] == "g"} <= roles


def test_notifications_are_subscribed_by_the_name_of_their_trigger() -> None:
    data = read("notifications.yaml")["data"]
    (trigger,) = (name.removeprefix("trigger.") for name in data if name.startswith("trigger."))
    (conditions,) = yaml.safe_load(data[f"trigger.{trigger}"])
    assert [f"template.{name}" in data for name in conditions["send"]] == [True]
    annotations = read("application.yaml")["metadata"]["annotations"]
    assert [name for name in annotations if name.startswith(f"notifications.argoproj.io/subscribe.{trigger}.")]
