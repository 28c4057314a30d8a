from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.model import (
    FLOWS,
    PRECEDENCE,
    Change,
    Desired,
    Difference,
    DifferenceOperation,
    DifferenceSubject,
    ExitCode,
    Failure,
    Finding,
    Identity,
    Live,
    Operation,
    Outcome,
    Place,
    Plan,
    Problem,
    Result,
    Severity,
    Status,
    Verdict,
    fold,
    worst,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FAILING = [code for code in ExitCode if code not in {ExitCode.DONE, ExitCode.DIFFERENCES}]


def identity(name: str = "Main") -> Identity:
    return Identity(FLOWS, "inboundcall", name)


def failure(code: ExitCode) -> Failure:
    return Failure("Error", "it failed", code)


def change(
    name: str = "Main",
    *,
    operation: Operation = Operation.UPDATE,
    digest: str = "sha256:1",
    version: str | None = "1.0",
    writes: bool = False,
    refusal: Failure | None = None,
) -> Change:
    return Change(
        identity=identity(name),
        operation=operation,
        writes=writes,
        desired=Desired(identity(name), Place("main.yaml"), b"", f"secret-{digest}", digest),
        live=Live(identity(name), f"id-{name}", version),
        refusal=refusal,
    )


def outcome(status: Status, code: ExitCode | None = None) -> Outcome:
    return Outcome(identity(), Operation.UPDATE, status, failure=failure(code) if code is not None else None)


def result(**more: object) -> Result:
    fields: dict[str, object] = {
        "run_id": "r",
        "command": "sync",
        "environment": "dev",
        "started": NOW,
        "finished": NOW,
    }
    return Result(**(fields | more))  # type: ignore[arg-type]  # names are checked at run time, each in a test


# Exit codes


def test_every_exit_code_but_done_has_its_place_in_the_precedence() -> None:
    assert sorted(PRECEDENCE) == sorted(set(ExitCode) - {ExitCode.DONE})


def test_the_precedence_is_the_documented_one() -> None:
    assert [int(code) for code in PRECEDENCE] == [70, 143, 3, 4, 7, 6, 8, 5, 1, 2]


@pytest.mark.parametrize(("stronger", "weaker"), list(itertools.combinations((*PRECEDENCE, ExitCode.DONE), 2)))
def test_of_two_exit_codes_the_stronger_wins(stronger: ExitCode, weaker: ExitCode) -> None:
    assert worst({weaker, stronger}) is stronger


@given(st.sets(st.sampled_from(ExitCode)), st.sets(st.sampled_from(ExitCode)))
def test_the_worst_of_two_sets_is_the_worst_of_their_worst(one: set[ExitCode], other: set[ExitCode]) -> None:
    assert worst(one | other) is worst({worst(one), worst(other)})


@given(st.sets(st.sampled_from(ExitCode), min_size=1))
def test_the_worst_is_one_of_them(codes: set[ExitCode]) -> None:
    assert worst(codes) in codes


def test_nothing_at_all_is_done() -> None:
    assert result().exit_code is ExitCode.DONE


@pytest.mark.parametrize("code", FAILING)
def test_the_runs_own_failure_counts(code: ExitCode) -> None:
    assert result(failure=failure(code)).exit_code is code


@pytest.mark.parametrize("code", FAILING)
@pytest.mark.parametrize("status", [Status.FAILED, Status.CONFLICT])
def test_a_failed_change_counts(status: Status, code: ExitCode) -> None:
    assert result(outcomes=(outcome(Status.DONE), outcome(status, code))).exit_code is code


@pytest.mark.parametrize(("status", "code"), [(Status.FAILED, ExitCode.REFUSED), (Status.CONFLICT, ExitCode.CONFLICT)])
def test_a_failed_change_counts_even_when_nobody_said_why(status: Status, code: ExitCode) -> None:
    assert result(outcomes=(outcome(status),)).exit_code is code


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.FAILED, Status.CONFLICT}))
@pytest.mark.parametrize("code", [None, *FAILING])
def test_other_changes_count_for_none(status: Status, code: ExitCode | None) -> None:
    assert result(outcomes=(outcome(status, code),)).exit_code is ExitCode.DONE
    stopped = result(outcomes=(outcome(status, code), outcome(Status.FAILED, ExitCode.REFUSED)))
    assert stopped.exit_code is ExitCode.REFUSED


@pytest.mark.parametrize("code", FAILING)
def test_a_change_that_planning_refused_counts(code: ExitCode) -> None:
    assert result(plan=Plan((change(), change(refusal=failure(code))))).exit_code is code


@pytest.mark.parametrize(
    ("severity", "code"), [(Severity.ERROR, ExitCode.INVALID_INPUT), (Severity.WARNING, ExitCode.DONE)]
)
def test_a_problem_counts_when_it_is_an_error(severity: Severity, code: ExitCode) -> None:
    assert result(problems=(Problem("x", "y", severity=severity),)).exit_code is code


@pytest.mark.parametrize(
    ("verdict", "code"),
    [(Verdict.PASS, ExitCode.DONE), (Verdict.WARN, ExitCode.DONE), (Verdict.REFUSE, ExitCode.GUARD)],
)
def test_a_finding_counts_when_it_refuses(verdict: Verdict, code: ExitCode) -> None:
    assert result(findings=(Finding("references", verdict, "x"),)).exit_code is code


@pytest.mark.parametrize(
    ("asked", "writes", "refused", "code"),
    [
        (True, True, False, ExitCode.DIFFERENCES),
        (True, False, False, ExitCode.DONE),
        (False, True, False, ExitCode.DONE),
        (True, True, True, ExitCode.CONFLICT),
    ],
)
def test_differences_count_where_they_are_asked_for(asked: bool, writes: bool, refused: bool, code: ExitCode) -> None:
    refusal = failure(ExitCode.CONFLICT) if refused else None
    plan = Plan((change(writes=writes, refusal=refusal),))
    assert result(plan=plan, differences_are_an_error=asked).exit_code is code


