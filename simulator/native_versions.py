"""Native configurations through the API: read of any version, and saved as a draft."""

from __future__ import annotations

from simulator import publishing
from simulator.errors import PlatformError
from simulator.flows import VIEW, find
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.native import Configuration, to_archy, to_native
from simulator.rendering import version_json
from simulator.state import Flow, Version
from simulator.world import World


def configuration_of(world: World, flow: Flow, version: Version | None) -> Configuration:
    """Return the native configuration of a version; of the newest content without one.

    Raises:
        PlatformError: 404 when the flow has no content that can be read.
    """
    newest = version or flow.draft or (flow.versions[-1] if flow.versions else None)
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
    body = call.json()
    if not body:
        raise PlatformError(400, "architect.flow.data.missing", "Flow version data content is missing.")
    if not isinstance((body.get("flowMetaData") or {}).get("flowDocumentVersion"), str):
        code = "architect.flow.version.validate.failed.configuration.version"
        raise PlatformError(400, code, "Flow version object configuration version is missing or invalid.")
    if str(body.get("type", flow.type)).lower() != flow.type or not isinstance(body.get("flowSequenceItemList"), list):
        code = "architect.object.validate.failed.value"
        raise PlatformError(400, code, "Failed to validate object due to invalid field value.")
    by, at = call.caller.actor, world.now()
    publishing.require_free(world, flow, by=by)
    flow.locked_by = by
    publishing.save_draft(world, flow, to_archy(body, flow), by=by, at=at, native=body)
    draft = flow.draft
    if draft is None:
        raise PlatformError(500, "architect.flow.save.failed", "Could not save flow data to permanent storage.")
    return json_reply(version_json(flow, draft))


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    one = "/api/v2/flows/{flowId}"
    return [
        Endpoint("GET", f"{one}/latestconfiguration", latest, VIEW),
        Endpoint("GET", f"{one}/versions/{{versionId}}/configuration", of_version, VIEW),
        Endpoint("POST", f"{one}/versions", save, ("architect:flow:edit",)),
    ]
