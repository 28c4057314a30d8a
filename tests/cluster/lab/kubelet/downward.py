"""What a Pod may learn of itself: fields and resources, for variables and for files."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from tests.cluster.lab.kubelet.api import Json

_SUBSCRIPT = re.compile(r"^metadata\.(labels|annotations)\['(.+)'\]$")
_UNITS: dict[str, Decimal | int] = {
    "": 1,
    "m": Decimal("0.001"),
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
}


def field(pod: Json, path: str, *, node: str) -> str:
    """
    Return a field of the Pod as text; a label that is not there is empty, as with the real kubelet.

    Raises:
        ValueError: The downward API has no such field.
    """
    metadata = pod["metadata"]
    if match := _SUBSCRIPT.match(path):
        return str(metadata.get(match[1], {}).get(match[2], ""))
    known = {
        "metadata.name": metadata["name"],
        "metadata.namespace": metadata["namespace"],
        "metadata.uid": metadata["uid"],
        "spec.nodeName": node,
        "spec.serviceAccountName": pod["spec"].get("serviceAccountName", ""),
        "status.hostIP": "127.0.0.1",
        "status.podIP": "127.0.0.1",
        "status.hostIPs": "127.0.0.1",
        "status.podIPs": "127.0.0.1",
    }
    if path in known:
        return str(known[path])
    if path in ("metadata.labels", "metadata.annotations"):
        pairs: Json = metadata.get(path.removeprefix("metadata."), {})
        return "\n".join(f'{key}="{value}"' for key, value in sorted(pairs.items()))
    raise ValueError(f"the downward API has no field {path!r}")


def quantity(text: str) -> Decimal:
    """
    Return the number that a Kubernetes quantity stands for (``250m``, ``64Mi``).

    Raises:
        KeyError: The unit is unknown.
    """
    match = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", text.strip())
    if match is None:
        raise KeyError(text)
    return Decimal(match[1]) * _UNITS[match[2]]


def resource(container: Json, name: str, divisor: str) -> str:
    """Return ``limits.memory`` and the like of a container, divided and rounded up; 0 if it is not set."""
    kind, _, what = name.partition(".")
    value = container.get("resources", {}).get(kind, {}).get(what)
    by = quantity(divisor if divisor not in ("", "0") else "1")
    return str(0 if value is None else math.ceil(quantity(str(value)) / by))
