"""What has the organisation licensed?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, ok
from hook.commands.doctor.subject import Subject


def look(subject: Subject) -> Iterator[Seen]:
    """List the organisation's products; what they mean is not documented, so the guard takes a declared tier."""
    products = subject.products()
    given = subject.settings().guards.get("licence")
    tier = given.get("tier") if isinstance(given, dict) else None
    declared = f"declared as {tier}" if tier else "no tier is declared (guards.licence.tier)"
    yield ok(f"products {', '.join(products)}; {declared}.")


CHECK = Check("licence", look)
