"""One object as the files want it, and as the organisation has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hook.model.names import Identity, Place, Problem, Reference


@dataclass(frozen=True, slots=True)
class Desired:
    """One object as the files want it.

    ``content`` are exactly the bytes to upload; ``digest`` is ``sha256:<hex>`` over them, and
    ``public_digest`` the same with every secret replaced by its placeholder, so that it may be shown and
    is the same in a pull request that cannot read the secret; ``has_secrets`` tells that there are any.
    ``attributes`` holds what the file says of the object outside its logic (``division``, ``description``);
    an absent key means that the file is silent.

    ``native`` tells that ``content`` is no Archy document but a native configuration with names in place of ids, and
    ``layout`` that its places on the canvas count as well.
    """

    identity: Identity
    place: Place
    content: bytes
    digest: str
    public_digest: str
    references: tuple[Reference, ...] = ()
    warnings: tuple[Problem, ...] = ()
    labels: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str], ...] = ()
    has_secrets: bool = False
    native: bool = False
    layout: bool = False

    def attribute(self, name: str) -> str | None:
        """Return what the file says of ``name``; ``None`` when it is silent."""
        return dict(self.attributes).get(name)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something on the platform: a user or an OAuth client."""

    id: str
    name: str = ""
    is_client: bool = False

    def __str__(self) -> str:
        """Return the name if the platform told it, otherwise the id."""
        what = "client" if self.is_client else "user"
        return self.name or f"{what} {self.id}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that somebody saved or checked in after the published one."""

    version: str
    by: Actor | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """One object as the organisation has it."""

    identity: Identity
    id: str
    version: str | None = None
    published_by: Actor | None = None
    published_at: datetime | None = None
    locked_by: Actor | None = None
    saved: Draft | None = None
    checked_in: Draft | None = None
    attributes: tuple[tuple[str, str], ...] = ()

    def attribute(self, name: str) -> str | None:
        """Return the live value of ``name``; ``None`` when the platform did not send it."""
        return dict(self.attributes).get(name)


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation behind the credentials."""

    id: str
    name: str
