"""What stands for the files in the cluster, as a run knows it: it must not say that they are live when they are not."""

from __future__ import annotations

from typing import Protocol


class Trigger(Protocol):
    """
    The object whose content Argo CD compares to find out whether the files were deployed.

    A run that fails half-way leaves it as the last good run left it. When the commit is then taken back, Argo CD would
    find nothing to do although the organisation has part of that commit; so it is told before the first write.
    """

    def begin(self) -> str:
        """Tell that the organisation is about to be between two commits; return what went wrong, or nothing."""
        ...

    def complete(self) -> str:
        """Tell that the organisation has all that the files say; return what went wrong, or nothing."""
        ...


class NoTrigger:
    """Nothing stands for the files."""

    def begin(self) -> str:
        """Tell nobody."""
        return ""

    def complete(self) -> str:
        """Tell nobody."""
        return ""
