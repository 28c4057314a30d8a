"""What the lab says and leaves behind when one of its processes misbehaves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.lab.processes import LabError, Processes

SERVE = "import signal, sys, time; print('listening', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SERVE}"
CRASH = "import sys; print('no space left', flush=True); sys.exit(3)"


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    made = Processes(tmp_path)
    yield made
    made.stop_all()


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_one_that_ends_before_it_is_ready_is_named_with_its_exit_code_and_the_end_of_its_log(
    processes: Processes,
) -> None:
    with pytest.raises(LabError, match=r"(?s)store ended with 3\..*store\.log ends with:\nno space left"):
        processes.start("store", python(CRASH), ready=lambda: False)


def test_one_that_dies_later_is_found_by_check(processes: Processes, tmp_path: Path) -> None:
    log = tmp_path / "store.log"
    processes.start("store", python(SERVE), ready=lambda: "listening" in log.read_text())
    processes.check()
    processes.running[0].process.kill()
    processes.running[0].process.wait()
    with pytest.raises(LabError, match="store ended with -9"):
        processes.check()


def test_one_that_is_never_ready_is_given_up_with_the_end_of_its_log(processes: Processes, tmp_path: Path) -> None:
    processes.start("store", python(SERVE), ready=lambda: "listening" in (tmp_path / "store.log").read_text())
    with pytest.raises(LabError, match=r"(?s)until it answers.*listening"):
        processes.wait("it answers", lambda: False, timeout=0.2)


def test_stopping_ends_all_also_one_that_ignores_the_request(processes: Processes, tmp_path: Path) -> None:
    processes.patience = 0.2
    for name, code in (("store", SERVE), ("deaf", DEAF)):
        log = tmp_path / f"{name}.log"
        processes.start(name, python(code), ready=lambda log=log: "listening" in log.read_text())  # type: ignore[misc]
    started = [one.process for one in processes.running]

    processes.stop_all()

    assert [process.poll() for process in started] == [-15, -9]
