"""A ServiceAccount with exactly the rights of docs/kubernetes.md, and what a Pod that uses it finds mounted."""

from __future__ import annotations

import base64
import contextlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from hook.cluster.connection import Connection, connect
from tests.cluster.kube import Kube

ORGANISATION = "7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101"
STATE = f"flowsync-state-{ORGANISATION}"
RUNS = f"flowsync-runs-{ORGANISATION}"
LEASE = f"flowsync-{ORGANISATION}"

Rule = dict[str, Any]


def rules(*, without: tuple[str, str] = ("", "")) -> list[Rule]:
    """Return the rules of the Role, one per verb, except one."""
    maps = [STATE, f"{STATE}-1", f"{STATE}-set-aside", RUNS, f"{RUNS}-set-aside"]
    table: list[tuple[str, str, str, Sequence[str]]] = [
        ("coordination.k8s.io", "leases", "get", [LEASE]),
        ("coordination.k8s.io", "leases", "update", [LEASE]),
        ("coordination.k8s.io", "leases", "create", []),
        ("", "configmaps", "get", maps),
        ("", "configmaps", "patch", maps),
        ("", "configmaps", "create", []),
        ("", "events", "create", []),
    ]
    return [
        {"apiGroups": [group], "resources": [resource], "verbs": [verb], **({"resourceNames": names} if names else {})}
        for group, resource, verb, names in table
        if (resource, verb) != without
    ]


@dataclass(frozen=True)
class Account:
    """A ServiceAccount in a namespace of its own."""

    kube: Kube
    namespace: str
    folder: Path

    def allow(self, role: Sequence[Rule]) -> None:
        """Give it these rights, and only these."""
        metadata = {"name": "flowsync", "namespace": self.namespace}
        self.kube.apply(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "Role",
                "metadata": metadata,
                "rules": list(role),
            },
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "RoleBinding",
                "metadata": metadata,
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "flowsync"},
                "subjects": [{"kind": "ServiceAccount", "name": "flowsync", "namespace": self.namespace}],
            },
        )

    def connect(self) -> Connection:
        """Connect as a Pod does, with the mounted token."""
        cluster = yaml.safe_load(self.kube.kubeconfig.read_text())["clusters"][0]["cluster"]
        authority = (
            base64.b64decode(cluster["certificate-authority-data"])
            if "certificate-authority-data" in cluster
            else (self.kube.kubeconfig.parent / cluster["certificate-authority"]).read_bytes()
        )
        self.folder.mkdir(exist_ok=True)
        (self.folder / "ca.crt").write_bytes(authority)
        (self.folder / "namespace").write_text(self.namespace)
        token = self.kube.run("create", "token", "flowsync", "-n", self.namespace).stdout.strip()
        (self.folder / "token").write_text(token)
        server = urlsplit(cluster["server"])
        environ = {"KUBERNETES_SERVICE_HOST": str(server.hostname), "KUBERNETES_SERVICE_PORT": str(server.port)}
        return connect(environ, mount=self.folder)


@contextlib.contextmanager
def account(kube: Kube, folder: Path, *, role: Sequence[Rule]) -> Iterator[Account]:
    """Make a namespace with a ServiceAccount that has these rights, for the time of a ``with`` block."""
    namespace = f"cluster-{uuid.uuid4().hex[:8]}"
    kube.create_namespace(namespace, {})
    try:
        made = Account(kube, namespace, folder / "mount")
        kube.apply(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "flowsync", "namespace": namespace}}
        )
        made.allow(role)
        yield made
    finally:
        kube.run("delete", "namespace", namespace, "--wait=false", check=False)
