"""The index of a mounted folder: which file in the mount is which file of the repository."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from hook.documents.types import did_you_mean
from hook.model import Place, Problem
from hook.workspace.tree import Found

_INDEX = re.compile(r"flowsync-index(?:-[^/]*)?\.json\Z")
_HINT = "The chart writes the index: render and sync it again."


class Index(BaseModel):
    """One shard's index: key in the mount → path in the repository."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: dict[str, str]


def is_index(name: str) -> bool:
    """Return whether ``name`` is reserved for an index."""
    return bool(_INDEX.match(name))


def is_mount(folder: Path) -> bool:
    """Return whether ``folder`` is a mount with an index."""
    return folder.is_dir() and any(is_index(entry.name) for entry in folder.iterdir())


def read_index(
    indexes: Iterable[Found], mounted: Iterable[Found], *, strip: str, shown: str
) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """
    Return the mounted files under their paths of the repository, and what does not fit.

    Args:
        indexes: The index files.
        mounted: Every file of the mount.
        strip: A prefix of the paths that does not count.
        shown: What stands before a path in messages.
    """
    by_key = {found.path: found for found in mounted if not is_index(found.path)}
    files: dict[str, Found] = {}
    problems: list[Problem] = []
    used: set[str] = set()
    for index in indexes:
        place = Place(shown + index.path)
        try:
            content = Index.model_validate_json(index.location.read_bytes())
        except (OSError, ValidationError) as error:
            reason = error.strerror if isinstance(error, OSError) else error.errors()[0]["msg"]
            problems.append(Problem("bad-index", f"the index cannot be used: {reason}.", place, _HINT))
            # Without it, every file that it would have named would look stray.
            used.update(by_key)
            continue
        for key, raw in content.files.items():
            used.add(key)
            path = raw.removeprefix(strip)
            if _leads_outside(path):
                problems.append(Problem("bad-index", f"'{raw}' is no path inside the folder.", place, _HINT))
            elif key not in by_key:
                message = f"the index names '{key}' for '{raw}', but the mount has no such file."
                hint = f"{did_you_mean(key, sorted(by_key)[:20])} {_HINT}".strip()
                problems.append(Problem("not-in-mount", message, place, hint))
            elif path in files:
                problems.append(Problem("bad-index", f"two files are both called '{raw}'.", place, _HINT))
            elif not any(part.startswith(".") for part in PurePosixPath(path).parts):
                files[path] = Found(path, by_key[key].location)
    for key in sorted(by_key.keys() - used):
        message = "the file is mounted, but no index names it."
        problems.append(Problem("not-in-index", message, Place(shown + key), _HINT))
    return tuple(files.values()), tuple(problems)


def _leads_outside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return not parts or path.startswith("/") or ".." in parts or str(PurePosixPath(path)) != path
