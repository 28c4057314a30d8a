from __future__ import annotations

import subprocess
import sys

import pytest

from hook.deadline import Deadline
from hook.errors import ConnectionLost, PermissionDenied
from hook.genesys.client import Platform, connect
from hook.genesys.credentials import Credentials
from hook.genesys.identity import Account
from hook.genesys.regions import Endpoints
from hook.model import Actor, Organisation
from hook.redaction import Redactor
from tests.unit.genesys.server import Scripted, Server, error

ORGANISATION = Scripted(body={"id": "org-1", "name": "Acme", "domain": "acme"})


def test_the_account_is_the_organisation_and_our_client(server: Server, platform: Platform) -> None:
    server.on("GET", "/api/v2/organizations/me", ORGANISATION)
    server.on("GET", "/api/v2/tokens/me", Scripted(body={"OAuthClient": {"id": "client-1", "name": "Flow sync"}}))
    assert platform.who_am_i() == Account(Organisation("org-1", "Acme"), Actor("client-1", "Flow sync", is_client=True))


@pytest.mark.parametrize(
    "answer", [error(403, "missing.permissions", "no"), error(404, "not.found", "no"), Scripted(body={})]
)
def test_a_token_that_may_not_be_seen_leaves_the_client_id(
    server: Server, platform: Platform, answer: Scripted
) -> None:
    server.on("GET", "/api/v2/organizations/me", ORGANISATION)
    server.on("GET", "/api/v2/tokens/me", answer)
    assert platform.who_am_i().client == Actor("client-1", "", is_client=True)


def test_an_organisation_that_may_not_be_seen_is_an_error(server: Server, platform: Platform) -> None:
    server.on("GET", "/api/v2/organizations/me", error(403, "missing.permissions", "no"))
    with pytest.raises(PermissionDenied):
        platform.who_am_i()


def test_a_platform_needs_no_more_than_where_and_who(server: Server) -> None:
    server.on("POST", "/api/v2/x", Scripted(drop="close"))
    with connect(
        endpoints=Endpoints(server.url, server.url),
        credentials=Credentials("a", "bbbb"),
        deadline=Deadline(),
        redactor=Redactor(),
    ) as platform:
        assert platform.calls == 0
        with pytest.raises(ConnectionLost):
            platform.session.post("/api/v2/x")


def test_naming_the_package_loads_no_client_library() -> None:
    code = "import hook.genesys.regions, sys; print([m for m in ('requests', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
