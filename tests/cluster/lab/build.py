"""Build the lab's programs from the pinned Go modules in `go/`, once, into a cache outside the repository.

`python -m tests.cluster.lab.build [NAME ...]` builds what is missing and prints one line per module. A module's
directory in the cache is named by a hash of everything that shapes its binaries, and is moved into place as a whole, so
a build that was broken off leaves nothing half done and a later one goes on where it stopped.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

MODULES = Path(__file__).parent / "go"
ARGOCD = "github.com/argoproj/argo-cd/v3"


@dataclass(frozen=True)
class Recipe:
    """What to build from one module.

    Attributes:
        name: Directory below `go/`.
        packages: Binary name → package path.
        ldflags: Linker flags beside those that strip symbols; may hold {version}, {major} and {minor} of `source`.
        assets: Path in the cache entry → path in the source of `source`, copied after the build.
        source: The module that go.mod is about.
    """

    name: str
    packages: Mapping[str, str]
    ldflags: str = ""
    assets: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def directory(self) -> Path:
        """Where go.mod and go.sum stand, and tools.go or a program of ours."""
        return MODULES / self.name


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("helm3", {"helm": "helm.sh/helm/v3/cmd/helm"}),
        Recipe("helm4", {"helm": "helm.sh/helm/v4/cmd/helm"}),
        Recipe("trivy-checks", {"trivy-checks": "."}),
        Recipe("etcd", {"etcd": "go.etcd.io/etcd/server/v3"}),
        Recipe(
            "kubernetes",
            {
                "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
                "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
            },
            # kubectl and helm ask the server for its version, and refuse the placeholder of an untagged build.
            ldflags="-X k8s.io/component-base/version.gitVersion=v{version}"
            " -X k8s.io/component-base/version.gitMajor={major} -X k8s.io/component-base/version.gitMinor={minor}",
            source="k8s.io/kubernetes",
        ),
        Recipe(
            "argocd",
            {"argocd": f"{ARGOCD}/cmd"},
            ldflags=f"-X {ARGOCD}/common.version={{version}}",
            assets={
                "crds": "manifests/crds",
                "config": "manifests/base/config",
                "bin/git-verify-wrapper.sh": "hack/git-verify-wrapper.sh",
                "bin/gpg-wrapper.sh": "hack/gpg-wrapper.sh",
            },
            source=ARGOCD,
        ),
    )
}


def cache_root() -> Path:
    """The cache directory of the lab: `$XDG_CACHE_HOME/genesys-flow-sync/lab`, by default below `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "genesys-flow-sync" / "lab"


def entry(recipe: Recipe) -> Path:
    """Return the cache entry of a recipe: `bin/` and assets, named by a hash of its inputs. It may not exist yet."""
    shape = [dict(recipe.packages), recipe.ldflags, dict(recipe.assets), recipe.source]
    digest = hashlib.sha256(json.dumps(shape, sort_keys=True).encode())
    for path in sorted(recipe.directory.iterdir()):
        digest.update(path.read_bytes())
    return cache_root() / f"{recipe.name}-{digest.hexdigest()[:16]}"


def binary(name: str, program: str) -> Path:
    """Return the path of a built program.

    Raises:
        FileNotFoundError: It was not built yet.
    """
    path = entry(RECIPES[name]) / "bin" / program
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing. Build it with: python -m tests.cluster.lab.build {name}")
    return path


def build(recipe: Recipe) -> Path:
    """Build one module unless its cache entry is there, and return the entry.

    Raises:
        subprocess.CalledProcessError: The Go tool failed; its output went to stderr.
    """
    target = entry(recipe)
    cache_root().mkdir(parents=True, exist_ok=True)
    with _alone(target):
        if target.exists():
            _say(f"{recipe.name}: there already, {target}")
            return target
        _say(f"{recipe.name}: building {', '.join(recipe.packages)} (once) ...")
        started = time.monotonic()
        with tempfile.TemporaryDirectory(dir=cache_root(), prefix=f".{recipe.name}-") as scratch:
            made = Path(scratch) / "made"
            _compile(recipe, made / "bin")
            _copy_assets(recipe, made)
            made.rename(target)
    _say(f"{recipe.name}: built in {time.monotonic() - started:.0f} s, {target}")
    return target


def _compile(recipe: Recipe, into: Path) -> None:
    into.mkdir(parents=True)
    environment = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false"}
    flags = f"-s -w {_filled(recipe)}".strip()
    for program, package in recipe.packages.items():
        command = [
            "nice",
            "-n",
            "10",
            "go",
            "build",
            "-trimpath",
            "-ldflags",
            flags,
            "-o",
            str(into / program),
            package,
        ]
        subprocess.run(command, cwd=recipe.directory, env=environment, check=True)


def _filled(recipe: Recipe) -> str:
    """Return the linker flags with the version that go.mod names."""
    found = re.search(
        rf"{re.escape(recipe.source)} v((\d+)\.(\d+)\.\S+)", (recipe.directory / "go.mod").read_text("utf-8")
    )
    if not recipe.source or found is None:
        return recipe.ldflags
    return recipe.ldflags.format(version=found[1], major=found[2], minor=found[3])


def _copy_assets(recipe: Recipe, into: Path) -> None:
    if not recipe.assets:
        return
    listing = subprocess.run(
        ["go", "mod", "download", "-json", recipe.source],
        cwd=recipe.directory,
        check=True,
        stdout=subprocess.PIPE,
    )
    source = Path(json.loads(listing.stdout)["Dir"])
    for name, path in recipe.assets.items():
        origin, copy = source / path, into / name
        if origin.is_dir():
            shutil.copytree(origin, copy)
        else:
            shutil.copyfile(origin, copy)
        for made in [copy, *copy.rglob("*")]:
            made.chmod(0o755)  # the module cache is read-only, and scripts lose their execute bit there


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold a lock beside the cache entry, so that two builders do not do the same work twice."""
    with target.with_name(f".{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main(names: list[str]) -> int:
    """Build the named modules, or all, and return an exit code."""
    unknown = [name for name in names if name not in RECIPES]
    if unknown:
        _say(f"Unknown module {unknown[0]!r}; there are {', '.join(RECIPES)}.")
        return 1
    wanted = [name for name in names or RECIPES if not entry(RECIPES[name]).exists()]
    if wanted and shutil.which("go") is None:
        _say("The lab is built from source: install Go (go.dev/dl), as new as tests/cluster/lab/go/*/go.mod ask for.")
        return 1
    for name in wanted:
        try:
            build(RECIPES[name])
        except subprocess.CalledProcessError as error:
            _say(f"{name}: {' '.join(map(str, error.cmd))} ended with {error.returncode}; its messages stand above.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
