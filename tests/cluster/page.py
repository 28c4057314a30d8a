"""A page of the documentation as a person follows it: its commands in one shell, and what it shows of their output."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.cluster.waiting import wait_for

LOOKS = ("argocd app get", "kubectl get", "kubectl logs")
"""Commands that only look: a person repeats them until what they wait for is there."""
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MARK = "end-of-command"


@dataclass(frozen=True)
class Step:
    """One command of a page.

    Attributes:
        command: What is typed, with its further lines.
        shown: What the page shows of the output; `...` stands for anything, and so does nothing at all.
    """

    command: str
    shown: str

    @property
    def code(self) -> int:
        """The exit code that the page lets one expect."""
        told = re.search(r"exit (\d+)", self.shown)
        return int(told[1]) if told else 0

    def matches(self, output: str) -> bool:
        """Whether an output is what the page shows, however wide its columns are."""
        parts = [re.escape(part.strip()) for part in " ".join(self.shown.split()).split("...")]
        return not self.shown or re.fullmatch(" ?.* ?".join(parts), " ".join(output.split())) is not None


def steps(page: str) -> Iterator[Step]:
    """Yield the commands of a page in their order.

    Raises:
        AssertionError: A block of the page is not of the kind `console`, so that nobody would know whether it is true.
    """
    for language, block in _BLOCK.findall(page):
        assert language == "console", f"a block of the kind '{language}' is not run:\n{block}"
        command: list[str] = []
        shown: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield Step("\n".join(command), "\n".join(shown))
                command, shown = [line[2:]], []
            elif line.startswith(">") and not shown:
                command.append(line[2:])
            else:
                shown.append(line)
        yield Step("\n".join(command), "\n".join(shown))


class Shell:
    """One bash that keeps its directory and variables from command to command."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=directory,
            env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._bash.stdin is not None
        self._bash.stdin.close()
        self._bash.wait(timeout=30)
        assert self._bash.stdout is not None
        self._bash.stdout.close()

    def run(self, command: str) -> tuple[int, str]:
        """Return the exit code of a command and all that it printed."""
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        # Nothing that a command reads may be the next command.
        self._bash.stdin.write(f"{{ {command}\n}} < /dev/null; code=$?; echo; echo {_MARK} $code\n")
        self._bash.stdin.flush()
        lines: list[str] = []
        for line in self._bash.stdout:
            if line.startswith(_MARK):
                return int(line.split()[1]), "".join(lines)
            lines.append(line)
        raise AssertionError(f"the shell has ended in:\n{command}\n{''.join(lines)}")

    def follow(self, step: Step, *, timeout: float) -> None:
        """Run a command, and hold what it does against the page.

        Raises:
            AssertionError: It ended, or printed, otherwise than the page shows; after `timeout` seconds, for one that
                only looks.
        """
        wait_for(
            f"`{step.command}` to end with {step.code} and to print\n{step.shown}\n",
            lambda: self.run(step.command),
            lambda done: done[0] == step.code and step.matches(done[1]),
            timeout=timeout if step.command.startswith(LOOKS) else 0,
            pause=2,
        )