def test_what_is_stronger_wins_wherever_it_comes_from() -> None:
    everything = result(
        problems=(Problem("x", "y"),),
        findings=(Finding("references", Verdict.REFUSE, "x"),),
        outcomes=(outcome(Status.CONFLICT, ExitCode.CONFLICT), outcome(Status.FAILED, ExitCode.REFUSED)),
    )
    assert everything.exit_code is ExitCode.INVALID_INPUT
    assert dataclasses.replace(everything, problems=()).exit_code is ExitCode.GUARD
    assert dataclasses.replace(everything, problems=(), findings=()).exit_code is ExitCode.CONFLICT
    stopped = dataclasses.replace(everything, failure=failure(ExitCode.TERMINATED))
    assert stopped.exit_code is ExitCode.TERMINATED


# The plan's checksum

CHANGES = st.lists(
    st.builds(
        change,
        st.sampled_from(["Main", "Side", "Night"]),
        operation=st.sampled_from(Operation),
        digest=st.sampled_from(["sha256:1", "sha256:2"]),
        version=st.sampled_from([None, "1.0", "2.0"]),
    ),
    max_size=4,
)


@given(CHANGES.flatmap(lambda changes: st.tuples(st.just(changes), st.permutations(changes))))
def test_the_checksum_does_not_depend_on_the_order(orders: tuple[list[Change], list[Change]]) -> None:
    one, other = orders
    assert Plan(tuple(one)).checksum == Plan(tuple(other)).checksum


@pytest.mark.parametrize(
    "other",
    [
        change("Side"),
        change(operation=Operation.CREATE),
        change(operation=Operation.UNCHANGED),
        change(digest="sha256:2"),
        change(version="2.0"),
        change(version=None),
        dataclasses.replace(change(), live=None, desired=None),
    ],
)
def test_the_checksum_changes_with_identity_effect_digest_and_version(other: Change) -> None:
    assert Plan((change(),)).checksum != Plan((other,)).checksum
    assert Plan((change(), other)).checksum != Plan((change(),)).checksum


def relabelled(one: Change) -> Change:
    assert one.desired is not None
    return dataclasses.replace(one, desired=dataclasses.replace(one.desired, labels=frozenset({"sales"})))


def with_another_secret(one: Change) -> Change:
    assert one.desired is not None
    return dataclasses.replace(one, desired=dataclasses.replace(one.desired, content=b"x", digest="sha256:secret"))


DIFFERENCE = Difference(DifferenceOperation.ADDED, DifferenceSubject.SETTING, "x")


@pytest.mark.parametrize(
    "same",
    [
        relabelled,
        with_another_secret,
        lambda one: dataclasses.replace(one, reason="because"),
        lambda one: dataclasses.replace(one, differences=(DIFFERENCE,)),
        lambda one: dataclasses.replace(one, warnings=("look",)),
        lambda one: dataclasses.replace(one, refusal=failure(ExitCode.CONFLICT)),
        lambda one: dataclasses.replace(one, identity=identity("MAIN")),
        lambda one: dataclasses.replace(one, operation=Operation.ADOPT),
        lambda one: dataclasses.replace(one, operation=Operation.DRIFTED),
        lambda one: dataclasses.replace(one, operation=Operation.BLOCKED, intended=Operation.DRIFTED),
    ],
    ids=[
        "labels",
        "secrets",
        "reason",
        "differences",
        "warnings",
        "refusal",
        "case of the name",
        "not put there by us",
        "moved since",
        "blocked",
    ],
)
def test_the_checksum_does_not_change_with_what_only_explains(same: Callable[[Change], Change]) -> None:
    assert Plan((change(),)).checksum == Plan((same(change()),)).checksum


def test_what_only_the_state_knows_does_not_count() -> None:
    adopted = dataclasses.replace(change("Side", operation=Operation.ADOPT), records=True)
    unchanged, gone = change("Side", operation=Operation.UNCHANGED), change("Night", operation=Operation.LEFT_ALONE)
    assert Plan((change(), adopted)).checksum == Plan((change(), unchanged, gone)).checksum


def test_a_refused_change_is_not_among_the_writes() -> None:
    write, refused = change(writes=True), change("Side", writes=True, refusal=failure(ExitCode.CONFLICT))
    assert Plan((write, refused, change("Night"))).writes == (write,)


# Names and places


@given(st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("one", "other"), [("Sales", "SALES"), ("Caf\u00e9", "Cafe\u0301"), ("Straße", "STRASSE"), ("ﬁne", "FINE")]
)
def test_names_that_count_as_one_fold_to_one(one: str, other: str) -> None:
    assert identity(one).key == identity(other).key


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("a.yaml"), "a.yaml"),
        (Place("a.yaml", 3), "a.yaml:3"),
        (Place("a.yaml", 3, 5, "b.c"), "a.yaml:3:5 (b.c)"),
        (Place("a.yaml", column=5), "a.yaml"),
    ],
)
def test_a_place_shows_what_is_known(place: Place, text: str) -> None:
    assert str(place) == text


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (identity(), "inboundcall 'Main'"),
        (Identity("routing/queues", "", "Sales"), "routing/queues 'Sales'"),
        (Identity("integrations/actions", "CRM", "Look up"), "integrations/actions 'Look up' in 'CRM'"),
    ],
)
def test_an_identity_is_shown_in_words(one: Identity, text: str) -> None:
    assert str(one) == text
