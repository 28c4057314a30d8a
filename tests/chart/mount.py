"""Lays rendered ConfigMaps out as the kubelet mounts them."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.chart.helm import Object, the


def job_pod(objects: list[Object]) -> Object:
    """Return the specification of the Job's Pod."""
    (job,) = (entry for entry in objects if entry["kind"] == "Job")
    spec: Object = job["spec"]["template"]["spec"]
    return spec


def environment(objects: list[Object]) -> dict[str, str]:
    """Return the plain environment variables of the Job's container."""
    return {entry["name"]: entry["value"] for entry in job_pod(objects)["containers"][0]["env"] if "value" in entry}


def mount(objects: list[Object], volume: str, target: Path) -> Path:
    """
    Write one volume of the Job as the kubelet does: a hidden folder, a link ``..data`` to it, a link per key.

    Args:
        objects: What was rendered.
        volume: The volume's name.
        target: The folder to make.

    Returns:
        ``target``.
    """
    (found,) = (entry for entry in job_pod(objects)["volumes"] if entry["name"] == volume)
    sources = found["projected"]["sources"] if "projected" in found else [found]
    hidden = target / "..2026_11_22_00_00_00.1"
    hidden.mkdir(parents=True)
    (target / "..data").symlink_to(hidden.name)
    for source in sources:
        config_map = the(objects, "ConfigMap", source["configMap"]["name"])
        content = {key: text.encode() for key, text in (config_map.get("data") or {}).items()}
        content |= {key: base64.b64decode(text) for key, text in (config_map.get("binaryData") or {}).items()}
        for key, data in content.items():
            assert not (hidden / key).exists(), "two shards have one key"
            (hidden / key).write_bytes(data)
            (target / key).symlink_to(f"..data/{key}")
    return target
