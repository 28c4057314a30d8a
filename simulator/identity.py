"""Who is asking: organisation, token, grants."""

from __future__ import annotations

import uuid
from typing import Any

from simulator.access import EVERYWHERE, sees
from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.rendering import division_json
from simulator.state import Client, Grant
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
            "OAuthClient": {
                "id": client.id,
                "name": client.actor.name,
                "authorizedGrantType": "CLIENT-CREDENTIALS",
                "organization": mine,
            },
        }
    )


def check_token(_world: World, _call: Call) -> Reply:
    """HEAD /api/v2/tokens/me: whether the token is good, without a body."""
    return Reply(status=200)


def revoke(world: World, call: Call) -> Reply:
    """DELETE /api/v2/tokens/me: the token that was sent is no longer valid."""
    world.state.tokens.pop(call.headers.get("authorization", "").partition(" ")[2], None)
    world.changed()
    return json_reply({})


def products(world: World, _call: Call) -> Reply:
    """GET /api/v2/authorization/products: one page, without the links of other lists."""
    entities = [{"id": one} for one in world.state.settings.products]
    total = len(entities)
    return json_reply({"entities": entities, "pageSize": total, "pageNumber": 1, "total": total, "pageCount": 1})


def subject(world: World, call: Call) -> Reply:
    """GET /api/v2/authorization/subjects/me: a role for each of the client's grants, told per division.

    What the role allows is told only when ``includeFullRoles`` asks for it. How the platform writes a grant in all
    divisions is not in public sources; here the division's id is ``*``.
    """
    client = world.state.clients[call.caller.id]
    grants = [
        {"subjectId": client.id, "division": division, "role": role, "grantMadeAt": iso(world.state.created)}
        for number, grant in enumerate(client.all_grants)
        for role in [_role(client, number, grant, full=call.flag("includeFullRoles"))]
        for division in _divisions(world, client.model_copy(update={"divisions": grant.divisions}))
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


def _role(client: Client, number: int, grant: Grant, *, full: bool) -> dict[str, Any]:
    """A role that holds the permissions of one grant."""
    name = f"Simulated role {number + 1}" if number else "Simulated role"
    key = f"{client.id} {number}" if number else client.id
    role: dict[str, Any] = {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, key)), "name": name}
    return role | ({"policies": _policies(grant.permissions), "default": False} if full else {})


def _divisions(world: World, client: Client) -> list[dict[str, Any]]:
    if EVERYWHERE in client.divisions and world.state.settings.all_divisions_grant == "star":
        return [{"id": EVERYWHERE, "name": EVERYWHERE, "description": "", "homeDivision": False}]
    home = world.home
    return [
        {**division_json(one), "description": one.attributes.get("description", ""), "homeDivision": one is home}
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
        Endpoint("HEAD", "/api/v2/tokens/me", check_token),
        Endpoint("DELETE", "/api/v2/tokens/me", revoke),
        Endpoint("GET", "/api/v2/authorization/subjects/me", subject),
        Endpoint("GET", "/api/v2/authorization/products", products),
    ]
