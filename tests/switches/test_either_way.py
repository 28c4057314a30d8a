"""
What the tool promises, under every reading of what is not certain about the platform.

Each story asks two things after a run that says 0: is live what the files say, and was nothing published twice or over
somebody's head? A story runs with each uncertain fact read the other way, and with covers of all pairs of them.
"""

from __future__ import annotations

import json

import pytest

from hook.model import ExitCode
from tests.run.conftest import Lab, call, workflow
from tests.switches.readings import Reading, cover, label, singles

JOBS = "/api/v2/flows/jobs$"
JOB = "/api/v2/flows/jobs/"
STORAGE = "^/(?!api/|oauth/)"
BY_HAND = workflow("One", end="By hand")


def live(lab: Lab, name: str) -> str:
    """Return the document that is live."""
    flow = lab.org.flow(name)
    version = flow.version(flow.published)
    return version.document if version else ""


def times_published(lab: Lab, name: str) -> int:
    return lab.org.flow(name).publish_count


@pytest.mark.parametrize("reading", [{}, *singles(), *cover()], indirect=True, ids=label)
def test_all_is_made_nothing_is_done_twice_and_only_what_changed_is_published(lab: Lab, reading: Reading) -> None:
    lab.write("One")
    lab.write("Two", description="From Git")
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))

    planned = lab.plan()
    first = lab.sync()
    published = [times_published(lab, name) for name in ("One", "Two")]
    lab.org.reset_calls()
    second = lab.sync()
    writes = [one for one in lab.calls() if one[0] != "GET" and one[1] != "/oauth/token"]
    lab.write("One", end="Finish")
    third = lab.sync()

    assert (planned.code, first.code, second.code, third.code) == (0, 0, 0, 0)
    assert planned.report["plan"]["checksum"] == first.report["plan"]["checksum"]
    assert set(first.statuses().values()) == {"done"}
    assert published == [1, 1]
    assert (set(second.statuses().values()), writes) == ({"unchanged"}, [])
    assert third.statuses() == {"One": "done", "Two": "unchanged", "Ping": "unchanged", "Pong": "unchanged"}
    assert "Finish" in live(lab, "One")
    assert sorted(flow.name for flow in lab.org.flows()) == ["One", "Ping", "Pong", "Two"]


def test_what_the_file_is_silent_about_is_still_there(lab: Lab, reading: Reading) -> None:
    lab.org.add("authorization/divisions", "Sales")
    lab.write("One")
    lab.sync()
    lab.org.act("set-description", "One", user="Supervisor", value="Written by hand")
    lab.org.act("set-division", "One", user="Supervisor", value="Sales")
    division = lab.org.flow("One").division_id
    lab.write("One", end="Finish")

    done = lab.sync()

    assert (done.code, "Finish" in live(lab, "One")) == (0, True)
    assert (lab.org.flow("One").description, lab.org.flow("One").division_id) == ("Written by hand", division)


def test_nobodys_edit_is_overwritten_unless_it_is_asked_for(lab: Lab, reading: Reading) -> None:
    lab.write("One")
    lab.sync()
    lab.org.act("edit", "One", user="Supervisor", document=BY_HAND)

    drifted = lab.sync()
    lab.write("One", end="Finish")
    refused = lab.sync()
    kept = live(lab, "One")
    done = lab.sync("--on-drift", "overwrite")
    after = lab.sync()

    assert (drifted.code, refused.code) == (ExitCode.CONFLICT, ExitCode.CONFLICT)
    assert kept == BY_HAND
    assert (done.code, after.code, after.statuses()) == (0, 0, {"One": "unchanged"})
    assert "Finish" in live(lab, "One")


def test_a_flow_that_was_there_before_us_is_taken_over_only_when_it_is_equal(lab: Lab, reading: Reading) -> None:
    lab.org.add_flow(workflow("Same"), user="Supervisor")
    lab.org.add_flow(BY_HAND, user="Supervisor")
    lab.write("Same")
    lab.write("One")

    done = lab.sync()

    assert done.code == ExitCode.CONFLICT
    assert done.operations()["One"] == "adopt"
    assert (times_published(lab, "Same"), live(lab, "One")) == (1, BY_HAND)


def test_what_somebody_holds_is_a_conflict_and_its_sibling_is_done(lab: Lab, reading: Reading) -> None:
    for name in ("One", "Draft", "Two"):
        lab.write(name)
    lab.sync()
    lab.org.act("lock", "One", user="Supervisor")
    lab.org.act("save-draft", "Draft", user="Supervisor")
    for name in ("One", "Draft", "Two"):
        lab.write(name, end="Finish")

    done = lab.sync()

    assert (done.code, done.statuses()) == (
        ExitCode.CONFLICT,
        {"One": "conflict", "Draft": "conflict", "Two": "done"},
    )
    assert "Finish" not in live(lab, "One") + live(lab, "Draft")
    assert lab.org.flow("Draft").draft is not None


