"""``flowsync trunks check``: are the trunks and far ends healthy that the guard ``trunks`` names?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import click

from hook import guards
from hook.commands.context import Context
from hook.model import Examination, ExitCode, Finding, Plan, Verdict
from hook.workspace.environments import environment_of

_WORDS = {Verdict.PASS: "ok", Verdict.WARN: "warning", Verdict.REFUSE: "NOT OK", Verdict.UNKNOWN: "UNKNOWN"}
_NOTHING = (
    "Nothing to check: name trunk base settings under guards.trunks.required, or far ends under guards.trunks.hosts,"
    " for this environment in environments.yaml.\n"
)


def check(context: Context) -> ExitCode:
    """
    Run the guard ``trunks`` of an environment alone, and print what it found.

    Returns:
        0 when all is healthy, 6 when something is not or is not known, 3 when nothing is configured.

    Raises:
        FlowSyncError: The environment is not declared, or the organisation cannot be asked.
    """
    options = context.options
    settings = environment_of(options["workspace"], options["environment"])
    configured = [one for one in guards.configure(settings.guards) if one.guard.name == "trunks"]
    with closing(context.platform(settings)) as platform:
        organisation, _ = platform.who_am_i()
        examination = Examination(plan=Plan(()), environment=options["environment"], organisation=organisation)
        found = summarise(guards.examine(examination, configured, platform.readings))
    click.echo(context.redactor.text(found.text), nl=False)
    return found.exit_code


@dataclass(frozen=True, slots=True)
class TrunkCheck:
    """The text for standard output, and the exit code."""

    text: str
    exit_code: ExitCode


def summarise(findings: Sequence[Finding]) -> TrunkCheck:
    """
    Return what the findings of the guard ``trunks`` come to.

    Args:
        findings: Of that guard alone; none, or one that says that it is off, when it is not configured.

    Returns:
        One line per finding with its hint below it, and a last line that counts; 0 when nothing refuses, 6 when
        something does (what is not known does), 3 when nothing is configured.
    """
    findings = [finding for finding in findings if finding.verdict in _WORDS]
    if not findings:
        return TrunkCheck(_NOTHING, ExitCode.INVALID_INPUT)
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{_WORDS[finding.verdict]:8} {finding.message}")
        if finding.hint and finding.verdict is not Verdict.PASS:
            lines.append(f"{'':8} {finding.hint}")
    refused = sum(finding.verdict.refuses for finding in findings)
    lines.append(f"{len(findings)} checked, {refused} not healthy.")
    return TrunkCheck("\n".join(lines) + "\n", ExitCode.GUARD if refused else ExitCode.DONE)
