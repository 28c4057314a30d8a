"""
Volumes as the real kubelet lays them.

ConfigMaps, Secrets, downward API and projections are written into a new directory with a time in its name;
``..data`` is a link to it that is switched in one step, and each file at the top is a link through ``..data``. So a
reader sees the old files or the new ones, and a program that reads such a folder meets names that begin with two
dots.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.cluster.lab.kubelet import downward
from tests.cluster.lab.kubelet.api import Json
from tests.cluster.lab.kubelet.environment import Fetch, decoded
from tests.cluster.lab.kubelet.images import Image

READ_ONLY = ("configMap", "secret", "downwardAPI", "projected", "image")
_DEFAULT_MODE = 0o644
Token = Callable[[str, int], str]
"""(audience, seconds) → a service account token bound to the Pod."""


class VolumeError(Exception):
    """A volume cannot be set up yet; the Pod stays in ContainerCreating and it is tried again."""


@dataclass(frozen=True)
class File:
    """
    A file of a volume.

    Attributes:
        content: Its bytes.
        mode: Its permissions.
        token: Whether it is a service account token, which belongs to the user that the Pod runs as.
    """

    content: bytes
    mode: int
    token: bool = False


@dataclass(frozen=True)
class Sources:
    """What volumes are made of: readers of objects, the token issuer, the node's name and its images."""

    fetch: Fetch
    token: Token
    node: str
    images: dict[str, Image]


def set_up(pod: Json, folder: Path, sources: Sources) -> dict[str, Path]:
    """
    Set up every volume of the Pod below the folder, or bring it up to date; return volume name → directory.

    Raises:
        VolumeError: Something that a volume needs is missing; or the kind of volume is unknown here.
    """
    group = pod["spec"].get("securityContext", {}).get("fsGroup")
    owner = _common_user(pod)
    laid: dict[str, Path] = {}
    for volume in pod["spec"].get("volumes", []):
        name = volume["name"]
        target = folder / name
        if "emptyDir" in volume:
            if not target.exists():
                target.mkdir(parents=True)
                target.chmod(0o2777 if group is not None else 0o777)
                if group is not None:
                    os.chown(target, -1, group)
        elif "hostPath" in volume:
            target = Path(volume["hostPath"]["path"])
        elif "image" in volume:
            reference = volume["image"].get("reference", "")
            if reference not in sources.images:
                raise VolumeError(f'failed to pull image "{reference}" of volume "{name}": this node does not have it')
            target = sources.images[reference].rootfs
        else:
            write(target, _owned(payload(pod, volume, sources), group, owner), group=group, owner=owner)
        laid[name] = target
    return laid


def payload(pod: Json, volume: Json, sources: Sources) -> dict[str, File]:
    """
    Return the files of a volume: path inside it → file.

    Raises:
        VolumeError: An object or key that is not optional is missing, or the kind is unknown here.
    """
    if "configMap" in volume:
        return _object(
            "configmaps",
            volume["configMap"],
            volume["configMap"].get("name", ""),
            volume["configMap"].get("defaultMode"),
            sources,
        )
    if "secret" in volume:
        return _object(
            "secrets",
            volume["secret"],
            volume["secret"].get("secretName", ""),
            volume["secret"].get("defaultMode"),
            sources,
        )
    if "downwardAPI" in volume:
        return _downward(pod, volume["downwardAPI"], volume["downwardAPI"].get("defaultMode"), sources)
    if "projected" not in volume:
        raise VolumeError(
            f'volume "{volume["name"]}": this node knows no volume of kind {", ".join(set(volume) - {"name"})}'
        )
    files: dict[str, File] = {}
    mode = volume["projected"].get("defaultMode")
    for source in volume["projected"].get("sources", []):
        if "configMap" in source:
            files |= _object("configmaps", source["configMap"], source["configMap"]["name"], mode, sources)
        elif "secret" in source:
            files |= _object("secrets", source["secret"], source["secret"]["name"], mode, sources)
        elif "downwardAPI" in source:
            files |= _downward(pod, source["downwardAPI"], mode, sources)
        elif "serviceAccountToken" in source:
            wanted = source["serviceAccountToken"]
            text = sources.token(wanted.get("audience", ""), int(wanted.get("expirationSeconds", 3600)))
            files[wanted["path"]] = File(text.encode(), _DEFAULT_MODE if mode is None else mode, token=True)
        else:
            raise VolumeError(f'volume "{volume["name"]}": this node knows no source of kind {", ".join(source)}')
    return files


