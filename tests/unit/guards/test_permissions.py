from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from hook.errors import PermissionDenied, UnexpectedResponse
from hook.guards.permissions import GUARD
from hook.kinds.lookups import LOOKUPS
from hook.kinds.permissions import FLOW_PERMISSIONS, LOOKUP_PERMISSIONS
from hook.kinds.permissions_table import render
from hook.model import (
    Change,
    ExitCode,
    Failure,
    Finding,
    Grant,
    Identity,
    Known,
    Operation,
    Place,
    Reference,
    Verdict,
)
from simulator.objects import LISTINGS
from tests.unit.guards.examined import Answers, change, examination, judge, live

WRITING = {"architect:flow:view", "architect:job:create", "architect:job:view"}
CREATING = {*WRITING, "architect:flow:add", "architect:flow:edit", "architect:flow:publish"}
UPDATING = CREATING - {"architect:flow:add"}
EXPORTING = {"architect:jobExport:create", "architect:jobExport:view"}
CONFLICT = Failure("Conflict", "somebody else published it", ExitCode.CONFLICT)

QUEUE = Reference("routing/queues", "Sales", place=Place("main.yaml", 7, 3))
ACTION = Reference("integrations/actions", "Look up", "CRM")
USER = Reference("users/users", "Supervisor")

CREATE = change()
UPDATE = change(operation=Operation.UPDATE, of=live())
ADOPT = change(operation=Operation.ADOPT, of=live())


def granted(*permissions: str, division: str = "*", role: str = "Deployer") -> tuple[Grant, ...]:
    id_ = "*" if division == "*" else f"d-{division.lower()}"
    return tuple(Grant(permission, id_, division, role) for permission in sorted(permissions))


def found(held: Sequence[Grant], *changes: Change, known: Sequence[Known] = ()) -> tuple[Finding, ...]:
    return judge(GUARD, examination(*changes, known=known), Answers(held))


@pytest.mark.parametrize(
    ("planned", "needs"),
    [
        pytest.param(CREATE, CREATING, id="create"),
        pytest.param(UPDATE, UPDATING, id="update"),
        pytest.param(ADOPT, UPDATING | EXPORTING, id="adopt"),
        pytest.param(change(operation=Operation.DRIFTED, of=live()), UPDATING | EXPORTING, id="drifted"),
        pytest.param(change(names=[QUEUE]), CREATING | {"routing:queue:view"}, id="names a queue"),
        pytest.param(change(names=[USER]), CREATING, id="names a user"),
    ],
)
def test_a_change_passes_with_what_it_needs_and_is_refused_without_any_single_one(
    planned: Change, needs: set[str]
) -> None:
    assert found(granted(*needs), planned) == ()
    for taken in needs:
        (finding,) = found(granted(*needs - {taken}), planned)
        assert finding.verdict is Verdict.REFUSE
        assert finding.message.startswith(f"the permission {taken} is missing")
        assert finding.message.endswith("here for inboundcall 'Main'.")
        assert finding.place == Place("flows/dev/main.yaml")


@pytest.mark.parametrize(
    "planned",
    [
        pytest.param([], id="nothing"),
        pytest.param([change(operation=Operation.UNCHANGED, writes=False, of=live())], id="unchanged"),
        pytest.param([change(operation=Operation.DRIFTED, writes=False, of=live(), refusal=CONFLICT)], id="conflict"),
        pytest.param([change(refusal=CONFLICT)], id="refused"),
    ],
)
def test_a_plan_that_writes_nothing_needs_nothing_and_asks_for_nothing(planned: list[Change]) -> None:
    assert judge(GUARD, examination(*planned), Answers()) == ()


def test_a_conflict_beside_a_write_needs_the_export_that_it_was_told_by() -> None:
    conflict = change("Other", Operation.DRIFTED, writes=False, of=live("Other"), refusal=CONFLICT)
    assert found(granted(*CREATING, *EXPORTING), CREATE, conflict) == ()
    assert ["jobExport" in finding.message for finding in found(granted(*CREATING), CREATE, conflict)] == [True, True]


@pytest.mark.parametrize(
    "wildcards",
    [
        ["architect:flow:*", "architect:job:*"],
        ["architect:*:*"],
        ["*:*:*"],
        ["Architect:Flow:*", "architect:JOB:*"],
    ],
)
def test_a_wildcard_stands_for_every_name_in_its_part(wildcards: list[str]) -> None:
    assert found(granted(*wildcards), CREATE) == ()


@pytest.mark.parametrize("other", ["architect:flow", "architect", "*", "", "architect:flo*:*", "architect:flow:*:*"])
def test_what_is_no_permission_of_three_parts_grants_nothing(other: str) -> None:
    assert {finding.verdict for finding in found(granted(other), CREATE)} == {Verdict.REFUSE}
    assert len(found(granted(other), CREATE)) == len(CREATING)


@pytest.mark.parametrize("name", ["integrations:action:view", "bridge:actions:view"])
def test_one_of_two_permissions_is_enough_where_the_platform_takes_either(name: str) -> None:
    names_an_action = change(names=[ACTION])
    assert found(granted(*CREATING, name), names_an_action) == ()
    (finding,) = found(granted(*CREATING), names_an_action)
    assert "integrations:action:view or bridge:actions:view" in finding.message


