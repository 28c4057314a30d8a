"""The same on kind, for a Linux machine with Docker (`CLUSTER=kind`). Written from its documentation; not run by us.

Needs `docker`, `kind` and `helm` on PATH and the images `flow-sync:lab` and `flow-sync:v2` (`make image`, then
`docker tag`). What the kubelet stand-in alone can do (peak memory, killing a container) is skipped by the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.cluster.lab.access import Access, ArgoAccess, Image
from tests.cluster.lab.argocd import NAMESPACE, PROJECT, lets_in, password
from tests.cluster.lab.processes import LabError, Processes, free_ports, listens

NAME = "flow-sync-lab"
ARGOCD_VERSION = "v3.5.7"
MANIFEST = f"https://raw.githubusercontent.com/argoproj/argo-cd/{ARGOCD_VERSION}/manifests/install.yaml"
IMAGES = ("flow-sync:lab", "flow-sync:v2")


@dataclass
class Kind:
    """A kind cluster with Argo CD from its release manifest.

    Attributes:
        directory: An existing directory that belongs to this cluster.
        kubectl: Path of kubectl.
    """

    directory: Path
    kubectl: Path
    processes: Processes = field(init=False)

    def __post_init__(self) -> None:
        for name in ("logs", "git"):
            (self.directory / name).mkdir(exist_ok=True)
        self.processes = Processes(self.directory / "logs")

    @property
    def kubeconfig(self) -> Path:
        """Of the administrator."""
        return self.directory / "kubeconfig"

    def up(self) -> Access:
        """Create the cluster, load the images, install Argo CD, and forward its port."""
        missing = [tool for tool in ("docker", "kind", "helm") if shutil.which(tool) is None]
        if missing:
            raise LabError(f"CLUSTER=kind needs {' and '.join(missing)}")
        self._create()
        self._install()
        (port,) = free_ports(1)
        forward = ["port-forward", "--namespace", NAMESPACE, "service/argocd-server", f"{port}:80"]
        self.processes.start("port-forward", self._kubectl(*forward), ready=lambda: listens(port))
        argo = ArgoAccess(
            url=f"http://127.0.0.1:{port}", password=password(self.processes, self.kubectl, self.kubeconfig)
        )
        self.processes.wait("the administrator gets a session", lambda: lets_in(argo.url, argo.password))
        return Access(
            directory=self.directory,
            kubeconfig=self.kubeconfig,
            kubectl=self.kubectl,
            helm=Path(shutil.which("helm") or "helm"),
            host=_gateway(),
            argocd=argo,
        )

    def check(self) -> None:
        """Raise when the port is not forwarded any more."""
        self.processes.check()

    def renew(self, images: dict[str, Image]) -> None:
        """Load the images anew from Docker."""
        self._load()

    def down(self) -> None:
        """Delete the cluster."""
        self.processes.stop_all()
        if shutil.which("kind"):
            subprocess.run(["kind", "delete", "cluster", "--name", NAME], check=False)

    def _create(self) -> None:
        git = str(self.directory / "git")
        node = {"role": "control-plane", "extraMounts": [{"hostPath": git, "containerPath": git}]}
        config = {"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "nodes": [node]}
        place = ["--name", NAME, "--kubeconfig", str(self.kubeconfig)]
        _run("kind", "create", "cluster", *place, "--config", "-", stdin=yaml.safe_dump(config))
        self._load()

    def _load(self) -> None:
        for image in IMAGES:
            _run("kind", "load", "docker-image", image, "--name", NAME)

    def _install(self) -> None:
        with urllib.request.urlopen(MANIFEST, timeout=60) as answer:  # a fixed https address
            manifest = answer.read().decode()
        _run(*self._kubectl("create", "namespace", NAMESPACE))
        _run(*self._kubectl("apply", "--server-side", "--namespace", NAMESPACE, "-f", "-"), stdin=manifest)
        _run(*self._kubectl("apply", "-f", "-"), stdin=json.dumps(PROJECT))
        # Looks for a push every ten seconds instead of every two minutes, as the lab does.
        self._merge("configmap/argocd-cm", {"data": {"timeout.reconciliation": "10s"}})
        parameters = {"server.insecure": "true", "applicationsetcontroller.enable.progressive.syncs": "true"}
        self._merge("configmap/argocd-cmd-params-cm", {"data": parameters})
        git = str(self.directory / "git")
        pod = {
            "volumes": [{"name": "git", "hostPath": {"path": git}}],
            "containers": [
                {"name": "argocd-repo-server", "volumeMounts": [{"name": "git", "mountPath": git, "readOnly": True}]}
            ],
            "securityContext": {"runAsUser": os.getuid()},  # git reads no repository of another user
        }
        patch = json.dumps({"spec": {"template": {"spec": pod}}})
        _run(*self._kubectl("patch", "deployment/argocd-repo-server", "--namespace", NAMESPACE, "--patch", patch))
        for what in ("deployment", "statefulset"):
            _run(*self._kubectl("rollout", "restart", what, "--namespace", NAMESPACE))
            _run(*self._kubectl("rollout", "status", what, "--namespace", NAMESPACE, "--timeout=10m"))

    def _merge(self, target: str, patch: dict[str, object]) -> None:
        words = ["patch", target, "--namespace", NAMESPACE, "--type=merge", "--patch", json.dumps(patch)]
        _run(*self._kubectl(*words))

    def _kubectl(self, *arguments: str) -> list[str]:
        return [str(self.kubectl), "--kubeconfig", str(self.kubeconfig), *arguments]


def _gateway() -> str:
    """Return the address of this machine in Docker's network `kind`: simulators listen there, and Pods reach them."""
    networks = json.loads(_run("docker", "network", "inspect", "kind"))
    gateways = [one["Gateway"] for one in networks[0]["IPAM"]["Config"] if "." in one.get("Gateway", "")]
    return str(gateways[0])


def _run(*command: str, stdin: str | None = None) -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
