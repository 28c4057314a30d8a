"""Whom the credentials belong to."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from hook.errors import PermissionDenied, PlatformRefused
from hook.genesys.job_states import parse
from hook.genesys.responses import Text
from hook.genesys.session import Session
from hook.model import Actor, Organisation

ORGANISATION = "/api/v2/organizations/me"
TOKEN = "/api/v2/tokens/me"  # noqa: S105  (a path)


class _Named(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    name: Text = ""


class _Token(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    client: _Named | None = Field(default=None, alias="OAuthClient")


@dataclass(frozen=True, slots=True)
class Account:
    """The organisation, and our own OAuth client as others see it in a flow's history."""

    organisation: Organisation
    client: Actor


def who_am_i(session: Session, *, client_id: str) -> Account:
    """Ask the platform for the organisation and the client behind the token.

    Args:
        session: Makes the two calls.
        client_id: Of the credentials; used when the platform does not tell the client's name.

    Raises:
        FlowSyncError: As :meth:`Session.call` does, for the organisation; a refusal to show the token is tolerated.
    """
    found = parse(_Named, session.get(ORGANISATION), request=f"GET {ORGANISATION}")
    try:
        token = parse(_Token, session.get(TOKEN), request=f"GET {TOKEN}")
    except (PermissionDenied, PlatformRefused):
        token = _Token()
    name = token.client.name if token.client else ""
    return Account(
        organisation=Organisation(id=found.id, name=found.name),
        client=Actor(id=token.client.id if token.client else client_id, name=name, is_client=True),
    )
