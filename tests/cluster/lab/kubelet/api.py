"""The API server as seen from a node: JSON in, JSON out, and watches."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import yaml

Json = dict[str, Any]
"""An object of the Kubernetes API as it travels; the schema is the API server's business."""

MERGE = "application/merge-patch+json"


class ApiError(Exception):
    """
    The API server refused.

    Args:
        status: HTTP status.
        reason: ``reason`` of the Status object, for example ``NotFound``.
        message: What it said.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message


class Api:
    """
    A client for the cluster of a kubeconfig's current context.

    Args:
        kubeconfig: File with a client certificate or a token, inline or by path.
    """

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text("utf-8"))
        context = _named(config["contexts"], config["current-context"])["context"]
        cluster = _named(config["clusters"], context["cluster"])["cluster"]
        user = _named(config["users"], context["user"])["user"]
        self.server: str = cluster["server"].rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=50))
        self._session.verify = _file(cluster, "certificate-authority", kubeconfig)
        certificate = _file(user, "client-certificate", kubeconfig)
        if certificate:
            self._session.cert = (certificate, str(_file(user, "client-key", kubeconfig)))
        if "token" in user:
            self._session.headers["Authorization"] = f"Bearer {user['token']}"

    def call(self, method: str, path: str, body: Json | None = None, *, patch: str = MERGE, **parameters: str) -> Json:
        """
        Call once and return the answer.

        Raises:
            ApiError: The server refused.
            requests.RequestException: It was not reached.
        """
        kind = patch if method == "PATCH" else "application/json"
        answer = self._session.request(
            method,
            self.server + path,
            data=None if body is None else json.dumps(body),
            params=parameters,
            headers={"Content-Type": kind},
            timeout=30,
        )
        if answer.status_code >= requests.codes.bad_request:
            try:
                status = answer.json()
            except ValueError:
                status = {}
            raise ApiError(answer.status_code, status.get("reason", ""), status.get("message", answer.text[:200]))
        found: Json = answer.json()
        return found

    def watch(self, path: str, *, resource_version: str, **parameters: str) -> Iterator[tuple[str, Json]]:
        """
        Yield (type, object) until the server ends the watch, which it does within a minute.

        Raises:
            ApiError: Usually 410: list anew.
        """
        query = {**parameters, "watch": "true", "resourceVersion": resource_version, "timeoutSeconds": "50"}
        with self._session.get(self.server + path, params=query, stream=True, timeout=(10, 60)) as answer:
            if answer.status_code >= requests.codes.bad_request:
                raise ApiError(answer.status_code, "", answer.text[:200])
            for line in answer.iter_lines(chunk_size=None):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    status = event["object"]
                    raise ApiError(status.get("code", 500), status.get("reason", ""), status.get("message", ""))
                yield event["type"], event["object"]


def _named(entries: list[Json], name: str) -> Json:
    return next(one for one in entries if one["name"] == name)


def _file(holder: Json, key: str, kubeconfig: Path) -> str | None:
    """Return the path of a credential; inline data becomes a file that only we read."""
    if f"{key}-data" in holder:
        with tempfile.NamedTemporaryFile(prefix="kubelet-", suffix=".pem", delete=False) as file:
            file.write(base64.b64decode(holder[f"{key}-data"]))
        return file.name
    return str(kubeconfig.parent / holder[key]) if key in holder else None
