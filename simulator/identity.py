"""Who is asking: organisation, token, grants."""

from __future__ import annotations

from typing import Any

from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.rendering import division_json
from simulator.world import World, iso

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


def subject(world: World, call: Call) -> Reply:
    """GET /api/v2/authorization/subjects/me: one role that holds the client's permissions, in the home division."""
    client = call.caller
    grant = {
        "subjectId": client.id,
        "division": division_json(world.home),
        "role": {"id": f"role-of-{client.id}", "name": "Simulated role", "policies": _policies(client.permissions)},
        "grantMadeAt": iso(world.state.created),
    }
    return json_reply({"id": client.id, "name": client.actor.name, "grants": [grant], "version": 1})


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
    ]
