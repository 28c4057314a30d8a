"""
The project's image without a registry: a Debian base by debootstrap, the Dockerfile by buildah.

The result is what the kubelet stand-in needs: a directory with the root file system and a JSON file with the image's
configuration. Both lie in the lab's cache under a hash of everything that goes into the image, so a second run builds
nothing. Run it alone with ``python -m tests.cluster.lab.image``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
SUITE = "trixie"
PACKAGES = ("ca-certificates", "python3", "python3-venv")
INPUTS = (
    *("Dockerfile", ".dockerignore", "pyproject.toml", "README.md", "LICENSE"),
    *("charts/flow-sync-lib", "hook", "requirements", "simulator"),
)
CERTIFICATES = Path("/etc/ssl/certs")
KEPT = 3
"""Builds that stay in the cache; one is about 600 MB."""
LAYERS = 150
"""Layers that stay in buildah's store."""


@dataclass(frozen=True)
class BuiltImage:
    """
    An image, unpacked.

    Attributes:
        name: What a Pod calls it.
        rootfs: Directory with its files; never written to.
        config: File with the ``config`` object of the OCI image specification.
    """

    name: str
    rootfs: Path
    config: Path

    @property
    def argument(self) -> str:
        """What ``--image`` of the kubelet stand-in takes."""
        return f"{self.name}={self.rootfs},{self.config}"


def cache_folder() -> Path:
    """Return where images are kept between runs."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "genesys-flow-sync" / "lab" / "image"


def fingerprint() -> str:
    """Return a hash over the names, modes and bytes of everything that the image is made of."""
    digest = hashlib.sha256(repr((SUITE, PACKAGES)).encode())
    for name in INPUTS:
        top = ROOT / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"\0{path.relative_to(ROOT)}\0{path.stat().st_mode & 0o111}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def build_images() -> list[BuiltImage]:
    """
    Return the hook's image under two names and the simulator's, built unless the cache has them.

    ``flow-sync:v2`` has the files of ``flow-sync:lab`` and another version label: for a push of that alone.

    Raises:
        RuntimeError: A tool is missing or failed; with the last lines that it printed.
    """
    missing = [tool for tool in ("buildah", "debootstrap") if shutil.which(tool) is None]
    if missing:
        raise RuntimeError(f"To build the image, install: {', '.join(missing)}.")
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "lock"):
        folder = cache / fingerprint()
        if not (folder / "complete").exists():
            _build(folder, _base(cache))
            _prune(cache, keep=folder)
        os.utime(folder)
    return [
        BuiltImage("flow-sync:lab", folder / "hook", folder / "hook.json"),
        BuiltImage("flow-sync:v2", folder / "hook", folder / "hook-v2.json"),
        BuiltImage("flow-sync-simulator:lab", folder / "simulator", folder / "simulator.json"),
    ]


def _base(cache: Path) -> str:
    """Return the name of the Debian base in buildah's store, made if it is not there."""
    key = hashlib.sha256(repr((SUITE, PACKAGES)).encode()).hexdigest()[:12]
    name = f"localhost/flowsync-lab-base:{key}"
    if (
        subprocess.run(["buildah", "inspect", "--type", "image", name], capture_output=True, check=False).returncode
        == 0
    ):
        return name
    tree = cache / f"base-{key}"
    if not tree.exists():
        scratch = cache / f"base-{key}.new"
        shutil.rmtree(scratch, ignore_errors=True)
        _run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(scratch))
        for leftover in ("var/cache/apt/archives", "var/lib/apt/lists", "var/log"):
            for path in (scratch / leftover).glob("*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        scratch.rename(tree)
    container = _run("buildah", "from", "scratch").strip()
    try:
        mounted = _run("buildah", "mount", container).strip()
        _run("cp", "-a", "--reflink=auto", f"{tree}/.", mounted)
        _run("buildah", "commit", "--quiet", container, name)
    finally:
        _run("buildah", "rm", container)
    return name


def _build(folder: Path, base: str) -> None:
    """Build both targets on the base and unpack them into the folder."""
    scratch = folder.with_suffix(".new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for target in ("hook", "simulator"):
        tag = f"localhost/flowsync-lab-{target}:latest"
        _run(
            *("buildah", "build", "--isolation", "chroot", "--layers", "--format", "oci", "--target", target),
            *("--build-arg", f"BASE_IMAGE={base}", "--build-arg", f"REVISION={folder.name}"),
            # A machine behind a private certificate authority: the build trusts what the machine trusts.
            *(("--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro") if CERTIFICATES.is_dir() else ()),
            *("--tag", tag, str(ROOT)),
        )
        config: dict[str, Any] = json.loads(_run("buildah", "inspect", "--type", "image", tag))["OCIv1"]["config"]
        (scratch / f"{target}.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
        container = _run("buildah", "from", tag).strip()
        try:
            mounted = _run("buildah", "mount", container).strip()
            _run("cp", "-a", "--reflink=auto", mounted, str(scratch / target))
        finally:
            _run("buildah", "rm", container)
    second = json.loads((scratch / "hook.json").read_text("utf-8"))
    second["Labels"] = {**second.get("Labels", {}), "org.opencontainers.image.version": "2.0.0+lab"}
    (scratch / "hook-v2.json").write_text(json.dumps(second, indent=1), encoding="utf-8")
    (scratch / "complete").touch()
    shutil.rmtree(folder, ignore_errors=True)
    scratch.rename(folder)


def _prune(cache: Path, *, keep: Path) -> None:
    """Remove builds other than the newest few; a running lab has its own open for a few hours at most."""
    builds = sorted(
        (path.parent for path in cache.glob("*/complete")), key=lambda one: one.stat().st_mtime, reverse=True
    )
    for old in builds[KEPT:]:
        if old != keep and time.time() - old.stat().st_mtime > 4 * 3600:
            shutil.rmtree(old)
    # Layers of earlier builds make the next one quick; only a great heap of them is cleared away.
    if len(_run("buildah", "images", "--all", "--quiet").split()) > LAYERS:
        subprocess.run(["buildah", "rmi", "--prune"], capture_output=True, check=False)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time build."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(*command: str) -> str:
    """Run a tool at low priority and return its standard output."""
    began = time.monotonic()
    done = subprocess.run(
        ["nice", *command], capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{tail}")
    if (took := time.monotonic() - began) > 2:
        sys.stderr.write(f"  {command[0]} {command[1]}: {took:.0f} s\n")
    return done.stdout


def main() -> None:
    """Build, and print one JSON object: name → root file system and configuration."""
    images = build_images()
    sys.stdout.write(
        json.dumps({one.name: {"rootfs": str(one.rootfs), "config": str(one.config)} for one in images}) + "\n"
    )


if __name__ == "__main__":
    main()
