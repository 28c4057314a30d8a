from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hook.cluster.connection import ClusterUnavailable, Connection, connect, in_cluster
from hook.cluster.errors import ClusterError, Forbidden, Unanswered
from hook.cluster.names import object_name
from tests.apiserver import ApiServer

POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}


def test_what_does_not_touch_a_cluster_does_not_import_the_client(tmp_path: Path) -> None:
    flow = tmp_path / "flow.yaml"
    flow.write_text("workflow:\n  name: One\n", encoding="utf-8")
    program = (
        "import sys; from hook.cli import run; code = run(sys.argv[1:]);"
        "sys.exit(code if 'kubernetes' not in sys.modules else 99)"
    )
    environ = {"PATH": "", "HOME": str(tmp_path), "GENESYSCLOUD_REGION": "mypurecloud.de"}
    commands = [["validate", str(flow)], ["plan", "-e", "dev", "--flows-dir", str(tmp_path), "-w", str(tmp_path)]]

    codes = [
        subprocess.run(
            [sys.executable, "-c", program, *command], env=environ, capture_output=True, check=False
        ).returncode
        for command in commands
    ]

    assert 99 not in codes


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    (tmp_path / "token").write_text("token-of-the-pod")
    (tmp_path / "namespace").write_text("flows\n")
    (tmp_path / "ca.crt").write_text("a certificate")
    return tmp_path


def test_in_a_pod_the_mounted_token_is_used_and_no_proxy(mount: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setattr("kubernetes.client.rest.RESTClientObject.__init__", lambda self, configuration: None)
    made = connect(POD, mount=mount)

    configuration = made.client.configuration
    assert (made.namespace, configuration.host) == ("flows", "https://10.0.0.1:443")
    assert configuration.api_key["BearerToken"] == "bearer token-of-the-pod"
    assert configuration.ssl_ca_cert == str(mount / "ca.crt")
    assert configuration.proxy is None
    assert connect({**POD, "FLOWSYNC_POD_NAMESPACE": "own"}, mount=mount).namespace == "own"
    assert connect(POD, namespace="locks", mount=mount).namespace == "locks"


@pytest.mark.parametrize("missing", ["token", "ca.crt", "namespace"])
def test_a_pod_without_its_mount_is_told_what_is_missing(mount: Path, missing: str) -> None:
    (mount / missing).unlink()

    with pytest.raises(ClusterUnavailable) as caught:
        connect(POD, mount=mount)
    assert "ServiceAccount's token must be mounted" in caught.value.hint


def test_outside_a_cluster_without_a_kubeconfig_is_told(tmp_path: Path) -> None:
    with pytest.raises(ClusterUnavailable) as caught:
        connect({"KUBECONFIG": str(tmp_path / "none")})
    assert "set KUBECONFIG" in caught.value.hint


def test_whether_it_is_a_cluster_is_what_kubernetes_says() -> None:
    assert in_cluster(POD)
    assert not in_cluster({})


def test_another_namespace_is_the_same_server(connection: Connection) -> None:
    assert connection.within("other").client is connection.client
    assert connection.within("other").namespace == "other"


@pytest.mark.parametrize(
    ("status", "error"), [(401, Forbidden), (403, Forbidden), (400, ClusterError), (429, Unanswered), (503, Unanswered)]
)
def test_refusals_are_told_apart(
    api: ApiServer, connection: Connection, status: int, error: type[ClusterError]
) -> None:
    api.fail("get", "leases", status)

    with pytest.raises(error) as caught:
        connection.read_lease("x")
    assert type(caught.value) is error
    assert "get leases/x in namespace flows" in caught.value.message


@pytest.mark.parametrize(
    ("organisation", "name"),
    [
        ("7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101", "flowsync-state-7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101"),
        ("ORG", "flowsync-state-org-"),
        ("a" * 200, "flowsync-state-aaaa"),
        ("ä/ö", "flowsync-state-"),
    ],
)
def test_names_fit_into_kubernetes_and_stay_different(organisation: str, name: str) -> None:
    made = object_name("flowsync-state", organisation)

    assert made.startswith(name)
    assert len(made) <= 63
    assert made != object_name("flowsync-state", organisation + "x")
