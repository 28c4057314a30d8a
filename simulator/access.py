"""What stands before every endpoint of the API: token, rate limit, permissions."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from fnmatch import fnmatchcase

from simulator.errors import PlatformError
from simulator.http import Call, Endpoint
from simulator.state import Client, Grant
from simulator.world import World, same

WINDOW_SECONDS = 60
EVERYWHERE = "*"


def authenticate(world: World, headers_authorization: str) -> tuple[str, Client]:
    """Return the token and its client.

    Raises:
        PlatformError: 401 when the token is missing, unknown or expired.
    """
    scheme, _, value = headers_authorization.partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise PlatformError(
            401, "authentication.required", "No authentication bearer token specified in authorization header."
        )
    token = world.state.tokens.get(value)
    if token is None or token.expires <= world.now() or token.client_id not in world.state.clients:
        raise PlatformError(401, "bad.credentials", "Invalid login credentials.")
    return value, world.state.clients[token.client_id]


def authorise(client: Client, endpoint: Endpoint) -> None:
    """Refuse a client without the endpoint's permissions.

    Raises:
        PlatformError: 403 that names what is missing.
    """
    missing = [wanted for wanted in endpoint.permissions if not _granted(client, wanted)]
    if not missing or (endpoint.any_permission and len(missing) < len(endpoint.permissions)):
        return
    names = ", ".join(missing)
    text = "Unable to perform the requested action. You "
    if endpoint.any_permission:
        code = "missing.any.permissions"
        text += f"must have at least one of the following permissions assigned: {names}"
    else:
        code = "missing.permissions"
        text += f"are missing the following permission(s): {names}"
    raise PlatformError(403, code, text, params={"permissions": names})


def sees(world: World, client: Client, division_id: str | None) -> bool:
    """Return whether a client has its permissions in a division; without an id, in the default one."""
    if EVERYWHERE in client.divisions or division_id == EVERYWHERE:
        return True
    division = world.division(division_id)
    return any(one == division.id or same(one) == same(division.name) for one in client.divisions)


def outside(world: World, call: Call, division_id: str | None) -> PlatformError:
    """Return the 403 of an object in a division that the client has no grant in; its text is not in public sources."""
    names = ", ".join(call.permissions)
    division = world.division(division_id).name
    text = "Unable to perform the requested action. You are missing the following permission(s) in division"
    params = {"permissions": names, "division": division}
    return PlatformError(403, "missing.division.permission", f"{text} '{division}': {names}", params=params)


def _granted(client: Client, wanted: str) -> bool:
    return any(_holds(grant, wanted) for grant in client.all_grants)


def _holds(grant: Grant, wanted: str) -> bool:
    return any(fnmatchcase(wanted, pattern) for pattern in grant.permissions)


def within(client: Client, permissions: Collection[str], *, any_permission: bool = False) -> Client:
    """Return the client with those divisions only in which it has all (or any) of these permissions."""
    if not client.grants:
        return client
    if any_permission or not permissions:
        granted = [
            one for one in client.all_grants if not permissions or any(_holds(one, want) for want in permissions)
        ]
        return client.model_copy(update={"divisions": [name for one in granted for name in one.divisions]})
    divisions: set[str] | None = None
    for wanted in permissions:
        found = {name for one in client.all_grants if _holds(one, wanted) for name in one.divisions}
        if EVERYWHERE not in found:
            divisions = found if divisions is None else divisions & found
    return client.model_copy(update={"divisions": [EVERYWHERE] if divisions is None else sorted(divisions)})


FLOW_LISTS = frozenset({"/api/v2/flows", "/api/v2/flows/divisionviews"})
FLOWS_PER_MINUTE = 300_000
"""Entities that lists of flows give in a minute: 12 000 calls with pages of 25, 600 with pages of 500."""

RESOURCE_LIMITS = ((re.compile(r"PUT /api/v2/architect/ivrs/[^/]+"), 100),)
"""Limits of single resources that are known: calls per token and minute."""


def resource_limits(call: Call) -> dict[str, int]:
    """Return the limits of a call's resource beside that of its token, by a name of their own."""
    line = f"{call.method} {call.path}"
    found = {pattern.pattern: limit for pattern, limit in RESOURCE_LIMITS if pattern.fullmatch(line)}
    if call.method == "GET" and call.path in FLOW_LISTS:
        size = call.query.get("pageSize", "25")
        if size.isdigit() and int(size):
            found[f"{line} {size}"] = FLOWS_PER_MINUTE // int(size)
    return found


class RateLimit:
    """Counts requests per token in fixed windows; the windows themselves are not kept over a restart."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}

    def reset(self) -> None:
        """Forget what was counted."""
        self._counts.clear()

    def admit(self, world: World, token: str, call: Call) -> dict[str, str]:
        """Count a call and return the informational headers of its answer.

        Raises:
            PlatformError: 429 with an integer ``Retry-After``, when a limit is used up.
        """
        settings = world.state.settings
        line = f"{call.method} {call.path}"
        limits = {"": settings.rate_limit_per_minute}
        limits |= resource_limits(call)
        limits |= {pattern: limit for pattern, limit in settings.path_limits.items() if re.search(pattern, line)}
        length = WINDOW_SECONDS / world.speed
        now = world.now()
        window = int(now / length)
        wait = max(1, math.ceil((window + 1) * length - now))
        counts = {key: self._count(token, key, window) for key in limits}
        if any(counts[key] >= limits[key] for key in limits):
            text = f"Rate limit exceeded the maximum. Retry the request in [{wait}] seconds"
            raise PlatformError(429, settings.rate_limit_code, text, headers={"Retry-After": str(wait)})
        for key, count in counts.items():
            self._counts[token, key] = (window, count + 1)
        if not settings.rate_limit_headers:
            return {}
        nearest = min(limits, key=lambda key: limits[key] - counts[key])
        return {
            "inin-ratelimit-count": str(counts[nearest] + 1),
            "inin-ratelimit-allowed": str(limits[nearest]),
            "inin-ratelimit-reset": str(wait),
        }

    def _count(self, token: str, key: str, window: int) -> int:
        seen, count = self._counts.get((token, key), (window, 0))
        return count if seen == window else 0
