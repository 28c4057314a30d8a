"""The table of permissions for people who make the OAuth client's role: ``python -m hook.kinds.permissions_table``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from hook.kinds.lookups import LOOKUPS
from hook.kinds.permissions import FLOW_PERMISSIONS, GUARD_PERMISSIONS, LOOKUP_PERMISSIONS, Permission

TITLE = """\
# Permissions of the OAuth client

The least that a role of the client needs. A plan needs only the rows whose last column is true of it; the guard
`permissions` compares them with what the client has before anything is written.

This page is made from the code: `python -m hook.kinds.permissions_table > docs/permissions.md`.
"""
DIVISIONS = """\
"In the division of the flow" means the division that the flow is in and the one that its document names; for a new flow
whose document names none, the home division. A role that is granted for all divisions holds in each. Every other
permission may be held in any division; looking names up finds only objects in divisions in which it is held.
"""


def render() -> str:
    """Return the page in Markdown."""
    parts = [
        TITLE,
        "## Flows\n",
        _table(FLOW_PERMISSIONS),
        DIVISIONS,
        "## Names that flows use\n",
        _table(LOOKUP_PERMISSIONS.values()),
        f"Listed without a permission: {_free()}.\n",
        "## Guards that are off until they are configured\n",
        _table(GUARD_PERMISSIONS),
    ]
    return "\n".join(parts)


def _free() -> str:
    return ", ".join(f"{lookup.label}s" for lookup in LOOKUPS.values() if not lookup.permissions)


def _table(permissions: Iterable[Permission]) -> str:
    rows = ["| permission | to | needed when |", "|---|---|---|", *_rows(permissions)]
    return "\n".join(rows) + "\n"


def _rows(permissions: Iterable[Permission]) -> Iterator[str]:
    for one in permissions:
        names = " or ".join(f"`{name}`" for name in one.names)
        where = ", in the division of the flow" if one.divided else ""
        yield f"| {names}{where} | {one.purpose} | {one.when} |"


if __name__ == "__main__":
    sys.stdout.write(render())
