from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hook.errors import FlowSyncError, PermissionDenied, UnexpectedResponse
from hook.guards import Configured, examine
from hook.guards.capacity import GUARD, CapacitySettings, declared_for
from hook.guards.protocol import Mode, Readings
from hook.model import (
    FLOWS,
    Change,
    Desired,
    Examination,
    ExitCode,
    Failure,
    Finding,
    Identity,
    Known,
    Live,
    Operation,
    Organisation,
    Place,
    Plan,
    QueueLoad,
    Reference,
    Verdict,
)

QUEUES = "routing/queues"
FILE = Place("main.yaml")
AT = Place("main.yaml", 7, 11, "inboundCall.queue")
SALES = Known(Identity(QUEUES, "", "Sales"), "q-sales")


@dataclass
class Answers:
    """What is asked of the organisation, and what it answers."""

    flows: Mapping[str, int] = field(default_factory=dict)
    queues: Mapping[str, QueueLoad] = field(default_factory=dict)
    failure: FlowSyncError | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def flow_observations(self, flow_ids: Sequence[str]) -> Mapping[str, int]:
        self.asked.append(tuple(flow_ids))
        if self.failure:
            raise self.failure
        return {one: self.flows.get(one, 0) for one in flow_ids}

    def queue_observations(self, queue_ids: Sequence[str]) -> Mapping[str, QueueLoad]:
        self.asked.append(tuple(queue_ids))
        return {one: self.queues.get(one, QueueLoad(0, 0, 0)) for one in queue_ids}


def change(
    name: str = "Main line",
    *queues: str,
    type_: str = "inboundcall",
    new: bool = False,
    writes: bool = True,
    refused: bool = False,
) -> Change:
    identity = Identity(FLOWS, type_, name)
    names = (
        Reference("routing/skills", "Sales", place=FILE),
        *(Reference(QUEUES, one, place=AT) for one in (*queues, *queues)),
    )
    return Change(
        identity=identity,
        operation=Operation.CREATE if new else Operation.UPDATE,
        writes=writes,
        desired=Desired(identity, FILE, b"", "sha256:1", "sha256:1", references=names),
        live=None if new else Live(identity, f"id of {name}"),
        refusal=Failure("Conflict", "drifted", ExitCode.CONFLICT) if refused else None,
    )


def judged(
    *changes: Change,
    given: Mapping[str, Any] | None = None,
    flows: Mapping[str, int] | None = None,
    queues: Mapping[str, QueueLoad] | None = None,
    known: Sequence[Known] = (SALES,),
    failure: FlowSyncError | None = None,
) -> tuple[Finding, ...]:
    examination = Examination(Plan(changes), "dev", Organisation("org-1", "Example Energy"), known=tuple(known))
    readings = Answers({f"id of {name}": n for name, n in (flows or {}).items()}, queues or {}, failure)
    settings = CapacitySettings.model_validate(given or {})
    return examine(examination, [Configured(GUARD, settings)], cast("Readings", readings))


FIFTY = {"flows": {"Main line": "50"}}


@pytest.mark.parametrize(
    ("interactions", "given", "verdict"),
    [
        pytest.param(40, FIFTY, Verdict.PASS, id="at the limit"),
        pytest.param(41, FIFTY, Verdict.REFUSE, id="over it"),
        pytest.param(41, {**FIFTY, "mode": "enforce"}, Verdict.REFUSE, id="enforced"),
        pytest.param(41, {**FIFTY, "mode": "warn"}, Verdict.WARN, id="warned of"),
        pytest.param(41, {**FIFTY, "limit": "82%"}, Verdict.PASS, id="another limit"),
        pytest.param(60, {**FIFTY, "limit": "120 %"}, Verdict.PASS, id="a limit above the whole"),
        pytest.param(57, {"flows": {"Main line": "100"}, "limit": "0.57"}, Verdict.PASS, id="no rounding"),
        pytest.param(0, {"flows": {"Main line": "0"}}, Verdict.PASS, id="nobody where nobody may be"),
        pytest.param(1, {"flows": {"Main line": "0"}}, Verdict.REFUSE, id="somebody where nobody may be"),
        pytest.param(1, {**FIFTY, "limit": "0"}, Verdict.REFUSE, id="a limit of nothing"),
        pytest.param(999, {}, Verdict.PASS, id="nothing declared"),
    ],
)
def test_a_flow_is_judged_by_its_declared_capacity(
    interactions: int, given: Mapping[str, Any], verdict: Verdict
) -> None:
    (finding,) = judged(change(), given=given, flows={"Main line": interactions})
    assert finding.verdict is verdict


