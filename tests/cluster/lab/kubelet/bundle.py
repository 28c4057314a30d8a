"""The OCI bundle of a container: from the Pod's words to runc's. Pure, but for what ``subPath`` needs to exist."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.lab.kubelet.api import Json
from tests.cluster.lab.kubelet.downward import quantity
from tests.cluster.lab.kubelet.environment import ConfigError, expand
from tests.cluster.lab.kubelet.images import Image
from tests.cluster.lab.kubelet.volumes import READ_ONLY

CGROUPS = "flowsync-lab"
DEFAULT_CAPABILITIES = (
    *("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID"),
    *(
        "CAP_SETUID",
        "CAP_SETFCAP",
        "CAP_SETPCAP",
        "CAP_NET_BIND_SERVICE",
        "CAP_SYS_CHROOT",
        "CAP_KILL",
        "CAP_AUDIT_WRITE",
    ),
)
"""What containerd grants before ``drop`` and ``add``."""
_MASKED = (
    "/proc/acpi",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/sched_debug",
    "/proc/scsi",
)
_READ_ONLY_PATHS = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


@dataclass(frozen=True)
class Place:
    """
    Where a container's things lie on this machine.

    Attributes:
        root: Its root file system, writable underneath.
        termination_log: The file that it may write its last words to.
        volumes: Volume name → directory.
        cgroup: Path of its control group, relative to the hierarchy.
    """

    root: Path
    termination_log: Path
    volumes: dict[str, Path]
    cgroup: str


def config(pod: Json, container: Json, image: Image, env: dict[str, str], place: Place) -> Json:
    """
    Return ``config.json`` of the bundle.

    Raises:
        ConfigError: The security context and the image contradict each other, or there is no command.
    """
    security = container.get("securityContext", {})
    of_pod = pod["spec"].get("securityContext", {})
    uid, gid = _identity(image, of_pod, security)
    command = [expand(one, env) for one in container.get("command", ())] or list(image.entrypoint)
    arguments = [expand(one, env) for one in container.get("args", ())]
    if not arguments and not container.get("command"):
        arguments = list(image.cmd)
    if not command + arguments:
        raise ConfigError("no command specified")
    capabilities = sorted(_capabilities(security.get("capabilities", {})))
    groups = {*of_pod.get("supplementalGroups", ()), *((of_pod["fsGroup"],) if "fsGroup" in of_pod else ())}
    return {
        "ociVersion": "1.0.2",
        "hostname": pod["metadata"]["name"][:63],
        "root": {"path": str(place.root), "readonly": bool(security.get("readOnlyRootFilesystem"))},
        # No rlimits: setting them needs a capability that the machine may lack.
        "process": {
            "terminal": False,
            "user": {"uid": uid, "gid": gid, "additionalGids": sorted(groups)},
            "args": command + arguments,
            "env": [f"{name}={value}" for name, value in env.items()],
            "cwd": container.get("workingDir") or image.workdir,
            "capabilities": dict.fromkeys(("bounding", "effective", "permitted"), capabilities),
            "noNewPrivileges": security.get("allowPrivilegeEscalation") is False,
        },
        "mounts": [*_system_mounts(), *_volume_mounts(pod, container, env, place)],
        "linux": {
            "namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts")],
            "cgroupsPath": place.cgroup,
            "resources": _resources(container),
            "maskedPaths": list(_MASKED),
            "readonlyPaths": list(_READ_ONLY_PATHS),
        },
    }


def _identity(image: Image, of_pod: Json, security: Json) -> tuple[int, int]:
    uid = security.get("runAsUser", of_pod.get("runAsUser", image.uid))
    gid = security.get("runAsGroup", of_pod.get("runAsGroup", image.gid))
    must = security.get("runAsNonRoot", of_pod.get("runAsNonRoot", False))
    if uid is None:
        raise ConfigError(
            "container has runAsNonRoot and image has non-numeric user" if must else "image has a non-numeric user"
        )
    if must and uid == 0:
        raise ConfigError("container has runAsNonRoot and image will run as root")
    return int(uid), int(gid or 0)


def _capabilities(wanted: Json) -> set[str]:
    dropped = {_capability(one) for one in wanted.get("drop", ())}
    kept = set() if "CAP_ALL" in dropped else set(DEFAULT_CAPABILITIES) - dropped
    return kept | {_capability(one) for one in wanted.get("add", ())}


def _capability(name: str) -> str:
    return name if name.startswith("CAP_") else f"CAP_{name}"


def _resources(container: Json) -> Json:
    limits = container.get("resources", {}).get("limits", {})
    resources: Json = {"devices": [{"allow": False, "access": "rwm"}]}
    if "memory" in limits:
        most = int(quantity(str(limits["memory"])))
        resources["memory"] = {"limit": most, "swap": most}
    return resources


def _system_mounts() -> list[Json]:
    def bind(path: str) -> Json:
        return {"destination": path, "type": "bind", "source": path, "options": ["rbind", "ro"]}

    def mount(where: str, kind: str, *options: str) -> Json:
        return {"destination": where, "type": kind, "source": kind, "options": list(options)}

    return [
        mount("/proc", "proc", "nosuid", "noexec", "nodev"),
        mount("/dev", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        mount("/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"),
        mount("/dev/shm", "tmpfs", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),  # noqa: S108 - inside the container
        mount("/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        bind("/sys"),
        *(bind(path) for path in ("/etc/hosts", "/etc/resolv.conf") if Path(path).exists()),
    ]


def _volume_mounts(pod: Json, container: Json, env: dict[str, str], place: Place) -> list[Json]:
    kinds = {one["name"]: next((kind for kind in one if kind != "name"), "") for one in pod["spec"].get("volumes", [])}
    mounts: list[Json] = []
    for one in sorted(container.get("volumeMounts", []), key=lambda entry: str(entry["mountPath"]).count("/")):
        source = place.volumes[one["name"]]
        kind = kinds[one["name"]]
        inside = expand(one.get("subPathExpr", ""), env) or one.get("subPath", "")
        if inside:
            source /= inside
            if not source.exists():
                if kind in READ_ONLY:
                    raise ConfigError(f'failed to prepare subPath "{inside}" of volume "{one["name"]}": no such file')
                source.mkdir(parents=True)
        writable = not one.get("readOnly") and kind not in READ_ONLY
        options = ["rbind", "rprivate", "rw" if writable else "ro"]
        mounts.append(
            {"destination": one["mountPath"], "type": "bind", "source": str(source.resolve()), "options": options}
        )
    log: dict[str, Any] = {"type": "bind", "source": str(place.termination_log), "options": ["bind", "rw"]}
    return [*mounts, {"destination": container.get("terminationMessagePath", "/dev/termination-log"), **log}]
