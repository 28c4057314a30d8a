from __future__ import annotations

from typing import Any

import pytest

from hook.errors import InvalidInput
from hook.guards import configure
from hook.guards.environment import GUARD
from hook.model import (
    FLOWS,
    Change,
    Finding,
    Identity,
    Operation,
    Place,
    Reference,
    Resolution,
    ResolutionStatus,
    Verdict,
)
from tests.unit.guards.examined import change, examination, flow, judge, live

OTHERS: dict[str, Any] = {"prefix": "prod_"}


def only(*changes: Change, expected: str | None = "org-1", **settings: Any) -> Finding:
    (finding,) = judge(GUARD, examination(*changes, expected=expected), **settings)
    return finding


def uses(name: str, kind: str = FLOWS, line: int = 7) -> Resolution:
    reference = Reference(kind, name, place=Place("main.yaml", line, 3))
    return Resolution(flow("prod_Main"), reference, ResolutionStatus.FOUND)


@pytest.mark.parametrize("expected", ["org-1", "ORG-1"])
def test_the_right_organisation_passes(expected: str) -> None:
    assert judge(GUARD, examination(change(), expected=expected)) == ()


def test_another_organisation_is_refused_with_both_named() -> None:
    finding = only(expected="org-2")
    assert finding.verdict is Verdict.REFUSE
    for word in ("'dev'", "org-2", "org-1", "Example Energy"):
        assert word in finding.message


@pytest.mark.parametrize("expected", [None, ""])
def test_an_environment_that_does_not_say_its_organisation_is_a_warning_with_the_line_to_add(
    expected: str | None,
) -> None:
    finding = only(expected=expected)
    assert finding.verdict is Verdict.WARN
    assert "organizationId: org-1" in finding.hint


@pytest.mark.parametrize(("mode", "verdicts"), [("enforce", [Verdict.REFUSE]), ("warn", [Verdict.WARN]), ("off", [])])
def test_the_mode_says_how_seriously_it_is_taken(mode: str, verdicts: list[Verdict]) -> None:
    assert [finding.verdict for finding in judge(GUARD, examination(expected="org-2"), mode=mode)] == verdicts


def test_no_approval_passes_it() -> None:
    assert not GUARD.approvable


def test_in_a_shared_organisation_names_with_the_prefix_pass() -> None:
    stub = change("prod_One", stubs=(flow("prod_Two"),))
    update = change("prod_Two", Operation.UPDATE, of=live("prod_Two"))
    assert judge(GUARD, examination(stub, update), **OTHERS) == ()


@pytest.mark.parametrize("name", ["Main", "dev_Main", "PROD_Main", "prod-Main", " prod_Main", "Main prod_"])
def test_in_a_shared_organisation_a_write_to_another_name_is_refused(name: str) -> None:
    finding = only(change(name), **OTHERS)
    assert finding.verdict is Verdict.REFUSE
    assert finding.message.startswith(f"create would write inboundcall '{name}', but environment 'dev' shares")
    assert finding.place.file == f"flows/dev/{name.lower()}.yaml"
    assert f"Call it 'prod_{name}'" in finding.hint


def test_a_live_flow_that_is_spelled_otherwise_is_not_written_under_the_right_spelling() -> None:
    finding = only(change("prod_Main", Operation.UPDATE, of=live("PROD_Main")), **OTHERS)
    assert (finding.verdict, "inboundcall 'PROD_Main'" in finding.message) == (Verdict.REFUSE, True)


def test_a_stub_of_another_name_is_refused() -> None:
    finding = only(change("prod_Main", stubs=(flow("Shared"),)), **OTHERS)
    assert (finding.verdict, "a stub of inboundcall 'Shared'" in finding.message) == (Verdict.REFUSE, True)


def test_what_is_not_written_may_have_any_name() -> None:
    unchanged = change("Main", Operation.UNCHANGED, writes=False, of=live())
    left_alone = Change(Identity(FLOWS, "workflow", "Old"), Operation.LEFT_ALONE, live=live("Old"))
    assert judge(GUARD, examination(unchanged, left_alone), **OTHERS) == ()


def test_every_foreign_write_is_told_and_the_organisation_as_well() -> None:
    findings = judge(GUARD, examination(change("One"), change("Two"), expected="org-2"), **OTHERS)
    assert [finding.verdict for finding in findings] == [Verdict.REFUSE] * 3


def test_a_flow_of_others_that_is_used_is_a_warning_once_per_object() -> None:
    resolutions = [uses("Shared greeting"), uses("shared GREETING", line=9), uses("prod_Billing")]
    queues = [uses("Sales", kind="routing/queues")]
    (finding,) = judge(GUARD, examination(change("prod_Main"), resolutions=[*resolutions, *queues]), **OTHERS)
    assert finding.verdict is Verdict.WARN
    assert "inboundcall 'prod_Main' uses the flow 'Shared greeting'" in finding.message
    assert finding.place == Place("main.yaml", 7, 3)


def test_without_a_prefix_every_name_is_the_environments_own() -> None:
    assert judge(GUARD, examination(change("Main"), resolutions=[uses("Shared")]), prefix="") == ()


@pytest.mark.parametrize("prefix", [" ", " prod_", {"prod": "x"}])
def test_a_prefix_that_can_be_none_is_refused_when_it_is_read(prefix: object) -> None:
    with pytest.raises(InvalidInput) as raised:
        configure({"environment": {"prefix": prefix}})
    assert "guards.environment.prefix" in str(raised.value)
