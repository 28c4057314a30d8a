"""What a 403 may tell about the organisation's licence."""

from __future__ import annotations

import re

from hook.errors import PermissionDenied

_SAYS_SO = re.compile(r"(?i)\b(un)?licen[cs]|\bsubscription|\bentitle|\badd-?on\b|\bproducts?\b")


def licence_hint(error: PermissionDenied) -> str:
    """
    Return what to tell about the licence beside a refusal; empty when it says nothing of that.

    The platform has no error code of its own for a missing product. It answers 403 ``missing.permissions`` with the
    permissions of that product, which no role of the organisation can be given: see issues 277, 340 and 1182 of
    ``MyPureCloud/terraform-provider-genesyscloud``. So a plain 403 cannot be told from a role that lacks it, and only a
    text that speaks of a licence is taken as certain.
    """
    if any(_SAYS_SO.search(text) for text in (error.message, *error.details)):
        return (
            "The organisation is not licensed for this: see its subscription, or declare what it has as"
            " guards.licence.tier and let guards.licence.exclude leave such flows out."
        )
    if error.permissions:
        names = ", ".join(error.permissions)
        return (
            f"If Admin > Roles does not offer {names} at all, the organisation is not licensed for the product that"
            " brings it."
        )
    return ""
