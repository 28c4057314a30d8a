"""What the charts render and what is there to be copied, before a real API server that stores nothing of it."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.chart.crds import definition
from tests.chart.helm import Helm, Object
from tests.chart.variants import VARIANTS, Variant
from tests.cluster.kube import RESTRICTED, Kube
from tests.cluster.lab.access import Access
from tests.cluster.waiting import wait_for

MANIFESTS = sorted((Path(__file__).parents[2] / "manifests").glob("*.yaml"))
OPERATORS = (
    ("external-secrets.io/v1", "ExternalSecret"),
    ("bitnami.com/v1alpha1", "SealedSecret"),
    ("external-secrets.io/v1", "SecretStore"),
)
ELSEWHERE = ("genesys-locks", "genesys-dev")
"""Namespaces that variants and manifests name themselves."""
NEEDED: tuple[Object, ...] = (
    {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "batch"}, "value": 1},
    {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "gvisor"}, "handler": "runsc"},
)
"""What a Pod may name, and admission looks up."""


@pytest.fixture(scope="session")
def helm(access: Access, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """The helm that Argo CD has."""
    return Helm(access.helm, tmp_path_factory.mktemp("helm"))


@pytest.fixture(scope="session")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the repositories of variants."""
    return tmp_path_factory.mktemp("charts")


@pytest.fixture(scope="session")
def namespace(kube: Kube) -> Iterator[str]:
    """A namespace that admits only restricted Pods; operators' definitions are there."""
    name = f"t{uuid.uuid4().hex[:8]}"
    for api_version, kind in OPERATORS:
        crd = definition(api_version, kind)
        kube.run("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=json.dumps(crd))
        wait_for(f"{kind} to be served", functools.partial(served, kube, kind), bool, timeout=60)
    for each in (name, *ELSEWHERE):
        kube.create_namespace(each, RESTRICTED)
    kube.apply(*NEEDED)
    yield name
    kube.delete("namespace", name, "", wait=False)


def served(kube: Kube, kind: str) -> bool:
    """Whether the API server knows a kind yet."""
    return kube.run("get", kind, "-A", check=False).returncode == 0


def dry_run(kube: Kube, *objects: Object) -> None:
    """Let the API server take objects as far as it does without storing them; a warning counts as a refusal.

    Raises:
        AssertionError: It refused one, or warned.
    """
    document = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
    done = kube.run("apply", "--server-side", "--dry-run=server", "-f", "-", stdin=document)
    # That name is Argo CD's; every `kubectl apply` of an Application warns of it.
    warnings = [line for line in done.stderr.splitlines() if "resources-finalizer.argocd.argoproj.io" not in line]
    assert warnings == []
    assert done.stdout.count("(server dry run)") == len(objects)


def pods(objects: list[Object]) -> list[Object]:
    """Return the Pods that the Jobs and CronJobs among some objects would make."""
    found = []
    for entry in objects:
        if entry["kind"] not in {"Job", "CronJob"}:
            continue
        spec = entry["spec"] if entry["kind"] == "Job" else entry["spec"]["jobTemplate"]["spec"]
        metadata = {key: entry["metadata"][key] for key in ("name", "namespace")} | spec["template"]["metadata"]
        found.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec["template"]["spec"]})
    return found


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_the_api_server_takes_every_object_and_every_pod_of_a_restricted_namespace(
    variant: Variant, kube: Kube, namespace: str, helm: Helm, charts: Path
) -> None:
    objects = variant.render(helm, charts, namespace=namespace)
    made = pods(objects)
    for account in {pod["spec"].get("serviceAccountName", "default") for pod in made}:
        kube.run("create", "serviceaccount", account, "-n", namespace, check=False)  # another variant may have made it

    dry_run(kube, *objects)

    assert len(made) >= 2
    dry_run(kube, *made)


def test_the_namespace_refuses_a_pod_that_is_not_restricted(
    kube: Kube, namespace: str, helm: Helm, charts: Path
) -> None:
    pod = pods(VARIANTS[0].render(helm, charts, namespace=namespace))[0]
    pod["spec"].pop("serviceAccountName", None)
    dry_run(kube, pod)
    del pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"]

    with pytest.raises(AssertionError, match="violates PodSecurity"):
        dry_run(kube, pod)


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.stem)
def test_the_api_server_takes_a_manifest_that_is_there_to_be_copied(file: Path, kube: Kube, namespace: str) -> None:
    assert namespace
    objects = [entry for entry in yaml.safe_load_all(file.read_text("utf-8")) if entry]

    dry_run(kube, *objects)
