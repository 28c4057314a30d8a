"""etcd, kube-apiserver and kube-controller-manager on 127.0.0.1."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import requests

from tests.cluster.lab import pki
from tests.cluster.lab.build import binary
from tests.cluster.lab.processes import Processes, free_ports

CONTROLLERS = (
    "cronjob-controller",
    "deployment-controller",
    "garbage-collector-controller",
    "job-controller",
    "namespace-controller",
    "replicaset-controller",
    "root-ca-certificate-publisher-controller",
    "serviceaccount-controller",
    "ttl-after-finished-controller",
)


@dataclass(frozen=True)
class ControlPlane:
    """A running control plane.

    Attributes:
        keys: Its certificates.
        port: Where the API server listens, on 127.0.0.1.
        kubeconfig: Of the administrator; the context's namespace is `argocd`.
    """

    keys: pki.Pki
    port: int
    kubeconfig: Path


def start(processes: Processes, directory: Path) -> ControlPlane:
    """Start the control plane, and return when the API server is ready.

    Args:
        processes: Takes the processes.
        directory: An existing, empty directory for keys and data.

    Raises:
        LabError: A part did not become ready.
        FileNotFoundError: A program was not built.
    """
    keys = pki.make(directory)
    etcd_port, peer_port, port = free_ports(3)
    _start_etcd(processes, directory, etcd_port, peer_port)
    _start_api_server(processes, keys, port, etcd_port)
    kubeconfig = directory / "kubeconfig"
    pki.write_kubeconfig(kubeconfig, keys, server=f"https://127.0.0.1:{port}", namespace="argocd")
    _start_controllers(processes, keys, kubeconfig)
    return ControlPlane(keys, port, kubeconfig)


def _start_etcd(processes: Processes, directory: Path, port: int, peer_port: int) -> None:
    client, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer_port}"
    command = [
        str(binary("etcd", "etcd")),
        f"--data-dir={directory / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",  # the data live as long as the lab
    ]
    processes.start("etcd", command, ready=lambda: requests.get(f"{client}/health", timeout=2).ok)


def _start_api_server(processes: Processes, keys: pki.Pki, port: int, etcd_port: int) -> None:
    command = [
        str(binary("kubernetes", "kube-apiserver")),
        f"--etcd-servers=http://127.0.0.1:{etcd_port}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--tls-cert-file={keys.server.certificate}",
        f"--tls-private-key-file={keys.server.key}",
        f"--client-ca-file={keys.authority.certificate}",
        f"--service-account-key-file={keys.tokens}",
        f"--service-account-signing-key-file={keys.tokens}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--authorization-mode=RBAC",
        "--endpoint-reconciler-type=none",
        f"--kubelet-client-certificate={keys.kubelet_client.certificate}",
        f"--kubelet-client-key={keys.kubelet_client.key}",
    ]
    url = f"https://127.0.0.1:{port}/readyz"
    authority = str(keys.authority.certificate)
    processes.start(
        "kube-apiserver",
        command,
        ready=lambda: requests.get(url, verify=authority, cert=_admin(keys), timeout=2).ok,
    )


def _start_controllers(processes: Processes, keys: pki.Pki, kubeconfig: Path) -> None:
    (port,) = free_ports(1)
    command = [
        str(binary("kubernetes", "kube-controller-manager")),
        f"--kubeconfig={kubeconfig}",
        f"--controllers={','.join(CONTROLLERS)}",
        "--leader-elect=false",
        f"--service-account-private-key-file={keys.tokens}",
        f"--root-ca-file={keys.authority.certificate}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
    ]
    processes.start("kube-controller-manager", command)


def _admin(keys: pki.Pki) -> tuple[str, str]:
    return str(keys.admin.certificate), str(keys.admin.key)
