"""What somebody else did is never overwritten without a word: exit 8, with who and when."""

from __future__ import annotations

from hook.model import ExitCode
from tests.run.conftest import Answer, Lab, call, workflow


def refusal(answer: Answer) -> str:
    """Return the text of the one refusal in the plan, or of the one conflict among the outcomes."""
    planned = [one["refusal"] for one in answer.report["plan"]["changes"] if one["refusal"]]
    happened = [one["failure"] for one in answer.report["outcomes"] if one["failure"]]
    only = (planned or happened)[0]
    return " ".join([only["message"], *only["details"], only["hint"]])


def published(lab: Lab) -> None:
    lab.write("One")
    lab.write("Two")
    assert lab.sync().code == 0


def test_a_flow_locked_by_another_user_is_a_conflict_with_the_name_and_its_sibling_is_done(lab: Lab) -> None:
    published(lab)
    lab.org.act("lock", "One", user="Supervisor")
    lab.write("One", end="Finish")
    lab.write("Two", end="Finish")

    done = lab.sync()

    assert done.code == ExitCode.CONFLICT
    assert done.statuses() == {"One": "conflict", "Two": "done"}
    assert "locked by Supervisor" in refusal(done)


def test_a_lock_that_comes_between_plan_and_publish_is_a_conflict(lab: Lab) -> None:
    published(lab)
    lab.write("One", end="Finish")
    lab.org.act("lock", "One", user="Supervisor", at_call={"method": "POST", "path": "/flows/jobs$", "n": 1})

    done = lab.sync()

    assert (done.code, done.statuses()["One"]) == (ExitCode.CONFLICT, "conflict")
    assert "locked by another entity" in refusal(done)


def test_a_locked_flow_that_is_not_to_change_does_not_matter(lab: Lab) -> None:
    published(lab)
    lab.org.act("lock", "One", user="Supervisor")
    lab.write("Two", end="Finish")

    assert (lab.sync().code, lab.publishes("Two")) == (0, 2)


def test_a_newer_saved_draft_of_another_user_is_a_conflict_and_survives(lab: Lab) -> None:
    published(lab)
    lab.org.act("save-draft", "One", user="Supervisor")
    lab.write("One", end="Finish")

    done = lab.sync()

    assert done.code == ExitCode.CONFLICT
    assert "saved draft of Supervisor" in refusal(done)
    assert lab.org.flow("One").draft is not None
    assert lab.publishes("One") == 1


def test_a_live_edit_between_plan_and_write_is_a_conflict(lab: Lab) -> None:
    published(lab)
    lab.write("One", end="Finish")
    lab.org.reset_calls()
    # The first listing is the plan's, the second is the look right before the writes.
    lab.org.act("edit", "One", user="Supervisor", at_call={"method": "GET", "path": "/api/v2/flows$", "n": 2})

    done = lab.sync()

    assert (done.code, done.statuses()["One"]) == (ExitCode.CONFLICT, "conflict")
    assert "changed while this run was under way" in refusal(done)
    assert "Supervisor" in refusal(done)
    assert lab.publishes("One") == 2


def test_a_flow_edited_by_hand_since_our_last_publish_is_a_conflict_with_who_and_when(lab: Lab) -> None:
    published(lab)
    lab.org.act("edit", "One", user="Supervisor", document=workflow("One", end="By hand"))

    unchanged_in_git = lab.sync()
    lab.write("One", end="Finish")
    changed_in_git = lab.sync()

    for answer in (unchanged_in_git, changed_in_git):
        assert answer.code == ExitCode.CONFLICT
        assert answer.operations()["One"] == "drifted"
        assert "by Supervisor at 20" in refusal(answer)
        assert "By hand" in refusal(answer)
    assert lab.publishes("One") == 2


def test_an_edit_by_hand_is_overwritten_when_asked_for_and_then_all_is_quiet(lab: Lab) -> None:
    published(lab)
    lab.org.act("edit", "One", user="Supervisor", document=workflow("One", end="By hand"))

    done = lab.sync("--on-drift", "overwrite")
    after = lab.sync()

    assert (done.code, done.statuses()["One"]) == (0, "done")
    assert "Supervisor" in str(done.report["plan"])
    assert set(after.statuses().values()) == {"unchanged"}
    assert lab.publishes("One") == 3


def test_a_republish_by_hand_without_a_change_is_no_conflict(lab: Lab) -> None:
    published(lab)
    lab.org.act("edit", "One", user="Supervisor", document=workflow("One"))
    lab.write("One", end="Finish")

    assert (lab.sync().code, lab.publishes("One")) == (0, 3)


def test_an_edit_by_hand_that_git_has_too_is_no_conflict_and_nothing_is_published(lab: Lab) -> None:
    published(lab)
    lab.org.act("edit", "One", user="Supervisor", document=workflow("One", end="Finish"))
    lab.write("One", end="Finish")

    assert (lab.sync().code, lab.sync().code, lab.publishes("One")) == (0, 0, 2)


def test_a_flow_that_existed_before_us_and_differs_is_a_conflict_unless_asked_for(lab: Lab) -> None:
    lab.org.add_flow(workflow("One", end="By hand"), user="Supervisor")
    lab.write("One")

    refused = lab.sync()
    done = lab.sync("--on-drift", "overwrite")

    assert (refused.code, refused.operations()) == (ExitCode.CONFLICT, {"One": "adopt"})
    assert "Supervisor" in refusal(refused)
    assert (done.code, lab.publishes("One")) == (0, 2)


