"""What we may do in the cluster, asked of the API server (SelfSubjectAccessReview); asking stores nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hook.cluster.connection import TIMEOUT, Connection
from hook.cluster.errors import ClusterError, Unanswered


@dataclass(frozen=True, slots=True)
class Right:
    """
    One thing that a feature does.

    ``group`` is empty for the core API; ``name`` is empty where the right cannot be limited to one object.
    """

    verb: str
    group: str
    resource: str
    namespace: str
    name: str = ""

    def __str__(self) -> str:
        what = f"{self.resource}/{self.name}" if self.name else self.resource
        return f"{self.verb} {what} in namespace {self.namespace}"


LEASES = "coordination.k8s.io"


def lock_rights(namespace: str, name: str) -> tuple[Right, ...]:
    """Return what the lock needs, for a Lease of that name."""
    return (
        Right("get", LEASES, "leases", namespace, name),
        Right("update", LEASES, "leases", namespace, name),
        Right("create", LEASES, "leases", namespace),
    )


def state_rights(namespace: str, names: Iterable[str]) -> tuple[Right, ...]:
    """Return what state and run records need, for ConfigMaps of those names."""
    own = (Right(verb, "", "configmaps", namespace, name) for name in names for verb in ("get", "patch"))
    return (*own, Right("create", "", "configmaps", namespace))


def event_rights(namespace: str) -> tuple[Right, ...]:
    """Return what Events on the Job need."""
    return (Right("create", "", "events", namespace),)


def marker_rights(namespace: str, name: str) -> tuple[Right, ...]:
    """Return what marking the ConfigMap of that name needs."""
    return (Right("patch", "", "configmaps", namespace, name),)


def is_allowed(connection: Connection, right: Right) -> bool:
    """
    Ask whether we have a right.

    Raises:
        ClusterError: The API server does not answer, or refuses to say.
    """
    import urllib3  # noqa: PLC0415  (the library is imported when a connection is used)
    from kubernetes.client import ApiException, AuthorizationV1Api  # noqa: PLC0415  (the same)

    attributes = {
        "verb": right.verb,
        "group": right.group,
        "resource": right.resource,
        "namespace": right.namespace,
        **({"name": right.name} if right.name else {}),
    }
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    api: Any = AuthorizationV1Api(connection.client)
    try:
        answer = api.create_self_subject_access_review(body, _preload_content=False, _request_timeout=TIMEOUT)
        status = json.loads(answer.data).get("status")
    except ApiException as error:
        raise ClusterError(f"the API server refused to say what we may do ({error.status})") from error
    except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as error:
        raise Unanswered(f"the API server did not say what we may do: {type(error).__name__}") from error
    if not isinstance(status, dict) or not isinstance(status.get("allowed"), bool):
        raise Unanswered("the API server did not say what we may do")
    return bool(status["allowed"])
