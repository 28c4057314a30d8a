from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import requests

import hook
from tests.cluster.lab.image import BuiltImage
from tests.image.conftest import PATIENCE, Start

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def test_it_tells_its_version_without_a_shell_on_a_read_only_root(start: Start) -> None:
    done = start("--version").wait()
    assert (done.ending.exit_code, done.output) == (0, f"flowsync, version {hook.__version__}\n")


def test_it_runs_as_a_numeric_user_that_is_not_root(start: Start, config: dict[str, Any]) -> None:
    assert config["User"] == "65532:65532"
    done = start("-c", "import os; print(os.getuid(), os.getgid())", command=["python"]).wait()
    assert done.output == "65532 65532\n"


def test_the_surroundings_of_these_tests_are_as_strict_as_they_claim(start: Start) -> None:
    script = """
import pathlib, subprocess
for path in ("/x", "/opt/flowsync/x", "/workspace/x"):
    try:
        pathlib.Path(path).touch()
    except OSError as problem:
        print(problem.strerror)
try:
    subprocess.run(["sh", "-c", "true"])
except OSError as problem:
    print(problem.strerror)
print([line for line in open("/proc/self/status") if line.startswith(("CapEff", "CapBnd", "NoNewPrivs"))])
"""
    done = start("-c", script, command=["python"]).wait()
    *refused, status = done.output.splitlines()
    assert refused == ["Read-only file system"] * 3 + ["Permission denied"]
    assert re.findall(r"(\w+):\\t(\w+)", status) == [("CapEff", "0" * 16), ("CapBnd", "0" * 16), ("NoNewPrivs", "1")]


def test_it_validates_the_example_repository(start: Start) -> None:
    repository = ROOT / "examples" / "flows-repo"
    done = start("validate", "--set-missing", "flows", mounts={"/workspace": repository}).wait()
    assert done.ending.exit_code == 0, done.output


def test_a_run_without_settings_ends_with_usage_and_leaves_its_last_words(start: Start) -> None:
    running = start()
    done = running.wait()
    assert done.ending.exit_code == 3
    assert "FLOWSYNC_ENVIRONMENT" in running.container.message("FallbackToLogsOnError")


def test_nothing_that_the_command_imports_has_to_be_compiled(start: Start) -> None:
    script = """
import os, sys
import hook.cli, hook.engine.run, kubernetes.client, kubernetes.config, requests, pydantic, yaml
def file(module):
    spec = getattr(module, "__spec__", None)
    return spec and spec.has_location and spec.cached
print([name for name, module in sys.modules.items() if file(module) and not os.path.exists(file(module))])
print(len(sys.modules))
"""
    done = start("-c", script, command=["python"]).wait()
    missing, count = done.output.splitlines()
    assert missing == "[]"
    assert int(count) > 300


def test_the_simulator_starts_answers_and_ends_on_a_signal(start: Start) -> None:
    arguments = ("--host", "127.0.0.1", "--api-port", "0", "--login-port", "0", "--seed-client", "id:secret")
    running = start(*arguments, name="flow-sync-simulator:lab")
    until = time.monotonic() + PATIENCE
    while "\n" not in running.output() and time.monotonic() < until:
        time.sleep(0.1)
    urls = json.loads(running.output().splitlines()[0])
    answer = requests.post(
        f"{urls['login']}/oauth/token", data={"grant_type": "client_credentials"}, auth=("id", "secret"), timeout=10
    )
    assert answer.json()["token_type"] == "bearer"
    assert running.terminate().ending.exit_code == 0


def test_what_built_it_is_not_in_it(image: BuiltImage) -> None:
    left = [path for path in ("src", "opt/build", "opt/dist", "root/.cache") if (image.rootfs / path).exists()]
    assert left == []
    installed = {path.name for path in (image.rootfs / "opt/flowsync").glob("lib/python*/site-packages/*")}
    assert "hook" in installed
    assert not {"pip", "hatchling", "starlette", "uvicorn"} & installed


def test_it_holds_no_secrets_and_no_leftovers_of_the_repository(image: BuiltImage, config: dict[str, Any]) -> None:
    allowed = {"PATH", "HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    assert {entry.partition("=")[0] for entry in config["Env"]} <= allowed
    own = files(image.rootfs / "opt")
    assert own
    assert not [path for path in own if path.name in {".env", ".git", ".pypirc", ".netrc", "pip.conf"}]
    keys = [path for path in own if path.suffix in {".pem", ".key"} and b"PRIVATE KEY" in path.read_bytes()]
    assert keys == []


def test_it_says_what_it_is(config: dict[str, Any], built: dict[str, BuiltImage]) -> None:
    assert (config["Entrypoint"], config["Cmd"], config["WorkingDir"]) == (["flowsync"], ["sync"], "/workspace")
    labels = config["Labels"]
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    for name in ("title", "description", "version", "revision", "source"):
        assert f"org.opencontainers.image.{name}" in labels
    second = json.loads(built["flow-sync:v2"].config.read_text("utf-8"))["Labels"]
    assert second["org.opencontainers.image.version"] != labels["org.opencontainers.image.version"]


def test_our_part_of_it_is_small(image: BuiltImage, capsys: pytest.CaptureFixture[str]) -> None:
    own = sum(path.stat().st_size for path in files(image.rootfs / "opt"))
    whole = sum(path.stat().st_size for path in files(image.rootfs))
    with capsys.disabled():
        print(f"\nimage: {own / MEGABYTE:.0f} MB are ours, {whole / MEGABYTE:.0f} MB with the lab's Debian base")  # noqa: T201
    assert own < 130 * MEGABYTE
