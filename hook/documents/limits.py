"""How large input may be, so that a file cannot exhaust the machine that reads it."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Bounds for one run.

    Attributes:
        file_bytes: Largest file, in bytes.
        total_bytes: All files together, in bytes.
        files: Number of files.
        nesting: Depth of mappings and lists inside each other.
        nodes: Mappings, lists, keys and values of one document after its aliases are expanded.
    """

    file_bytes: int = 5 * MEGABYTE
    total_bytes: int = 100 * MEGABYTE
    files: int = 5000
    nesting: int = 200
    nodes: int = 500_000


DEFAULT_LIMITS = Limits()
