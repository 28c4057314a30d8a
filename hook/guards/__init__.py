"""
What may refuse a plan. Each guard is one module with one function ``examine``; adding one is one file and one row.

Guards only read, all of them run, and all findings are reported together. Each can be set to ``enforce``
(a refusal refuses), ``warn`` (a refusal is only told) or ``off`` per environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from hook.guards import environment, references
from hook.model import Examination, Finding, Verdict


class Mode(StrEnum):
    """How seriously a guard is taken."""

    ENFORCE = "enforce"
    WARN = "warn"
    OFF = "off"


GUARDS: Mapping[str, Callable[[Examination], Iterable[Finding]]] = {
    "environment": environment.examine,
    "references": references.examine,
}


def examine(examination: Examination, *, modes: Mapping[str, Mode]) -> tuple[Finding, ...]:
    """Run every guard that is not off; a guard without a mode is enforced."""
    findings: list[Finding] = []
    for name, guard in GUARDS.items():
        mode = modes.get(name, Mode.ENFORCE)
        if mode is Mode.OFF:
            continue
        for finding in guard(examination):
            softened = mode is Mode.WARN and finding.verdict is Verdict.REFUSE
            findings.append(replace(finding, verdict=Verdict.WARN) if softened else finding)
    return tuple(findings)
