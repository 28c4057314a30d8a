"""What says in the cluster whether the files are live, as a run knows it."""

from __future__ import annotations

from typing import Protocol


class Marker(Protocol):
    """
    An object that Argo CD compares, and that says whether the organisation has all of the files.

    A run that fails half-way leaves everything else as the last good run left it. When the commit is then taken back,
    Argo CD would find nothing to do although the organisation has part of that commit; so it is told before the first
    write.
    """

    def begin(self) -> str:
        """Tell that the organisation is about to be between two commits; return what went wrong, or nothing."""
        ...

    def complete(self) -> str:
        """Tell that the organisation has all that the files say; return what went wrong, or nothing."""
        ...


class NoMarker:
    """Nothing says so."""

    def begin(self) -> str:
        """Tell nobody."""
        return ""

    def complete(self) -> str:
        """Tell nobody."""
        return ""
