"""What other users and clients do to flows while somebody works with them."""

from __future__ import annotations

from collections.abc import Callable

from simulator import publishing
from simulator.archy_export import with_setting
from simulator.documents import minimal, name_refusal
from simulator.errors import PlatformError
from simulator.making import new_entity
from simulator.native_kinds import Configuration
from simulator.native_outline import to_archy
from simulator.paths import USERS
from simulator.state import Act, Actor, Client, Flow
from simulator.world import DIVISIONS, World


def actor(world: World, *, user: str | None = None, client: str | None = None) -> Actor:
    """Return the user or client of this name; whoever is not known yet comes into being."""
    if client is not None:
        for one in world.state.clients.values():
            if client in {one.id, one.name}:
                return one.actor
        made = Client(name=client)
        world.state.clients[made.id] = made
        world.changed()
        return made.actor
    name = user or "Simulated author"
    found = world.find_entities(USERS, name)
    entity = found[0] if found else world.add_entity(USERS, new_entity(world, USERS, name, {}))
    return Actor(kind="user", id=entity.id, name=entity.name)


def _edit(world: World, flow: Flow, act: Act) -> None:
    text, native = _content(flow, act)
    publishing.publish(world, flow, text, by=act.by, at=world.now(), native=native)


def _save_draft(world: World, flow: Flow, act: Act) -> None:
    text, native = _content(flow, act)
    publishing.save_draft(world, flow, text, by=act.by, at=world.now(), native=native)
    if act.lock:
        flow.locked_by = act.by


def _check_in(world: World, flow: Flow, act: Act) -> None:
    own = act.document is None and act.native is None
    text, native = (flow.draft.document, flow.draft.native) if flow.draft and own else _content(flow, act)
    publishing.check_in(world, flow, text, by=act.by, at=world.now(), native=native)
    flow.locked_by = None


def _lock(world: World, flow: Flow, act: Act) -> None:
    flow.locked_by = act.by
    publishing.note(world, flow, "CHECKOUT", by=act.by, at=world.now())


def _unlock(world: World, flow: Flow, act: Act) -> None:
    publishing.unlock(world, flow, by=act.by, at=world.now())


def _revert(world: World, flow: Flow, act: Act) -> None:
    flow.draft, flow.locked_by = None, None
    publishing.note(world, flow, "REVERT", by=act.by, at=world.now())


def _rename(world: World, flow: Flow, act: Act) -> None:
    name = _value(act)
    if refusal := name_refusal(name):
        raise PlatformError(400, message=refusal)
    flow.name = name
    world.index()
    publishing.note(world, flow, "UPDATE", by=act.by, at=world.now())


def _delete(world: World, flow: Flow, act: Act) -> None:
    flow.deleted = True
    world.index()
    publishing.note(world, flow, "DELETE", by=act.by, at=world.now())


def _set_description(world: World, flow: Flow, act: Act) -> None:
    flow.description = _value(act)
    publishing.note(world, flow, "UPDATE", by=act.by, at=world.now())


def _set_division(world: World, flow: Flow, act: Act) -> None:
    found = world.find_entities(DIVISIONS, _value(act))
    if not found:
        raise PlatformError(404, message=f"There is no division '{act.value}'.")
    flow.division_id = found[0].id
    publishing.note(world, flow, "UPDATE", by=act.by, at=world.now())


def _publish(world: World, flow: Flow, act: Act) -> None:
    """Publish the draft or the newest version as it is, as the button in Architect does."""
    newest = publishing.newest(flow)
    if act.document is not None or act.native is not None:
        text, native = _content(flow, act)
    elif newest is not None:
        text, native = newest.document, newest.native
    else:
        raise PlatformError(404, "architect.flow.data.missing", f"Flow '{flow.name}' has nothing to publish.")
    publishing.publish(world, flow, text, by=act.by, at=world.now(), native=native)
    flow.locked_by = None


def _deactivate(world: World, flow: Flow, act: Act) -> None:
    flow.published = None
    publishing.note(world, flow, "DEACTIVATE", by=act.by, at=world.now())


ACTS: dict[str, Callable[[World, Flow, Act], None]] = {
    "edit": _edit,
    "publish": _publish,
    "save-draft": _save_draft,
    "check-in": _check_in,
    "lock": _lock,
    "unlock": _unlock,
    "revert": _revert,
    "rename": _rename,
    "delete": _delete,
    "set-description": _set_description,
    "set-division": _set_division,
    "deactivate": _deactivate,
}


def perform(world: World, act: Act) -> Flow:
    """Carry an act out; nobody's lock stands in the way of another actor here.

    ``edit`` of a flow that does not exist creates it.

    Raises:
        PlatformError: The flow, the act or its value is not known.
    """
    handler = ACTS.get(act.do)
    if handler is None:
        raise PlatformError(400, message=f"'{act.do}' is none of: {', '.join(ACTS)}.")
    flow = world.find_flow(act.name, act.flow_type)
    if flow is None and act.do == "edit" and act.flow_type:
        flow = publishing.create(world, name=act.name, flow_type=act.flow_type.lower(), by=act.by, at=world.now())
    if flow is None:
        raise PlatformError(404, message=f"There is no flow '{act.name}' of type '{act.flow_type}'.")
    handler(world, flow, act)
    world.changed()
    return flow


def _content(flow: Flow, act: Act) -> tuple[str, Configuration | None]:
    """The document or configuration that an act brings, or the newest one with another description."""
    if act.native is not None:
        return to_archy(act.native, flow), act.native
    if act.document is not None:
        return act.document, None
    newest = publishing.newest(flow)
    if newest is not None and newest.native is not None:
        edited = {**newest.native, "description": _edited(str(newest.native.get("description") or ""), act)}
        return to_archy(edited, flow), edited
    text = publishing.newest_text(flow) or minimal(flow.name, flow.type)
    return with_setting(text, "description", _edited(flow.description, act)), None


def _edited(description: str, act: Act) -> str:
    return f"{description} (edited by {act.by.name})".strip()


def _value(act: Act) -> str:
    if act.value is None:
        raise PlatformError(400, message=f"'{act.do}' needs a value.")
    return act.value