def write(target: Path, files: dict[str, File], *, group: int | None = None, owner: int | None = None) -> bool:
    """Lay the files out as described above; return whether anything had to be written."""
    if _read(target) == {name: (file.content, file.mode) for name, file in files.items()}:
        return False
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o755)
    stamp = Path(tempfile.mkdtemp(prefix=f"..{datetime.now(UTC):%Y_%m_%d_%H_%M_%S}.", dir=target))
    stamp.chmod(0o755)
    for name, file in files.items():
        path = stamp / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        os.chown(path, owner if file.token and owner is not None else -1, -1 if group is None else group)
        path.chmod(file.mode)
    data = target / "..data"
    before = target / data.readlink() if data.is_symlink() else None
    scratch = target / "..data_tmp"
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(stamp.name)
    scratch.rename(data)
    tops = {Path(name).parts[0] for name in files}
    for link in target.iterdir():
        if not link.name.startswith("..") and link.name not in tops:
            link.unlink()
    for top in tops:
        if not (target / top).is_symlink():
            (target / top).symlink_to(Path("..data") / top)
    if before is not None:
        shutil.rmtree(before, ignore_errors=True)
    return True


def _read(target: Path) -> dict[str, tuple[bytes, int]] | None:
    """Return what the volume holds now, None if it was never laid."""
    data = target / "..data"
    if not data.is_symlink():
        return None
    root = data.resolve()
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mode & 0o7777)
        for path in root.rglob("*")
        if path.is_file()
    }


def _object(kind: str, source: Json, name: str, mode: int | None, sources: Sources) -> dict[str, File]:
    found = sources.fetch(kind, name)
    optional = bool(source.get("optional"))
    if found is None:
        if optional:
            return {}
        raise VolumeError(f'{kind.removesuffix("s")} "{name}" not found')
    values = decoded(kind, found)
    default = _DEFAULT_MODE if mode is None else mode
    if "items" not in source:
        return {key: File(value, default) for key, value in values.items()}
    files = {}
    for item in source["items"]:
        if item["key"] in values:
            files[item["path"]] = File(values[item["key"]], item.get("mode", default))
        elif not optional:
            raise VolumeError(f'references non-existent {kind.removesuffix("s")} key: {item["key"]} of "{name}"')
    return files


def _downward(pod: Json, source: Json, mode: int | None, sources: Sources) -> dict[str, File]:
    files = {}
    for item in source.get("items", []):
        if "fieldRef" in item:
            text = downward.field(pod, item["fieldRef"]["fieldPath"], node=sources.node)
        else:
            reference = item["resourceFieldRef"]
            container = next(one for one in pod["spec"]["containers"] if one["name"] == reference["containerName"])
            text = downward.resource(container, reference["resource"], str(reference.get("divisor", "1")))
        files[item["path"]] = File(text.encode(), item.get("mode", _DEFAULT_MODE if mode is None else mode))
    return files


def _common_user(pod: Json) -> int | None:
    """Return the user that all containers run as, if the Pod says so; a token is then readable for that user alone."""
    default = pod["spec"].get("securityContext", {}).get("runAsUser")
    containers = [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]
    users = {one.get("securityContext", {}).get("runAsUser", default) for one in containers}
    return users.pop() if len(users) == 1 else None


def _owned(files: dict[str, File], group: int | None, owner: int | None) -> dict[str, File]:
    """Return the files with the modes that ``fsGroup`` and tokens ask for."""

    def mode(file: File) -> int:
        if file.token and group is None and owner is not None:
            return 0o600
        return file.mode | 0o440 if group is not None else file.mode

    return {name: replace(file, mode=mode(file)) for name, file in files.items()}
