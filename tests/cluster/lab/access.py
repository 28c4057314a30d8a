"""How to reach a running cluster with Argo CD: what the lab writes for tests, and tests read."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

VARIABLE = "LAB"
"""Environment variable with the path of the JSON file."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class ArgoAccess(_Model):
    """Argo CD's API: its URL, and the administrator's name and password."""

    url: str
    username: str = "admin"
    password: str


class Image(_Model):
    """A container image that Pods can name: its unpacked root file system, and its OCI configuration."""

    rootfs: Path
    config: Path


class Access(_Model):
    """A running cluster.

    Attributes:
        directory: The lab's directory; logs lie in `logs`, Git repositories must lie below `git` to be seen by Argo CD.
        kubeconfig: Of an administrator.
        kubectl: Path of kubectl.
        helm: Path of the helm that Argo CD uses.
        host: This machine's address as Pods see it; what they shall reach must listen there.
        argocd: Argo CD's API.
        images: Name → image, for what looks into one.
        kubelet: URL of the kubelet stand-in; none where a real kubelet runs.
    """

    directory: Path
    kubeconfig: Path
    kubectl: Path
    helm: Path
    host: str = "127.0.0.1"
    argocd: ArgoAccess
    images: dict[str, Image] = {}
    kubelet: str | None = None

    @property
    def git(self) -> Path:
        """Where repositories lie that Argo CD reads by `file://`."""
        return self.directory / "git"

    def write(self, path: Path) -> None:
        """Write the JSON file, readable by the owner alone."""
        scratch = path.with_name(f".{path.name}.new")
        scratch.touch(mode=0o600)
        scratch.write_text(self.model_dump_json(by_alias=True, indent=2), encoding="utf-8")
        scratch.replace(path)


def from_environment() -> Access | None:
    """Return the access that the variable LAB names, or None when it is not set.

    Raises:
        OSError: The file cannot be read.
        pydantic.ValidationError: It is not what the lab writes.
    """
    path = os.environ.get(VARIABLE)
    return Access.model_validate_json(Path(path).read_bytes()) if path else None
