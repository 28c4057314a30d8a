"""`python -m tests.cluster.lab build | up | run -- COMMAND`: build the lab, keep one running, or run a command in one.

The lab lives in one temporary directory. `run` gives the command the variable LAB: the path of a JSON file that says
how to reach everything (tests/cluster/lab/access.py), and returns the command's exit code.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from tests.cluster.lab import build, packages
from tests.cluster.lab.access import VARIABLE, Access, Image
from tests.cluster.lab.cluster import Cluster, Lab, kubectl_path
from tests.cluster.lab.kind import Kind
from tests.cluster.lab.processes import LabError

ROOT = Path(__file__).resolve().parents[3]
KEPT_LOGS = ROOT / ".lab-logs"


def main(argv: list[str]) -> int:
    """Do what the command line says, and return an exit code."""
    options = _parser().parse_args(argv)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    try:
        if options.command == "build":
            return _build(images=options.images)
        if options.command == "up":
            return _up(options)
        return _run(options)
    except LabError as error:
        _say(f"lab: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster.lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    lab = argparse.ArgumentParser(add_help=False)
    lab.add_argument(
        "--no-images", dest="images", action="store_false", help="no images and no kubelet: Pods stay pending"
    )
    running = argparse.ArgumentParser(add_help=False)
    running.add_argument("--keep", action="store_true", help="leave the lab's directory behind")
    commands.add_parser("build", parents=[lab], help="build programs and images that are missing")
    up = commands.add_parser("up", parents=[lab, running], help="keep a lab running until Ctrl-C")
    up.add_argument("--json", type=Path, help="write the JSON file here, too")
    run = commands.add_parser("run", parents=[lab, running], help="run a command in a lab")
    run.add_argument("words", nargs="+", metavar="COMMAND")
    return parser


def _build(*, images: bool) -> int:
    code = packages.main() or build.main([])
    if code == 0 and images:
        _images()
    return code


def _up(options: argparse.Namespace) -> int:
    renew = threading.Event()
    signal.signal(signal.SIGHUP, lambda _number, _frame: renew.set())
    with _lab(options) as (cluster, access, file):
        _say(f"lab: running. export {VARIABLE}={file} KUBECONFIG={access.kubeconfig}")
        _say(f"lab: Argo CD {access.argocd.url}, user admin, password {access.argocd.password}. Ctrl-C ends it.")
        _say(f"lab: after changes of the code, kill -HUP {os.getpid()} gives Pods a new image.")
        if options.json:
            access.write(options.json)
        while True:
            cluster.check()
            if renew.wait(1):
                renew.clear()
                try:
                    images = _images()
                except LabError as error:
                    _say(f"lab: Pods keep the old image: {error}")
                    continue
                cluster.renew(images)
                access.model_copy(update={"images": images}).write(file)
                _say("lab: Pods get the new image")


def _run(options: argparse.Namespace) -> int:
    with _lab(options) as (cluster, _, file):
        process = subprocess.Popen(options.words, env=os.environ | {VARIABLE: str(file)})
        try:
            while process.poll() is None:
                cluster.check()
                time.sleep(0.5)
        finally:
            if process.poll() is None:
                process.terminate()
            code = process.wait()
        if code:
            _keep_logs(file.parent)
        return code


@contextlib.contextmanager
def _lab(options: argparse.Namespace) -> Iterator[tuple[Cluster, Access, Path]]:
    """A running lab, how to reach it, and the JSON file that says so."""
    make = _chosen(options)
    directory = Path(tempfile.mkdtemp(prefix="flow-sync-lab-"))
    cluster = make(directory)
    started = time.monotonic()
    try:
        access = cluster.up()
        file = directory / "lab.json"
        access.write(file)
        _say(f"lab: ready after {time.monotonic() - started:.0f} s")
        yield cluster, access, file
    except LabError:
        _keep_logs(directory)
        raise
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):  # a second Ctrl-C must not leave processes behind
            signal.signal(number, signal.SIG_IGN)
        cluster.down()
        if options.keep:
            _say(f"lab: kept {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)


def _chosen(options: argparse.Namespace) -> Callable[[Path], Cluster]:
    """Return what makes the cluster that the variable CLUSTER names, after everything that it needs was built."""
    kind = os.environ.get("CLUSTER", "lab")
    if kind == "kind":
        return lambda directory: Kind(directory, kubectl_path())
    if kind != "lab":
        raise LabError(f"CLUSTER={kind} is unknown; there are lab and kind")
    if packages.main() or build.main([]):
        raise LabError("it cannot be built; see above")
    images = _images() if options.images else {}
    return lambda directory: Lab(directory, images)


def _images() -> dict[str, Image]:
    from tests.cluster.lab.image import build_images  # noqa: PLC0415  # a lab without images needs none of it

    try:
        return {one.name: Image(rootfs=one.rootfs, config=one.config) for one in build_images()}
    except RuntimeError as error:
        raise LabError(f"the image cannot be built: {error}") from error


def _keep_logs(directory: Path) -> None:
    shutil.rmtree(KEPT_LOGS, ignore_errors=True)
    shutil.copytree(directory / "logs", KEPT_LOGS)
    _say(f"lab: its logs are in {KEPT_LOGS}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
