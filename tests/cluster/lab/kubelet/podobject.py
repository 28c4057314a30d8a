"""The object of one Pod in the API server: what the node reads for it, and what it tells."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

import requests

from tests.cluster.lab.kubelet.api import Api, ApiError, Json
from tests.cluster.lab.kubelet.status import moment

log = logging.getLogger("kubelet.podobject")
RETRY = 1.0
"""Seconds between two tries while the API server does not answer."""
_OVER = (requests.codes.not_found, requests.codes.conflict)
"""The object is no more, or one of the same name took its place (every write names the uid)."""


class PodObject:
    """
    Reads and writes on behalf of a Pod.

    Args:
        api: The API server.
        pod: The Pod.
        node: The node's name.
        over: Whether nobody waits for an answer any more.
    """

    def __init__(self, api: Api, pod: Json, node: str, *, over: Callable[[], bool]) -> None:
        self._api = api
        self._node = node
        self._over = over
        self._name: str = pod["metadata"]["name"]
        self._uid: str = pod["metadata"]["uid"]
        self._namespace = f"/api/v1/namespaces/{pod['metadata']['namespace']}"
        self._path = f"{self._namespace}/pods/{self._name}"
        self._sent: Json = {}

    def fetch(self, kind: str, name: str) -> Json | None:
        """
        Return a ConfigMap or Secret of the Pod's namespace, None if there is none.

        Raises:
            ApiError: The server refused.
            requests.RequestException: It was not reached.
        """
        try:
            return self._api.call("GET", f"{self._namespace}/{kind}/{name}")
        except ApiError as problem:
            if problem.status == requests.codes.not_found:
                return None
            raise

    def publish(self, status: Json) -> None:
        """Send the status, if it is another than the last one sent."""
        if status != self._sent:
            self._insist("PATCH", f"{self._path}/status", {"metadata": {"uid": self._uid}, "status": status})
            self._sent = status

    def delete(self) -> None:
        """Delete the object for good; a finalizer may keep it for a while."""
        body = {
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "gracePeriodSeconds": 0,
            "preconditions": {"uid": self._uid},
        }
        self._insist("DELETE", self._path, body)

    def annotate(self, annotations: dict[str, str]) -> None:
        """Add annotations, if the server takes them."""
        with contextlib.suppress(ApiError, requests.RequestException):
            self._api.call("PATCH", self._path, {"metadata": {"annotations": annotations, "uid": self._uid}})

    def event(self, reason: str, message: str) -> None:
        """Write an Event of type Warning about the Pod, if the server takes it."""
        now = moment(datetime.now(UTC))
        namespace = self._namespace.rpartition("/")[2]
        about = {"apiVersion": "v1", "kind": "Pod", "namespace": namespace, "name": self._name, "uid": self._uid}
        event: Json = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"generateName": f"{self._name}.", "namespace": namespace},
            "involvedObject": about,
            "reason": reason,
            "message": message,
            "type": "Warning",
            "source": {"component": "kubelet", "host": self._node},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        log.info("%s/%s: %s: %s", namespace, self._name, reason, message)
        with contextlib.suppress(ApiError, requests.RequestException):
            self._api.call("POST", f"{self._namespace}/events", event)

    def _insist(self, method: str, path: str, body: Json) -> None:
        """Call until the server took it or there is nothing to take it any more."""
        while not self._over():
            try:
                self._api.call(method, path, body)
            except (ApiError, requests.RequestException) as problem:
                if isinstance(problem, ApiError) and problem.status in _OVER:
                    return
                log.warning("%s %s: %s", method, path, problem)
                time.sleep(RETRY)
            else:
                return
