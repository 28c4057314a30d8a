"""Argo CD compares ordinary objects alone: whatever changes must change one, or nothing would start."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from charts.generate import documented
from tests.chart.helm import LIBRARY, Helm, Object, by_identity, is_hook
from tests.chart.repository import ENVIRONMENTS, FLOW, lay
from tests.chart.variants import BASE, DIGEST, VARIANTS

EXTERNAL = next(entry.values for entry in VARIANTS if entry.name == "external-secret")["credentials"]["externalSecret"]
SEALED = next(entry.values for entry in VARIANTS if entry.name == "sealed-secret")["credentials"]["sealedSecret"]
IMAGE = {"flows.image.reference": f"registry.example/flows@{DIGEST}"}
GIVEN = {"flows.existingConfigMap": "flows", "flows.digest": DIGEST}
NO_SECRET = {"credentials.existingSecret": ""}
EXTERNAL_SECRET = {**NO_SECRET, "credentials.externalSecret": EXTERNAL}
SEALED_SECRET = {**NO_SECRET, "credentials.sealedSecret": SEALED}
PROXY = {"proxy.https": "http://proxy.example:3128"}

CHANGES: dict[str, tuple[Any, dict[str, Any]]] = {
    "environment": ("prod", {}),
    "fullnameOverride": ("ivr", {}),
    "environments": ({"dev": {"region": "mypurecloud.ie"}}, {}),
    "flows.folder": ("other", {}),
    "flows.existingConfigMap": ("more", GIVEN),
    "flows.digest": ("sha256:" + "f" * 64, GIVEN),
    "flows.image.reference": (f"registry.example/more@{DIGEST}", IMAGE),
    "flows.image.folder": ("flows/dev", IMAGE),
    "flows.image.pullPolicy": ("Always", IMAGE),
    "image.repository": ("registry.example/flowsync", {}),
    "image.tag": ("9.9.9", {}),
    "image.digest": (DIGEST, {}),
    "image.pullPolicy": ("Always", {}),
    "imagePullSecrets": ([{"name": "registry"}], {}),
    "credentials.existingSecret": ("another", {}),
    "credentials.clientIdKey": ("id", {}),
    "credentials.clientSecretKey": ("secret", {}),
    "credentials.externalSecret.enabled": (True, {"credentials.externalSecret": {**EXTERNAL, "enabled": False}}),
    "credentials.externalSecret.storeName": ("other", EXTERNAL_SECRET),
    "credentials.externalSecret.storeKind": ("SecretStore", EXTERNAL_SECRET),
    "credentials.externalSecret.refreshInterval": ("5m", EXTERNAL_SECRET),
    "credentials.externalSecret.clientId.key": ("other", EXTERNAL_SECRET),
    "credentials.externalSecret.clientId.property": ("other", EXTERNAL_SECRET),
    "credentials.externalSecret.clientSecret.key": ("other", EXTERNAL_SECRET),
    "credentials.externalSecret.clientSecret.property": ("other", EXTERNAL_SECRET),
    "credentials.sealedSecret.enabled": (True, {"credentials.sealedSecret": {**SEALED, "enabled": False}}),
    "credentials.sealedSecret.scope": ("strict", SEALED_SECRET),
    "credentials.sealedSecret.clientId": ("AgOther", SEALED_SECRET),
    "credentials.sealedSecret.clientSecret": ("AgOther", SEALED_SECRET),
    "region": ("mypurecloud.ie", {}),
    "settings": ({"onDrift": "overwrite"}, {}),
    "extraArgs": (["--wait", "60"], {}),
    "hook.phase": ("Sync", {}),
    "deadline": (1000, {}),
    "activeDeadlineSeconds": (4000, {}),
    "grace": (20, {}),
    "terminationGracePeriodSeconds": (70, {}),
    "lock.enabled": (False, {}),
    "lock.namespace": ("locks", {}),
    "lock.timeout": (10, {}),
    "state.enabled": (False, {}),
    "events.enabled": (False, {}),
    "drift.enabled": (True, {}),
    "drift.schedule": ("1 * * * *", {"drift.enabled": True}),
    "drift.timeZone": ("Europe/Berlin", {"drift.enabled": True}),
    "drift.deadline": (700, {"drift.enabled": True}),
    "drift.extraArgs": (["--detailed-exitcode"], {"drift.enabled": True}),
    "rerun.successfulJobsHistoryLimit": (9, {}),
    "rerun.failedJobsHistoryLimit": (9, {}),
    "serviceAccount.name": ("deployer", {}),
    "serviceAccount.annotations": ({"example.org/a": "b"}, {}),
    "rbac.create": (False, {}),
    "networkPolicy.enabled": (False, {}),
    "networkPolicy.dnsPorts": ([5353], {}),
    "networkPolicy.apiServerPorts": ([16443], {}),
    "networkPolicy.extraEgress": ([{"ports": [{"port": 8443}]}], {}),
    "proxy.https": ("http://proxy.example:8080", {}),
    "proxy.http": ("http://proxy.example:8080", {}),
    "proxy.noProxy": (".example", PROXY),
    "ca.existingConfigMap": ("ca", {}),
    "ca.key": ("other.pem", {"ca.existingConfigMap": "ca"}),
    "resources": ({"limits": {"memory": "1Gi"}}, {}),
    "securityContext.setIds": (False, {}),
    "extraEnv": ([{"name": "A", "value": "b"}], {}),
    "extraEnvFrom": ([{"configMapRef": {"name": "a"}}], {}),
    "extraVolumes": ([{"name": "a", "emptyDir": {}}], {}),
    "extraVolumeMounts": ([{"name": "tmp", "mountPath": "/a"}], {}),
    "nodeSelector": ({"a": "b"}, {}),
    "tolerations": ([{"operator": "Exists"}], {}),
    "affinity": ({"nodeAffinity": {}}, {}),
    "priorityClassName": ("batch", {}),
    "runtimeClassName": ("gvisor", {}),
    "labels": ({"a": "b"}, {}),
    "annotations": ({"a": "b"}, {}),
    "podLabels": ({"a": "b"}, {}),
    "podAnnotations": ({"a": "b"}, {}),
    "links": ({"a": "https://example.org"}, {}),
}
"""By value: another content, and what must be set besides for it to matter."""

MARKER = ("ConfigMap", "genesys", "flows-live")

OTHERS = {
    "networkPolicy.": "NetworkPolicy",
    "rbac.": "Role",
    "serviceAccount.annotations": "ServiceAccount",
    "drift.": "CronJob",
}
"""What is no input of the Job: it changes another ordinary object."""


def test_every_documented_value_has_a_change_here() -> None:
    values = (LIBRARY / "values.yaml").read_text(encoding="utf-8")
    assert {path for path, _, _ in documented(values)} == CHANGES.keys()


def put(values: dict[str, Any], path: str, content: Any) -> None:
    """Set a value by its path with dots."""
    *above, last = path.split(".")
    for key in above:
        values[key] = dict(values.get(key, {}))
        values = values[key]
    values[last] = content


@pytest.fixture(scope="module")
def repository(repositories: Path) -> Path:
    files = {"flows/dev/a.yaml": FLOW, "flows/prod/a.yaml": FLOW + b"#", "other/dev/a.yaml": FLOW + b"##"}
    return lay(repositories / "inputs", files)


@functools.cache
def rendered(helm: Helm, repository: Path, values: str) -> dict[tuple[str, str, str], Object]:
    """Return the objects by identity; many changes start from the same values, given as JSON."""
    return by_identity(helm.render(repository, json.loads(values)))


@pytest.mark.parametrize("path", CHANGES)
def test_a_changed_value_changes_what_argo_cd_compares(path: str, any_helm: Helm, repository: Path) -> None:
    content, besides = CHANGES[path]
    before: dict[str, Any] = dict(BASE)
    for each, given in besides.items():
        put(before, each, given)
    after = dict(before)
    put(after, path, content)
    if path.startswith("credentials.") and path.endswith(".enabled"):
        put(after, "credentials.existingSecret", "")
    old, new = (rendered(any_helm, repository, json.dumps(values)) for values in (before, after))
    assert old != new
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    ordinary = {name for name in changed if not is_hook(new.get(name) or old[name])}
    kind = next((kind for prefix, kind in OTHERS.items() if path.startswith(prefix)), "")
    if kind:
        assert kind in {found for found, _, _ in ordinary}
    if not kind or job(old) != job(new):
        assert [name for name in ordinary if name[0] == "CronJob" and name[2].endswith("-rerun")]


def job(objects: dict[tuple[str, str, str], Object]) -> Any:
    """Return the Job's specification."""
    (found,) = (entry["spec"] for (kind, _, _), entry in objects.items() if kind == "Job")
    return found


