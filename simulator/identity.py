"""Who is asking: organisation, token, grants."""

from __future__ import annotations

import uuid
from typing import Any

from simulator.access import EVERYWHERE, sees
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.rendering import division_json
from simulator.state import Client
from simulator.world import DIVISIONS, World, iso

PERMISSION_PARTS = 3


def organisation(world: World, _call: Call) -> Reply:
    """GET /api/v2/organizations/me."""
    mine = world.state.organisation
    return json_reply(
        {
            "id": mine.id,
            "name": mine.name,
            "defaultLanguage": "en-us",
            "defaultCountryCode": "US",
            "state": "active",
            "version": 1,
            "productPlatform": "GenesysCloud",
            "features": {"contactCenter": True, "purecloud": True, "directory": True},
            "selfUri": f"/api/v2/organizations/{mine.id}",
        }
    )


def token(world: World, call: Call) -> Reply:
    """GET /api/v2/tokens/me."""
    mine = {"id": world.state.organisation.id, "name": world.state.organisation.name}
    client = call.caller
    return json_reply(
        {
            "organization": mine,
            "homeOrganization": mine,
            "authorizedScope": [],
            "OAuthClient": {"id": client.id, "name": client.actor.name, "organization": mine},
        }
    )


def products(world: World, _call: Call) -> Reply:
    """GET /api/v2/authorization/products: one page, without the links of other lists."""
    entities = [{"id": one} for one in world.state.settings.products]
    total = len(entities)
    return json_reply({"entities": entities, "pageSize": total, "pageNumber": 1, "total": total, "pageCount": 1})


def subject(world: World, call: Call) -> Reply:
    """GET /api/v2/authorization/subjects/me: one role that holds the client's permissions, granted per division.

    What the role allows is told only when ``includeFullRoles`` asks for it. How the platform writes a grant in all
    divisions is not in public sources; here the division's id is ``*``.
    """
    client = call.caller
    role: dict[str, Any] = {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, client.id)), "name": "Simulated role"}
    if call.flag("includeFullRoles"):
        role |= {"policies": _policies(client.permissions), "default": False}
    grants = [
        {"subjectId": client.id, "division": division, "role": role, "grantMadeAt": iso(world.state.created)}
        for division in _divisions(world, client)
        if client.permissions
    ]
    return json_reply(
        {
            "id": client.id,
            "name": client.actor.name,
            "grants": grants,
            "version": 1,
            "selfUri": f"/api/v2/authorization/subjects/{client.id}",
        }
    )


def _divisions(world: World, client: Client) -> list[dict[str, Any]]:
    if EVERYWHERE in client.divisions:
        return [{"id": EVERYWHERE, "name": EVERYWHERE, "homeDivision": False}]
    home = world.home
    return [
        {**division_json(one), "homeDivision": one is home}
        for one in world.state.objects[DIVISIONS]
        if sees(world, client, one.id)
    ]


def _policies(permissions: list[str]) -> list[dict[str, Any]]:
    actions: dict[tuple[str, str], list[str]] = {}
    for permission in permissions:
        parts = permission.split(":", PERMISSION_PARTS - 1)
        domain, entity, action = parts + ["*"] * (PERMISSION_PARTS - len(parts))
        actions.setdefault((domain, entity), []).append(action)
    return [{"domain": domain, "entityName": entity, "actions": names} for (domain, entity), names in actions.items()]


def endpoints() -> list[Endpoint]:
    """Return the rows of this module; none of them needs a permission."""
    return [
        Endpoint("GET", "/api/v2/organizations/me", organisation),
        Endpoint("GET", "/api/v2/tokens/me", token),
        Endpoint("GET", "/api/v2/authorization/subjects/me", subject),
        Endpoint("GET", "/api/v2/authorization/products", products),
    ]
