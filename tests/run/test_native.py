"""Native configurations from the command to the organisation: by name, step by step, whatever comes between."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from hook.model import ExitCode
from simulator.state import Flow
from tests.run.conftest import Answer, Lab, call
from tests.run.native_sample import ACTION_CATEGORY, call_flow, id_of, moved

CHECKOUT = "/api/v2/flows/actions/checkout$"
SAVE = "/api/v2/flows/[^/]+/versions$"
CHECKIN = "/api/v2/flows/actions/checkin$"
PUBLISH = "/api/v2/flows/actions/publish$"
CREATE = "/api/v2/flows$"
STEPS = {"checkout": CHECKOUT, "save": SAVE, "checkin": CHECKIN, "publish": PUBLISH}
US = "flowsync"


class Native:
    """A lab whose environment takes native flows, and whose organisation has what they name."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.org = lab.org
        lab.environment["nativeFlows"] = True
        for queue in ("Support", "Sales"):
            lab.org.add("routing/queues", queue)
        lab.org.add("integrations/actions", "Look up a customer", category=ACTION_CATEGORY)

    def write(self, name: str, configuration: dict[str, Any] | None = None, **more: Any) -> None:
        path = self.lab.root / "flows" / "dev" / "all" / f"{name.lower()}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(configuration or call_flow(name, **more)), encoding="utf-8")

    def sync(self, *arguments: str) -> Answer:
        return self.lab.sync(*arguments)

    def flow(self, name: str) -> Flow:
        return self.org.flow(name)

    def live(self, name: str) -> dict[str, Any]:
        """Return the published configuration."""
        flow = self.flow(name)
        version = flow.version(flow.published)
        assert version is not None
        assert version.native is not None
        return version.native

    def published(self, name: str) -> list[str]:
        """Return the versions that were ever published."""
        return [one.id for one in self.flow(name).versions if one.type == "PUBLISH"]

    def last(self, name: str) -> str:
        """Return the version that is live."""
        return self.flow(name).published or ""

    def is_free(self, name: str) -> bool:
        """Tell whether nobody holds the flow and nothing of ours is left unsaved on it."""
        flow = self.flow(name)
        return flow.locked_by is None and (flow.draft is None or flow.draft.by.id != US)

    def writes(self) -> list[tuple[str, str, int]]:
        return [one for one in self.lab.calls() if one[0] != "GET" and "oauth" not in one[1]]

    def step(self, path: str) -> int:
        """Return how often a step was called."""
        return len([one for one in self.lab.calls(method="POST") if re.search(path, one[1])])


@pytest.fixture
def native(lab: Lab) -> Native:
    return Native(lab)


def test_a_new_flow_is_published_with_the_ids_of_this_organisation(native: Native) -> None:
    native.write("Main", data_action="Look up a customer", description="The main line")

    done = native.sync()

    assert (done.code, done.statuses()) == (0, {"Main": "done"})
    live = native.live("Main")
    text = json.dumps(live)
    for foreign in (id_of("queue Support"), id_of("action Look up a customer")):
        assert foreign not in text
    assert native.flow("Main").description == "The main line"
    assert native.is_free("Main")


def test_a_second_run_writes_nothing(native: Native) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.org.reset_calls()

    done = native.sync()

    assert (done.code, done.operations(), native.writes()) == (0, {"Main": "unchanged"}, [])


def test_a_second_run_without_a_state_adopts_what_is_equal(native: Native, tmp_path: Path) -> None:
    native.write("Main")
    assert native.sync().code == 0
    (tmp_path / "state.json").unlink()

    done = native.sync()

    assert (done.code, done.operations(), native.published("Main")) == (0, {"Main": "adopt"}, ["1.0"])


def test_a_moved_box_is_no_change_unless_it_is_asked_for(native: Native) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", moved(call_flow("Main")))

    assert native.sync().operations() == {"Main": "unchanged"}
    native.lab.environment["nativeFlows"] = {"layout": True}
    done = native.sync()

    assert (done.code, done.operations(), native.published("Main")) == (0, {"Main": "update"}, ["1.0", "2.0"])


def test_an_update_is_told_in_words_and_published(native: Native) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Good morning", queue="Sales")

    planned = native.lab.plan()
    done = native.sync()

    shown = json.dumps(planned.report["plan"]["changes"][0]["differences"])
    assert "Good morning" in shown
    assert "Sales" in shown
    assert id_of("queue Sales") not in shown
    assert (done.code, native.published("Main")) == (0, ["1.0", "2.0"])
    assert "Good morning" in json.dumps(native.live("Main"))


