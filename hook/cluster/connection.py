"""
The API server: the few calls that are made, with a limit in time, and plain JSON in and out.

Every request is sent once: whether it may be sent again is decided by whoever knows what it would do. The objects are
dicts as the API has them, because the models of the client library cost more to import than all the rest of a run.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hook.cluster.errors import Changed, ClusterError, Exists, Forbidden, Missing, Unanswered

FIELD_MANAGER = "flowsync"
TIMEOUT = (3.0, 5.0)
"""Seconds to connect, and to wait for an answer: a lease of 30 s must survive a request that hangs."""

APPLY = "application/apply-patch+yaml"
"""Server-side apply; JSON is YAML."""

MERGE = "application/merge-patch+json"
GROUPS = {"leases": "coordination.k8s.io"}
"""API groups; the other resources are of the core group."""

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429

Body = Mapping[str, Any]


class ClusterUnavailable(ClusterError):
    """No connection can be made: there is no token, no kubeconfig, or no namespace."""


def in_cluster(environ: Mapping[str, str]) -> bool:
    """Tell whether this process runs in a Pod."""
    return bool(environ.get("KUBERNETES_SERVICE_HOST"))


@dataclass(frozen=True, slots=True)
class Connection:
    """
    One API server, and the namespace that is worked in; threads share it.

    Args:
        client: The library's ``ApiClient``.
        namespace: Where Leases and ConfigMaps are.
    """

    client: Any
    namespace: str

    def read_lease(self, name: str) -> Body:
        """Return a Lease."""
        return self._call("get", "leases", name, self._leases().read_namespaced_lease, name)

    def create_lease(self, body: Body) -> Body:
        """Create a Lease."""
        return self._call("create", "leases", _name(body), self._leases().create_namespaced_lease, body=body)

    def replace_lease(self, body: Body) -> Body:
        """Replace a Lease that is still at its ``resourceVersion``."""
        name = _name(body)
        return self._call("update", "leases", name, self._leases().replace_namespaced_lease, name, body=body)

    def read_config_map(self, name: str) -> Body:
        """Return a ConfigMap."""
        return self._call("get", "configmaps", name, self._core().read_namespaced_config_map, name)

    def create_config_map(self, body: Body) -> Body:
        """Create a ConfigMap."""
        create = self._core().create_namespaced_config_map
        return self._call("create", "configmaps", _name(body), create, body=body, field_manager=FIELD_MANAGER)

    def apply_config_map(self, body: Body) -> Body:
        """Apply a ConfigMap; with a ``resourceVersion``, only if it is still at that one."""
        return self._patch_config_map(body, _content_type=APPLY, force=True)

    def merge_config_map(self, body: Body) -> Body:
        """Merge into a ConfigMap that is there already; with a ``resourceVersion``, only if it is still at that one."""
        return self._patch_config_map(body, _content_type=MERGE)

    def create_event(self, body: Body) -> Body:
        """Create an Event."""
        return self._call("create", "events", "", self._core().create_namespaced_event, body=body)

    def within(self, namespace: str) -> Connection:
        """Return the same API server, in another namespace."""
        return Connection(self.client, namespace)

    def close(self) -> None:
        """Close all connections."""
        self.client.close()

    def _leases(self) -> Any:
        from kubernetes.client import CoordinationV1Api

        return CoordinationV1Api(self.client)

    def _core(self) -> Any:
        from kubernetes.client import CoreV1Api

        return CoreV1Api(self.client)

    def _patch_config_map(self, body: Body, **how: Any) -> Body:
        name, patch = _name(body), self._core().patch_namespaced_config_map
        return self._call("patch", "configmaps", name, patch, name, body=body, field_manager=FIELD_MANAGER, **how)

    def _call(self, verb: str, resource: str, name: str, call: Callable[..., Any], *path: str, **more: Any) -> Body:
        import urllib3
        from kubernetes.client import ApiException

        what = f"{verb} {resource}/{name}".rstrip("/") + f" in namespace {self.namespace}"
        try:
            answer = call(*path, namespace=self.namespace, _preload_content=False, _request_timeout=TIMEOUT, **more)
            body = json.loads(answer.data)
        except ApiException as error:
            raise self._refused(error.status or 0, error.body, verb, resource, what) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unanswered(f"the API server did not answer ({what}): {_short(error)}") from error
        except ValueError as error:
            raise Unanswered(f"the API server's answer is no JSON ({what})") from error
        if not isinstance(body, dict):
            raise Unanswered(f"the API server's answer is no object ({what})")
        return body

    def _refused(self, status: int, body: Any, verb: str, resource: str, what: str) -> ClusterError:
        said = _message(body)
        if status == 401:  # noqa: PLR2004  (Unauthorized)
            hint = "See whether its ServiceAccount was deleted or made anew while the Pod ran."
            return Forbidden(f"the API server does not accept the Pod's token ({what})", hint=hint)
        if status == 403:  # noqa: PLR2004  (Forbidden)
            group = GROUPS.get(resource, "")
            hint = (
                f"Add to the Role in namespace {self.namespace}:"
                f' {{apiGroups: ["{group}"], resources: ["{resource}"], verbs: ["{verb}"]}}.'
            )
            return Forbidden(f"no right to {what}: {said}", hint=hint)
        if status == 404:  # noqa: PLR2004  (Not Found)
            return Missing(f"there is nothing to {what}: {said}")
        if status == 409:  # noqa: PLR2004  (Conflict)
            return (Exists if verb == "create" else Changed)(f"conflict ({what}): {said}")
        if status >= SERVER_ERROR or status in {0, TOO_MANY_REQUESTS}:
            return Unanswered(f"the API server answered {status} ({what}): {said}")
        return ClusterError(f"the API server refused ({status}, {what}): {said}")


def connect(environ: Mapping[str, str], *, namespace: str = "", mount: Path = SERVICE_ACCOUNT) -> Connection:
    """
    Connect to the API server of the Pod, elsewhere to that of the kubeconfig; nothing is sent yet.

    Args:
        environ: The process's environment.
        namespace: Where to work; by default the Pod's own, or that of the kubeconfig's context.
        mount: Where the Pod's token, certificate authority and namespace are.

    Raises:
        ClusterUnavailable: What is needed for a connection is not there.
    """
    from kubernetes.client import ApiClient, Configuration
    from kubernetes.config import ConfigException

    configuration = Configuration()
    configuration.retries = 0
    # The library logs whole answers at the level DEBUG.
    logging.getLogger("kubernetes").setLevel(logging.WARNING)
    try:
        found = _pod(configuration, environ, mount) if in_cluster(environ) else _kubeconfig(configuration, environ)
    except (ConfigException, OSError) as error:
        raise ClusterUnavailable(
            f"there is no way to the API server: {_short(error)}",
            hint="In a Pod, a ServiceAccount's token must be mounted; elsewhere, set KUBECONFIG.",
        ) from error
    chosen = namespace or found
    if not chosen:
        raise ClusterUnavailable("no namespace is known for lock and state", hint="Name it with --lock-namespace.")
    return Connection(ApiClient(configuration), chosen)


def _pod(configuration: Any, environ: Mapping[str, str], mount: Path) -> str:
    from kubernetes.config.incluster_config import InClusterConfigLoader

    InClusterConfigLoader(
        token_filename=str(mount / "token"), cert_filename=str(mount / "ca.crt"), environ=dict(environ)
    ).load_and_set(configuration)
    # The Pod's proxy is for the way out of the cluster.
    configuration.proxy = None
    own = environ.get("FLOWSYNC_POD_NAMESPACE", "")
    return own or (mount / "namespace").read_text(encoding="utf-8").strip()


def _kubeconfig(configuration: Any, environ: Mapping[str, str]) -> str:
    from kubernetes.config import list_kube_config_contexts, load_kube_config

    # The library has looked at KUBECONFIG when it was imported, and only then.
    file = environ.get("KUBECONFIG") or None
    load_kube_config(config_file=file, client_configuration=configuration)
    _, active = list_kube_config_contexts(config_file=file)
    return str(active["context"].get("namespace", "default"))


def _name(body: Body) -> str:
    return str(body["metadata"]["name"])


def _message(body: Any) -> str:
    try:
        content = json.loads(body)
    except (ValueError, TypeError):
        return "no reason was given"
    return str(content.get("message", "no reason was given")) if isinstance(content, dict) else "no reason was given"


def _short(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or error
    return " ".join(str(reason).split())[:300]
