"""The phase of a Pod, and its log."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.lab.kubelet.logs import LogFile, Wanted
from tests.cluster.lab.kubelet.status import ContainerState, PodState, terminated

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def container(end: int | None = None, *, started: bool = True) -> ContainerState:
    state = ContainerState("sync", "i")
    if started:
        state.started = NOW
    if end is not None:
        state.terminated = terminated(
            exit_code=end, reason="", message="", started=NOW, finished=NOW, container_id="runc://1"
        )
    return state


@pytest.mark.parametrize(
    ("initial", "main", "policy", "phase"),
    [
        ([], [container(started=False)], "Never", "Pending"),
        ([container()], [container(started=False)], "Never", "Pending"),
        ([container(1)], [container(started=False)], "Never", "Failed"),
        ([container(1)], [container(started=False)], "OnFailure", "Pending"),
        ([container(0)], [container()], "Never", "Running"),
        ([], [container(0), container()], "Never", "Running"),
        ([], [container(0), container(0)], "Never", "Succeeded"),
        ([], [container(0), container(3)], "Never", "Failed"),
        ([], [container(3)], "OnFailure", "Running"),
        ([], [container(0)], "OnFailure", "Succeeded"),
        ([], [container(0)], "Always", "Running"),
    ],
)
def test_phase(initial: list[ContainerState], main: list[ContainerState], policy: str, phase: str) -> None:
    assert PodState(NOW, initial, main, policy).phase == phase


def test_a_pod_past_its_deadline_says_so() -> None:
    found = PodState(NOW, [], [container(143)], "Never", failed=("DeadlineExceeded", "too long")).as_json()
    assert (found["phase"], found["reason"], found["message"]) == ("Failed", "DeadlineExceeded", "too long")


def test_conditions_of_others_are_kept() -> None:
    bound: dict[str, Any] = {"type": "PodScheduled", "status": "True"}
    found = PodState(NOW, [], [container()], "Never", conditions=[bound]).as_json()["conditions"]
    assert bound in found
    assert {one["type"]: one["status"] for one in found}["Ready"] == "True"


def test_a_log_is_read_as_kubectl_asks(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log")
    log.copy(io.BytesIO("eins\nzwei ü\n\ndrei".encode()), "stdout")

    def read(wanted: Wanted) -> bytes:
        return b"".join(log.read(wanted, ended=lambda: True))

    assert read(Wanted()).decode() == "eins\nzwei ü\n\ndrei\n"
    assert read(Wanted(tail=2)) == b"\ndrei\n"
    assert read(Wanted(limit=7)) == b"eins\nzw"
    assert read(Wanted(since=datetime.now(UTC))) == b""
    stamp, _, text = read(Wanted(tail=1, timestamps=True)).decode().partition(" ")
    assert text == "drei\n"
    assert datetime.fromisoformat(stamp) <= datetime.now(UTC)
    assert read(Wanted(follow=True)) == read(Wanted())
    assert log.tail(lines=80, size=5) == "drei\n"