def test_what_the_file_does_not_say_stays(native: Native) -> None:
    native.org.add("authorization/divisions", "North")
    native.write("Main", description="Written once")
    assert native.sync().code == 0
    native.org.act("set-division", "Main", value="North")
    silent = call_flow("Main", greeting="Hello again")
    del silent["errorHandling"]
    native.write("Main", silent)

    done = native.sync()

    assert done.code == 0, done.report
    assert native.flow("Main").description == "Written once"
    assert native.live("Main")["errorHandling"] == {"handlingType": "Disconnect"}
    assert native.lab.plan().operations() == {"Main": "unchanged"}


def test_a_missing_name_is_refused_before_anything_is_written(native: Native) -> None:
    native.write("Main", queue="Suport")

    done = native.sync()

    assert done.code == ExitCode.GUARD
    assert "Support" in json.dumps(done.report)
    assert [one.name for one in native.org.flows()] == []


def test_a_missing_name_is_no_publish_even_when_the_guard_only_warns(native: Native) -> None:
    native.lab.environment["guards"] = {"references": "warn"}
    native.write("Main", queue="Suport")

    done = native.sync()

    assert done.code == ExitCode.GUARD
    assert "Suport" in done.outcome("Main")["failure"]["message"]
    assert [one.name for one in native.org.flows()] == []


def test_two_flows_that_name_each_other_both_ways_of_writing(native: Native) -> None:
    native.write("Native", then="Archy")
    native.lab.write("Archy", call("Archy", then="Native"))

    done = native.sync()

    assert (done.code, done.statuses()) == (0, {"Native": "done", "Archy": "done"})
    assert native.flow("Archy").id in json.dumps(native.live("Native"))
    native.org.reset_calls()
    assert native.sync().operations() == {"Native": "unchanged", "Archy": "unchanged"}
    assert native.writes() == []


def test_a_flow_is_named_as_it_is_spelled(native: Native) -> None:
    native.lab.write("Archy", call("Archy", then="Archy"))
    native.write("Native", then="archy")

    done = native.sync()

    assert done.code == ExitCode.GUARD
    assert "'Archy'" in json.dumps(done.report)
    assert native.org.flows() == []


def test_two_native_flows_that_need_each_other_are_refused_with_the_cycle(native: Native) -> None:
    native.write("One", then="Two")
    native.write("Two", then="One")

    done = native.sync()

    assert done.code == ExitCode.GUARD
    assert "name each other" in json.dumps(done.report)
    assert native.org.flows() == []


def test_two_native_flows_that_exist_may_need_each_other(native: Native) -> None:
    native.write("One")
    native.write("Two", then="One")
    assert native.sync().code == 0
    native.write("One", then="Two")
    native.write("Two", then="One", greeting="Hello")

    done = native.sync()

    assert (done.code, done.statuses()) == (0, {"One": "done", "Two": "done"})


@pytest.mark.parametrize("step", [*STEPS, "create"])
@pytest.mark.parametrize("reset", ["before", "after"])
def test_a_lost_answer_ends_in_one_publish_and_no_lock(native: Native, step: str, reset: str) -> None:
    native.write("Main")
    if step != "create":
        assert native.sync().code == 0
        native.write("Main", greeting="Hello again")
    before = len(native.published("Main")) if step != "create" else 0
    native.org.fault(method="POST", path=STEPS.get(step, CREATE), times=1, reset=reset)

    done = native.sync()
    if done.code != 0:
        assert (step, done.code) == ("create", ExitCode.UNAVAILABLE)
        assert native.sync().code == 0

    assert len(native.org.flows()) == 1
    assert len(native.published("Main")) == before + 1
    assert native.is_free("Main")


@pytest.mark.parametrize("step", ["checkout", "save", "checkin", "publish"])
def test_a_refused_step_leaves_no_lock_and_the_next_run_converges(native: Native, step: str) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    body = {"code": "architect.flow.save.failed", "status": 400, "message": "Not today."}
    native.org.fault(method="POST", path=STEPS[step], times=1, status=400, body=body)

    done = native.sync()

    assert done.code == ExitCode.REFUSED
    assert "Not today." in done.outcome("Main")["failure"]["message"]
    assert native.published("Main") == ["1.0"]
    assert native.is_free("Main")
    again = native.sync()
    assert (again.code, len(native.published("Main")), native.is_free("Main")) == (0, 2, True)


