"""Names and labels of our objects in the cluster."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

LABELS: Mapping[str, str] = {"app.kubernetes.io/managed-by": "flowsync"}
LONGEST = 63
"""Characters that we use for a name, so that it fits wherever Kubernetes takes one."""

_NOT_ALLOWED = re.compile(r"[^a-z0-9-]+")


def object_name(prefix: str, organisation_id: str) -> str:
    """
    Return the name of an organisation's object, for example ``flowsync-state-7d0c4a52-...``.

    An organisation id is a UUID; whatever else it may be one day is made fit, with a hash so that two stay two.
    """
    fit = _NOT_ALLOWED.sub("-", organisation_id.lower()).strip("-")
    name = f"{prefix}-{fit}"
    if fit == organisation_id and len(name) <= LONGEST:
        return name
    short = hashlib.sha256(organisation_id.encode()).hexdigest()[:10]
    return f"{name[: LONGEST - 11].rstrip('-')}-{short}"
