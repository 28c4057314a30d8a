"""docs/argo-cd.md, followed to the letter: every command in its order, and what the page says that it prints."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.state import Client
from simulator.testing import Simulator, running
from tests.cluster import repository
from tests.cluster.kube import Kube
from tests.cluster.lab.access import Access
from tests.cluster.lab.build import binary
from tests.cluster.page import Shell, Step, steps
from tests.cluster.repository import AUTHOR, Repository
from tests.cluster.scenario import ARGO_NAMESPACE, IMAGE

PAGE = Path(__file__).parents[2] / "docs" / "argo-cd.md"
ORGANISATION = {"id": "7d0c4a52-5f1e-4c1b-9a66-2f5b8f3de101", "name": "Example Energy (dev)"}
CLIENT = Client(id="f3b1c7e0-4d2a-4c57-9f0e-6a8d2b9c1e54", name="flowsync", secret="the-secret-of-the-client")


@pytest.fixture
def organisation(access: Access) -> Iterator[Simulator]:
    """The organisation of the page, with the queue that it mentions."""
    with running(host=access.host, fixture={"organisation": ORGANISATION}, clients=[CLIENT]) as simulator:
        simulator.org.add("routing/queues", "Support")
        yield simulator


@pytest.fixture
def programs(access: Access, tmp_path: Path) -> Path:
    """A directory with the programs that the page uses."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "kubectl").symlink_to(access.kubectl)
    (folder / "flowsync").symlink_to(Path(sys.executable).with_name("flowsync"))
    cli = folder / "argocd"
    cli.write_text(f'#!/bin/sh\nARGOCD_BINARY_NAME=argocd exec {binary("argocd", "argocd")} "$@"\n', encoding="utf-8")
    cli.chmod(0o755)
    return folder


@pytest.fixture
def repo(access: Access, kube: Kube) -> Iterator[Repository]:
    """The empty repository of the page; what the page makes in the cluster goes with it."""
    name = f"t{uuid.uuid4().hex[:8]}"
    made = repository.create(access.git, name)
    yield made
    made.delete()
    gone = '{"metadata":{"finalizers":null}}'
    place = ("-n", ARGO_NAMESPACE)
    kube.run("patch", "application", f"{name}-dev", *place, "--type=merge", "-p", gone, check=False)
    kube.run("delete", "application", f"{name}-dev", *place, "--ignore-not-found")
    kube.run("delete", "appproject", name, *place, "--ignore-not-found")
    kube.delete("namespace", f"{name}-dev", "", wait=False)


def test_every_command_of_the_page_does_what_the_page_says(
    access: Access, organisation: Simulator, programs: Path, repo: Repository, tmp_path: Path
) -> None:
    page = PAGE.read_text("utf-8")
    name = repo.bare.stem
    for theirs, ours in {
        "https://git.example.com/team/my-flows.git": repo.url,
        "registry.example.com/genesys-flow-sync:0.1.0": IMAGE,
        "login argocd.example.com": f"login {access.argocd.url.removeprefix('http://')} --plaintext",
        "my-flows": name,
    }.items():
        assert theirs in page
        page = page.replace(theirs, ours)
    environment = AUTHOR | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "KUBECONFIG": str(access.kubeconfig),
        "COLUMNS": "200",
        "FLOWSYNC_API_BASE": organisation.api,
        "FLOWSYNC_LOGIN_BASE": organisation.login,
        "FLOWSYNC_LOG_LEVEL": "error",
    }
    with Shell(tmp_path, environment) as shell:
        for step in steps(page):
            shell.follow(step, timeout=150)
            if step.command.startswith("flowsync init"):
                adapt(tmp_path / name, organisation)


def adapt(clone: Path, organisation: Simulator) -> None:
    """Say in the new repository where the simulator is, and that nobody has time for half a minute before a retry."""
    change(clone / "values" / "dev.yaml", "settings", {"apiBase": organisation.api, "loginBase": organisation.login})
    application = clone / "argocd" / "application-dev.yaml"
    application.write_text(application.read_text("utf-8").replace("duration: 30s", "duration: 2s"), encoding="utf-8")


def change(path: Path, key: str, value: Any) -> None:
    """Set one key of a YAML file."""
    document = yaml.safe_load(path.read_text("utf-8"))
    document[key] = value
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


@pytest.mark.parametrize(
    ("shown", "output", "expected"),
    [
        ("one ... three", "one   two\nthree\n", True),
        ("one\n...\nthree", "one\nthree", True),
        ("one ... three", "one two four", False),
        ("one", "one two", False),
        ("", "anything", True),
    ],
)
def test_what_a_page_shows_is_held_against_what_is_printed(shown: str, output: str, *, expected: bool) -> None:
    assert Step("true", shown).matches(output) is expected


def test_a_command_is_held_against_its_exit_code(tmp_path: Path) -> None:
    with Shell(tmp_path, {}) as shell:
        assert shell.run("cd / && one=1") == (0, "\n")
        assert shell.run('echo "$PWD $one"; (exit 6)') == (6, "/ 1\n\n")
        with pytest.raises(AssertionError, match="to end with 0"):
            shell.follow(Step("false", ""), timeout=0)