@pytest.mark.parametrize(
    ("path", "content", "runs"),
    [
        ("flows/dev/voice/main.yaml", FLOW + b" ", True),
        ("flows/dev/voice/second.yaml", FLOW, True),
        ("environments.yaml", ENVIRONMENTS + b"#", True),
        ("flows/prod/main.yaml", FLOW, False),
        ("flows/dev/readme.md", b"x", False),
        ("README.md", b"x", False),
        ("values/dev.yaml", b"x", False),
    ],
)
def test_a_commit_starts_a_run_if_it_concerns_the_environment(
    path: str, content: bytes, runs: bool, any_helm: Helm, tmp_path: Path
) -> None:
    root = lay(tmp_path / "repository")
    before = by_identity(any_helm.render(root, BASE))
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    after = by_identity(any_helm.render(root, BASE))
    for name in (("CronJob", "genesys", "flows-rerun"), MARKER):
        assert (before[name] != after[name]) is runs
    assert (before != after) is runs


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("flows.digest", True),
        ("flows.image.reference", True),
        ("flows.image.folder", True),
        ("settings", True),
        ("environments", True),
        ("image.tag", False),
        ("resources", False),
        ("rerun.failedJobsHistoryLimit", False),
    ],
)
def test_the_marker_tells_flows_and_settings_apart_and_nothing_else(
    path: str, marked: bool, any_helm: Helm, repository: Path
) -> None:
    content, besides = CHANGES[path]
    before: dict[str, Any] = dict(BASE)
    for each, given in besides.items():
        put(before, each, given)
    after = dict(before)
    put(after, path, content)
    old, new = (rendered(any_helm, repository, json.dumps(values))[MARKER] for values in (before, after))
    assert (old["data"]["inputs"] != new["data"]["inputs"]) is marked


def test_a_removed_file_starts_a_run(any_helm: Helm, tmp_path: Path) -> None:
    root = lay(tmp_path / "repository", {"flows/dev/a.yaml": FLOW, "flows/dev/b.yaml": FLOW})
    trigger = ("CronJob", "genesys", "flows-rerun")
    before = by_identity(any_helm.render(root, BASE))[trigger]
    (root / "flows/dev/b.yaml").unlink()
    assert by_identity(any_helm.render(root, BASE))[trigger] != before
