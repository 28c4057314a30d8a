"""The status of a Pod, from what is known of its containers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.cluster.lab.kubelet.api import Json


@dataclass
class ContainerState:
    """
    What is known of one container.

    Attributes:
        name: Its name.
        image: The image's name.
        waiting: Reason and message while it waits.
        started: When it began, if it runs or ran.
        terminated: The ``terminated`` object once it ended.
        container_id: What the runtime calls it.
        restarts: How often it was started again.
        last: The ``terminated`` object of the run before.
    """

    name: str
    image: str
    waiting: tuple[str, str] = ("PodInitializing", "")
    started: datetime | None = None
    terminated: Json | None = None
    container_id: str = ""
    restarts: int = 0
    last: Json | None = None

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.started is not None and self.terminated is None

    @property
    def succeeded(self) -> bool:
        """Whether it ended with 0."""
        return self.terminated is not None and self.terminated["exitCode"] == 0

    def as_json(self) -> Json:
        """Return its ContainerStatus."""
        if self.terminated is not None:
            state: Json = {"terminated": self.terminated}
        elif self.started is not None:
            state = {"running": {"startedAt": moment(self.started)}}
        else:
            state = {
                "waiting": {"reason": self.waiting[0], **({"message": self.waiting[1]} if self.waiting[1] else {})}
            }
        return {
            "name": self.name,
            "image": self.image,
            "imageID": self.image,
            "ready": self.running,
            "started": self.running,
            "restartCount": self.restarts,
            "state": state,
            "lastState": {"terminated": self.last} if self.last else {},
            **({"containerID": self.container_id} if self.container_id else {}),
        }


@dataclass
class PodState:
    """
    What is known of a Pod.

    Attributes:
        began: When this node took it.
        initial: Its init containers, in order.
        main: Its containers.
        restart_policy: ``Never``, ``OnFailure`` or ``Always``.
        failed: Reason and message if the Pod failed as a whole.
    """

    began: datetime
    initial: Sequence[ContainerState]
    main: Sequence[ContainerState]
    restart_policy: str
    failed: tuple[str, str] | None = None
    conditions: Sequence[Json] = field(default_factory=list)

    @property
    def phase(self) -> str:
        """Return the phase."""
        ended = [one for one in self.initial if one.terminated is not None and not one.succeeded]
        if self.failed or (ended and self.restart_policy == "Never"):
            return "Failed"
        if all(one.terminated is not None for one in self.main) and self.restart_policy != "Always":
            if all(one.succeeded for one in self.main):
                return "Succeeded"
            if self.restart_policy == "Never":
                return "Failed"
        started = any(one.started is not None for one in self.main)
        return "Running" if started else "Pending"

    def as_json(self) -> Json:
        """Return the ``status`` to send, whole."""
        initialised = all(one.succeeded for one in self.initial)
        ready = bool(self.main) and all(one.running for one in self.main)
        flags = {
            "PodReadyToStartContainers": True,
            "Initialized": initialised,
            "ContainersReady": ready,
            "Ready": ready,
        }
        kept = [one for one in self.conditions if one["type"] not in flags]
        stamp = moment(self.began)
        done = (
            "PodCompleted"
            if self.phase == "Succeeded"
            else "PodFailed"
            if self.phase == "Failed"
            else "ContainersNotReady"
        )
        conditions = [
            {
                "type": kind,
                "status": str(on),
                "lastTransitionTime": stamp,
                **({} if on or kind == "Initialized" else {"reason": done}),
            }
            for kind, on in flags.items()
        ]
        return {
            "phase": self.phase,
            "reason": self.failed[0] if self.failed else None,
            "message": self.failed[1] if self.failed else None,
            "startTime": stamp,
            "hostIP": "127.0.0.1",
            "hostIPs": [{"ip": "127.0.0.1"}],
            "podIP": "127.0.0.1",
            "podIPs": [{"ip": "127.0.0.1"}],
            "conditions": kept + conditions,
            "initContainerStatuses": [one.as_json() for one in self.initial] or None,
            "containerStatuses": [one.as_json() for one in self.main],
        }


def terminated(
    *, exit_code: int, reason: str, message: str, started: datetime, finished: datetime, container_id: str
) -> Json:
    """Return the ``terminated`` object of a container."""
    ended: Json = {
        "exitCode": exit_code,
        "reason": reason,
        "startedAt": moment(started),
        "finishedAt": moment(finished),
        "containerID": container_id,
    }
    return {**ended, "message": message} if message else ended


def moment(when: datetime) -> str:
    """Return a time as the API writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
