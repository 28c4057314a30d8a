"""Does the repository say which organisation the environment is, and are its guards and approvals readable?"""

from __future__ import annotations

from collections.abc import Iterator

from hook import guards
from hook.commands.doctor.protocol import Check, Seen, ok, warn
from hook.commands.doctor.subject import Subject
from hook.guards import approvals
from hook.guards.protocol import Mode


def look(subject: Subject) -> Iterator[Seen]:
    """Look into the file that declares the environments."""
    declared = subject.environments()
    name = subject.environment()
    root = subject.options["workspace"]
    if not declared.file:
        seen = f"there is no environments.yaml in {root}: nothing says which organisation '{name}' is."
        yield warn(seen, "Write one with organizationId and region, so that the wrong client is refused.")
        return
    if name not in declared.by_name:
        seen = f"{declared.file} does not declare '{name}' (it has {', '.join(declared.by_name) or 'none'})."
        yield warn(seen, "Declare it there with organizationId and region, so that the wrong client is refused.")
        return
    settings = subject.settings()
    configured = guards.configure(settings.guards)
    approvals.read(settings.approvals)
    if not settings.organization_id:
        place = declared.place(name)
        yield warn(f"{place}: '{name}' has no organizationId.", "Give it, so that the wrong client is refused.")
    on = [one.guard.name for one in configured if one.settings.mode is Mode.ENFORCE]
    known = f"organisation {settings.organization_id or 'not named'}, region {settings.region or 'not named'}"
    yield ok(f"{declared.file}: '{name}' is {known}; enforced guards: {', '.join(on) or 'none'}.")


CHECK = Check("environments", look)
