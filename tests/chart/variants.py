"""The ways to use the charts that every check of rendered objects goes through."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chart.helm import APPLICATION, Helm, Object, parse
from tests.chart.repository import ENVIRONMENTS, FLOW, lay

DIGEST = "sha256:" + "0123456789abcdef" * 4
SECRET = {"credentials": {"existingSecret": "genesys-oauth"}}
BASE = {"environment": "dev", **SECRET}
TRUNKS = b"""environments:
  dev:
    organizationId: 7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101
    guards:
      trunks:
        required: [Carrier A]
        hosts:
          - {host: sip.carrier.example}
          - {host: sbc.internal.example, tls: false}
          - {host: other.example, port: 5071}
"""
MANY = {f"flows/dev/voice/line-{number}.yaml": FLOW + b"#" * 400_000 for number in range(6)}


@dataclass(frozen=True, slots=True)
class Variant:
    """
    One way to use a chart.

    Attributes:
        name: What it is about.
        values: What the user writes.
        files: Files of the repository, for the library; ``None`` takes one flow and its environment.
        application: Whether it is the application chart instead.
        oldest: The oldest Kubernetes that it renders for.
    """

    name: str
    values: Mapping[str, Any]
    files: Mapping[str, bytes] | None = None
    application: bool = False
    oldest: str = "1.27.0"

    def chart(self, folder: Path) -> Path:
        """Return the chart's folder; a repository is made below ``folder`` once."""
        if self.application:
            return APPLICATION
        root = folder / self.name
        return root if root.exists() else lay(root, self.files)

    def render(self, helm: Helm, folder: Path, **options: Any) -> list[Object]:
        """Return the rendered objects; see :meth:`tests.chart.helm.Helm.template` for the options."""
        if not options:
            # Each variant is looked at by many tests; every one gets objects of its own.
            return parse(_template(helm, self.chart(folder), json.dumps(self.values)))
        return helm.render(self.chart(folder), self.values, **options)


@functools.cache
def _template(helm: Helm, chart: Path, values: str) -> str:
    return helm.template(chart, json.loads(values))


EVERYTHING: dict[str, Any] = {
    **BASE,
    "fullnameOverride": "ivr-dev",
    "image": {"repository": "registry.example/flowsync", "digest": DIGEST, "pullPolicy": "Always"},
    "imagePullSecrets": [{"name": "registry"}],
    "region": "mypurecloud.ie",
    "settings": {"onDrift": "overwrite", "maxChanges": "30%", "label": ["voice", "sales"], "rate": 200},
    "extraArgs": ["--log-level", "debug"],
    "hook": {"phase": "Sync"},
    "deadline": 1200,
    "activeDeadlineSeconds": 1500,
    "grace": 40,
    "terminationGracePeriodSeconds": 90,
    "lock": {"namespace": "genesys-locks", "timeout": 60},
    "drift": {
        "enabled": True,
        "schedule": "*/30 * * * *",
        "timeZone": "Europe/Berlin",
        "extraArgs": ["--detailed-exitcode"],
    },
    "serviceAccount": {"annotations": {"example.org/role": "reader"}},
    "networkPolicy": {
        "extraEgress": [{"ports": [{"port": 8443, "protocol": "TCP"}], "to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]
    },
    "proxy": {
        "https": "http://proxy.example:3128",
        "http": "http://proxy.example:3128",
        "noProxy": ".internal.example",
    },
    "ca": {"existingConfigMap": "company-ca", "key": "bundle.pem"},
    "resources": {"limits": {"cpu": 1, "memory": "1Gi", "ephemeral-storage": "1Gi"}},
    "securityContext": {"setIds": False},
    "extraEnv": [
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "ivr", "key": "api_key"}}},
        {"name": "FLOWSYNC_POLL_INTERVAL", "value": "5"},
    ],
    "extraEnvFrom": [{"configMapRef": {"name": "more"}}],
    "extraVolumes": [{"name": "pins", "secret": {"secretName": "pins"}}],
    "extraVolumeMounts": [{"name": "pins", "mountPath": "/run/secrets/pins", "readOnly": True}],
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "dedicated", "operator": "Equal", "value": "batch", "effect": "NoSchedule"}],
    "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
    "priorityClassName": "batch",
    "runtimeClassName": "gvisor",
    "labels": {"team": "telephony", "cost-centre": 4711},
    "annotations": {"example.org/owner": "telephony", "example.org/on": True},
    "podLabels": {"sidecar.istio.io/inject": False},
    "podAnnotations": {"example.org/scrape": "no"},
    "links": {"runbook": "https://wiki.example/genesys"},
}

VARIANTS: tuple[Variant, ...] = (
    Variant("plain", BASE),
    Variant("everything", EVERYTHING),
    Variant("sync-phase", {**BASE, "hook": {"phase": "Sync"}}),
    Variant(
        "no-cluster-features",
        {**BASE, "lock": {"enabled": False}, "state": {"enabled": False}, "events": {"enabled": False}},
    ),
    Variant("lock-only", {**BASE, "state": {"enabled": False}, "events": {"enabled": False}}),
    Variant("events-only", {**BASE, "lock": {"enabled": False}, "state": {"enabled": False}}),
    Variant("other-lock-namespace", {**BASE, "lock": {"namespace": "genesys-locks"}}),
    Variant("drift", {**BASE, "drift": {"enabled": True}}),
    Variant("organisation-unknown", BASE, {"flows/dev/main.yaml": FLOW}),
    Variant(
        "environments-in-values",
        {**BASE, "environments": {"dev": {"organizationId": "abc"}}},
        {"flows/dev/main.yaml": FLOW},
    ),
    Variant(
        "environments-json",
        BASE,
        {"flows/dev/main.yaml": FLOW, "environments.json": b'{"dev": {"region": "mypurecloud.de"}}'},
    ),
    Variant("trunk-guard", BASE, {"flows/dev/main.yaml": FLOW, "environments.yaml": TRUNKS}),
    Variant("no-network-policy", {**BASE, "networkPolicy": {"enabled": False}}),
    Variant("own-account", {**BASE, "serviceAccount": {"name": "deployer"}, "rbac": {"create": False}}),
    Variant(
        "external-secret",
        {
            "environment": "dev",
            "credentials": {
                "externalSecret": {
                    "enabled": True,
                    "storeName": "vault",
                    "storeKind": "ClusterSecretStore",
                    "clientId": {"key": "genesys/dev", "property": "id"},
                    "clientSecret": {"key": "genesys/dev", "property": "secret"},
                }
            },
        },
    ),
    Variant(
        "sealed-secret",
        {
            "environment": "dev",
            "credentials": {
                "sealedSecret": {
                    "enabled": True,
                    "scope": "namespace-wide",
                    "clientId": "AgBy3i4O",
                    "clientSecret": "AgCk9xZ1",
                }
            },
        },
    ),
    Variant("shards", BASE, {**MANY, "environments.yaml": ENVIRONMENTS}),
    Variant(
        "odd-content",
        BASE,
        {
            "flows/dev/a b/ü ☎.yaml": b"\xff\x00\x01",
            "flows/dev/empty.yml": b"",
            "flows/dev/next.yaml": "a\u0085b\u2028".encode(),
        },
    ),
    Variant(
        "application-config-map", {**BASE, "flows": {"existingConfigMap": "flows", "digest": DIGEST}}, application=True
    ),
    Variant(
        "application-image",
        {**BASE, "flows": {"image": {"reference": f"registry.example/flows@{DIGEST}", "folder": "flows/dev"}}},
        application=True,
        oldest="1.33.0",
    ),
)
