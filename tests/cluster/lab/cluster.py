"""A cluster for the tests: the lab on this machine, or kind where Docker is."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import requests

from tests.cluster.lab import argocd, control_plane
from tests.cluster.lab.access import Access, ArgoAccess, Image
from tests.cluster.lab.build import binary
from tests.cluster.lab.processes import LabError, Processes, free_ports

NODE = "lab"


class Cluster(Protocol):
    """A Kubernetes cluster with Argo CD in it."""

    def up(self) -> Access:
        """Start it, and return how to reach it. Raises LabError."""
        ...

    def check(self) -> None:
        """Raise LabError when a part of it died."""
        ...

    def renew(self, images: dict[str, Image]) -> None:
        """Give Pods other images from now on. Raises LabError."""
        ...

    def down(self) -> None:
        """Stop it; harmless when it was not started."""
        ...


@dataclass
class Lab:
    """Real control plane and Argo CD as processes; Pods by the kubelet stand-in.

    Attributes:
        directory: An existing directory that belongs to this lab.
        images: What Pods can name. None at all: no kubelet is started, and Pods stay pending.
    """

    directory: Path
    images: dict[str, Image]
    processes: Processes = field(init=False)
    _start_kubelet: Callable[[], None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("logs", "git", "control-plane", "argocd", "kubelet"):
            (self.directory / name).mkdir(exist_ok=True)
        self.processes = Processes(self.directory / "logs")

    def up(self) -> Access:
        """Start everything in order."""
        kubectl = kubectl_path()
        plane = control_plane.start(self.processes, self.directory / "control-plane")
        (port,) = free_ports(1)
        self._start_kubelet = partial(self._kubelet, plane, port)
        self._start_kubelet()
        argo = argocd.start(self.processes, self.directory / "argocd", kubectl=kubectl, kubeconfig=plane.kubeconfig)
        return Access(
            directory=self.directory,
            kubeconfig=plane.kubeconfig,
            kubectl=kubectl,
            helm=binary("helm3", "helm"),
            argocd=ArgoAccess(url=argo.url, password=argo.password),
            images=self.images,
            kubelet=f"https://127.0.0.1:{port}" if self.images else None,
        )

    def check(self) -> None:
        """Raise when a process has ended."""
        self.processes.check()

    def down(self) -> None:
        """Stop all processes, and take away mounts that a killed kubelet left."""
        self.processes.stop_all()
        for mount in _mounts_below(self.directory):
            subprocess.run(["umount", "--lazy", mount], check=False)

    def renew(self, images: dict[str, Image]) -> None:
        """Give Pods other images; containers that run are ended."""
        if self.images:
            self.processes.stop("kubelet")
        self.images = images
        self._start_kubelet()

    def _kubelet(self, plane: control_plane.ControlPlane, port: int) -> None:
        """Start the kubelet stand-in if there are images, and wait until it serves."""
        if not self.images:
            return
        images = [
            argument
            for name, image in self.images.items()
            for argument in ("--image", f"{name}={image.rootfs},{image.config}")
        ]
        command = [
            *(sys.executable, "-m", "tests.cluster.lab.kubelet", "--kubeconfig", str(plane.kubeconfig)),
            *("--node", NODE, "--port", str(port), "--data", str(self.directory / "kubelet"), *images),
            *("--tls-cert", str(plane.keys.server.certificate), "--tls-key", str(plane.keys.server.key)),
            *("--api-host", "127.0.0.1", "--api-port", str(plane.port)),
        ]
        url, authority = f"https://127.0.0.1:{port}/healthz", str(plane.keys.authority.certificate)
        self.processes.start("kubelet", command, ready=lambda: requests.get(url, verify=authority, timeout=2).ok)


def kubectl_path() -> Path:
    """Return the kubectl that the development dependencies bring.

    Raises:
        LabError: It is not installed.
    """
    path = Path(sysconfig.get_path("scripts")) / "kubectl"
    if not path.exists():
        raise LabError(f"{path} is missing; install the development dependencies with: make setup")
    return path


def _mounts_below(directory: Path) -> list[str]:
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    points = [line.split()[1] for line in lines]
    return [point for point in reversed(points) if point.startswith(f"{directory}/")]
