"""Service account tokens, bound to the Pod, by TokenRequest."""

from __future__ import annotations

import time

from tests.cluster.lab.kubelet.api import Api, Json

_RENEW = 0.8
"""Share of its life after which a token is replaced, as the real kubelet does."""


class Tokens:
    """
    The tokens of one Pod, kept until they have to be replaced.

    Args:
        api: The API server.
        namespace: The Pod's.
        pod: The Pod.
    """

    def __init__(self, api: Api, namespace: str, pod: Json) -> None:
        self._api = api
        account = pod["spec"].get("serviceAccountName", "default")
        self._path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        self._bound = {
            "kind": "Pod",
            "apiVersion": "v1",
            "name": pod["metadata"]["name"],
            "uid": pod["metadata"]["uid"],
        }
        self._kept: dict[tuple[str, int], tuple[str, float]] = {}

    def get(self, audience: str, seconds: int) -> str:
        """
        Return a token for an audience (empty: the API server) that lives so many seconds.

        Raises:
            ApiError: For example when the service account does not exist.
        """
        token, until = self._kept.get((audience, seconds), ("", 0.0))
        if time.monotonic() < until:
            return token
        wanted: Json = {"expirationSeconds": seconds, "boundObjectRef": self._bound}
        if audience:
            wanted["audiences"] = [audience]
        answer = self._api.call(
            "POST", self._path, {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": wanted}
        )
        token = answer["status"]["token"]
        self._kept[audience, seconds] = (token, time.monotonic() + seconds * _RENEW)
        return str(token)
