"""What stands beside trunks: the bases that trunk base settings are made from, and traffic."""

from __future__ import annotations

from typing import Any

from simulator.errors import PlatformError, invalid_value
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.object_filters import TRUNK_TYPES
from simulator.paths import EDGES, TRUNKS
from simulator.state import Entity
from simulator.subordinate import owner, rows_page
from simulator.world import World, iso

METABASES = {
    "external_sip_pcv_byoc_carrier.json": ("BYOC Carrier", "EXTERNAL"),
    "external_sip_pcv_byoc_pbx.json": ("BYOC PBX", "EXTERNAL"),
    "phone_connections_webrtc.json": ("WebRTC Phone", "PHONE"),
}
"""Id: name and trunk type."""


def metabases(_world: World, call: Call) -> Reply:
    """GET .../trunkbasesettings/availablemetabases."""
    wanted = call.query.get("type")
    if wanted and wanted not in TRUNK_TYPES:
        raise invalid_value(wanted, "Type", ", ".join(TRUNK_TYPES))
    rows = [
        {"id": key, "name": name, "type": kind, "state": "active"}
        for key, (name, kind) in METABASES.items()
        if not wanted or kind == wanted
    ]
    return rows_page(call, rows)


def template(_world: World, call: Call) -> Reply:
    """GET .../trunkbasesettings/template: what settings of a base begin with."""
    wanted = call.query.get("trunkMetabaseId", "")
    if wanted not in METABASES:
        raise PlatformError(400, "general.bad.request", f"The trunk metabase '{wanted}' does not exist.")
    name, kind = METABASES[wanted]
    body = {"name": name, "trunkMetabase": {"id": wanted, "name": name}, "trunkType": kind, "properties": {}}
    return json_reply({**body, "state": "active", "managed": False})


def _metrics_json(world: World, trunk: Entity) -> dict[str, Any]:
    calls = trunk.parts.get("calls", {"inboundCallCount": 0, "outboundCallCount": 0})
    ref = {"id": trunk.id, "name": trunk.name}
    return {"eventTime": iso(world.now()), "trunk": ref, "calls": calls, "qos": {"mismatchCount": 0}}


def metrics(world: World, call: Call) -> Reply:
    """GET .../trunks/{id}/metrics."""
    return json_reply(_metrics_json(world, owner(world, call, TRUNKS)))


def all_metrics(world: World, call: Call) -> Reply:
    """GET .../trunks/metrics?trunkIds=."""
    ids = call.many("trunkIds")
    if not ids:
        raise PlatformError(400, message="The query parameter 'trunkIds' is required.", field="trunkIds")
    found = [world.entity(TRUNKS, one) for one in ids]
    return json_reply([_metrics_json(world, one) for one in found if one is not None])


def endpoints() -> list[Endpoint]:
    """Return the rows of this module."""
    rights = ("telephony:plugin:all",)
    base = f"/api/v2/{EDGES}"
    return [
        Endpoint("GET", f"{base}/trunkbasesettings/availablemetabases", metabases, rights),
        Endpoint("GET", f"{base}/trunkbasesettings/template", template, rights),
        Endpoint("GET", f"{base}/trunks/metrics", all_metrics, rights),
        Endpoint("GET", f"{base}/trunks/{{id}}/metrics", metrics, rights),
    ]
