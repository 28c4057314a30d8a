"""The lock of an organisation, as a run knows it: without it nothing is written, unless the operator said so."""

from __future__ import annotations

from typing import Protocol


class Lock(Protocol):
    """Lets one run write to an organisation; its threads share it."""

    def acquire(self, organisation_id: str) -> str:
        """
        Wait for the lock, and keep it from then on.

        Returns:
            What there is to tell of a former holder that died, empty when there is nothing.

        Raises:
            LockUnavailable: Somebody else kept it, or whoever gives it out does not answer.
            CredentialsError: The rights do not suffice.
        """
        ...

    def check(self) -> None:
        """
        Raise unless the lock is certainly ours; called right before every write.

        Raises:
            LockUnavailable: It was lost.
        """
        ...

    def release(self) -> str:
        """Give the lock back; return what went wrong, empty when nothing did."""
        ...


class NoLock:
    """No lock: whoever starts runs sees to it that there is one at a time."""

    def acquire(self, organisation_id: str) -> str:  # noqa: ARG002  (the protocol's)
        """Go on at once."""
        return ""

    def check(self) -> None:
        """Never raise."""

    def release(self) -> str:
        """Give nothing back."""
        return ""
