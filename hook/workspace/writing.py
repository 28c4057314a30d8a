"""Writes files into a folder: each whole or not at all, and none over another content unless that is wanted."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from hook.errors import InvalidInput
from hook.model import Place, Problem


def write_files(folder: Path, files: Mapping[str, bytes], *, overwrite: bool) -> tuple[str, ...]:
    """
    Write ``files`` into ``folder``; when something is in the way, nothing at all is written.

    Args:
        folder: It is made if it is not there.
        files: Content by path below the folder, with ``/``.
        overwrite: Whether files with other content are replaced; those with this content are never touched.

    Returns:
        The paths that were written.

    Raises:
        InvalidInput: Files with other content are in the way, a path leads out of the folder, or cannot be written.
    """
    try:
        astray = [path for path in files if not _is_inside(folder, path)]
        differ = [path for path, content in files.items() if not _holds(folder / path, content)]
        in_the_way = [path for path in differ if _is_there(folder / path)]
    except OSError as error:
        raise InvalidInput(_unwritable(folder, error)) from error
    if astray:
        hint = "A link on its way leads out of the folder: remove it."
        message = "the file would not lie in the folder."
        raise InvalidInput(*(Problem("outside-folder", message, Place(shown(folder, path)), hint) for path in astray))
    if in_the_way and not overwrite:
        raise InvalidInput(*(_exists(shown(folder, path)) for path in in_the_way))
    _replace_all(folder, {path: files[path] for path in differ})
    return tuple(differ)


def shown(folder: Path, path: str) -> str:
    """Return how messages call a file of a folder."""
    return (folder / path).as_posix()


def _replace_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write every file beside its place, and only when all of them are written, put each into it."""
    beside: dict[Path, Path] = {}
    target = folder
    try:
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            # A name that begins with a dot is not read, should it ever stay behind.
            temporary = target.with_name(f".flowsync-{uuid.uuid4().hex}")
            beside[temporary] = target
            temporary.write_bytes(content)
            if target.is_file():
                shutil.copymode(target, temporary)
        for temporary, target in beside.items():
            temporary.replace(target)
    except OSError as error:
        raise InvalidInput(_unwritable(target, error)) from error
    finally:
        for temporary in beside:
            temporary.unlink(missing_ok=True)


def _is_inside(folder: Path, path: str) -> bool:
    return (folder / path).parent.resolve().is_relative_to(folder.resolve()) and Path(path).name not in {"", ".."}


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _exists(path: str) -> Problem:
    message = "there is such a file already, with other content."
    return Problem("file-exists", message, Place(path), "--overwrite replaces it; --out names another folder.")


def _unwritable(path: Path, error: OSError) -> Problem:
    reason = error.strerror or type(error).__name__
    hint = "Check the path and its permissions."
    return Problem("unwritable", f"the file cannot be written: {reason}.", Place(path.as_posix()), hint)
