"""Digests of content, in the form ``sha256:<hex>``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest(content: bytes) -> str:
    """Return ``sha256:<hex>`` over ``content``."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def tree_digest(files: Iterable[tuple[str, bytes]]) -> str:
    """
    Return one digest for many files, independent of their order.

    It is the SHA-256 of what ``sha256sum`` prints for the files in the order of their paths (by code point): per file
    the hex digest, two blanks, the path and a newline. So a chart template or a shell can compute the same.

    Args:
        files: Path (relative, with ``/``) and content of each.
    """
    lines = (f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files))
    return digest("".join(lines).encode())
