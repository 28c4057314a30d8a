"""Short ways to make the plain data that the engine decides about."""

from __future__ import annotations

from datetime import UTC, datetime

from hook.engine.stores import Entry
from hook.model import (
    FLOWS,
    Actor,
    Desired,
    Difference,
    DifferenceOperation,
    DifferenceSubject,
    Draft,
    Identity,
    Live,
    Place,
    Reference,
)

US = "our-client"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OURS = Actor(US, "flow sync", is_client=True)
SUPERVISOR = Actor("u-1", "Supervisor")
CHANGED = (Difference(DifferenceOperation.CHANGED, DifferenceSubject.SETTING, "inboundCall.x", "a", "b"),)


def flow(name: str, type_: str = "inboundcall") -> Identity:
    return Identity(FLOWS, type_, name)


def desired(
    name: str = "Main",
    *,
    digest: str = "sha256:1",
    names: tuple[Reference, ...] = (),
    said: dict[str, str] | None = None,
) -> Desired:
    return Desired(
        identity=flow(name),
        place=Place(f"flows/dev/{name}.yaml"),
        content=b"inboundCall: {}",
        digest=digest,
        public_digest=digest,
        references=names,
        attributes=tuple((said or {}).items()),
    )


def live(
    name: str = "Main",
    *,
    version: str | None = "1.0",
    by: Actor | None = OURS,
    locked_by: Actor | None = None,
    saved: Draft | None = None,
    checked_in: Draft | None = None,
    said: dict[str, str] | None = None,
) -> Live:
    return Live(
        identity=flow(name),
        id=f"id-{name}",
        version=version,
        published_by=by,
        published_at=AT,
        locked_by=locked_by,
        saved=saved,
        checked_in=checked_in,
        attributes=tuple((said or {}).items()),
    )


def entry(
    name: str = "Main", *, digest: str | None = "sha256:1", version: str | None = "1.0", stub: bool = False
) -> Entry:
    return Entry(
        kind=FLOWS, type="inboundcall", name=name, environment="dev", digest=digest, version=version, stub=stub
    )
