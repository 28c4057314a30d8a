"""Argo CD on 127.0.0.1: its real components as processes, told by a kubeconfig that they are in the cluster.

One program, which component it is says `ARGOCD_BINARY_NAME`. Git repositories are reached by `file://`.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.cluster.lab.build import RECIPES, binary, entry
from tests.cluster.lab.processes import LabError, Processes, free_ports, listens

NAMESPACE = "argocd"
PROJECT = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "AppProject",
    "metadata": {"name": "default", "namespace": NAMESPACE},
    "spec": {
        "sourceRepos": ["*"],
        "destinations": [{"namespace": "*", "server": "*"}],
        "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
    },
}


@dataclass(frozen=True)
class Argo:
    """Where Argo CD's API listens, and its administrator's password (the user is `admin`)."""

    url: str
    password: str


@dataclass(frozen=True)
class _Ports:
    redis: int
    repo: int
    repo_metrics: int
    controller_metrics: int
    server: int
    server_metrics: int
    sets_metrics: int
    sets_probe: int
    sets_webhook: int


@dataclass(frozen=True)
class _Component:
    """What every component is started with."""

    processes: Processes
    directory: Path
    kubeconfig: Path
    ports: _Ports

    def start(self, name: str, *arguments: str, port: int) -> None:
        """Start one component, and wait until its port answers."""
        self.processes.start(
            name,
            [binary("argocd", "argocd"), *arguments],
            environment=self.environment(name),
            ready=lambda: listens(port),
            timeout=120,
        )

    def environment(self, name: str) -> dict[str, str]:
        """Variables of a component; every path that it would look for in its image lies below the lab's directory."""
        wrappers, helm = entry(RECIPES["argocd"]) / "bin", binary("helm3", "helm").parent
        places = {
            "ARGOCD_TLS_DATA_PATH": "tls",
            "ARGOCD_SSH_DATA_PATH": "ssh",
            "ARGOCD_GNUPGHOME": "gnupg",
            "ARGOCD_GPG_DATA_PATH": "gpg",
            "ARGOCD_PLUGINSOCKFILEPATH": "plugins",
            "TMPDIR": f"tmp-{name}",
            "HOME": "home",
        }
        for place in places.values():
            (self.directory / place).mkdir(parents=True, exist_ok=True)
        return {key: str(self.directory / place) for key, place in places.items()} | {
            "ARGOCD_BINARY_NAME": name,
            "ARGOCD_FAKE_IN_CLUSTER": "true",
            "ARGOCD_GPG_ENABLED": "false",
            "KUBECONFIG": str(self.kubeconfig),
            "PATH": f"{wrappers}:{helm}:{os.environ['PATH']}",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }


def install(processes: Processes, kubectl: Path, kubeconfig: Path) -> None:
    """Put Argo CD's definitions, settings and the project `default` into the cluster.

    Raises:
        LabError: The API server refused one.
    """
    source = entry(RECIPES["argocd"])
    base = [str(kubectl), "--kubeconfig", str(kubeconfig)]
    _done([*base, "create", "namespace", NAMESPACE])
    for pattern in ("crds/*-crd.yaml", "config/argocd-*.yaml"):
        files = [argument for file in sorted(source.glob(pattern)) for argument in ("-f", str(file))]
        _done([*base, "apply", "--server-side", "--namespace", NAMESPACE, *files])

    def project_taken() -> bool:  # a moment passes until new definitions are served
        return _run([*base, "apply", "-f", "-"], stdin=json.dumps(PROJECT)).returncode == 0

    processes.wait("Argo CD's definitions are served", project_taken)


def _done(command: list[str]) -> None:
    done = _run(command)
    if done.returncode:
        raise LabError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")


def _run(command: list[str], *, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


def start(processes: Processes, directory: Path, *, kubectl: Path, kubeconfig: Path) -> Argo:
    """Start all components, and return when the API lets the administrator in.

    Args:
        processes: Takes the processes.
        directory: An existing, empty directory for their data.
        kubectl: Path of kubectl.
        kubeconfig: Of an administrator; its context's namespace is `argocd`.

    Raises:
        LabError: A component did not become ready.
    """
    install(processes, kubectl, kubeconfig)
    ports = _Ports(*free_ports(9))
    one = _Component(processes, directory, kubeconfig, ports)
    redis, repo = f"--redis=127.0.0.1:{ports.redis}", f"127.0.0.1:{ports.repo}"
    _start_redis(processes, directory, ports.redis)
    one.start(
        "argocd-repo-server",
        redis,
        "--address=127.0.0.1",
        f"--port={ports.repo}",
        "--metrics-address=127.0.0.1",
        f"--metrics-port={ports.repo_metrics}",
        "--revision-cache-expiration=5s",  # by default a push is seen after three minutes
        port=ports.repo,
    )
    one.start(
        "argocd-server",
        redis,
        f"--repo-server={repo}",
        "--insecure",
        "--address=127.0.0.1",
        f"--port={ports.server}",
        f"--metrics-port={ports.server_metrics}",
        port=ports.server,
    )
    one.start("argocd-application-controller", *controller_arguments(ports), port=ports.controller_metrics)
    one.start(
        "argocd-applicationset-controller",
        f"--argocd-repo-server={repo}",
        "--enable-progressive-syncs",
        f"--metrics-addr=127.0.0.1:{ports.sets_metrics}",
        f"--probe-addr=127.0.0.1:{ports.sets_probe}",
        f"--webhook-addr=127.0.0.1:{ports.sets_webhook}",
        port=ports.sets_probe,
    )
    argo = Argo(f"http://127.0.0.1:{ports.server}", password(processes, kubectl, kubeconfig))
    processes.wait("the administrator gets a session", lambda: lets_in(argo.url, argo.password), timeout=60)
    return argo


def controller_arguments(ports: _Ports) -> list[str]:
    """Arguments of the application controller: a push is looked for every ten seconds instead of every two minutes."""
    return [
        f"--redis=127.0.0.1:{ports.redis}",
        f"--repo-server=127.0.0.1:{ports.repo}",
        f"--metrics-port={ports.controller_metrics}",
        "--app-resync=10",
        "--app-resync-jitter=0",
    ]


def _start_redis(processes: Processes, directory: Path, port: int) -> None:
    program = directory / "redis-server"
    found = shutil.which("redis-check-rdb")
    if found is None:
        raise LabError("redis is missing; install it with: python -m tests.cluster.lab.packages")
    program.symlink_to(found)  # it is redis-server when it is called so
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(directory)]
    processes.start("redis", command, ready=lambda: listens(port))


def password(processes: Processes, kubectl: Path, kubeconfig: Path) -> str:
    """Return the administrator's password, which the server makes at its first start.

    Raises:
        LabError: There is none after a minute.
    """
    command = [str(kubectl), "--kubeconfig", str(kubeconfig), "--namespace", NAMESPACE, "get", "secret"]
    command += ["argocd-initial-admin-secret", "--ignore-not-found", "-o", "jsonpath={.data.password}"]
    found: list[bytes] = []

    def asked() -> bool:
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        found.append(answer)
        return bool(answer)

    processes.wait("Argo CD has made the administrator's password", asked)
    return base64.b64decode(found[-1]).decode()


def lets_in(url: str, word: str) -> bool:
    """Whether Argo CD's API gives the administrator a session."""
    body = {"username": "admin", "password": word}
    return requests.post(f"{url}/api/v1/session", json=body, timeout=5).ok
