"""The variables of a container."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from tests.cluster.lab.kubelet import downward
from tests.cluster.lab.kubelet.api import Json

_REFERENCE = re.compile(r"\$(\$|\(([-._a-zA-Z0-9]+)\))")
Fetch = Callable[[str, str], Json | None]
"""(``configmaps`` or ``secrets``, name) → the object in the Pod's namespace, or None."""


class ConfigError(Exception):
    """The container cannot be made of what is there; kubelet says CreateContainerConfigError and tries again."""


def variables(
    pod: Json, container: Json, *, node: str, image: dict[str, str], service: tuple[str, str], fetch: Fetch
) -> dict[str, str]:
    """
    Return the variables of a container, the later of one name winning: image, cluster, ``envFrom``, ``env``.

    Args:
        pod: The Pod.
        container: One of its containers.
        node: The node's name.
        image: The image's variables.
        service: Host and port of the API server.
        fetch: Reads a ConfigMap or Secret.

    Raises:
        ConfigError: A ConfigMap, a Secret or a key of one is missing and not optional.
    """
    own = dict(image)
    own["HOSTNAME"] = pod["metadata"]["name"]
    own["KUBERNETES_SERVICE_HOST"], own["KUBERNETES_SERVICE_PORT"] = service
    own["KUBERNETES_SERVICE_PORT_HTTPS"] = service[1]
    for source in container.get("envFrom", []):
        own.update(_from(source, fetch))
    for entry in container.get("env", []):
        if "valueFrom" in entry:
            value = _value(pod, container, entry["valueFrom"], node=node, fetch=fetch)
            if value is not None:
                own[entry["name"]] = value
        else:
            own[entry["name"]] = expand(entry.get("value", ""), own)
    return own


def expand(text: str, known: dict[str, str]) -> str:
    """Replace ``$(NAME)`` by the variable; ``$$`` is a dollar sign, and an unknown name stays as it is written."""
    return _REFERENCE.sub(lambda match: "$" if match[1] == "$" else known.get(match[2], match[0]), text)


def decoded(kind: str, found: Json) -> dict[str, bytes]:
    """Return the keys of a ConfigMap or Secret as bytes."""
    if kind == "secrets":
        return {key: base64.b64decode(value) for key, value in (found.get("data") or {}).items()}
    plain = {key: value.encode() for key, value in (found.get("data") or {}).items()}
    return plain | {key: base64.b64decode(value) for key, value in (found.get("binaryData") or {}).items()}


def _from(source: Json, fetch: Fetch) -> dict[str, str]:
    kind, reference = (
        ("configmaps", source["configMapRef"]) if "configMapRef" in source else ("secrets", source["secretRef"])
    )
    found = fetch(kind, reference["name"])
    if found is None:
        if reference.get("optional"):
            return {}
        raise ConfigError(_missing(kind, reference["name"]))
    return {source.get("prefix", "") + key: value.decode() for key, value in decoded(kind, found).items()}


def _value(pod: Json, container: Json, source: Json, *, node: str, fetch: Fetch) -> str | None:
    if "fieldRef" in source:
        return downward.field(pod, source["fieldRef"]["fieldPath"], node=node)
    if "resourceFieldRef" in source:
        reference = source["resourceFieldRef"]
        return downward.resource(container, reference["resource"], str(reference.get("divisor", "1")))
    kind, reference = (
        ("configmaps", source["configMapKeyRef"])
        if "configMapKeyRef" in source
        else ("secrets", source["secretKeyRef"])
    )
    found = fetch(kind, reference["name"])
    values = decoded(kind, found) if found is not None else {}
    if reference["key"] in values:
        return values[reference["key"]].decode()
    if reference.get("optional"):
        return None
    if found is None:
        raise ConfigError(_missing(kind, reference["name"]))
    place = f"{kind.removesuffix('s')} {pod['metadata']['namespace']}/{reference['name']}"
    raise ConfigError(f"couldn't find key {reference['key']} in {place}")


def _missing(kind: str, name: str) -> str:
    return f'{kind.removesuffix("s")} "{name}" not found'
