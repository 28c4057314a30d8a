"""Where is the platform?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.commands.doctor.protocol import Check, Seen, ok, warn
from hook.commands.doctor.subject import Subject
from hook.genesys.regions import find_region


def look(subject: Subject) -> Iterator[Seen]:
    """Say the region and its hosts, and whether two places name different ones."""
    found = subject.endpoints()
    given, declared = subject.options["region"], subject.as_far_as_known.region
    if given and declared and find_region(given) != find_region(declared):
        seen = f"the setting says {given}, the environments file {declared}; the setting counts."
        yield warn(seen, "Make both the same, or remove the setting (GENESYSCLOUD_REGION).")
    yield ok(f"{found.region or 'no region'}: API {found.api}, login {found.login}.")


CHECK = Check("region", look)