def test_without_the_state_a_version_of_our_own_is_named_so_and_the_state_asked_for(lab: Lab) -> None:
    published(lab)
    lab.write("One", end="Finish")

    refused = lab.plan("--state", "none")

    assert (refused.code, refused.operations()) == (ExitCode.CONFLICT, {"One": "adopt", "Two": "adopt"})
    assert "a version of our own client that the state does not know" in refusal(refused)
    assert "(--state)" in str(refused.report)
    assert (lab.plan().code, lab.plan().operations()) == (0, {"One": "update", "Two": "unchanged"})


def test_a_flow_that_existed_before_us_with_the_same_content_is_adopted_without_a_write(lab: Lab) -> None:
    lab.org.add_flow(workflow("One"), user="Supervisor")
    lab.write("One")

    assert (lab.sync().code, lab.sync().code, lab.publishes("One")) == (0, 0, 1)


def test_what_cannot_be_compared_is_not_taken_for_equal(lab: Lab) -> None:
    lab.org.add_flow(workflow("One"), user="Supervisor")
    lab.write("One")
    lab.org.job_fault(job="export", times=None, outcome="failure", messages=["cannot"])

    done = lab.sync()

    assert done.code == ExitCode.CONFLICT
    assert "cannot be shown equal" in refusal(done)


def test_what_waits_for_a_flow_in_conflict_is_blocked(lab: Lab) -> None:
    lab.write("Callee")
    lab.write("Caller", then="Callee")
    lab.sync()
    lab.org.act("edit", "Callee", user="Supervisor", document=workflow("Callee", end="By hand"))
    lab.write("Caller", then="Callee", end="Finish")

    done = lab.sync()

    assert done.code == ExitCode.CONFLICT
    assert done.statuses() == {"Callee": "conflict", "Caller": "skipped"}
    assert done.operations()["Caller"] == "blocked"


def test_two_flows_whose_names_differ_only_in_case_are_refused(lab: Lab) -> None:
    lab.org.add_flow(workflow("ONE"), user="Supervisor")
    lab.org.add_flow(workflow("one"), user="Supervisor")
    lab.write("One")

    done = lab.sync()

    assert done.code == ExitCode.GUARD
    assert "2 times" in refusal(done)


def test_stop_on_failure_writes_nothing_when_the_plan_holds_a_conflict(lab: Lab) -> None:
    published(lab)
    lab.org.act("lock", "One", user="Supervisor")
    lab.write("One", end="Finish")
    lab.write("Two", end="Finish")

    done = lab.sync("--on-failure", "stop")

    assert (done.code, done.report["outcomes"], lab.publishes("Two")) == (ExitCode.CONFLICT, [], 1)


def test_a_namesake_of_a_deleted_flow_is_not_ours_although_its_version_is_the_same(lab: Lab) -> None:
    published(lab)
    lab.org.act("delete", "One", user="Supervisor")
    lab.org.add_flow(workflow("One", end="By hand"), user="Supervisor")

    same = lab.sync()
    lab.write("One", end="Finish")
    other = lab.sync()

    assert (same.code, other.code) == (ExitCode.CONFLICT, ExitCode.CONFLICT)
    assert lab.publishes("One") == 1


def test_an_edit_that_our_publish_replaced_is_told(lab: Lab) -> None:
    published(lab)
    lab.write("One", end="Finish")
    lab.org.act("edit", "One", user="Supervisor", at_call={"method": "POST", "path": "/flows/jobs$", "n": 1})

    done = lab.sync()

    assert done.code == ExitCode.CONFLICT
    assert "replaced 2.0" in refusal(done)


def test_a_publish_of_a_user_is_never_taken_for_our_jobs(lab: Lab) -> None:
    published(lab)
    lab.write("One", end="Finish")
    lab.org.job_fault(flow="One", times=1, outcome="lost")
    lab.org.act("edit", "One", user="Supervisor", at_call={"method": "GET", "path": "/api/v2/flows/jobs/", "n": 1})

    done = lab.sync()

    assert done.code == ExitCode.CONFLICT
    assert "Supervisor" in refusal(done)


def test_a_description_that_somebody_changed_by_hand_is_drift(lab: Lab) -> None:
    lab.write("One", description="From Git")
    lab.sync()
    lab.org.act("set-description", "One", user="Supervisor", value="By hand")

    refused = lab.sync()
    done = lab.sync("--on-drift", "overwrite")

    assert (refused.code, refused.operations()) == (ExitCode.CONFLICT, {"One": "drifted"})
    assert "'By hand', the file says 'From Git'" in refusal(refused)
    assert (done.code, lab.org.flow("One").description) == (0, "From Git")


def test_work_that_somebody_checked_in_on_a_stub_is_not_taken_for_ours(lab: Lab) -> None:
    lab.org.settings(stubs_published=False)
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    lab.org.job_fault(flow="Pong", times=1, outcome="failure", messages=["no"])
    lab.sync()
    lab.org.act("check-in", "Pong", user="Supervisor", document=call("Pong", then="Ping"))

    assert lab.sync().statuses()["Pong"] == "conflict"


def test_a_name_in_another_unicode_form_makes_no_second_flow(lab: Lab) -> None:
    lab.write("Cafe", workflow("Caf\u00e9"))
    lab.sync()
    lab.write("Cafe", workflow("Cafe\u0301", end="Finish"))

    done = lab.sync()

    assert done.code == ExitCode.GUARD
    assert len(lab.org.flows()) == 1


def test_a_plan_of_another_environment_is_refused(lab: Lab) -> None:
    lab.write("One")
    plan = lab.root / "plan.json"
    lab.plan("--out", str(plan))
    plan.write_text(plan.read_text().replace('"dev"', '"prod"'))

    assert lab.sync("--plan", str(plan)).code == ExitCode.INVALID_INPUT
    assert lab.org.flows() == []
