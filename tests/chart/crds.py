"""Checks custom objects against the schemas that their own projects publish in their Go modules."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.chart.helm import Object


@dataclass(frozen=True, slots=True)
class Source:
    """A file with a CustomResourceDefinition in a Go module."""

    module: str
    file: str


ARGOCD = "github.com/argoproj/argo-cd/v3@v3.5.7"
CRDS = {
    ("argoproj.io/v1alpha1", "Application"): Source(ARGOCD, "manifests/crds/application-crd.yaml"),
    ("argoproj.io/v1alpha1", "ApplicationSet"): Source(ARGOCD, "manifests/crds/applicationset-crd.yaml"),
    ("argoproj.io/v1alpha1", "AppProject"): Source(ARGOCD, "manifests/crds/appproject-crd.yaml"),
    ("external-secrets.io/v1", "ExternalSecret"): Source(
        "github.com/external-secrets/external-secrets@v1.3.2",
        "config/crds/bases/external-secrets.io_externalsecrets.yaml",
    ),
    ("external-secrets.io/v1", "SecretStore"): Source(
        "github.com/external-secrets/external-secrets@v1.3.2", "config/crds/bases/external-secrets.io_secretstores.yaml"
    ),
    ("bitnami.com/v1alpha1", "SealedSecret"): Source(
        "github.com/bitnami-labs/sealed-secrets@v0.40.0",
        "helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml",
    ),
}


def check(entry: Object) -> None:
    """
    Hold an object against its CRD; fields that the schema does not know are refused too.

    Raises:
        jsonschema.ValidationError: It does not fit.
    """
    schema = _schema(entry["apiVersion"], entry["kind"])
    jsonschema.Draft202012Validator(schema).validate(entry)


def definition(api_version: str, kind: str) -> Object:
    """Return a kind's CustomResourceDefinition, as its project publishes it."""
    source = CRDS[api_version, kind]
    found: Object = yaml.safe_load((_module(source.module) / source.file).read_text())
    return found


@functools.cache
def _schema(api_version: str, kind: str) -> dict[str, Any]:
    version = api_version.split("/")[1]
    versions = definition(api_version, kind)["spec"]["versions"]
    schema = next(each["schema"]["openAPIV3Schema"] for each in versions if each["name"] == version)
    schema["properties"]["metadata"] = {"type": "object"}
    closed: dict[str, Any] = _closed(schema)
    return closed


def _closed(schema: Any) -> Any:
    """Return a schema in which no object may have fields that are not named, as a strict API server has it."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(each) for key, each in schema.items()}
    named = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    if named and not schema.get("x-kubernetes-preserve-unknown-fields"):
        closed.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string"):
        closed.pop("type", None)
    return closed


@functools.cache
def _module(module: str) -> Path:
    if shutil.which("go") is None:
        pytest.skip(f"go is missing; it fetches the schemas of {module}")
    done = subprocess.run(
        ["go", "mod", "download", "-json", module], capture_output=True, text=True, timeout=110, check=False, cwd="/"
    )
    if done.returncode:
        pytest.skip(f"the Go module {module} with the schemas cannot be fetched: {done.stderr or done.stdout}")
    return Path(json.loads(done.stdout)["Dir"])