def test_a_busy_flow_is_told_with_its_numbers_place_and_way_out() -> None:
    (finding,) = judged(change(), given=FIFTY, flows={"Main line": 41})
    assert finding.message == "inboundcall 'Main line': 41 of 50 interactions (82 %), limit 80 %."
    assert finding.place == FILE
    assert finding.passing
    for way in ("--wait", "approve", "guards.capacity"):
        assert way in finding.hint


def test_a_busy_queue_is_told_with_its_numbers_and_who_names_it() -> None:
    busy = {"q-sales": QueueLoad(interacting=7, waiting=2, on_queue=10)}
    (finding, passed) = judged(change("Main line", "Sales"), change("Second", "Sales"), queues=busy)
    assert finding.message == (
        "queue 'Sales': 9 of 10 interactions (90 %), limit 80 %; 7 with an agent, 2 waiting, 10 agents on queue;"
        " named by inboundcall 'Main line', inboundcall 'Second'."
    )
    assert (finding.verdict, finding.place, finding.passing) == (Verdict.REFUSE, AT, True)
    assert passed.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("load", "given", "verdict"),
    [
        pytest.param(QueueLoad(7, 1, 10), {}, Verdict.PASS, id="at the limit"),
        pytest.param(QueueLoad(7, 2, 10), {}, Verdict.REFUSE, id="over it"),
        pytest.param(QueueLoad(0, 1, 0), {}, Verdict.REFUSE, id="waiting for nobody"),
        pytest.param(QueueLoad(1, 0, 0), {}, Verdict.REFUSE, id="the last agent is leaving"),
        pytest.param(QueueLoad(0, 0, 0), {}, Verdict.PASS, id="closed"),
        pytest.param(QueueLoad(7, 2, 10), {"perAgent": "1.5"}, Verdict.PASS, id="agents that take more"),
        pytest.param(QueueLoad(7, 2, 0), {"queues": {"Sales": "20"}}, Verdict.PASS, id="declared, no agents"),
        pytest.param(QueueLoad(7, 2, 100), {"queues": {"SALES": "10"}}, Verdict.REFUSE, id="declared, agents"),
        pytest.param(
            QueueLoad(7, 2, 10), {"flows": {"Main line": "99"}}, Verdict.REFUSE, id="although the flow is not"
        ),
    ],
)
def test_a_queue_is_judged_by_its_agents_or_its_declared_capacity(
    load: QueueLoad, given: Mapping[str, Any], verdict: Verdict
) -> None:
    found = judged(change("Main line", "Sales"), given=given, queues={"q-sales": load})
    assert (Verdict.REFUSE in {one.verdict for one in found}) is (verdict is Verdict.REFUSE)


def test_a_queue_with_nobody_on_it_says_so() -> None:
    (finding, _) = judged(change("Main line", "Sales"), queues={"q-sales": QueueLoad(0, 3, 0)})
    assert "3 of 0 interactions, limit 80 %; 0 with an agent, 3 waiting, no agents on queue" in finding.message


@pytest.mark.parametrize(
    ("given", "capacity"),
    [
        ({"types": {"inboundCall": "10"}}, 10),
        ({"types": {"inboundcall": "10"}, "flows": {"Main*": "20"}}, 20),
        ({"flows": {"Main*": "20", "*": "30", "MAIN LINE": "40"}}, 40),
        ({"flows": {"*": "30", "Main*": "20"}}, 30),
        ({"flows": {"Second": "30"}, "types": {"bot": "5"}}, None),
    ],
)
def test_a_name_is_stronger_than_a_glob_and_a_glob_than_a_type(given: Mapping[str, Any], capacity: int | None) -> None:
    (finding,) = judged(change(), given=given, flows={"Main line": 1})
    assert (f"1 of {capacity} interactions" in finding.message) is (capacity is not None)


@given(st.text(min_size=1), st.integers(0, 10))
def test_a_name_counts_literally_before_it_counts_as_a_glob(name: str, number: int) -> None:
    assert declared_for(name, {"**": 99, name: number}) == number


@pytest.mark.parametrize(
    "untouched",
    [change(new=True), change(writes=False), change(refused=True)],
    ids=["not there yet", "unchanged", "not to be carried out"],
)
def test_only_live_flows_that_will_be_written_are_asked_about(untouched: Change) -> None:
    failure = UnexpectedResponse("asked")
    assert judged(untouched, given=FIFTY, failure=failure) == ()


def test_two_questions_serve_all_flows_and_queues() -> None:
    readings = Answers()
    changes = tuple(change(f"Flow {number}", "Sales", "Support") for number in range(200))
    known = (SALES, Known(Identity(QUEUES, "", "Support"), "q-support"))
    of = Examination(Plan(changes), "dev", Organisation("org-1", "Example Energy"), known=known)
    examine(of, [Configured(GUARD, CapacitySettings())], cast("Readings", readings))
    assert readings.asked == [tuple(f"id of Flow {number}" for number in range(200)), ("q-sales", "q-support")]


