"""What a Role allows, right by right, so that each can be taken away alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rule = Mapping[str, Any]

GROUPS = {"leases": "coordination.k8s.io", "configmaps": "", "events": ""}


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """
    One verb on one resource.

    Attributes:
        resource: For example ``configmaps``.
        verb: For example ``patch``.
        only: The object of the release that it is bound to, without the release's name: ``live`` for ``X-live``. Empty
            for what is the organisation's (Lease, state, run records), and for what cannot be bound to a name.
    """

    resource: str
    verb: str
    only: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, (self.resource, self.only, self.verb)))


def rights_of(rules: Iterable[Rule], release: str) -> frozenset[Right]:
    """Return what the rules of a release's Role allow."""
    return frozenset(
        Right(resource, verb, only)
        for rule in rules
        for only in _only(rule, release)
        for resource in rule["resources"]
        for verb in rule["verbs"]
    )


def without(rules: Sequence[Rule], right: Right, release: str) -> list[Rule]:
    """Return the rules without one right; all others stay."""
    return [
        {**rule, "verbs": kept}
        for rule in rules
        if (kept := [verb for verb in rule["verbs"] if right not in rights_of([{**rule, "verbs": [verb]}], release)])
    ]


def _only(rule: Rule, release: str) -> set[str]:
    names = rule.get("resourceNames") or [""]
    return {name.removeprefix(f"{release}-") if name.startswith(f"{release}-") else "" for name in names}