def test_an_edit_or_a_lock_in_mid_run_is_never_a_success(lab: Lab, reading: Reading) -> None:
    for name in ("One", "Held"):
        lab.write(name)
    lab.sync()
    for name in ("One", "Held"):
        lab.write(name, end="Finish")
    at_call = {"method": "POST", "path": JOBS, "n": 1}
    lab.org.act("edit", "One", user="Supervisor", at_call=at_call)
    lab.org.act("lock", "Held", user="Supervisor", at_call=at_call)

    done = lab.sync()

    assert (done.code, done.statuses()) == (ExitCode.CONFLICT, {"One": "conflict", "Held": "conflict"})


def test_a_publish_of_a_user_is_never_taken_for_ours(lab: Lab, reading: Reading) -> None:
    lab.write("One")
    lab.sync()
    lab.write("One", end="Finish")
    lab.org.job_fault(flow="One", times=1, outcome="lost")
    lab.org.act("edit", "One", user="Supervisor", at_call={"method": "GET", "path": JOB, "n": 1})

    assert lab.sync().code == ExitCode.CONFLICT


def test_a_lost_answer_publishes_once(lab: Lab, reading: Reading) -> None:
    lab.write("One")
    lab.org.fault(method="POST", path=JOBS, times=1, reset="after")
    lab.org.fault(method="PUT", path=STORAGE, times=1, reset="after")

    assert (lab.sync().code, times_published(lab, "One")) == (0, 1)


def test_a_run_that_lost_sight_of_its_job_is_continued_and_publishes_once(lab: Lab, reading: Reading) -> None:
    lab.write("One")
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    lab.org.fault(method="GET", path=JOB, times=2, status=200, body={"success": False})

    lost = lab.sync()
    found = lab.sync()
    last = lab.sync()

    assert lost.code == ExitCode.REFUSED
    assert times_published(lab, "One") == 1
    assert (found.code, last.code, set(last.statuses().values())) == (0, 0, {"unchanged"})


def test_a_failed_job_is_told_and_the_next_run_publishes_or_names_who_holds_the_flow(
    lab: Lab, reading: Reading
) -> None:
    lab.write("One")
    lab.sync()
    lab.write("One", end="Finish")
    lab.org.job_fault(flow="One", times=1, outcome="failure", messages=[])

    failed = lab.sync()
    again = lab.sync()

    assert (failed.code, failed.statuses()) == (ExitCode.REFUSED, {"One": "failed"})
    held_by_platform = reading.get("failed_job_keeps_lock") and reading.get("job_publishes_as_client") is False
    assert again.code == (ExitCode.CONFLICT if held_by_platform else 0)
    assert ("Finish" in live(lab, "One")) == (again.code == 0)


def test_a_rate_limit_is_waited_out_and_a_missing_name_refused(lab: Lab, reading: Reading) -> None:
    lab.write("One")
    lab.org.fault(method="GET", path="/api/v2/flows$", times=1, status=429, headers={"Retry-After": "0"})
    done = lab.sync()
    lab.write("One", then="Nobody")
    refused = lab.sync()

    assert (done.code, refused.code) == (0, ExitCode.GUARD)
    assert times_published(lab, "One") == 1


def test_a_document_in_json_is_published_and_one_that_the_platform_does_not_know_is_refused(
    lab: Lab, reading: Reading
) -> None:
    folder = lab.root / "flows" / "dev" / "all"
    folder.mkdir(parents=True)
    flow = {"workflow": {"name": "Json", "defaultLanguage": "en-us", "supportedLanguages": {"en-us": {"none": True}}}}
    (folder / "json.json").write_text(json.dumps(flow))
    (folder / "bot.yaml").write_text("digitalBotFlow:\n  name: Bot\n  defaultLanguage: en-us\n")

    done = lab.sync()

    known = reading.get("rare_type_keys") != "others"
    assert done.statuses() == {"Json": "done", "Bot": "done" if known else "failed"}
    assert done.code == (0 if known else ExitCode.REFUSED)
    assert sorted(flow.name for flow in lab.org.flows()) == (["Bot", "Json"] if known else ["Json"])


def test_a_flow_full_of_interactions_is_not_replaced(lab: Lab, reading: Reading) -> None:
    lab.environment = {
        "organizationId": lab.org.id,
        "guards": {"capacity": {"types": {"workflow": "10"}}, "permissions": "enforce"},
    }
    lab.write("One")
    quiet = lab.sync()
    lab.org.traffic(flow="One", count=9)
    lab.write("One", end="Finish")

    busy = lab.sync()

    assert (quiet.code, busy.code) == (0, ExitCode.GUARD)
    assert "Finish" not in live(lab, "One")


def test_a_client_that_is_refused_or_may_not_publish_is_told_so(lab: Lab, reading: Reading) -> None:
    lab.write("One")
    lab.org.client("flowsync", "another-secret")
    wrong = lab.plan()
    lab.org.client("flowsync", "secret-of-flowsync", permissions=["architect:flow:view", "architect:job:view"])
    powerless = lab.sync()

    assert (wrong.code, powerless.code) == (ExitCode.CREDENTIALS, ExitCode.GUARD)
    assert lab.org.flows() == []