SALES = Known(Identity("authorization/divisions", "", "Sales"), "d-sales")


@pytest.mark.parametrize(
    ("planned", "held_in", "missing_in"),
    [
        pytest.param(UPDATE, ["Sales"], [], id="in the division of the flow"),
        pytest.param(UPDATE, ["Home"], ["Sales"], id="in another one"),
        pytest.param(UPDATE, ["Home", "Sales"], [], id="in both"),
        pytest.param(UPDATE, ["*"], [], id="everywhere"),
        pytest.param(CREATE, ["Home"], [], id="new, at home"),
        pytest.param(CREATE, ["Sales"], ["Home"], id="new, not at home"),
        pytest.param(change(division="Sales"), ["Sales"], [], id="new, where the document says"),
        pytest.param(change(division="sales"), ["Home"], ["Sales"], id="new, not where the document says"),
        pytest.param(
            change(operation=Operation.UPDATE, of=live(division="Home"), division="Sales"),
            ["Home"],
            ["Sales"],
            id="moved into a division without the permission",
        ),
        pytest.param(
            change(operation=Operation.UPDATE, of=live(division="Home"), division="Sales"),
            ["Sales"],
            ["Home"],
            id="moved out of a division without the permission",
        ),
        pytest.param(
            change(operation=Operation.UPDATE, of=live(division="Sales"), division="SALES"), ["Sales"], [], id="stays"
        ),
    ],
)
def test_a_flow_needs_its_permissions_in_its_divisions(
    planned: Change, held_in: list[str], missing_in: list[str]
) -> None:
    held = [grant for division in held_in for grant in granted(*CREATING, division=division)]
    findings = found(held, planned, known=[SALES])
    assert {finding.verdict for finding in findings} == ({Verdict.REFUSE} if missing_in else set())
    for division in missing_in:
        assert all(f"is missing in division '{division}'" in finding.message for finding in findings)
        assert all(f"in division '{division}' (it has 'Deployer')" in finding.hint for finding in findings)


def test_what_is_not_bound_to_a_division_may_be_held_in_any() -> None:
    jobs = granted("architect:job:create", "architect:job:view", division="Sales")
    flows = granted("architect:flow:*", division="Home")
    assert found([*jobs, *flows], CREATE) == ()


@pytest.mark.parametrize(
    "planned",
    [
        pytest.param(change(operation=Operation.UPDATE, of=live(division=None)), id="the flow does not tell it"),
        pytest.param(change(division="Somewhere"), id="the organisation does not list it"),
    ],
)
def test_where_the_division_cannot_be_told_any_counts_and_that_is_said(planned: Change) -> None:
    (finding,) = found(granted(*CREATING, division="Sales"), planned)
    assert finding.verdict is Verdict.WARN
    assert finding.message.startswith("the division of inboundcall 'Main' cannot be told")
    refused = [one for one in found(granted(*WRITING, division="Sales"), planned) if one.verdict is Verdict.REFUSE]
    assert refused


def test_a_client_without_a_role_may_nothing() -> None:
    findings = found((), CREATE)
    assert len(findings) == len(CREATING)
    assert all("(it has no role)" in finding.hint for finding in findings)


def test_objects_that_miss_the_same_permission_share_a_finding_that_names_some_and_counts_the_rest() -> None:
    planned = [change(f"Flow {number}") for number in range(7)]
    (finding,) = found(granted(*CREATING - {"architect:flow:publish"}), *planned)
    assert "inboundcall 'Flow 0', inboundcall 'Flow 1'" in finding.message
    assert finding.message.endswith("and 2 more.")


@pytest.mark.parametrize(
    "failure",
    [UnexpectedResponse("no grants in the answer"), PermissionDenied("403", hint="Give the client a role.")],
)
def test_grants_that_cannot_be_read_are_unknown_and_refuse(failure: UnexpectedResponse | PermissionDenied) -> None:
    (finding,) = judge(GUARD, examination(CREATE), Answers(failure))
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.verdict.refuses
    assert failure.message in finding.message


@pytest.mark.parametrize(
    ("mode", "verdicts"), [("enforce", {Verdict.REFUSE}), ("warn", {Verdict.WARN}), ("off", set())]
)
def test_the_mode_says_how_seriously_a_missing_permission_is_taken(mode: str, verdicts: set[Verdict]) -> None:
    findings = judge(GUARD, examination(CREATE), Answers(()), mode=mode)
    assert {finding.verdict for finding in findings} == verdicts


def test_no_approval_passes_it() -> None:
    assert not GUARD.approvable


def test_the_table_in_the_docs_is_the_one_that_the_code_makes() -> None:
    committed = Path(__file__).parents[3] / "docs" / "permissions.md"
    assert committed.read_text(encoding="utf-8") == render()


def test_the_table_has_every_permission_that_the_code_knows() -> None:
    page = render()
    for permission in (*FLOW_PERMISSIONS, *LOOKUP_PERMISSIONS.values()):
        assert all(f"`{name}`" in page for name in permission.names)


def test_every_list_is_told_to_need_what_the_simulated_platform_asks_for() -> None:
    asked = {f"/api/v2/{listing.path}": set(listing.permissions) for listing in LISTINGS}
    assert {one.path: set(one.permissions) for one in LOOKUPS.values()} == {
        one.path: asked[one.path] for one in LOOKUPS.values()
    }
