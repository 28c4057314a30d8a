"""A flows repository: a bare Git repository that Argo CD reads, and a clone to work in."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

AUTHOR = {
    "GIT_AUTHOR_NAME": "Routing engineer",
    "GIT_AUTHOR_EMAIL": "routing@example.com",
    "GIT_COMMITTER_NAME": "Routing engineer",
    "GIT_COMMITTER_EMAIL": "routing@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True)
class Repository:
    """A bare repository and its clone.

    Attributes:
        bare: What Argo CD reads.
        clone: Where files are written; may be changed freely before a push.
    """

    bare: Path
    clone: Path

    @property
    def url(self) -> str:
        """The URL for Argo CD."""
        return f"file://{self.bare}"

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file of the clone."""
        file = self.clone / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def remove(self, path: str) -> None:
        """Remove a file of the clone."""
        (self.clone / path).unlink()

    def rename(self, path: str, to: str) -> None:
        """Rename a file of the clone."""
        target = self.clone / to
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.clone / path).rename(target)

    def push(self, message: str) -> str:
        """Commit everything and push it; return the commit's full hash."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        self.git("push", "--quiet", "origin", "HEAD:main")
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *arguments: str) -> str:
        """Run git in the clone, and return what it printed."""
        return _git(self.clone, *arguments)

    def delete(self) -> None:
        """Remove the repository and the clone."""
        shutil.rmtree(self.bare)
        shutil.rmtree(self.clone)


def create(parent: Path, name: str) -> Repository:
    """Make an empty bare repository and its clone, with the branch main, below a directory."""
    bare, clone = parent / f"{name}.git", parent / f"{name}-clone"
    parent.mkdir(parents=True, exist_ok=True)
    _git(parent, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    _git(parent, "init", "--quiet", "--initial-branch=main", str(clone))
    _git(clone, "remote", "add", "origin", f"file://{bare}")
    return Repository(bare, clone)


def _git(place: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(place), *arguments],
        env=os.environ | AUTHOR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"git {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
