"""What the tool promises of native flows, under every reading of what is not certain about their route."""

from __future__ import annotations

import json
from itertools import cycle, product

import pytest

from hook.model import ExitCode
from tests.run.conftest import Lab, call
from tests.run.native_sample import call_flow
from tests.run.test_native import STEPS, US, Native
from tests.switches.readings import Reading, cover, label, singles

ALONE: list[Reading] = [{}, *singles(native=True)]
every_reading = pytest.mark.parametrize("reading", [*ALONE, *cover()], indirect=True, ids=label)
each_alone = pytest.mark.parametrize("reading", ALONE, indirect=True, ids=label)
every_step = pytest.mark.parametrize(
    ("reading", "step"),
    # Each step with each doubt by itself; with the covers of pairs, one step after the other.
    [
        *product(ALONE, STEPS),
        *zip(cover(), cycle(STEPS), strict=False),
    ],
    indirect=["reading"],
    ids=lambda value: value if isinstance(value, str) else label(value),
)


@pytest.fixture
def native(lab: Lab) -> Native:
    return Native(lab)


@every_reading
def test_both_ways_are_published_once_and_the_second_run_writes_nothing(native: Native, reading: Reading) -> None:
    native.write("Native", then="Archy", description="From Git")
    native.lab.write("Archy", call("Archy", then="Native"))

    first = native.sync()
    native.org.reset_calls()
    second = native.sync()

    assert (first.code, second.code) == (0, 0), first.report["outcomes"]
    assert (set(second.statuses().values()), native.writes()) == ({"unchanged"}, [])
    assert native.flow("Native").description == "From Git"
    assert native.is_free("Native")


@each_alone
def test_an_update_keeps_what_the_file_is_silent_about(native: Native, reading: Reading) -> None:
    native.org.add("authorization/divisions", "North")
    native.write("Main", description="Said once")
    assert native.sync().code == 0
    native.org.act("set-division", "Main", value="North")
    native.write("Main", greeting="Hello again")

    done = native.sync()

    assert done.code == 0, done.report["outcomes"]
    assert native.flow("Main").description == "Said once"
    assert "Hello again" in json.dumps(native.live("Main"))
    assert native.is_free("Main")
    assert native.sync().operations() == {"Main": "unchanged"}


@every_step
def test_a_refused_step_gives_the_flow_back(native: Native, reading: Reading, step: str) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    body = {"code": "architect.flow.save.failed", "status": 400, "message": "Not today."}
    native.org.fault(method="POST", path=STEPS[step], times=1, status=400, body=body)

    done = native.sync()

    assert (done.code, native.is_free("Main")) == (ExitCode.REFUSED, True), done.report["outcomes"]
    assert native.flow("Main").publish_count == 1
    native.org.clear_faults()
    assert (native.sync().code, native.flow("Main").publish_count) == (0, 2)


@each_alone
@pytest.mark.parametrize("action", ["checkin", "publish"])
def test_a_failed_operation_gives_the_flow_back(native: Native, reading: Reading, action: str) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    native.org.job_fault(flow="Main", job=action, times=1, outcome="failure", messages=["Odd."])

    done = native.sync()

    assert (done.code, native.is_free("Main")) == (ExitCode.REFUSED, True), done.report["outcomes"]
    assert native.flow("Main").publish_count == 1
    assert (native.sync().code, native.flow("Main").publish_count) == (0, 2)


@every_step
def test_a_lost_answer_publishes_once(native: Native, reading: Reading, step: str) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    native.org.fault(method="POST", path=STEPS[step], times=1, reset="after")

    done = native.sync()

    assert done.code == 0, done.report["outcomes"]
    assert (native.flow("Main").publish_count, native.is_free("Main")) == (2, True)


@each_alone
def test_what_somebody_holds_or_saved_is_not_lost(native: Native, reading: Reading) -> None:
    native.write("Held")
    native.write("Drafted")
    assert native.sync().code == 0
    for name in ("Held", "Drafted"):
        native.write(name, greeting="Hello again")
    native.org.act("lock", "Held", user="A colleague")
    theirs = call_flow("Drafted", greeting="Theirs")
    native.org.act("save-draft", "Drafted", user="A colleague", native=theirs)

    done = native.sync()

    assert done.code == ExitCode.CONFLICT
    holder, draft = native.flow("Held").locked_by, native.flow("Drafted").draft
    assert holder is not None
    assert holder.id != US
    assert draft is not None
    assert "Theirs" in json.dumps(draft.native)
