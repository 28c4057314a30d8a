"""The health of a drift status, as Argo CD itself works it out from the snippet in docs/drift.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.cluster.lab.build import binary

PAGE = Path(__file__).parents[2] / "docs" / "drift.md"


@pytest.mark.parametrize(
    ("labels", "data", "health", "message"),
    [
        ({"app.kubernetes.io/component": "drift-status"}, {"status": "in-sync", "summary": "S"}, "Healthy", "S"),
        ({"app.kubernetes.io/component": "drift-status"}, {"status": "drifted", "summary": "S"}, "Degraded", "S"),
        ({"app.kubernetes.io/component": "drift-status"}, {"status": "unknown", "summary": "S"}, "Unknown", "S"),
        ({"app.kubernetes.io/component": "drift-status"}, None, "Healthy", "not looked at yet"),
        ({"app.kubernetes.io/component": "flows"}, {"status": "drifted"}, "", ""),
        ({}, {"status": "drifted"}, "", ""),
    ],
)
def test_argo_cd_shows_the_status_as_health_and_leaves_other_config_maps_alone(
    tmp_path: Path, labels: dict[str, str], data: dict[str, str] | None, health: str, message: str
) -> None:
    try:
        argocd = binary("argocd", "argocd")
    except FileNotFoundError as error:
        pytest.skip(f"no Argo CD: {error}")
    snippet = re.search(r"```yaml\n(data:\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert snippet
    part = "labels: {app.kubernetes.io/part-of: argocd}"
    (tmp_path / "cm.yaml").write_text(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-cm\n  {part}\n{snippet[1]}", encoding="utf-8"
    )
    status = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "labels": labels}}
    (tmp_path / "object.yaml").write_text(json.dumps(status | ({"data": data} if data else {})), encoding="utf-8")
    done = subprocess.run(
        [argocd, "admin", "settings", "resource-overrides", "health", "object.yaml", "--argocd-cm-path", "cm.yaml"],
        cwd=tmp_path,
        env={**os.environ, "ARGOCD_BINARY_NAME": "argocd", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    said = dict(line.split(":", 1) for line in done.stdout.splitlines() if ":" in line and not line.startswith("{"))
    assert (said["STATUS"].strip(), said["MESSAGE"].strip()) == (health, message)
