"""The node itself: it registers, says that it lives, takes every Pod that no node has, and starts a worker for each."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import requests

from tests.cluster.lab.kubelet.api import ApiError, Json
from tests.cluster.lab.kubelet.pods import Node, PodWorker
from tests.cluster.lab.kubelet.status import moment

log = logging.getLogger("kubelet.node")
PODS = "/api/v1/pods"
HEARTBEAT = 10.0


class Kubelet:
    """
    Watches the Pods of the cluster and runs those of its node.

    Args:
        node: What its Pods share.
        port: Where it serves logs.
    """

    def __init__(self, node: Node, port: int) -> None:
        self.node = node
        self._port = port
        self._workers: dict[str, PodWorker] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def worker(self, namespace: str, name: str) -> PodWorker | None:
        """Return the worker of a Pod; of several of one name, the newest."""
        with self._lock:
            found = [one for one in self._workers.values() if (one.namespace, one.pod_name) == (namespace, name)]
        return found[-1] if found else None

    def start(self) -> None:
        """Register the node and begin; returns when the node is Ready."""
        self._register()
        for task in (self._beat, self._watch_own, self._watch_unbound):
            threading.Thread(target=task, daemon=True, name=task.__name__).start()

    def stop(self) -> None:
        """End all Pods' processes; their objects stay as they are."""
        self._stopping.set()
        with self._lock:
            workers = list(self._workers.values())
        for worker in workers:
            worker.shut_down()
        for worker in workers:
            worker.join(15)

    def _register(self) -> None:
        labels = {"kubernetes.io/hostname": self.node.name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
        body: Json = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": self.node.name, "labels": labels}}
        try:
            self.node.api.call("POST", "/api/v1/nodes", body)
        except ApiError as problem:
            if problem.status != requests.codes.conflict:
                raise
        self._status()

    def _status(self) -> None:
        now = moment(datetime.now(UTC))
        room = {"cpu": "8", "memory": "16Gi", "pods": "110", "ephemeral-storage": "20Gi"}
        condition = {
            "type": "Ready",
            "status": "True",
            "reason": "KubeletReady",
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
        }
        status: Json = {
            # No Hostname: the API server would ask for logs there first.
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": self._port}},
            "capacity": room,
            "allocatable": room,
            "conditions": [condition],
        }
        self.node.api.call("PATCH", f"/api/v1/nodes/{self.node.name}/status", {"status": status})

    def _beat(self) -> None:
        while not self._stopping.wait(HEARTBEAT):
            try:
                self._status()
            except (ApiError, requests.RequestException) as problem:
                log.warning("heartbeat: %s", problem)

    def _watch_own(self) -> None:
        self._follow(f"spec.nodeName={self.node.name}", self._own, all_of_them=self._compare)

    def _watch_unbound(self) -> None:
        self._follow("spec.nodeName=", lambda kind, pod: None if kind == "DELETED" else self._bind(pod))

    def _follow(
        self,
        selector: str,
        take: Callable[[str, Json], None],
        *,
        all_of_them: Callable[[list[Json]], None] | None = None,
    ) -> None:
        """List, then watch, for ever; list anew when the watch breaks."""
        while not self._stopping.is_set():
            try:
                listed = self.node.api.call("GET", PODS, fieldSelector=selector)
                for pod in listed.get("items") or []:
                    take("ADDED", pod)
                if all_of_them:
                    all_of_them(listed.get("items") or [])
                version = listed["metadata"]["resourceVersion"]
                for kind, pod in self.node.api.watch(PODS, resource_version=version, fieldSelector=selector):
                    take(kind, pod)
            except (ApiError, requests.RequestException) as problem:
                if not self._stopping.is_set():
                    log.warning("watch %s: %s", selector, problem)
                    time.sleep(1)

    def _own(self, kind: str, pod: Json) -> None:
        uid = pod["metadata"]["uid"]
        with self._lock:
            worker = self._workers.get(uid)
            if kind == "DELETED":
                self._workers.pop(uid, None)
            elif worker is None and pod.get("status", {}).get("phase") in (None, "Pending"):
                worker = PodWorker(pod, self.node)
                self._workers[uid] = worker
                worker.start()
                return
        if worker is not None:
            worker.vanish() if kind == "DELETED" else worker.update(pod)

    def _compare(self, pods: list[Json]) -> None:
        """End workers whose object went away while nobody watched."""
        known = {pod["metadata"]["uid"] for pod in pods}
        with self._lock:
            lost = [worker for uid, worker in self._workers.items() if uid not in known]
        for worker in lost:
            self._own("DELETED", {"metadata": {"uid": worker.uid}})

    def _bind(self, pod: Json) -> None:
        metadata, spec = pod["metadata"], pod["spec"]
        if "deletionTimestamp" in metadata or spec.get("schedulingGates"):
            return
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
        binding: Json = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": metadata["name"], "uid": metadata["uid"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": self.node.name},
        }
        try:
            self.node.api.call("POST", f"{path}/binding", binding)
        except ApiError as problem:
            log.warning("bind %s/%s: %s", metadata["namespace"], metadata["name"], problem)
