"""Is this the organisation that the environment means?"""

from __future__ import annotations

from collections.abc import Iterator

from hook.model import Examination, Finding, Verdict


def examine(examination: Examination) -> Iterator[Finding]:
    """Refuse when the credentials belong to another organisation than the environment names."""
    expected = examination.expected_organisation_id
    actual = examination.organisation
    if not expected:
        yield Finding(
            "environment",
            Verdict.WARN,
            f"environment '{examination.environment}' does not say which organisation it means;"
            f" these credentials belong to '{actual.name}' ({actual.id}).",
            hint=f"Set organizationId: {actual.id} for it in environments.yaml.",
        )
    elif expected.casefold() != actual.id.casefold():
        yield Finding(
            "environment",
            Verdict.REFUSE,
            f"environment '{examination.environment}' means organisation {expected},"
            f" but these credentials belong to '{actual.name}' ({actual.id}).",
            hint="Use the OAuth client of the right organisation, or correct organizationId in environments.yaml.",
        )
