"""The example of docs/simulator.md, line by line: the command that starts one, and the official SDK against it."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.contract.conftest import present

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
PORTS = ("8080", "8081", "8082")


def only(pattern: str) -> str:
    (found,) = re.findall(pattern, PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@contextmanager
def started() -> Iterator[dict[str, str]]:
    """Run the page's command, but on free ports; yield the URLs that it prints."""
    program, *words = shlex.split(only(r"^    (python -m simulator --scenario [^\n]*)$"))
    assert program == "python"
    assert [word for word in words if word in PORTS] == list(PORTS)
    command = [sys.executable, *("0" if word in PORTS else word for word in words)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def test_the_lines_for_the_official_sdk_print_the_flows_of_the_example(tmp_path: Path) -> None:
    present("python")
    lines = only(r"```python\n(import PureCloudPlatformClientV2.*?)```")
    with started() as urls:
        port = urlsplit(urls["gateway"]).port
        assert lines.count("8082") == 1
        # The SDK looks for a configuration in the home folder, and warns of what it is built with.
        environ = {**os.environ, "HOME": str(tmp_path), "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, "-c", lines.replace("8082", str(port))]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert sorted(ast.literal_eval(done.stdout)) == ["Front Desk", "Night Line"]