@pytest.mark.parametrize("action", ["CHECKIN", "PUBLISH"])
@pytest.mark.parametrize("first", [True, False])
def test_a_failed_operation_leaves_no_lock_and_the_next_run_converges(
    native: Native, action: str, *, first: bool
) -> None:
    native.write("Main")
    if not first:
        assert native.sync().code == 0
        native.write("Main", greeting="Hello again")
    native.org.job_fault(flow="Main", job=action.lower(), times=1, outcome="failure", messages=["Odd."])

    done = native.sync()

    assert (done.code, done.statuses()) == (ExitCode.REFUSED, {"Main": "failed"})
    assert "Odd." in done.outcome("Main")["failure"]["message"]
    assert native.published("Main") == ([] if first else ["1.0"])
    assert native.is_free("Main")
    assert native.sync().code == 0
    assert len(native.published("Main")) == (1 if first else 2)


def test_a_flow_that_somebody_holds_is_a_conflict_and_stays_held(native: Native) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    native.org.act("lock", "Main", user="A colleague")

    done = native.sync()

    assert done.code == ExitCode.CONFLICT
    assert "A colleague" in done.outcome("Main")["failure"]["message"]
    held = native.flow("Main").locked_by
    assert held is not None
    assert held.name == "A colleague"


@pytest.mark.parametrize("lock", [True, False])
def test_a_newer_draft_is_a_conflict_and_is_not_lost(native: Native, *, lock: bool) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    theirs = call_flow("Main", greeting="Theirs")
    native.org.act("save-draft", "Main", user="A colleague", native=theirs, lock=lock)

    done = native.sync()

    assert done.code == ExitCode.CONFLICT
    assert "A colleague" in done.outcome("Main")["failure"]["message"]
    draft = native.flow("Main").draft
    assert draft is not None
    assert "Theirs" in json.dumps(draft.native)


BETWEEN = [
    *((step, do) for step in STEPS for do in ("lock", "edit")),
    # While a flow is checked out, nobody else can save it.
    ("checkout", "save-draft"),
    ("publish", "save-draft"),
]


@pytest.mark.parametrize(("step", "do"), BETWEEN)
def test_what_somebody_does_in_between_is_never_lost_silently(native: Native, step: str, do: str) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    edited = json.loads(json.dumps(native.live("Main")).replace("Welcome", "Theirs"))
    theirs = {"native": edited} if do != "lock" else {}
    native.org.act(do, "Main", user="A colleague", at_call={"method": "POST", "path": STEPS[step]}, **theirs)

    done = native.sync()

    flow = native.flow("Main")
    contents = json.dumps([one.native for one in (*flow.versions, flow.draft) if one])
    if do != "lock":
        assert "Theirs" in contents
    if do == "edit":
        assert done.code == ExitCode.CONFLICT, done.report["outcomes"]
    elif flow.locked_by is not None:
        assert flow.locked_by.name == "A colleague"
    assert flow.locked_by is None or flow.locked_by.id != US


def terminate_at(native: Native, path: str) -> threading.Thread:
    """Send SIGTERM to this process as soon as a call was received."""
    seen = native.step(path)

    def wait() -> None:
        for _ in range(2000):
            if native.step(path) > seen:
                os.kill(os.getpid(), signal.SIGTERM)
                return
            time.sleep(0.005)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("step", [*STEPS])
def test_sigterm_after_a_step_gives_the_flow_back(native: Native, step: str) -> None:
    native.write("Main")
    assert native.sync().code == 0
    native.write("Main", greeting="Hello again")
    native.org.fault(method="POST", path=STEPS[step], times=1, delay=0.4)
    thread = terminate_at(native, STEPS[step])

    done = native.sync()
    thread.join()

    assert done.code == ExitCode.TERMINATED
    assert native.is_free("Main")
    assert native.published("Main") == (["1.0", done.outcome("Main")["versionAfter"]] if step == "publish" else ["1.0"])
    again = native.sync()
    assert (again.code, len(native.published("Main")), native.is_free("Main")) == (0, 2, True)


def test_a_name_that_means_another_object_now_is_no_equal_content(
    native: Native, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    native.write("Main")
    assert native.sync().code == 0
    (tmp_path / "state.json").unlink()
    native.org.remove("routing/queues", "Support")
    native.org.add("routing/queues", "Support")

    done = native.sync()

    assert done.code == ExitCode.CONFLICT
    assert "Support" in json.dumps(done.outcome("Main")["failure"])
