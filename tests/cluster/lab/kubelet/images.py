"""The images that this node has; nothing is ever pulled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Image:
    """
    An unpacked image.

    Attributes:
        name: What a Pod calls it.
        rootfs: Directory with its files.
        entrypoint: Command that a container without ``command`` runs.
        cmd: Arguments of a container without ``args``.
        env: Its variables.
        workdir: Working directory.
        uid: Numeric user, None if the image names one by a word.
        gid: Numeric group.
    """

    name: str
    rootfs: Path
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    env: dict[str, str]
    workdir: str
    uid: int | None
    gid: int


def parse(argument: str) -> Image:
    """
    Return the image of ``NAME=ROOTFS,CONFIG``, where CONFIG is a file with the OCI image specification's ``config``.

    Raises:
        ValueError: The argument has another form.
    """
    name, equals, rest = argument.rpartition("=")
    rootfs, comma, config_file = rest.rpartition(",")
    if not (equals and comma):
        raise ValueError(f"--image takes NAME=ROOTFS,CONFIG, not {argument!r}")
    config = json.loads(Path(config_file).read_text("utf-8"))
    user, _, group = str(config.get("User") or "0").partition(":")
    return Image(
        name=name,
        rootfs=Path(rootfs).resolve(),
        entrypoint=tuple(config.get("Entrypoint") or ()),
        cmd=tuple(config.get("Cmd") or ()),
        env=dict(one.partition("=")[::2] for one in config.get("Env") or ()),
        workdir=config.get("WorkingDir") or "/",
        uid=int(user) if user.isdigit() else 0 if user == "root" else None,
        gid=int(group) if group.isdigit() else 0,
    )
