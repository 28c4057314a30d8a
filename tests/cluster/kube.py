"""Kubernetes as a person reaches it: through kubectl."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.waiting import wait_for

Object = dict[str, Any]

RESTRICTED = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "latest",
}
"""Labels of a namespace that admits only Pods of the profile `restricted`."""


@dataclass(frozen=True)
class Kube:
    """A cluster, by the path of kubectl and a kubeconfig."""

    kubectl: Path
    kubeconfig: Path

    def run(self, *arguments: str, stdin: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run kubectl.

        Raises:
            AssertionError: It failed, and `check` is set; with what it said.
        """
        command = [str(self.kubectl), "--kubeconfig", str(self.kubeconfig), *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=120)
        if check and done.returncode:
            raise AssertionError(f"kubectl {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done

    def get(self, kind: str, name: str, namespace: str) -> Object | None:
        """Return one object, or None when it is not there."""
        answer = self.run("get", kind, name, "-n", namespace, "--ignore-not-found", "-o", "json").stdout
        found: Object | None = json.loads(answer) if answer else None
        return found

    def all(self, kind: str, namespace: str, *, labels: str = "") -> list[Object]:
        """Return the objects of a kind in a namespace, the oldest first."""
        select = ("-l", labels) if labels else ()
        items: list[Object] = json.loads(self.run("get", kind, "-n", namespace, *select, "-o", "json").stdout)["items"]
        return sorted(items, key=lambda one: str(one["metadata"]["creationTimestamp"]))

    def apply(self, *objects: Object, namespace: str = "") -> None:
        """Create or update objects."""
        document = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        place = ("-n", namespace) if namespace else ()
        self.run("apply", *place, "-f", "-", stdin=json.dumps(document))

    def apply_file(self, path: Path) -> None:
        """Apply a file, as a person does."""
        self.run("apply", "-f", str(path))

    def create_namespace(self, name: str, labels: Mapping[str, str]) -> None:
        """Create a namespace."""
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": dict(labels)}})

    def secret(self, namespace: str, name: str, values: Mapping[str, str]) -> None:
        """Create or replace a Secret."""
        data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
        metadata = {"name": name, "namespace": namespace}
        self.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})

    def delete(self, kind: str, name: str, namespace: str, *, wait: bool = True) -> None:
        """Delete an object; one that is not there is fine."""
        self.run("delete", kind, name, "-n", namespace, "--ignore-not-found", f"--wait={str(wait).lower()}")

    def logs(self, pod: str, namespace: str) -> str:
        """Return a Pod's log."""
        return self.run("logs", pod, "-n", namespace).stdout

    def runs(self, namespace: str) -> list[str]:
        """Return the names of all Pods that Jobs ever created here, from the Job controller's Events, in their order.

        A hook Job is deleted before the next one is made, so the objects that are left do not tell how many there were.
        """
        events = self.all("events", namespace)
        created = [
            one for one in events if one["reason"] == "SuccessfulCreate" and one["involvedObject"]["kind"] == "Job"
        ]
        pods = [str(one["message"]) for one in created if str(one["message"]).startswith("Created pod: ")]
        return [message.removeprefix("Created pod: ") for message in pods]

    def wait_job(self, name: str, namespace: str, *, timeout: float = 90) -> Object:
        """Wait until a Job is complete or failed, and return it."""

        def ended(job: Object | None) -> bool:
            conditions = (job or {}).get("status", {}).get("conditions", [])
            return any(one["type"] in {"Complete", "Failed"} and one["status"] == "True" for one in conditions)

        job = wait_for(
            f"the end of Job {namespace}/{name}", lambda: self.get("job", name, namespace), ended, timeout=timeout
        )
        assert job is not None
        return job

    def pod_of(self, job: str, namespace: str) -> Object | None:
        """Return the newest Pod of a Job, or None."""
        pods = self.all("pods", namespace, labels=f"batch.kubernetes.io/job-name={job}")
        return pods[-1] if pods else None

    def wait_pod(self, job: str, namespace: str, *, phases: tuple[str, ...], timeout: float = 60) -> Object:
        """Wait until a Job's newest Pod is in one of some phases, and return it."""
        pod = wait_for(
            f"a Pod of Job {namespace}/{job} in {' or '.join(phases)}",
            lambda: self.pod_of(job, namespace),
            lambda one: one is not None and one.get("status", {}).get("phase") in phases,
            timeout=timeout,
        )
        assert pod is not None
        return pod


def termination_message(pod: Object) -> str:
    """Return what a Pod's first container left as its termination message, or an empty text."""
    statuses = pod.get("status", {}).get("containerStatuses") or [{}]
    return str(statuses[0].get("state", {}).get("terminated", {}).get("message", ""))


def exit_code(pod: Object) -> int | None:
    """Return the exit code of a Pod's first container, or None while it runs."""
    statuses = pod.get("status", {}).get("containerStatuses") or [{}]
    code = statuses[0].get("state", {}).get("terminated", {}).get("exitCode")
    return None if code is None else int(code)
