"""Helm for tests: where it is, a chart in a folder, and what it renders."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.lab.build import binary

ROOT = Path(__file__).parents[2]
CHARTS = ROOT / "charts"
LIBRARY = CHARTS / "flow-sync-lib"
APPLICATION = CHARTS / "genesys-flow-sync"
VERSIONS = ("HELM3", "HELM4")
NEWEST = "1.37.0"

Values = Mapping[str, Any]
Object = dict[str, Any]


class NoHelmError(Exception):
    """Neither the variable nor the lab's cache has this helm."""


class HelmError(Exception):
    """Helm ended with an error; the text is what it printed on stderr."""


def find_helm(variable: str) -> Path:
    """
    Return helm, from the environment variable or from what the lab built.

    Args:
        variable: ``HELM3`` or ``HELM4``.

    Raises:
        NoHelmError: It is in neither place.
    """
    if given := os.environ.get(variable):
        return Path(given)
    try:
        return binary(variable.lower(), "helm")
    except FileNotFoundError as error:
        raise NoHelmError(f"{variable} is not set and the lab has not built it: {error}") from error


@dataclass(frozen=True, slots=True)
class Helm:
    """One helm binary; it never sees the configuration of whoever runs the tests."""

    path: Path
    home: Path

    def run(self, *arguments: str | Path) -> str:
        """
        Return what helm prints on stdout.

        Raises:
            HelmError: It failed.
        """
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.home), "KUBECONFIG": "/dev/null"}
        done = subprocess.run(  # noqa: PLW1510  (the status is judged below)
            [str(self.path), *map(str, arguments)], capture_output=True, text=True, timeout=60, env=environ
        )
        if done.returncode:
            raise HelmError(done.stderr)
        return done.stdout

    def written(self, values: Values | None = None) -> Path:
        """Return a file with the values, as a person would write them."""
        file = self.home / "values.yaml"
        file.write_text(yaml.safe_dump(dict(values or {})), encoding="utf-8")
        return file

    def template(
        self,
        chart: Path,
        values: Values | None = None,
        *,
        release: str = "flows",
        namespace: str = "genesys",
        version: str = NEWEST,
        arguments: Sequence[str] = (),
    ) -> str:
        """
        Return the rendered manifests.

        Args:
            chart: The chart's folder.
            values: What the values file says.
            release: Name of the release.
            namespace: Its namespace.
            version: The cluster's version.
            arguments: Further flags.
        """
        where = ("--namespace", namespace, "--kube-version", version, "--values", self.written(values))
        return self.run("template", release, chart, *where, *arguments)

    def render(self, chart: Path, values: Values | None = None, **options: Any) -> list[Object]:
        """Return the rendered objects; see :meth:`template`."""
        return parse(self.template(chart, values, **options))


def parse(manifests: str) -> list[Object]:
    """Return the objects in a stream of YAML documents."""
    return [entry for entry in yaml.load_all(manifests, Loader=yaml.CSafeLoader) if entry]


def identity(entry: Object) -> tuple[str, str, str]:
    """Return kind, namespace and name."""
    return entry["kind"], entry["metadata"].get("namespace", ""), entry["metadata"]["name"]


def by_identity(objects: Sequence[Object]) -> dict[tuple[str, str, str], Object]:
    """Return the objects by kind, namespace and name; two with the same are a mistake of the chart."""
    found = {identity(entry): entry for entry in objects}
    assert len(found) == len(objects), "two objects have one name"
    return found


def the(objects: Sequence[Object], kind: str, name: str) -> Object:
    """Return the one object of a kind and name."""
    (found,) = (entry for entry in objects if entry["kind"] == kind and entry["metadata"]["name"] == name)
    return found


def is_hook(entry: Object) -> bool:
    """Return whether Argo CD treats an object as a hook."""
    return "argocd.argoproj.io/hook" in entry["metadata"].get("annotations", {})


def wave(entry: Object) -> int:
    """Return an object's sync wave."""
    return int(entry["metadata"]["annotations"].get("argocd.argoproj.io/sync-wave", "0"))
