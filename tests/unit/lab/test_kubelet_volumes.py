"""The kubelet stand-in lays volumes, variables and bundles as the real one does."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.lab.kubelet import bundle, downward, environment, volumes
from tests.cluster.lab.kubelet.environment import ConfigError
from tests.cluster.lab.kubelet.images import Image
from tests.cluster.lab.kubelet.volumes import File, VolumeError

POD: dict[str, Any] = {
    "metadata": {
        "name": "x-sync-1",
        "namespace": "flows",
        "uid": "u-1",
        "labels": {"batch.kubernetes.io/job-name": "x-sync"},
    },
    "spec": {"containers": [{"name": "sync", "image": "i"}], "serviceAccountName": "x-hook"},
}
OBJECTS: dict[tuple[str, str], dict[str, Any]] = {
    ("configmaps", "flows-0"): {
        "data": {"a.yaml": "one"},
        "binaryData": {"b.yaml": base64.b64encode(b"\xff").decode()},
    },
    ("secrets", "client"): {"data": {"id": base64.b64encode(b"the-id").decode()}},
}


def sources() -> volumes.Sources:
    return volumes.Sources(
        fetch=lambda kind, name: OBJECTS.get((kind, name)),
        token=lambda audience, seconds: f"token of {audience} for {seconds}",
        node="lab",
        images={},
    )


def variables(container: dict[str, Any], image: dict[str, str] | None = None) -> dict[str, str]:
    return environment.variables(
        POD,
        container,
        node="lab",
        image=image or {},
        service=("127.0.0.1", "6443"),
        fetch=lambda kind, name: OBJECTS.get((kind, name)),
    )


def visible(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("..")}


def test_a_volume_is_switched_in_one_step_and_read_through_links(tmp_path: Path) -> None:
    target = tmp_path / "flows"
    assert volumes.write(target, {"a": File(b"1", 0o644), "b": File(b"1", 0o644)})
    before = (target / "..data").readlink()
    assert visible(target) == {"a": b"1", "b": b"1"}
    assert (target / "a").readlink() == Path("..data/a")

    assert volumes.write(target, {"a": File(b"2", 0o600), "c": File(b"2", 0o644)})
    assert visible(target) == {"a": b"2", "c": b"2"}
    assert (target / "a").stat().st_mode & 0o777 == 0o600
    assert (target / "..data").readlink() != before
    assert not (target / before).exists()


def test_a_volume_that_did_not_change_is_left_alone(tmp_path: Path) -> None:
    files = {"sub/a": File(b"1", 0o644)}
    assert volumes.write(tmp_path / "v", files)
    link = (tmp_path / "v" / "..data").readlink()
    assert not volumes.write(tmp_path / "v", files)
    assert (tmp_path / "v" / "..data").readlink() == link
    assert (tmp_path / "v" / "sub" / "a").read_bytes() == b"1"


def test_a_projection_joins_its_sources() -> None:
    volume = {
        "name": "v",
        "projected": {
            "defaultMode": 0o440,
            "sources": [
                {"configMap": {"name": "flows-0"}},
                {"secret": {"name": "client", "items": [{"key": "id", "path": "in/client_id", "mode": 0o400}]}},
                {"serviceAccountToken": {"path": "token", "expirationSeconds": 600}},
                {"downwardAPI": {"items": [{"path": "me", "fieldRef": {"fieldPath": "metadata.name"}}]}},
                {"configMap": {"name": "absent", "optional": True}},
            ],
        },
    }
    found = volumes.payload(POD, volume, sources())
    assert {name: (file.content, oct(file.mode)) for name, file in found.items()} == {
        "a.yaml": (b"one", "0o440"),
        "b.yaml": (b"\xff", "0o440"),
        "in/client_id": (b"the-id", "0o400"),
        "token": (b"token of  for 600", "0o440"),
        "me": (b"x-sync-1", "0o440"),
    }


@pytest.mark.parametrize(
    ("volume", "message"),
    [
        ({"name": "v", "configMap": {"name": "absent"}}, 'configmap "absent" not found'),
        ({"name": "v", "secret": {"secretName": "absent"}}, 'secret "absent" not found'),
        ({"name": "v", "configMap": {"name": "flows-0", "items": [{"key": "z", "path": "z"}]}}, "key: z"),
        ({"name": "v", "nfs": {"path": "/"}}, "no volume of kind nfs"),
    ],
)
def test_what_is_missing_keeps_the_pod_waiting(volume: dict[str, Any], message: str) -> None:
    with pytest.raises(VolumeError, match=message):
        volumes.payload(POD, volume, sources())


def test_a_missing_optional_secret_is_an_empty_folder(tmp_path: Path) -> None:
    pod = {
        **POD,
        "spec": {**POD["spec"], "volumes": [{"name": "v", "secret": {"secretName": "absent", "optional": True}}]},
    }
    laid = volumes.set_up(pod, tmp_path, sources())
    assert visible(laid["v"]) == {}


def test_with_a_group_files_are_readable_for_it(tmp_path: Path) -> None:
    spec = {
        **POD["spec"],
        "securityContext": {"fsGroup": os.getgid()},
        "volumes": [
            {"name": "v", "secret": {"secretName": "client", "defaultMode": 0o400}},
            {"name": "e", "emptyDir": {}},
        ],
    }
    laid = volumes.set_up({**POD, "spec": spec}, tmp_path, sources())
    assert (laid["v"] / "id").stat().st_mode & 0o777 == 0o440
    assert laid["e"].stat().st_mode & 0o7777 == 0o2777


def test_variables_come_from_image_cluster_and_pod_the_later_winning() -> None:
    container = {
        "name": "sync",
        "resources": {"limits": {"memory": "1Gi", "cpu": "250m"}},
        "envFrom": [
            {"prefix": "P_", "secretRef": {"name": "client"}},
            {"configMapRef": {"name": "absent", "optional": True}},
        ],
        "env": [
            {"name": "PATH", "value": "/own:$(PATH)"},
            {"name": "RAW", "value": "$$(PATH) $(UNKNOWN)"},
            {
                "name": "JOB",
                "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['batch.kubernetes.io/job-name']"}},
            },
            {"name": "NONE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['absent']"}}},
            {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "LEFT_OUT", "valueFrom": {"secretKeyRef": {"name": "absent", "key": "k", "optional": True}}},
        ],
    }
    assert variables(container, {"PATH": "/image"}) == {
        "PATH": "/own:/image",
        "HOSTNAME": "x-sync-1",
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": "6443",
        "KUBERNETES_SERVICE_PORT_HTTPS": "6443",
        "P_id": "the-id",
        "RAW": "$(PATH) $(UNKNOWN)",
        "JOB": "x-sync",
        "NONE": "",
        "MEMORY": "1024",
        "CPU": "1",
    }


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"secretKeyRef": {"name": "absent", "key": "k"}}, 'secret "absent" not found'),
        ({"secretKeyRef": {"name": "client", "key": "k"}}, "couldn't find key k in secret flows/client"),
        ({"configMapKeyRef": {"name": "absent", "key": "k"}}, 'configmap "absent" not found'),
    ],
)
def test_a_missing_variable_stops_the_container(source: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        variables({"name": "sync", "env": [{"name": "A", "valueFrom": source}]})


@pytest.mark.parametrize(
    ("text", "number"), [("250m", "0.25"), ("64Mi", str(64 * 2**20)), ("2", "2"), ("1G", str(10**9))]
)
def test_quantities(text: str, number: str) -> None:
    assert downward.quantity(text) == downward.quantity(number)


IMAGE = Image("i", Path("/image"), ("flowsync",), ("sync",), {}, "/workspace", 65532, 65532)


def process(container: dict[str, Any], of_pod: dict[str, Any] | None = None, image: Image = IMAGE) -> dict[str, Any]:
    pod = {**POD, "spec": {**POD["spec"], "securityContext": of_pod or {}}}
    place = bundle.Place(Path("/root"), Path("/log"), {}, "/c")
    found: dict[str, Any] = bundle.config(pod, {"name": "sync", **container}, image, {"A": "1"}, place)["process"]
    return found


@pytest.mark.parametrize(
    ("container", "command"),
    [
        ({}, ["flowsync", "sync"]),
        ({"args": ["plan", "$(A)"]}, ["flowsync", "plan", "1"]),
        ({"command": ["python"]}, ["python"]),
        ({"command": ["python"], "args": ["-V"]}, ["python", "-V"]),
    ],
)
def test_command_and_arguments_replace_those_of_the_image(container: dict[str, Any], command: list[str]) -> None:
    assert process(container)["args"] == command


def test_the_restricted_profile_reaches_the_container() -> None:
    security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}
    found = process({"securityContext": security}, {"runAsUser": 1000, "fsGroup": 7, "supplementalGroups": [9]})
    assert found["user"] == {"uid": 1000, "gid": 65532, "additionalGids": [7, 9]}
    assert found["capabilities"] == {"bounding": [], "effective": [], "permitted": []}
    assert found["noNewPrivileges"] is True
    assert "rlimits" not in found


def test_root_is_refused_where_it_must_not_be() -> None:
    with pytest.raises(ConfigError, match="will run as root"):
        process({}, {"runAsNonRoot": True, "runAsUser": 0})
