"""The life of one Pod on this node, in a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import shutil
import signal
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

from tests.cluster.lab.kubelet import bundle, environment, volumes
from tests.cluster.lab.kubelet.api import Api, ApiError, Json
from tests.cluster.lab.kubelet.images import Image
from tests.cluster.lab.kubelet.peaks import Peaks
from tests.cluster.lab.kubelet.podobject import PodObject
from tests.cluster.lab.kubelet.runtime import Container, RuntimeFailure
from tests.cluster.lab.kubelet.status import ContainerState, PodState, terminated
from tests.cluster.lab.kubelet.tokens import Tokens

log = logging.getLogger("kubelet.pods")

RETRY = 2.0
"""Seconds between two tries to set up what was missing."""
REFRESH = 15.0
"""Seconds between two looks at mounted ConfigMaps, Secrets and tokens."""
BACK_OFF = 10.0
"""Seconds before a container is started again the first time; doubled each time, at most five minutes."""


@dataclass(frozen=True)
class Node:
    """
    What all Pods of the node share.

    Attributes:
        name: The node's name.
        api: The API server.
        folder: Where Pods' directories lie.
        images: Name → image.
        service: Host and port of the API server as Pods see it.
        peaks: Where measured memory is kept.
    """

    name: str
    api: Api
    folder: Path
    images: dict[str, Image]
    service: tuple[str, str]
    peaks: Peaks


class Stop(Exception):
    """
    The Pod has to end now.

    Args:
        why: ``deleted``, ``deadline``, ``gone`` (its object is no more) or ``shutdown`` (the node is).
        grace: Seconds between TERM and KILL.
    """

    def __init__(self, why: str, grace: float) -> None:
        super().__init__(why)
        self.why = why
        self.grace = grace


class PodWorker(threading.Thread):
    """
    Runs one Pod until it ends and its object is deleted.

    Args:
        pod: The Pod as it was bound.
        node: Where it runs.
    """

    def __init__(self, pod: Json, node: Node) -> None:
        self.namespace: str = pod["metadata"]["namespace"]
        self.pod_name: str = pod["metadata"]["name"]
        self.uid: str = pod["metadata"]["uid"]
        super().__init__(name=f"{self.namespace}/{self.pod_name}", daemon=True)
        self.containers: dict[str, Container] = {}
        self.previous: dict[str, Container] = {}
        self._node = node
        self._folder = node.folder / self.uid
        self._object = PodObject(node.api, pod, node.name, over=lambda: self._gone or self._shutdown)
        self._pod = pod
        self._wake = threading.Event()
        self._gone = False
        self._shutdown = False
        self._mounted_at = 0.0
        spec = pod["spec"]
        self._state = PodState(
            began=datetime.now(UTC),
            initial=[ContainerState(one["name"], one["image"]) for one in spec.get("initContainers", [])],
            main=[ContainerState(one["name"], one["image"]) for one in spec["containers"]],
            restart_policy=spec.get("restartPolicy", "Always"),
            conditions=pod.get("status", {}).get("conditions", []),
        )
        self._sources = volumes.Sources(
            fetch=self._object.fetch,
            token=Tokens(node.api, self.namespace, pod).get,
            node=node.name,
            images=node.images,
        )
        self._volumes: dict[str, Path] = {}

    def update(self, pod: Json) -> None:
        """Take note of a change of the object."""
        self._pod = pod
        self._wake.set()

    def vanish(self) -> None:
        """Take note that the object is no more."""
        self._gone = True
        self._wake.set()

    def shut_down(self) -> None:
        """End the Pod at once and say nothing to the API server."""
        self._shutdown = True
        self._wake.set()

    def kill(self, container: str) -> bool:
        """End a container as the kernel would (for tests); False if it does not run."""
        found = self.containers.get(container)
        if found is None or found.ending is not None:
            return False
        found.signal(signal.SIGKILL)
        return True

    def run(self) -> None:
        """Live."""
        try:
            try:
                self._live()
                self._object.publish(self._state.as_json())
                self._clear()
                self._await_deletion()
            except Stop as stop:
                self._end(stop)
        except Exception:
            log.exception("pod %s: the stand-in failed", self.name)
        finally:
            self._clear()

    def _clear(self) -> None:
        """Remove what the Pod used; logs stay."""
        for container in (*self.containers.values(), *self.previous.values()):
            container.stop(0)
            container.clear()
        shutil.rmtree(self._folder / "volumes", ignore_errors=True)

    def _live(self) -> None:
        self._object.publish(self._state.as_json())
        self._until_images()
        self._until_volumes()
        for position, state in enumerate(self._state.initial):
            while True:
                self._start(self._pod["spec"]["initContainers"][position], state)
                self._until(lambda one=state: self.containers[one.name].ending is not None)
                self._note(state)
                self._object.publish(self._state.as_json())
                if state.succeeded:
                    break
                if self._state.restart_policy == "Never":
                    return
                self._again(state)
        for position, state in enumerate(self._state.main):
            self._start(self._pod["spec"]["containers"][position], state)
        self._object.publish(self._state.as_json())
        while self._state.phase not in ("Succeeded", "Failed"):
            self._until(lambda: any(one.running and self.containers[one.name].ending for one in self._state.main))
            for position, state in enumerate(self._state.main):
                if state.running and self.containers[state.name].ending is not None:
                    self._note(state)
                    self._object.publish(self._state.as_json())
                    always = self._state.restart_policy == "Always"
                    if always or (self._state.restart_policy == "OnFailure" and not state.succeeded):
                        self._again(state)
                        self._start(self._pod["spec"]["containers"][position], state)
                        self._object.publish(self._state.as_json())

    def _until_images(self) -> None:
        """Wait while an image is not on this node."""
        for state in (*self._state.initial, *self._state.main):
            first = True
            while state.image not in self._node.images:
                text = f'Back-off pulling image "{state.image}": this node does not have it'
                state.waiting = ("ErrImagePull" if first else "ImagePullBackOff", text)
                if first:
                    self._object.event("Failed", f'Failed to pull image "{state.image}": this node does not have it')
                self._object.publish(self._state.as_json())
                self._pause(RETRY)
                first = False
            state.waiting = ("PodInitializing" if self._state.initial else "ContainerCreating", "")

    def _until_volumes(self) -> None:
        """Wait while something that a volume needs is missing; kubelet says so in an Event alone."""
        said = ""
        while True:
            try:
                self._mount()
            except volumes.VolumeError as problem:
                if str(problem) != said:
                    said = str(problem)
                    self._object.event("FailedMount", f"MountVolume.SetUp failed: {said}")
                for state in self._state.main:
                    state.waiting = ("ContainerCreating", "")
                self._object.publish(self._state.as_json())
                self._pause(RETRY)
            else:
                return

    def _mount(self) -> None:
        try:
            self._volumes = volumes.set_up(self._pod, self._folder / "volumes", self._sources)
        except (ApiError, requests.RequestException) as problem:
            raise volumes.VolumeError(str(problem)) from problem
        self._mounted_at = time.monotonic()

    def _start(self, spec: Json, state: ContainerState) -> None:
        """Start a container, waiting while it cannot be made."""
        image = self._node.images[state.image]
        said = ""
        while True:
            name = f"{self.uid}-{state.name}-{state.restarts}"
            try:
                container = Container(
                    name,
                    self._folder / f"{state.name}-{state.restarts}",
                    image.rootfs,
                    state=self._node.folder / "runc",
                    on_end=self._wake.set,
                )
                place = bundle.Place(container.root, container.termination_log, self._volumes, container.cgroup)
                values = environment.variables(
                    self._pod,
                    spec,
                    node=self._node.name,
                    image=image.env,
                    service=self._node.service,
                    fetch=self._object.fetch,
                )
                container.start(bundle.config(self._pod, spec, image, values, place))
            except (environment.ConfigError, RuntimeFailure, ApiError, requests.RequestException) as problem:
                reason = "CreateContainerError" if isinstance(problem, RuntimeFailure) else "CreateContainerConfigError"
                container.clear()
                state.waiting = (reason, str(problem))
                if str(problem) != said:
                    said = str(problem)
                    self._object.event("Failed", f"Error: {said}")
                self._object.publish(self._state.as_json())
                self._pause(RETRY)
            else:
                break
        self.containers[state.name] = container
        state.started, state.terminated, state.container_id = datetime.now(UTC), None, f"runc://{name}"

    def _note(self, state: ContainerState) -> None:
        """Write down how a container ended."""
        container = self.containers[state.name]
        ending = container.ending
        assert ending is not None
        specs = {
            one["name"]: one for one in (*self._pod["spec"].get("initContainers", []), *self._pod["spec"]["containers"])
        }
        message = container.message(specs[state.name].get("terminationMessagePolicy", "File"))
        reason = "OOMKilled" if ending.out_of_memory else "Error" if ending.exit_code else "Completed"
        if error := container.runc_error():
            reason, message = "StartError", error
        state.terminated = terminated(
            exit_code=128 if reason == "StartError" else ending.exit_code,
            reason=reason,
            message=message,
            started=ending.started,
            finished=ending.finished,
            container_id=state.container_id,
        )
        measured = self._node.peaks.note(self.namespace, self.pod_name, state.name, ending)
        self._object.annotate(measured)

    def _again(self, state: ContainerState) -> None:
        """Wait before a container is started again, longer each time."""
        state.last, state.terminated, state.started = state.terminated, None, None
        state.waiting = ("CrashLoopBackOff", f"back-off restarting failed container {state.name}")
        wait = min(BACK_OFF * 2**state.restarts, 300.0)
        state.restarts += 1
        if old := self.previous.pop(state.name, None):
            old.clear()
        self.previous[state.name] = self.containers.pop(state.name)
        self._object.publish(self._state.as_json())
        self._pause(wait)

    def _until(self, happened: object) -> None:
        """Wait for something while the Pod may live on; keep its volumes fresh meanwhile."""
        assert callable(happened)
        while not happened():
            self._pause(1.0, until_news=True)
            if time.monotonic() - self._mounted_at > REFRESH:
                with contextlib.suppress(volumes.VolumeError):
                    self._mount()

    def _pause(self, seconds: float, *, until_news: bool = False) -> None:
        """
        Sleep; with ``until_news``, no longer than until something happened to the Pod.

        Raises:
            Stop: The Pod has to end.
        """
        until = time.monotonic() + seconds
        self._check()
        while (left := until - time.monotonic()) > 0:
            # In steps: a deadline may pass in the middle.
            news = self._wake.wait(min(left, 1.0))
            self._wake.clear()
            self._check()
            if news and until_news:
                return

    def _check(self) -> None:
        grace = float(self._pod["spec"].get("terminationGracePeriodSeconds", 30))
        if self._shutdown:
            raise Stop("shutdown", 0)
        if self._gone:
            raise Stop("gone", 0)
        if "deletionTimestamp" in self._pod["metadata"]:
            raise Stop("deleted", float(self._pod["metadata"].get("deletionGracePeriodSeconds", grace)))
        deadline = self._pod["spec"].get("activeDeadlineSeconds")
        if deadline is not None and (datetime.now(UTC) - self._state.began).total_seconds() >= deadline:
            raise Stop("deadline", grace)

    def _end(self, stop: Stop) -> None:
        """End every container, tell how it went, and let go of the object."""
        running = [
            one for one in (*self._state.initial, *self._state.main) if one.running and one.name in self.containers
        ]
        log.info("pod %s: ending (%s), %d running", self.name, stop.why, len(running))
        enders = [threading.Thread(target=self.containers[one.name].stop, args=(stop.grace,)) for one in running]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join()
        if stop.why in ("shutdown", "gone"):
            return
        for one in running:
            self._note(one)
        if stop.why == "deadline":
            self._state.failed = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
            self._object.publish(self._state.as_json())
            self._clear()
            self._await_deletion()
            return
        for one in self._state.main:
            if one.terminated is None:
                now = datetime.now(UTC)
                one.terminated = terminated(
                    exit_code=137,
                    reason="ContainerStatusUnknown",
                    message="The container could not be located when the pod was terminated",
                    started=now,
                    finished=now,
                    container_id="",
                )
        # Whatever its policy, nothing is started again: so the phase is that of a Pod which ended.
        self._state.restart_policy = "Never"
        self._object.publish(self._state.as_json())
        self._object.delete()

    def _await_deletion(self) -> None:
        """Keep the finished Pod, with its log, until its object is deleted."""
        while not (self._gone or self._shutdown):
            if "deletionTimestamp" in self._pod["metadata"]:
                self._object.delete()
                return
            self._wake.wait(5)
            self._wake.clear()
