"""Writes the files of a repository, without losing what is there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hook.errors import InvalidInput
from hook.model import Place, Problem


class Existing(StrEnum):
    """What to do with a file that is there already, with other content."""

    REFUSE = "refuse"
    KEEP = "keep"
    OVERWRITE = "overwrite"


@dataclass(frozen=True, slots=True)
class Laid:
    """
    What came of it.

    Attributes:
        written: Paths of the files that were made or overwritten.
        kept: Paths of the files that were there and differ.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...]


def lay(root: Path, files: Mapping[str, bytes], *, existing: Existing) -> Laid:
    """
    Write ``files`` below ``root``; when something is in the way, nothing at all is written.

    Args:
        root: The repository; it is made if it is not there.
        files: Content by path.
        existing: What to do with files that are there and differ; those that are equal are left as they are.

    Raises:
        InvalidInput: Files are in the way, or a file cannot be written.
    """
    try:
        differ = [path for path in files if _is_there(root / path) and not _equals(root / path, files[path])]
        astray = [path for path in files if _leads_out(root, path)]
    except OSError as error:
        raise InvalidInput(_unwritable(root, error)) from error
    if astray:
        hint = "A link on its way leads out of the repository: remove it."
        message = "the file would not lie in the repository."
        raise InvalidInput(*(Problem("outside-repository", message, Place(path), hint) for path in astray))
    if differ and existing is Existing.REFUSE:
        hint = "--from-existing keeps what is there and adds the rest; --force overwrites it."
        raise InvalidInput(
            *(Problem("file-exists", "there is such a file already.", Place(path), hint) for path in differ)
        )
    kept = tuple(differ) if existing is Existing.KEEP else ()
    written = tuple(path for path in files if path not in kept and not _equals(root / path, files[path]))
    for path in written:
        try:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(files[path])
        except OSError as error:
            raise InvalidInput(_unwritable(root / path, error)) from error
    return Laid(written, kept)


def replace_folder(root: Path, folder: str, files: Mapping[str, bytes]) -> Laid:
    """
    Write ``files``, all of them below ``folder``, and remove what else the folder held.

    Args:
        root: The repository.
        folder: Its path in the repository.
        files: Content by path in the repository.

    Raises:
        InvalidInput: The folder leads out of the repository, or cannot be written.
    """
    target = root / folder
    try:
        if target.is_symlink() or _leads_out(root, folder):
            message = "the folder is a link, or lies behind one."
            raise InvalidInput(Problem("outside-repository", message, Place(folder), "Remove the link first."))
        written = tuple(path for path in files if not _equals(root / path, files[path]))
        if target.exists():
            shutil.rmtree(target)
    except OSError as error:
        raise InvalidInput(_unwritable(target, error)) from error
    lay(root, files, existing=Existing.OVERWRITE)
    return Laid(written, ())


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _equals(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _leads_out(root: Path, path: str) -> bool:
    return not (root / path).resolve().is_relative_to(root.resolve())


def _unwritable(path: Path, error: OSError) -> Problem:
    reason = error.strerror or type(error).__name__
    return Problem(
        "unwritable", f"the file cannot be written: {reason}.", Place(str(path)), "Check the path and its permissions."
    )
