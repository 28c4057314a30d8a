"""What can become of a flow: published, checked in, saved as a draft, locked, unlocked."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from simulator.documents import Document, DocumentError, read
from simulator.errors import PlatformError
from simulator.model import new_id
from simulator.native_ids import missing
from simulator.state import Actor, Flow, HistoryEntry, Version
from simulator.world import DIVISIONS, World


def create(world: World, *, name: str, flow_type: str, by: Actor, at: float) -> Flow:
    """Add a flow that has no version yet; it may be missing from lists for a while."""
    flow = Flow(
        name=name,
        type=flow_type,
        division_id=world.home.id,
        listed_from=at + world.state.settings.consistency_seconds / world.speed,
    )
    world.add_flow(flow)
    note(world, flow, "CREATE", by=by, at=at)
    return flow


def note(world: World, flow: Flow, action: str, *, by: Actor, at: float, version: str | None = None) -> None:
    """Add a line to the flow's history."""
    flow.history.append(HistoryEntry(action=action, at=at, by=by, version=version))
    world.changed()


def check_in(
    world: World, flow: Flow, text: str, *, by: Actor, at: float, native: dict[str, Any] | None = None
) -> Version:
    """Make ``text`` the newest version; the draft is gone afterwards."""
    version = Version(id=_next_id(world, flow), type="CHECKIN", document=text, by=by, created=at, native=native)
    flow.versions.append(version)
    flow.checked_in = version.id
    flow.draft = None
    note(world, flow, "CHECKIN", by=by, at=at, version=version.id)
    return version


def _next_id(world: World, flow: Flow) -> str:
    newest = int(flow.versions[-1].id.partition(".")[0]) if flow.versions else 0
    return f"{newest + world.state.settings.version_step}.0"


def publish_version(world: World, flow: Flow, version: Version, *, by: Actor, at: float) -> None:
    """Make an existing version the published one."""
    if (before := flow.version(flow.published)) is not None:
        before.published_end = at
    if version.native is not None:
        take_native(world, flow, version.native)
    version.type = "PUBLISH"
    version.published = at
    version.published_end = None
    flow.published = version.id
    flow.published_by = by
    flow.publish_count += 1
    note(world, flow, "PUBLISH", by=by, at=at, version=version.id)


def publish(
    world: World, flow: Flow, text: str, *, by: Actor, at: float, native: dict[str, Any] | None = None
) -> Version:
    """Publish ``text`` as a new version, with the description and division that it names."""
    if native is None:
        take_metadata(world, flow, text)
    version = check_in(world, flow, text, by=by, at=at, native=native)
    publish_version(world, flow, version, by=by, at=at)
    return version


def take_metadata(world: World, flow: Flow, text: str) -> None:
    """Set description and division from a document; a setting says what happens when it is silent."""
    document = try_read(text)
    if document is None:
        return
    resets = world.state.settings.publish_resets_metadata
    description = document.text("description")
    if description is not None or resets:
        flow.description = description or ""
    division = document.text("division")
    if division and (found := world.find_entities(DIVISIONS, division)):
        flow.division_id = found[0].id
    elif resets:
        flow.division_id = world.home.id


def take_native(world: World, flow: Flow, native: dict[str, Any]) -> None:
    """Set description and name from a native configuration, as far as settings say so; the division never."""
    settings = world.state.settings
    description = native.get("description")
    if settings.native_description == "replaced" or (settings.native_description == "taken" and description):
        flow.description = str(description or "")
    name = native.get("name")
    if settings.native_name == "renames" and isinstance(name, str) and name.strip() and name != flow.name:
        flow.name = name
        world.index()


def name_taken(world: World, flow: Flow, native: dict[str, Any]) -> bool:
    """Return whether a publish would give the flow a name that another flow of its type has."""
    name = native.get("name")
    if world.state.settings.native_name != "renames" or not isinstance(name, str):
        return False
    other = world.find_flow(name, flow.type)
    return other is not None and other is not flow


@lru_cache(maxsize=64)
def try_read(text: str) -> Document | None:
    """Return the document, ``None`` when it cannot be read (a draft may hold anything).

    The same text is often read several times in a row; nobody changes what is returned.
    """
    try:
        return read(text)
    except DocumentError:
        return None


def save_draft(
    world: World, flow: Flow, text: str, *, by: Actor, at: float, native: dict[str, Any] | None = None
) -> None:
    """Keep ``text`` as the flow's saved draft."""
    flow.draft = Version(id=_draft_id(), type="SAVE", document=text, by=by, created=at, native=native)
    note(world, flow, "SAVE", by=by, at=at, version=flow.draft.id)


def _draft_id() -> str:
    return f"saved_version_{new_id()}"


def lock(world: World, flow: Flow, *, by: Actor, at: float) -> None:
    """Check the flow out.

    Raises:
        PlatformError: 409 when somebody else holds it, or by a setting when the same one holds it already.
    """
    require_free(world, flow, by=by)
    settings = world.state.settings
    if flow.locked_by and settings.checkout_again == "conflict":
        raise conflict(world, flow, flow.locked_by)
    flow.locked_by = by
    newest = flow.versions[-1] if flow.versions else None
    if settings.checkout_makes_draft and newest and flow.draft is None:
        flow.draft = Version(
            id=_draft_id(), type="SAVE", document=newest.document, by=by, created=at, native=newest.native
        )
    note(world, flow, "CHECKOUT", by=by, at=at)


def unlock(world: World, flow: Flow, *, by: Actor, at: float) -> None:
    """Take the lock away, whoever holds it: that checks the draft in, or publishes it (a setting).

    A draft that cannot be published, because of its ids, is only checked in.
    """
    flow.locked_by = None
    world.changed()
    draft = flow.draft
    if draft is None:
        return
    if world.state.settings.unlock_publishes and not missing(world, draft.native or {}, flow):
        publish(world, flow, draft.document, by=by, at=at, native=draft.native)
    else:
        check_in(world, flow, draft.document, by=by, at=at, native=draft.native)


def newest(flow: Flow) -> Version | None:
    """Return the draft, or else the newest version."""
    return flow.draft or (flow.versions[-1] if flow.versions else None)


def newest_text(flow: Flow) -> str:
    """Return the draft's document, or else that of the newest version; empty when there is none."""
    version = newest(flow)
    return version.document if version else ""


def holder(world: World, flow: Flow) -> Actor | None:
    """Return who holds the flow: the one who checked it out, or the client whose job is publishing it."""
    if flow.locked_by:
        return flow.locked_by
    for pending in world.state.pending if world.state.settings.jobs_hold_flow else ():
        if pending.kind == "flow-job":
            job = world.state.flow_jobs[pending.id]
            run = job.runs[pending.index]
            if run.name and run.flow_type == flow.type and world.find_flow(run.name, run.flow_type) is flow:
                return world.state.clients[job.client_id].actor
    return None


def require_free(world: World, flow: Flow, *, by: Actor) -> None:
    """Refuse when somebody else holds the flow.

    Raises:
        PlatformError: 409.
    """
    held = holder(world, flow)
    if held and held.id != by.id:
        raise conflict(world, flow, held)


def conflict(world: World, flow: Flow, held: Actor) -> PlatformError:
    """Return the 409 of a flow that is locked."""
    text = f"Flow '{flow.name}' is locked by {held.kind} '{held.name}'."
    params = {"flowId": flow.id, "lockedBy": held.name}
    return PlatformError(409, world.state.settings.lock_conflict_code, text, params=params)
