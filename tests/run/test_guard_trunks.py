"""The trunks guard, from the file that configures it to the exit code."""

from __future__ import annotations

from typing import Any

import pytest

from hook.model import ExitCode
from tests.run.conftest import Answer, Lab

ENVIRONMENTS = """\
environments:
  dev:
    guards:
      trunks:
        required: [Carrier A]
"""
TRUNKS = "/api/v2/telephony/providers/edges/trunks"
BASES = "/api/v2/telephony/providers/edges/trunkbasesettings"


@pytest.fixture
def guarded(lab: Lab) -> Lab:
    """A flow to create in an environment that relies on a carrier."""
    (lab.root / "environments.yaml").write_text(ENVIRONMENTS, encoding="utf-8")
    lab.write("Main")
    return lab


def said(answer: Answer) -> list[dict[str, Any]]:
    return [one for one in answer.report["findings"] if one["guard"] == "trunks"]


def test_a_healthy_trunk_lets_pass_and_stands_in_the_report(guarded: Lab) -> None:
    guarded.org.add("telephony/trunks", "Carrier A")
    answer = guarded.sync()
    assert answer.code == ExitCode.DONE
    (finding,) = said(answer)
    assert finding["verdict"] == "pass"
    assert finding["message"] == (
        "trunk 'Carrier A' of 'Carrier A' is healthy: in service, on an Edge in service, connected,"
        " OPTIONS OK at sip.example.com:5061."
    )
    assert len(guarded.calls(path=TRUNKS)) + len(guarded.calls(path=BASES)) == 2


def test_nothing_is_written_while_a_trunk_is_down(guarded: Lab) -> None:
    guarded.org.add("telephony/trunks", "Carrier A", connectedStatus={"connected": False})
    answer = guarded.sync()
    assert answer.code == ExitCode.GUARD
    assert "trunk 'Carrier A' of 'Carrier A' is not healthy: it is not connected." in said(answer)[0]["message"]
    assert guarded.org.flows() == []


def test_a_base_without_trunks_is_refused(guarded: Lab) -> None:
    guarded.org.add("telephony/trunkbasesettings", "Carrier A")
    answer = guarded.sync()
    assert answer.code == ExitCode.GUARD
    assert said(answer)[0]["message"] == "no external trunk uses the trunk base settings 'Carrier A'."


def test_a_client_that_may_not_see_trunks_does_not_know_that_they_are_healthy(guarded: Lab) -> None:
    guarded.org.add("telephony/trunks", "Carrier A")
    guarded.org.client("flowsync", "secret-of-flowsync", permissions=("architect:*:*",))
    answer = guarded.sync()
    assert answer.code == ExitCode.GUARD
    verdicts = {one["verdict"]: one for one in said(answer)}
    assert "telephony:plugin:all" in verdicts["unknown"]["message"]
