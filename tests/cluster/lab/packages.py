"""Debian packages of the lab: `python -m tests.cluster.lab.packages` installs those whose programs are missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PROGRAMS = {
    "buildah": "buildah",
    "debootstrap": "debootstrap",
    "git": "git",
    "openssl": "openssl",
    # Debian's redis-server is a link to this program of redis-tools, and its package would start a service.
    "redis-check-rdb": "redis-tools",
    "runc": "runc",
    "setpriv": "util-linux",
}
"""Program → the package that brings it."""


def missing() -> list[str]:
    """Return the packages whose program is not there."""
    search = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return sorted({package for program, package in PROGRAMS.items() if shutil.which(program, path=search) is None})


def main() -> int:
    """Install what is missing, or say what to do, and return an exit code."""
    wanted = missing()
    if not wanted:
        return 0
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *wanted]
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.stderr.write(f"The lab needs these packages; on Debian, as root: {' '.join(command)}\n")
        return 1
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "--quiet"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