@pytest.mark.parametrize("failure", [PermissionDenied("not allowed"), UnexpectedResponse("no results")])
def test_what_could_not_be_read_refuses_and_does_not_pass_by_waiting(failure: FlowSyncError) -> None:
    (finding,) = judged(change("Main line", "Sales"), failure=failure)
    assert finding.verdict is Verdict.UNKNOWN
    assert failure.message in finding.message
    assert not finding.passing


def test_a_guard_that_is_off_asks_nothing() -> None:
    assert judged(change(), given={**FIFTY, "mode": "off"}, failure=UnexpectedResponse("asked")) == ()


def test_the_guard_is_off_until_it_is_configured_and_then_enforced() -> None:
    assert GUARD.default is Mode.OFF
    assert GUARD.approvable
    assert CapacitySettings.model_validate({"limit": "70%"}).mode is Mode.ENFORCE


def test_an_auditor_reads_what_was_measured() -> None:
    found = judged(
        change("Main line", "Sales"),
        change("Second"),
        change("Night", type_="workflow"),
        change("Third", "Gone"),
        given={"types": {"inboundcall": "50"}},
        flows={"Main line": 12, "Night": 1},
        queues={"q-sales": QueueLoad(3, 0, 10)},
    )
    assert "\n".join(one.message for one in found) == (
        "limit 80 %; inboundcall 'Main line': 12 of 50 interactions (24 %); workflow 'Night': 1 interaction;"
        " queue 'Sales': 3 of 10 interactions (30 %); 2 without interactions;"
        " not judged (no capacity declared, no agents on queue): workflow 'Night';"
        " queue 'Gone' is not known in the organisation."
    )


def test_a_flow_without_declared_capacity_is_judged_by_its_queues() -> None:
    (finding,) = judged(change("Main line", "Sales"), queues={"q-sales": QueueLoad(1, 0, 10)})
    assert "not judged" not in finding.message


def test_many_names_are_counted() -> None:
    (finding,) = judged(*(change(f"Flow {number}") for number in range(13)))
    assert finding.message.endswith("inboundcall 'Flow 9' and 3 more.")


@pytest.mark.parametrize(
    ("written", "asked"),
    [("Sales", ("q-sales",)), ("sales", ("q-other",)), ("SALES", ("q-sales", "q-other"))],
)
def test_queues_whose_names_differ_only_in_case_are_told_apart_where_they_can_be(
    written: str, asked: tuple[str, ...]
) -> None:
    readings = Answers()
    known = (SALES, Known(Identity(QUEUES, "", "sales"), "q-other"), Known(Identity("users/users", "", "Sales"), "u"))
    of = Examination(Plan((change("Main line", written),)), "dev", Organisation("org-1", "Example"), known=known)
    examine(of, [Configured(GUARD, CapacitySettings())], cast("Readings", readings))
    assert readings.asked[1] == asked


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("80%", "0.8"),
        ("80 %", "0.8"),
        ("0.8", "0.8"),
        ("80", "0.8"),
        ("1", "1"),
        ("1%", "0.01"),
        (0.8, "0.8"),
        (80, "0.8"),
    ],
)
def test_a_limit_may_be_written_as_share_or_percent(text: object, share: str) -> None:
    assert CapacitySettings.model_validate({"limit": text}).limit == Decimal(share)


@pytest.mark.parametrize(
    "given",
    [
        {"limit": "much"},
        {"limit": "-1"},
        {"limit": "NaN%"},
        {"limit": ""},
        {"limit": "Infinity"},
        {"limit": True},
        {"flows": {"Main": "-1"}},
        {"flows": {"Main": "many"}},
        {"flows": "50"},
        {"types": {"inboundcal": "10"}},
        {"perAgent": "0"},
        {"perAgent": "NaN"},
        {"limits": "80%"},
    ],
    ids=str,
)
def test_a_setting_that_means_nothing_is_refused(given: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CapacitySettings.model_validate(given)


def test_a_misspelled_flow_type_is_told_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match="the nearest is 'inboundcall'"):
        CapacitySettings.model_validate({"types": {"inboundcal": "10"}})


@given(interactions=st.integers(0, 500), capacity=st.integers(1, 300), limit=st.integers(1, 100))
def test_it_refuses_exactly_when_more_than_the_limit_is_in_use(interactions: int, capacity: int, limit: int) -> None:
    settings = {"flows": {"Main line": str(capacity)}, "limit": f"{limit}%"}
    (finding,) = judged(change(), given=settings, flows={"Main line": interactions})
    assert (finding.verdict is Verdict.REFUSE) == (interactions * 100 > limit * capacity)
