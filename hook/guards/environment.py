"""Is this the organisation that the environment means, and are the objects its own?"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from hook.guards.protocol import Guard, Readings, Settings
from hook.model import FLOWS, NOWHERE, Change, Examination, Finding, Identity, Organisation, Verdict

NAME = "environment"


class EnvironmentSettings(Settings):
    """
    Settings of the guard.

    Attributes:
        prefix: In an organisation that environments share, what the names of this environment's objects begin with;
            empty when the organisation is the environment's own.
    """

    prefix: str = Field(default="", pattern=r"^(\S.*)?$")


def examine(examination: Examination, settings: EnvironmentSettings, _readings: Readings) -> Iterator[Finding]:
    """
    Refuse another organisation than the environment names, and writes to names of other environments.

    Names are compared as they are written: the platform may tell upper from lower case.
    """
    yield from _organisation(examination)
    if settings.prefix:
        for change in examination.plan.writes:
            yield from _foreign(change, examination.environment, settings.prefix)
        yield from _shared(examination, settings.prefix)


def is_another(actual: Organisation, expected: str | None) -> bool:
    """Tell whether an organisation is another than the expected one, where one is named."""
    return bool(expected) and (expected or "").casefold() != actual.id.casefold()


def another_organisation(environment: str, actual: Organisation, expected: str) -> Finding:
    """Return the refusal of an organisation that is not the environment's."""
    return Finding(
        NAME,
        Verdict.REFUSE,
        f"environment '{environment}' means organisation {expected},"
        f" but these credentials belong to '{actual.name}' ({actual.id}).",
        hint="Use the OAuth client of the right organisation, or correct organizationId in environments.yaml.",
    )


def _organisation(examination: Examination) -> Iterator[Finding]:
    expected = examination.expected_organisation_id
    actual = examination.organisation
    if not expected:
        yield Finding(
            NAME,
            Verdict.WARN,
            f"environment '{examination.environment}' does not say which organisation it means;"
            f" these credentials belong to '{actual.name}' ({actual.id}).",
            hint=f"Set organizationId: {actual.id} for it in environments.yaml.",
        )
    elif is_another(actual, expected):
        yield another_organisation(examination.environment, actual, expected)


def _foreign(change: Change, environment: str, prefix: str) -> Iterator[Finding]:
    """Refuse a change that writes to a name without the prefix: its own, the live one's, or a stub's."""
    place = change.desired.place if change.desired else NOWHERE
    written = [change.identity, *([change.live.identity] if change.live else []), *change.stubs]
    for identity in dict.fromkeys(written):
        if not identity.name.startswith(prefix):
            as_stub = "a stub of " if identity in change.stubs else ""
            yield Finding(
                NAME,
                Verdict.REFUSE,
                f"{change.operation} would write {as_stub}{identity}, but environment '{environment}' shares its"
                f" organisation, and only names that begin with '{prefix}' are its own.",
                place,
                _way_out(identity, prefix),
            )


def _way_out(identity: Identity, prefix: str) -> str:
    return f"Call it '{prefix}{identity.name}', or correct guards.environment.prefix in environments.yaml."


def _shared(examination: Examination, prefix: str) -> Iterator[Finding]:
    """Warn, once per object, of flows that are named and belong to others."""
    told: set[tuple[Identity, tuple[str, str, str]]] = set()
    for resolution in examination.resolutions:
        named = resolution.reference.identity
        if named.kind != FLOWS or named.name.startswith(prefix) or (resolution.owner, named.key) in told:
            continue
        told.add((resolution.owner, named.key))
        yield Finding(
            NAME,
            Verdict.WARN,
            f"{resolution.owner} uses the flow '{named.name}', whose name does not begin with '{prefix}':"
            " it belongs to another environment, or to all.",
            resolution.reference.place,
            f"Name '{prefix}{named.name}' if this environment has its own.",
        )


GUARD = Guard(name=NAME, settings=EnvironmentSettings, examine=examine)
