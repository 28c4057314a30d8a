"""The login host: client credentials for a token."""

from __future__ import annotations

import base64
import binascii
import secrets
from urllib.parse import parse_qs

from simulator.http import Call, Endpoint, Reply, json_reply
from simulator.state import Client, Token
from simulator.world import World


def token(world: World, call: Call) -> Reply:
    """POST /oauth/token.

    A refused client gets an OAuth error and no ErrorBody; a client of another region gets the same one.
    """
    form = parse_qs(call.body.decode("utf-8", "replace"))
    if form.get("grant_type") != ["client_credentials"]:
        return _refused(400, "unsupported_grant_type", "only client_credentials is simulated")
    client = _client(world, call.headers.get("authorization", ""))
    if client is None:
        return _refused(world.state.settings.invalid_client_status, "invalid_client", "authentication failed")
    value = secrets.token_urlsafe(48)
    world.state.tokens[value] = Token(client_id=client.id, expires=world.now() + client.token_lifetime_seconds)
    world.changed()
    lifetime = int(client.token_lifetime_seconds) - (world.state.settings.lifetime_told == "one-less")
    return json_reply({"access_token": value, "token_type": "bearer", "expires_in": lifetime})


def _client(world: World, header: str) -> Client | None:
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    client = world.state.clients.get(client_id)
    known = scheme.lower() == "basic" and client is not None
    return client if known and client and secrets.compare_digest(client.secret.encode(), secret.encode()) else None


def _refused(status: int, error: str, description: str) -> Reply:
    body = {"error": error, "description": description, "error_description": description}
    return json_reply(body, status=status)


def endpoints() -> list[Endpoint]:
    """Return the only row of the login host."""
    return [Endpoint("POST", "/oauth/token", token)]
