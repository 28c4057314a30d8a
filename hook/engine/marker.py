"""What says in the cluster whether the files are live, as a run knows it."""

from __future__ import annotations

from typing import Protocol


class Marker(Protocol):
    """
    An object that Argo CD compares, and that says whether the organisation has all of the files, and which.

    A run that fails half-way leaves everything else as the last good run left it. When the commit is then taken back,
    Argo CD would find nothing to do although the organisation has part of that commit; so it is told before the first
    write. And a good run tells which files it brought about, since the sync around it may still fail.

    A run of a part (``--category``, ``--label``) cannot tell that all is live. It leaves behind what it found, when all
    that it did was good and the same files were live before.
    """

    def begin(self) -> str:
        """Tell that the organisation is about to be between two commits; return what went wrong, or nothing."""
        ...

    def complete(self) -> str:
        """Tell that the organisation has all that the files say; return what went wrong, or nothing."""
        ...

    def restore(self) -> str:
        """Tell again what was told before :meth:`begin`; return what went wrong, or nothing."""
        ...


class NoMarker:
    """Nothing says so."""

    def begin(self) -> str:
        """Tell nobody."""
        return ""

    def complete(self) -> str:
        """Tell nobody."""
        return ""

    def restore(self) -> str:
        """Tell nobody."""
        return ""
