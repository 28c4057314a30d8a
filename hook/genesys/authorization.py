"""What our OAuth client may do, and what the organisation has licensed; neither call needs a permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from hook.errors import UnexpectedResponse
from hook.genesys.job_states import parse
from hook.genesys.session import Session
from hook.model import Grant

SUBJECT = "/api/v2/authorization/subjects/me"
PRODUCTS = "/api/v2/authorization/products"

EVERYWHERE = "*"
"""The division id of a grant that holds in all divisions."""

HOME = "Home"
"""What the home division is called here: everything is in it unless something else is said."""

Word = Annotated[str, StringConstraints(min_length=1)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, alias_generator=to_camel)


class _Policy(_Body):
    domain: Word
    entity_name: Word
    actions: list[Word]
    condition: Any = None


class _Role(_Body):
    name: Word
    policies: list[_Policy]


class _Division(_Body):
    id: Word
    name: str = ""
    home_division: bool | None = None

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not self.name and self.id != EVERYWHERE:
            raise ValueError("a division without a name")
        return self


class _Grant(_Body):
    division: _Division
    role: _Role


class _Subject(_Body):
    grants: list[_Grant]


class _Product(_Body):
    id: Word


class _Products(_Body):
    entities: list[_Product] = Field(min_length=1)
    total: int | None = None
    page_count: int | None = None


def grants(session: Session) -> tuple[Grant, ...]:
    """
    Return every permission of our client, per division.

    The platform tells what roles allow only when it is asked for full roles (``AuthzSubject`` with
    ``includeFullRoles``). A permission that a role gives under a condition is left out, since it cannot be told
    whether the condition holds. The home division is called :data:`HOME`, whatever its name.

    Args:
        session: Makes one call.

    Returns:
        One row per role, division and permission; none when the client has no role.

    Raises:
        UnexpectedResponse: A grant does not say its division, its role, or what the role allows.
        FlowSyncError: As :meth:`Session.call` does.
    """
    reply = session.call("GET", SUBJECT, params={"includeFullRoles": True}, repeatable=True)
    subject = parse(_Subject, reply.body, request=f"GET {SUBJECT}", correlation_id=reply.correlation_id)
    return tuple(found for one in subject.grants for found in _permissions(one))


def _permissions(grant: _Grant) -> Iterator[Grant]:
    division = grant.division
    for policy in grant.role.policies:
        if policy.condition not in (None, ""):
            continue
        for action in policy.actions:
            yield Grant(
                permission=f"{policy.domain}:{policy.entity_name}:{action}",
                division_id=division.id,
                division_name=HOME if division.home_division else division.name,
                role=grant.role.name,
            )


def products(session: Session) -> tuple[str, ...]:
    """
    Return the ids of the organisation's products (``OrganizationProductEntityListing``).

    Args:
        session: Makes one call.

    Raises:
        UnexpectedResponse: The answer lists no product, or not all that it promises.
        FlowSyncError: As :meth:`Session.call` does.
    """
    reply = session.call("GET", PRODUCTS, repeatable=True)
    found = parse(_Products, reply.body, request=f"GET {PRODUCTS}", correlation_id=reply.correlation_id)
    if (found.total or 0) > len(found.entities) or (found.page_count or 0) > 1:
        raise UnexpectedResponse(
            f"GET {PRODUCTS} promises more products than the {len(found.entities)} that it lists",
            correlation_id=reply.correlation_id,
        )
    return tuple(product.id for product in found.entities)
