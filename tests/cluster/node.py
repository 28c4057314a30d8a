"""What only the kubelet stand-in of the lab can do to a container, or tell about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import requests

from tests.cluster.lab.access import Access

CONTAINER = "sync"


def kill(access: Access, pod: Mapping[str, Any]) -> None:
    """Kill a Pod's container as the kernel does when memory runs out: SIGKILL to its first process."""
    answer = _call(access, "POST", f"lab/kill/{_path(pod)}")
    assert answer.ok, f"the container was not killed: {answer.text}"


def peak_memory(access: Access, pod: Mapping[str, Any]) -> int:
    """Return the most memory in bytes that the processes of a Pod's container, which has ended, held at a time."""
    answer = _call(access, "GET", f"lab/stats/{_path(pod)}")
    assert answer.ok, f"nothing is known of this container: {answer.status_code}"
    return int(answer.json()["peakRssBytes"])


def _path(pod: Mapping[str, Any]) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}/{CONTAINER}"


def _call(access: Access, method: str, path: str) -> requests.Response:
    if access.kubelet is None:
        pytest.skip("needs the lab's kubelet stand-in; a real kubelet offers no such thing")
    authority = str(access.directory / "control-plane" / "ca.crt")
    return requests.request(method, f"{access.kubelet}/{path}", verify=authority, timeout=30)
