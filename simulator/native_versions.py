"""Native configurations through the API: read of any version, and saved as a draft."""

from __future__ import annotations

import json

from simulator import operations, publishing
from simulator.errors import PlatformError
from simulator.flows import VIEW, find
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.native import to_native
from simulator.native_kinds import Configuration, too_deep
from simulator.native_outline import to_archy
from simulator.rendering import version_json
from simulator.state import Flow, Version
from simulator.world import World, same


def configuration_of(world: World, flow: Flow, version: Version | None) -> Configuration:
    """Return the native configuration of a version; of the newest content without one.

    Raises:
        PlatformError: 404 when the flow has no content that can be read.
    """
    newest = version or publishing.newest(flow)
    if newest is not None and newest.native is not None:
        return newest.native
    text = newest.document if newest else ""
    document = publishing.try_read(text)
    if document is None:
        text = "Flow has no saved or checked-in configuration."
        raise PlatformError(404, "flow.no.config.available", text)
    return to_native(world, flow, document, text)


def latest(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/{flowId}/latestconfiguration: of the draft, or else of the newest version."""
    return json_reply(configuration_of(world, find(world, call), None))


def of_version(world: World, call: Call) -> Reply:
    """GET /api/v2/flows/{flowId}/versions/{versionId}/configuration."""
    flow = find(world, call)
    version = flow.version(call.params["versionId"])
    if version is None:
        raise PlatformError(404, "architect.flow.version.missing", "Specified flow version is missing.")
    return json_reply(configuration_of(world, flow, version))


def save(world: World, call: Call) -> Reply:
    """POST /api/v2/flows/{flowId}/versions: the body becomes the draft, and the caller holds the flow."""
    flow = find(world, call)
    body = _fitting(world, call, flow)
    by, at = call.caller.actor, world.now()
    operations.require_idle(flow)
    publishing.require_free(world, flow, by=by)
    if flow.locked_by is None and world.state.settings.save_needs_checkout:
        raise PlatformError(409, message=f"Flow '{flow.name}' is not checked out.", params={"flowId": flow.id})
    flow.locked_by = by
    publishing.save_draft(world, flow, to_archy(body, flow), by=by, at=at, native=body)
    operations.at_once(world, flow, "SAVE", by=by)
    draft = flow.draft
    if draft is None:
        raise PlatformError(500, "architect.flow.save.failed", "Could not save flow data to permanent storage.")
    return json_reply(version_json(flow, draft))


def _fitting(world: World, call: Call, flow: Flow) -> Configuration:
    """The body of a call that saves a version of a flow; what it points to is not looked at.

    Raises:
        PlatformError: 400 that names the attribute.
    """
    body = call.json()
    if not body:
        raise PlatformError(400, "architect.flow.data.missing", "Flow version data content is missing.")
    metadata = body.get("flowMetaData")
    if not (isinstance(metadata, dict) and isinstance(metadata.get("flowDocumentVersion"), str)):
        code = "architect.flow.version.validate.failed.configuration.version"
        text = "Flow version object configuration version is missing or invalid."
        raise PlatformError(400, code, text, field="flowMetaData.flowDocumentVersion")
    name, settings = body.get("name"), world.state.settings
    if str(body.get("type", flow.type)).lower() != flow.type:
        raise _refused("type", f"The flow is of the type '{flow.type}'.")
    if not isinstance(body.get("flowSequenceItemList"), list):
        raise _refused("flowSequenceItemList", "It is no list.")
    if settings.native_name == "refused" and not (isinstance(name, str) and same(name) == same(flow.name)):
        raise _refused("name", f"The flow is called '{flow.name}'.")
    if too_deep(body) or not _is_text(body):
        raise PlatformError(400)
    return body


def _is_text(body: Configuration) -> bool:
    """Whether a body can be sent again: half a surrogate pair in an escape cannot."""
    try:
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def _refused(field: str, why: str) -> PlatformError:
    text = f"Failed to validate object due to invalid field value. {why}"
    return PlatformError(400, "architect.object.validate.failed.value", text, params={"field": field}, field=field)


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    one = "/api/v2/flows/{flowId}"
    return [
        Endpoint("GET", f"{one}/latestconfiguration", latest, VIEW),
        Endpoint("GET", f"{one}/versions/{{versionId}}/configuration", of_version, VIEW),
        Endpoint("POST", f"{one}/versions", save, ("architect:flow:edit",)),
    ]
