"""A ConfigMap with the last drift report, so that Argo CD shows it among an Application's objects."""

from __future__ import annotations

from collections.abc import Mapping

from hook.cluster.connection import ClusterUnavailable, connect
from hook.cluster.errors import ClusterError, Forbidden
from hook.errors import ApiUnavailable, CredentialsError


def write_status(environ: Mapping[str, str], namespace: str, name: str, data: Mapping[str, str]) -> None:
    """
    Apply the data of a ConfigMap, and leave all else of it to whoever made it.

    Args:
        environ: The process's environment.
        namespace: Where the ConfigMap is; empty for the Pod's own, or that of the kubeconfig's context.
        name: What it is called.
        data: Its content.

    Raises:
        CredentialsError: There is no way to the API server, or the rights do not suffice.
        ApiUnavailable: The API server does not answer, or refuses.
    """
    try:
        connection = connect(environ, namespace=namespace)
        try:
            connection.apply_config_map(
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": name, "namespace": connection.namespace},
                    "data": dict(data),
                }
            )
        finally:
            connection.close()
    except (ClusterUnavailable, Forbidden) as error:
        raise CredentialsError(f"the status cannot be written: {error.message}", hint=error.hint) from error
    except ClusterError as error:
        raise ApiUnavailable(f"the status cannot be written: {error.message}", hint=error.hint) from error
