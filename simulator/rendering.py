"""Flows, versions and operations as JSON: only documented attributes."""

from __future__ import annotations

from typing import Any

from simulator.publishing import holder
from simulator.state import Actor, Entity, Flow, Message, Operation, Version
from simulator.world import World, iso


def milliseconds(seconds: float) -> int:
    """Return epoch seconds as the milliseconds that ``dateCreated`` and its likes hold."""
    return int(seconds * 1000)


def user_json(actor: Actor) -> dict[str, Any]:
    """Return a ``User`` with the attributes that stand inside other objects."""
    return {"id": actor.id, "name": actor.name, "selfUri": f"/api/v2/users/{actor.id}"}


def client_json(actor: Actor) -> dict[str, Any]:
    """Return a ``DomainEntityRef`` to an OAuth client."""
    return {"id": actor.id, "name": actor.name, "selfUri": f"/api/v2/oauth/clients/{actor.id}"}


def division_json(division: Entity) -> dict[str, Any]:
    """Return a division as it stands inside other objects."""
    uri = f"/api/v2/authorization/divisions/{division.id}"
    return {"id": division.id, "name": division.name, "selfUri": uri}


def author_json(actor: Actor) -> dict[str, Any]:
    """Return ``createdBy`` or ``createdByClient``."""
    return {"createdBy": user_json(actor)} if actor.kind == "user" else {"createdByClient": client_json(actor)}


def version_json(flow: Flow, version: Version) -> dict[str, Any]:
    """Return a ``FlowVersion``."""
    uri = f"/api/v2/flows/{flow.id}/versions/{version.id}"
    stamp = "dateSaved" if version.type == "SAVE" else "dateCheckedIn"
    body: dict[str, Any] = {
        "id": version.id,
        "name": flow.name,
        "type": version.type,
        "secure": False,
        "debug": False,
        "configurationVersion": version.id if version.type == "SAVE" else version.id.split(".")[0],
        "configurationUri": f"{uri}/configuration",
        "dateCreated": milliseconds(version.created),
        stamp: milliseconds(version.created),
        **author_json(version.by),
        "selfUri": uri,
    }
    if version.type != "SAVE":
        body["commitVersion"] = version.id
    if version.published is not None:
        body["datePublished"] = iso(version.published)
    if version.published_end is not None:
        body["datePublishedEnd"] = iso(version.published_end)
    return body


def flow_json(world: World, flow: Flow) -> dict[str, Any]:
    """Return a ``Flow``; what the flow does not have is left out."""
    body: dict[str, Any] = {
        "id": flow.id,
        "name": flow.name,
        "division": division_json(world.division(flow.division_id)),
        "type": flow.type.upper(),
        "active": flow.published is not None,
        "system": False,
        "deleted": flow.deleted,
        "selfUri": f"/api/v2/flows/{flow.id}",
    }
    if flow.description or world.state.settings.empty_description == "empty":
        body["description"] = flow.description
    published = flow.version(flow.published)
    checked_in = flow.version(flow.checked_in)
    saved = flow.draft or (published if world.state.settings.saved_version_after_publish else None)
    for key, version in (("publishedVersion", published), ("checkedInVersion", checked_in), ("savedVersion", saved)):
        if version:
            body[key] = version_json(flow, version)
    body |= _people(world, flow)
    if flow.operation:
        body["currentOperation"] = operation_json(world, flow.operation)
    return body


def _people(world: World, flow: Flow) -> dict[str, Any]:
    body: dict[str, Any] = {}
    publisher = flow.published_by
    if flow.published and publisher and (publisher.kind == "user" or world.state.settings.client_as_publisher):
        body["publishedBy"] = user_json(publisher)
    if held := holder(world, flow):
        if held.kind == "user":
            body["lockedUser"] = user_json(held)
        else:
            body["lockedClient"] = client_json(held)
    return body


def operation_json(world: World, operation: Operation) -> dict[str, Any]:
    """Return an ``Operation``; a publish waits for something else in the second half of its time."""
    status = operation.status
    if operation.action == "PUBLISH" and status == "STARTED" and world.now() > (operation.started + operation.due) / 2:
        status = "PENDING_GENERATION"
    body: dict[str, Any] = {
        "id": operation.id,
        "complete": operation.complete,
        "actionName": operation.action,
        "actionStatus": status,
    }
    who = "user" if operation.by.kind == "user" else "client"
    body[who] = user_json(operation.by) if who == "user" else client_json(operation.by)
    said = {"errorCode": operation.error_code, "errorMessage": operation.error_message}
    body |= {key: text for key, text in said.items() if text}
    if operation.status == "FAILURE":
        body["errorDetails"] = operation.error_details
    return body


def message_json(message: Message) -> dict[str, Any]:
    """Return an ``ArchitectJobMessage``."""
    body: dict[str, Any] = {"dateTime": iso(message.at), "type": message.type, "text": message.text}
    if message.details:
        body["details"] = message.details
    return body
