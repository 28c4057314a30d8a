"""The built image, unpacked, and a way to run it as a Pod would."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.lab.image import BuiltImage, build_images
from tests.cluster.lab.kubelet import bundle, environment, images
from tests.cluster.lab.kubelet.logs import Wanted
from tests.cluster.lab.kubelet.runtime import Container, Ending

PATIENCE = 60.0
SHELLS = ("usr/bin/sh", "usr/bin/dash", "usr/bin/bash")
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
}


@dataclass(frozen=True)
class Done:
    """How a run of the image ended and what it printed."""

    ending: Ending
    output: str


class Running:
    """A container of an image under the restricted profile, a read-only root and no shell."""

    def __init__(self, image: BuiltImage, folder: Path, container: dict[str, Any], mounts: dict[str, Path]) -> None:
        folder.mkdir()
        self._ended = threading.Event()
        unpacked = images.parse(image.argument)
        name = f"image-test-{os.getpid()}-{folder.name}"
        self.container = Container(name, folder, unpacked.rootfs, state=folder / "runc", on_end=self._ended.set)
        empty = folder / "empty"
        empty.touch()
        scratch = folder / "tmp"
        scratch.mkdir()
        scratch.chmod(0o777)
        found = {f"/{shell}": empty for shell in SHELLS if (unpacked.rootfs / shell).exists()}
        places = {"/tmp": scratch, **found, **mounts}  # noqa: S108 - inside the container
        spec = {
            "name": "sync",
            "securityContext": RESTRICTED,
            "volumeMounts": [
                {"name": str(number), "mountPath": path, "readOnly": path != "/tmp"}  # noqa: S108
                for number, path in enumerate(places)
            ],
            **container,
        }
        volumes = [{"name": str(number), "hostPath": {}} for number in range(len(places))]
        pod = {"metadata": {"name": "image-test", "namespace": "none"}, "spec": {"volumes": volumes}}
        service = ("127.0.0.1", "1")
        env = environment.variables(pod, spec, node="here", image=unpacked.env, service=service, fetch=lambda *_: None)
        laid = {str(number): path for number, path in enumerate(places.values())}
        place = bundle.Place(self.container.root, self.container.termination_log, laid, self.container.cgroup)
        self.container.start(bundle.config(pod, spec, unpacked, env, place))

    def output(self) -> str:
        """Return what it printed so far."""
        return b"".join(self.container.log.read(Wanted(), ended=lambda: True)).decode()

    def wait(self) -> Done:
        """Return once it has ended."""
        assert self._ended.wait(PATIENCE), f"still running; it printed:\n{self.output()}"
        assert self.container.ending is not None
        return Done(self.container.ending, self.output())

    def terminate(self) -> Done:
        """End it as Kubernetes does."""
        self.container.signal(signal.SIGTERM)
        return self.wait()


@pytest.fixture(scope="session")
def built() -> dict[str, BuiltImage]:
    if "LAB" not in os.environ and "IMAGE_TESTS" not in os.environ:
        pytest.skip("builds the image, which takes minutes the first time: make test-image")
    missing = [tool for tool in ("buildah", "debootstrap", "runc") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    if os.geteuid() != 0:
        pytest.skip("mounting the image needs root")
    return {one.name: one for one in build_images()}


@pytest.fixture
def image(built: dict[str, BuiltImage]) -> BuiltImage:
    return built["flow-sync:lab"]


@pytest.fixture
def config(image: BuiltImage) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(image.config.read_text("utf-8"))
    return found


Start = Callable[..., Running]


@pytest.fixture
def start(built: dict[str, BuiltImage], tmp_path: Path) -> Iterator[Start]:
    """``start(*args, name=..., command=..., env=..., mounts=...)`` runs an image."""
    numbers = itertools.count()
    started: list[Running] = []

    def begin(
        *args: str, name: str = "flow-sync:lab", command: list[str] | None = None, mounts: dict[str, Path] | None = None
    ) -> Running:
        container: dict[str, Any] = {"args": list(args)} | ({"command": command} if command else {})
        started.append(Running(built[name], tmp_path / str(next(numbers)), container, mounts or {}))
        return started[-1]

    yield begin
    for one in started:
        one.container.stop(0)
        one.container.clear()
