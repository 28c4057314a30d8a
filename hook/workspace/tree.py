"""Finds the files below a folder without leaving it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from hook.model import Place, Problem


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its path relative to the folder, with ``/``, and where it is."""

    path: str
    location: Path


def walk(root: Path, *, shown: str = "") -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """
    Return the files below ``root``, sorted by path, and problems about what cannot be read.

    Names that begin with a dot are skipped: Git's own files, and the ``..data`` folders of a Kubernetes mount, whose
    links are followed. A link is followed only to what lies below ``root``.

    Args:
        root: The folder.
        shown: What stands before a path in messages.
    """
    files: list[Found] = []
    problems: list[Problem] = []
    top = root.resolve()
    pending: list[tuple[Path, str, frozenset[Path]]] = [(root, "", frozenset({top}))]
    while pending:
        folder, prefix, above = pending.pop()
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        except OSError as error:
            message = f"the folder cannot be read: {error.strerror or type(error).__name__}."
            place = Place((shown + prefix) or str(root))
            problems.append(Problem("unreadable-folder", message, place, "Check that it exists, and its permissions."))
            continue
        for name in names:
            location, path = folder / name, prefix + name
            real = Path(os.path.realpath(location))
            if real != top and top not in real.parents:
                message = "the link leads out of the folder."
                hint = "Put the file itself there; links are followed only inside the folder."
                problems.append(Problem("link-leads-outside", message, Place(shown + path), hint))
            elif not real.is_dir():
                files.append(Found(path, location))
            elif real in above:
                message = "the link leads to a folder that contains it."
                problems.append(Problem("link-in-a-circle", message, Place(shown + path), "Remove the link."))
            else:
                pending.append((location, path + "/", above | {real}))
    return tuple(sorted(files, key=lambda found: found.path)), tuple(problems)
