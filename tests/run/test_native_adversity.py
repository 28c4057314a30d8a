"""Others at the same flow, a platform that lies, calls that are refused: no wrong success, no lost work, no lock."""

from __future__ import annotations

import json
import threading
from http import HTTPStatus
from typing import Any

import pytest

from hook.engine import read_back
from hook.engine.native import route
from hook.model import ExitCode
from tests.run.conftest import Answer, Lab
from tests.run.native_sample import call_flow
from tests.run.test_native import CREATE, STEPS, US, Native
from tests.run.test_native_kill import killed_at, until

REFUSED: dict[str, Any] = {"status": 400, "body": {"code": "some.code", "status": 400, "message": "Not today."}}
FLOW = "/api/v2/flows/[0-9a-f-]{36}$"
SECRET = "a-secret-value-of-somebody"


@pytest.fixture
def native(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Native:
    monkeypatch.setattr(read_back, "PATIENCE", 0.2)
    return Native(lab)


def changed(native: Native, **settings: Any) -> dict[str, Any]:
    """Publish a flow, change its file, and return what somebody else makes of the live configuration."""
    native.org.settings(**settings)
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    theirs: dict[str, Any] = json.loads(json.dumps(native.live("Main")).replace("Welcome", "Theirs"))
    return theirs


def at(step: str, n: int = 1) -> dict[str, Any]:
    return {"method": "POST", "path": STEPS[step], "n": n}


def is_live(native: Native, words: str) -> bool:
    return words in json.dumps(native.live("Main"))


def told(answer: Answer, name: str = "Main") -> str:
    failure = answer.outcome(name)["failure"]
    return " ".join((failure["message"], failure["hint"], *failure["details"]))


@pytest.mark.parametrize("step", STEPS)
def test_what_another_client_published_after_a_kill_is_not_taken_for_ours(native: Native, step: str) -> None:
    theirs = changed(native)
    killed_at(native, STEPS[step])
    native.org.act("edit", "Main", client="Other tool", native=theirs)

    done = native.sync()

    assert is_live(native, "Theirs")
    assert done.code == ExitCode.CONFLICT


@pytest.mark.parametrize("twice", [False, True])
def test_a_version_that_the_publish_made_of_ours_is_known_after_a_kill(native: Native, *, twice: bool) -> None:
    changed(native, publish_makes_version=twice)
    killed_at(native, STEPS["publish"])

    done = native.sync()

    assert (done.code, done.operations(), native.flow("Main").publish_count) == (0, {"Main": "unchanged"}, 2)


def test_a_draft_that_was_published_in_place_of_ours_stays_a_failure_in_the_next_run(native: Native) -> None:
    theirs = changed(native)
    native.org.act("save-draft", "Main", user="A colleague", native=theirs, at_call=at("publish"))

    first, second = native.sync(), native.sync()

    assert is_live(native, "Theirs")
    assert (first.code, second.code) == (ExitCode.REFUSED, ExitCode.CONFLICT)


@pytest.mark.parametrize("do", ["revert", "save-draft", "check-in"])
@pytest.mark.parametrize("path", [FLOW, STEPS["checkin"]])
def test_what_took_the_place_of_our_draft_is_not_published(native: Native, do: str, path: str) -> None:
    theirs = changed(native)
    details: dict[str, Any] = {} if do == "revert" else {"native": theirs}
    # The second look at the flow is the one before the check-in.
    when = {"method": "GET", "path": path, "n": 2} if path == FLOW else {"method": "POST", "path": path}
    native.org.act(do, "Main", user="A colleague", at_call=when, **details)

    done = native.sync()

    assert (done.code, native.published("Main")) == (ExitCode.CONFLICT, ["1.0"]), told(done)
    assert native.flow("Main").locked_by is None


@pytest.mark.parametrize("step", ["checkout", "save"])
def test_a_check_in_of_somebody_meanwhile_is_a_conflict(native: Native, step: str) -> None:
    theirs = changed(native)
    native.org.act("check-in", "Main", user="A colleague", native=theirs, at_call=at(step))

    done = native.sync()

    assert (done.code, native.published("Main")) == (ExitCode.CONFLICT, ["1.0"])
    assert "A colleague" in told(done)
    assert native.is_free("Main")


@pytest.mark.parametrize("publishes", [False, True])
def test_giving_back_never_publishes_nor_drops_what_somebody_saved(native: Native, *, publishes: bool) -> None:
    theirs = changed(native, unlock_publishes=publishes)
    native.org.act("save-draft", "Main", user="A colleague", native=theirs, at_call=at("checkout"))

    done = native.sync()

    assert done.code == ExitCode.CONFLICT
    assert native.published("Main") == ["1.0"]
    assert "Theirs" in json.dumps(native.flow("Main").versions[-1].native)
    assert "the draft that A colleague had saved was checked in" in told(done)
    assert native.is_free("Main")


@pytest.mark.parametrize("publishes", [False, True])
def test_a_refused_revert_publishes_nothing_and_leaves_no_lock(native: Native, *, publishes: bool) -> None:
    changed(native, unlock_publishes=publishes)
    for path in (STEPS["checkin"], "actions/revert$"):
        native.org.fault(method="POST", path=path, times=1, **REFUSED)

    done = native.sync()

    assert (done.code, native.published("Main"), native.is_free("Main")) == (ExitCode.REFUSED, ["1.0"], True)
    assert "our draft, which could not be dropped, was checked in" in told(done)
    assert native.sync().code == 0


def test_a_flow_that_only_repeats_its_published_version_as_saved_needs_no_unlock(native: Native) -> None:
    native.org.client(
        US,
        "secret-of-flowsync",
        permissions=[f"architect:flow:{what}" for what in ("view", "add", "edit", "publish")]
        + ["architect:job*:*", "routing:*:view", "integrations:*:view"],
    )
    changed(native, saved_version_after_publish=True, checkout_makes_draft=False)
    native.org.act("edit", "Main", user="A colleague", native=native.live("Main"))
    native.org.fault(method="POST", path=STEPS["save"], times=1, **REFUSED)

    done = native.sync()

    assert (done.code, native.is_free("Main")) == (ExitCode.REFUSED, True), told(done)


def test_a_lock_that_could_not_be_given_back_is_given_back_by_a_later_run(native: Native) -> None:
    changed(native)
    killed_at(native, STEPS["save"])
    native.write("Main")
    for path in ("actions/revert$", "actions/unlock$", STEPS["checkin"]):
        native.org.fault(method="POST", path=path, **REFUSED)
    first = native.sync()
    assert any("may still be checked out" in note for note in first.report["notes"])
    native.org.clear_faults()

    second = native.sync()

    assert any("given back" in note for note in second.report["notes"])
    assert (second.operations(), native.is_free("Main")) == ({"Main": "unchanged"}, True)


def test_a_check_out_that_arrives_late_is_given_back(native: Native) -> None:
    changed(native, checkout_again="conflict")
    native.org.fault(method="POST", path=STEPS["checkout"], at=[1], reset="before")
    native.org.act("lock", "Main", client=US, at_call=at("checkout", 2))

    native.sync()

    assert native.is_free("Main")


@pytest.mark.parametrize("path", [FLOW, "/versions/1.0/configuration$", *STEPS.values()])
def test_a_flow_that_is_deleted_meanwhile_is_a_conflict(native: Native, path: str) -> None:
    changed(native)
    native.org.act("delete", "Main", user="A colleague", at_call={"path": path})

    done = native.sync()

    assert done.code == ExitCode.CONFLICT
    assert "was deleted" in told(done)
    assert "checked out" not in told(done)


@pytest.mark.parametrize("names", ["ignored", "renames"])
def test_a_flow_that_is_renamed_meanwhile_keeps_its_new_name_and_is_not_published(native: Native, names: str) -> None:
    changed(native, native_name=names)
    native.org.act("rename", "Main", value="Renamed", user="A colleague", at_call=at("checkout"))

    done = native.sync()

    assert done.code == ExitCode.CONFLICT
    assert [(one.name, one.publish_count) for one in native.org.flows()] == [("Renamed", 1)]
    assert native.is_free("Renamed")


@pytest.mark.parametrize("reading", ["taken", "ignored", "replaced"])
def test_a_description_that_somebody_changed_stays_where_the_file_is_silent(native: Native, reading: str) -> None:
    native.org.settings(native_description=reading)
    native.write("Main", description="Said once")
    assert native.sync().code == 0
    native.org.act("set-description", "Main", value="By hand", user="A colleague")
    native.write("Main", greeting="Hello again")

    done = native.sync()

    assert (done.code, native.flow("Main").description) == (0, "By hand")
    assert native.sync().operations() == {"Main": "unchanged"}


@pytest.mark.parametrize("reading", ["taken", "ignored", "replaced"])
def test_a_description_that_somebody_changes_after_the_check_in_is_not_overwritten(
    native: Native, reading: str
) -> None:
    native.org.settings(native_description=reading)
    native.write("Main", description="Said once")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    when = {"method": "GET", "path": "/versions/2.0/configuration$"}
    native.org.act("set-description", "Main", value="By hand", user="A colleague", at_call=when)

    first, second = native.sync(), native.sync()

    assert (first.code, second.code) == (ExitCode.CONFLICT, 0)
    assert native.flow("Main").description == "By hand"


def test_a_check_in_that_lies_publishes_nothing(native: Native) -> None:
    changed(native)
    native.org.job_fault(flow="Main", job="checkin", outcome="lost")

    done = native.sync()

    assert (done.code, native.published("Main"), native.is_free("Main")) == (ExitCode.REFUSED, ["1.0"], True)
    assert "made no version" in told(done)
    assert (native.sync().code, native.flow("Main").publish_count) == (0, 2)


def test_a_publish_that_lies_is_no_success_and_the_next_run_publishes(native: Native) -> None:
    changed(native)
    native.org.job_fault(flow="Main", job="publish", outcome="lost")

    first, second = native.sync(), native.sync()

    assert (first.code, second.code) == (ExitCode.REFUSED, 0)
    assert (native.flow("Main").publish_count, native.is_free("Main")) == (2, True)


@pytest.mark.parametrize("action", ["checkin", "publish"])
def test_a_failure_without_a_word_is_told_as_one(native: Native, action: str) -> None:
    changed(native)
    native.org.job_fault(flow="Main", job=action, outcome="failure")

    done = native.sync()

    assert (done.code, native.published("Main"), native.is_free("Main")) == (ExitCode.REFUSED, ["1.0"], True)
    assert "no reason" in told(done)


def test_an_operation_that_hangs_is_waited_for_by_the_next_run_and_publishes_nothing(
    native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(native)
    native.org.job_fault(flow="Main", job="checkin", outcome="stuck")
    monkeypatch.setattr(route, "RESERVE", 1.0)
    monkeypatch.setenv("FLOWSYNC_DEADLINE", "3")

    first, second = native.sync(), native.sync()

    assert (first.code, second.code) == (ExitCode.UNAVAILABLE, ExitCode.UNAVAILABLE)
    assert "may still be checked out" in told(first)
    assert native.published("Main") == ["1.0"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_status_at_any_step_leaves_no_lock_and_never_publishes_twice(native: Native, step: str, status: int) -> None:
    changed(native)
    native.org.fault(method="POST", path=STEPS[step], times=1, status=status)

    first = native.sync()
    assert native.is_free("Main")
    second = native.sync() if first.code else first

    assert (second.code, native.flow("Main").publish_count, native.is_free("Main")) == (0, 2, True)


@pytest.mark.parametrize("step", ["save", "checkin", "publish"])
def test_an_error_that_hides_a_success_ends_in_one_publish(native: Native, step: str) -> None:
    changed(native)
    native.org.fault(method="POST", path=STEPS[step], times=1, status=500, process=True)

    native.sync()
    second = native.sync()

    assert (second.code, native.flow("Main").publish_count, native.is_free("Main")) == (0, 2, True)


def test_a_creation_whose_answer_is_lost_makes_one_flow_although_lists_do_not_show_it(native: Native) -> None:
    native.org.settings(consistency_seconds=3000)
    native.write("Main")
    native.org.fault(method="POST", path=CREATE, times=1, reset="after")
    assert native.sync().code == ExitCode.UNAVAILABLE
    assert native.sync().code == ExitCode.CONFLICT
    native.org.advance(60)

    done = native.sync()

    assert (done.code, len(native.org.flows()), native.flow("Main").publish_count) == (0, 1, 1)


def test_flows_of_one_name_and_other_types_are_two(native: Native) -> None:
    changed(native)
    secure = {**call_flow("Main", greeting="Hello again"), "type": "inqueuecall"}
    native.write("Main2", secure)

    done = native.sync()

    assert done.code == 0, done.report["outcomes"]
    assert sorted((one.type, one.publish_count) for one in native.org.flows()) == [
        ("inboundcall", 2),
        ("inqueuecall", 1),
    ]


@pytest.mark.parametrize("recreated", [False, True])
def test_an_object_that_is_deleted_between_plan_and_publish_is_no_success(native: Native, *, recreated: bool) -> None:
    changed(native)
    native.org.fault(method="POST", path=STEPS["checkout"], times=1, delay=0.4)
    seen = native.step(STEPS["checkout"])

    def remove() -> None:
        until(lambda: native.step(STEPS["checkout"]) > seen)
        native.org.remove("routing/queues", "Support")
        if recreated:
            native.org.add("routing/queues", "Support")

    thread = threading.Thread(target=remove, daemon=True)
    thread.start()
    done = native.sync()
    thread.join()

    assert (done.code, native.published("Main"), native.is_free("Main")) == (ExitCode.REFUSED, ["1.0"], True)
    assert "does not exist" in told(done)
    assert native.sync().code == (0 if recreated else ExitCode.GUARD)


def test_no_secret_of_a_native_file_is_told(
    native: Native, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GREETING", SECRET)
    monkeypatch.setenv("FLOWSYNC_LOG_LEVEL", "debug")
    native.lab.environment["variables"] = {"greeting": {"$env": "GREETING"}}
    native.write("Main", greeting="{{greeting}}")
    assert native.sync().code == 0
    assert is_live(native, SECRET)
    monkeypatch.setenv("GREETING", SECRET[::-1])
    native.org.job_fault(flow="Main", job="publish", outcome="failure", messages=[f"Odd: {SECRET[::-1]}."])

    first = native.sync()
    native.org.act("save-draft", "Main", user="A colleague", native=native.live("Main"), at_call=at("publish"))
    second = native.sync()

    assert (first.code, second.code) == (ExitCode.REFUSED, ExitCode.REFUSED)
    state = (native.lab.root / "state.json").read_text()
    said = capsys.readouterr()
    for text in (json.dumps(first.report), json.dumps(second.report), state, said.out, said.err):
        assert SECRET not in text
        assert SECRET[::-1] not in text


@pytest.mark.parametrize("status", [400, 403, 409, 500])
def test_a_revert_that_is_refused_ends_without_a_lock_or_says_so(native: Native, status: int) -> None:
    changed(native)
    native.org.fault(method="POST", path=STEPS["checkin"], times=1, **REFUSED)
    native.org.fault(method="POST", path="actions/revert$", times=1, status=status)

    first = native.sync()

    assert native.is_free("Main") or "may still be checked out" in told(first)
    assert native.is_free("Main") or status == HTTPStatus.CONFLICT
    assert (native.sync().code, native.flow("Main").publish_count, native.is_free("Main")) == (0, 2, True)


def test_a_check_in_that_outlasts_the_run_is_waited_for_and_the_flow_is_free(
    native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(native)
    native.org.settings(operation_seconds=300)
    monkeypatch.setattr(route, "RESERVE", 3.5)
    monkeypatch.setenv("FLOWSYNC_DEADLINE", "4.2")

    first = native.sync()

    assert (first.code, native.published("Main")) == (ExitCode.UNAVAILABLE, ["1.0"]), told(first)
    assert native.is_free("Main")


@pytest.mark.parametrize("outcome", ["success", "failure"])
def test_a_check_in_that_is_still_under_way_is_followed_by_the_next_run(
    native: Native, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    changed(native)
    native.org.settings(operation_seconds=900)
    native.org.job_fault(flow="Main", job="checkin", outcome=outcome, messages=["Odd."])
    monkeypatch.setattr(route, "RESERVE", 0.5)
    monkeypatch.setenv("FLOWSYNC_DEADLINE", "1.5")
    assert native.sync().code == ExitCode.UNAVAILABLE
    monkeypatch.setenv("FLOWSYNC_DEADLINE", "60")
    native.org.settings(operation_seconds=3)

    done = native.sync()

    assert (done.code, native.flow("Main").publish_count, native.is_free("Main")) == (0, 2, True)
    assert any("Odd." in note for note in done.report["notes"]) == (outcome == "failure")


def test_a_new_flow_that_lists_do_not_show_yet_is_not_created_again_after_a_kill(native: Native) -> None:
    native.org.settings(consistency_seconds=9000)
    native.write("Main")
    killed_at(native, STEPS["checkout"])
    native.sync()
    native.org.advance(60)

    done = native.sync()

    assert (done.code, len(native.org.flows()), native.flow("Main").publish_count) == (0, 1, 1)
    assert native.step(CREATE) == 1


def test_a_new_flow_that_somebody_deleted_after_a_kill_is_created_again(native: Native) -> None:
    native.write("Main")
    killed_at(native, STEPS["checkout"])
    native.org.act("delete", "Main", user="A colleague")

    done = native.sync()

    assert (done.code, len(native.org.flows()), native.flow("Main").publish_count) == (0, 1, 1)
    assert any("not there any more" in note for note in done.report["notes"])


def test_a_lock_of_ours_that_is_taken_over_during_a_lost_answer_is_a_conflict(native: Native) -> None:
    changed(native)
    native.org.fault(method="POST", path=STEPS["save"], times=1, reset="before")
    native.org.act("lock", "Main", user="A colleague", at_call=at("save"))

    done = native.sync()

    holder = native.flow("Main").locked_by
    assert (done.code, holder.name if holder else "") == (ExitCode.CONFLICT, "A colleague")


def test_a_description_that_could_not_be_set_after_the_publish_is_set_by_the_next_run(native: Native) -> None:
    native.org.settings(native_description="ignored")
    native.write("Main", description="One")
    assert native.sync().code == 0
    native.write("Main", description="Two")
    native.org.fault(method="PUT", path="/api/v2/flows/", times=1, **REFUSED)

    first = native.sync()
    planned = native.lab.plan()
    second = native.sync()

    assert (first.code, second.code, native.flow("Main").description) == (ExitCode.REFUSED, 0, "Two")
    assert any("a sync sets it" in note for note in planned.report["notes"])
    assert native.flow("Main").publish_count == 2
    assert native.sync().operations() == {"Main": "unchanged"}
