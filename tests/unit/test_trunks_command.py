from __future__ import annotations

import pytest

from hook.commands.trunks import summarise
from hook.model import ExitCode, Finding, Verdict


def finding(verdict: Verdict) -> Finding:
    return Finding("trunks", verdict, f"{verdict} message.", hint="The way out.")


@pytest.mark.parametrize(
    ("verdicts", "code", "last"),
    [
        ([Verdict.PASS, Verdict.WARN], ExitCode.DONE, "2 checked, 0 not healthy."),
        ([Verdict.PASS, Verdict.REFUSE], ExitCode.GUARD, "2 checked, 1 not healthy."),
        ([Verdict.UNKNOWN], ExitCode.GUARD, "1 checked, 1 not healthy."),
    ],
)
def test_a_check_fails_as_a_guard_does_when_something_is_not_healthy_or_not_known(
    verdicts: list[Verdict], code: ExitCode, last: str
) -> None:
    checked = summarise([finding(verdict) for verdict in verdicts])
    assert checked.exit_code is code
    assert checked.text.splitlines()[-1] == last


def test_every_finding_is_told_and_the_way_out_of_those_that_do_not_pass() -> None:
    checked = summarise([finding(verdict) for verdict in Verdict if verdict is not Verdict.OFF])
    for word in ("ok       pass message.", "warning  warn message.", "NOT OK   refuse message.", "UNKNOWN  unknown"):
        assert word in checked.text
    assert checked.text.count("The way out.") == 3


@pytest.mark.parametrize("findings", [[], [finding(Verdict.OFF)]])
def test_a_check_of_nothing_is_no_success(findings: list[Finding]) -> None:
    checked = summarise(findings)
    assert checked.exit_code is ExitCode.INVALID_INPUT
    assert "guards.trunks.required" in checked.text
