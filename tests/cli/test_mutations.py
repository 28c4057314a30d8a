"""Whether the tests of the decisions that matter most would notice a mistake in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Mutation:
    """A mistake in one line of ``hook/<file>``, and the tests that must notice it."""

    decision: str
    file: str
    right: str
    wrong: str
    tests: str


MODEL, DECIDE = "tests/unit/test_model.py", "tests/unit/engine/test_decide.py"
MUTATIONS = (
    Mutation(
        "exit code precedence: two neighbours change places",
        "model/exits.py",
        "    ExitCode.GUARD,\n    ExitCode.CONFLICT,\n",
        "    ExitCode.CONFLICT,\n    ExitCode.GUARD,\n",
        MODEL,
    ),
    Mutation(
        "exit code precedence: a conflict counts for none",
        "model/result.py",
        "if self.status not in {Status.FAILED, Status.CONFLICT}:",
        "if self.status not in {Status.FAILED}:",
        MODEL,
    ),
    Mutation(
        "unchanged: the live version is not looked at",
        "engine/decide.py",
        "        and entry.version == live.version\n",
        "",
        DECIDE,
    ),
    Mutation(
        "unchanged: the digest is not looked at",
        "engine/decide.py",
        "    if entry.digest != desired.digest:\n",
        "    if not entry.digest:\n",
        DECIDE,
    ),
    Mutation(
        "conflict: a lock of somebody else does not matter",
        "engine/decide.py",
        "if live.locked_by and not _is_us(live.locked_by, own_client):",
        "if live.locked_by and _is_us(live.locked_by, own_client):",
        DECIDE,
    ),
    Mutation(
        "conflict: a newer draft of somebody else does not matter",
        "engine/decide.py",
        "    return draft.at > live.published_at\n",
        "    return draft.at < live.published_at\n",
        DECIDE,
    ),
    Mutation(
        "conflict: a version that moved since the plan does not matter",
        "engine/decide.py",
        "(planned is None) == (now is None) and before == after",
        "(planned is None) == (now is None)",
        DECIDE,
    ),
)


def copied(folder: Path, mutation: Mutation | None) -> None:
    """Copy the package and the tests into ``folder``, with the mistake in it."""
    shutil.copytree(ROOT / "hook", folder / "hook", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests/unit/engine", folder / "tests/unit/engine")
    shutil.copyfile(ROOT / MODEL, folder / MODEL)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    if mutation:
        path = folder / "hook" / mutation.file
        source = path.read_text(encoding="utf-8")
        assert source.count(mutation.right) == 1, f"{mutation.file} has changed; correct the mutation"
        path.write_text(source.replace(mutation.right, mutation.wrong), encoding="utf-8")


def outcome_of(folder: Path, tests: str) -> tuple[int, str]:
    """Run tests of a copy against that copy; return pytest's exit code and what it printed."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        tests,
        "-x",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-p",
        "no:xdist",
    ]
    # The copy's lines are not to be counted as covered, or as missing.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.decision)
def test_a_mistake_in_a_decision_is_noticed(tmp_path: Path, mutation: Mutation) -> None:
    copied(tmp_path, mutation)
    code, said = outcome_of(tmp_path, mutation.tests)
    assert code == pytest.ExitCode.TESTS_FAILED, said
    assert "AssertionError" in said


@pytest.mark.parametrize("tests", [MODEL, DECIDE])
def test_without_a_mistake_the_same_tests_pass_on_the_copy(tmp_path: Path, tests: str) -> None:
    copied(tmp_path, None)
    code, said = outcome_of(tmp_path, tests)
    assert code == pytest.ExitCode.OK, said
