"""A small repository to write files into."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hook.errors import InvalidInput
from hook.model import Problem
from hook.workspace.loading import Workspace, load_environment
from hook.workspace.variables import Getenv


def flow(name: str = "Main", key: str = "inboundCall", more: str = "") -> str:
    return f"{key}:\n  name: {name}\n{more}"


class Repository:
    """Files below one folder; the environment is ``dev``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def declare(self, **environments: Any) -> None:
        self.write("environments.json", json.dumps({"environments": environments}, indent=2))

    def load(self, environment: str = "dev", *, getenv: Getenv = lambda _: None, **options: Any) -> Workspace:
        return load_environment(self.root, environment, getenv=getenv, **options)

    def problems(self, environment: str = "dev", **options: Any) -> list[Problem]:
        with pytest.raises(InvalidInput) as caught:
            self.load(environment, **options)
        assert all(problem.hint for problem in caught.value.problems), caught.value.problems
        return list(caught.value.problems)

    def codes(self, environment: str = "dev", **options: Any) -> list[tuple[str, str, int]]:
        return [
            (problem.code, problem.place.file, problem.place.line) for problem in self.problems(environment, **options)
        ]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)
