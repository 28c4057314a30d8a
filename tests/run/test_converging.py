"""What a run does when all goes well, and that the next one does nothing."""

from __future__ import annotations

import pytest

from hook.genesys.flow_jobs import FlowJobs
from hook.genesys.job_states import JobState
from tests.run.conftest import Lab, call, workflow


def test_first_everything_is_created_then_nothing_is_done(lab: Lab) -> None:
    for name in ("One", "Two", "Three"):
        lab.write(name)

    first = lab.sync()
    lab.org.reset_calls()
    second = lab.sync()

    assert (first.code, second.code) == (0, 0)
    assert set(first.statuses().values()) == {"done"}
    assert set(second.statuses().values()) == {"unchanged"}
    assert len(lab.calls()) <= 5
    assert [call for call in lab.calls() if call[0] != "GET" and "oauth" not in call[1]] == []


def test_only_the_flow_that_changed_is_published_and_the_plan_shows_what_changes_inside(lab: Lab) -> None:
    lab.write("One")
    lab.write("Two")
    lab.sync()
    lab.write("One", end="Finish")

    planned = lab.plan()
    done = lab.sync()

    change = next(one for one in planned.report["plan"]["changes"] if one["identity"]["name"] == "One")
    assert planned.operations() == {"One": "update", "Two": "unchanged"}
    assert [difference["operation"] for difference in change["differences"]] in (["changed"], ["removed", "added"])
    assert "Finish" in str(change["differences"])
    assert done.statuses() == {"One": "done", "Two": "unchanged"}
    assert (lab.publishes("One"), lab.publishes("Two")) == (2, 1)


def test_a_plan_writes_nothing_and_has_the_checksum_of_the_sync(lab: Lab) -> None:
    lab.write("One")

    planned = lab.plan()
    writes = [call for call in lab.calls() if call[0] != "GET" and "oauth" not in call[1]]
    done = lab.sync()

    assert writes == []
    assert not (lab.root / "state.json.set-aside").exists()
    assert planned.report["plan"]["checksum"] == done.report["plan"]["checksum"]


def test_a_plan_that_knows_no_state_has_the_checksum_of_the_job_that_does(lab: Lab) -> None:
    for name in ("New text", "Edited by hand", "As it was", "Gone from Git"):
        lab.write(name)
    assert lab.sync().code == 0
    lab.org.act("edit", "Edited by hand", user="Supervisor", document=workflow("Edited by hand", end="By hand"))
    lab.write("New text", end="Finish")
    (lab.root / "flows" / "dev" / "all" / "gone from git.yaml").unlink()

    in_the_pull_request = lab.plan("--state", "none", "--on-drift", "overwrite")
    job = lab.plan()

    assert in_the_pull_request.operations() != job.operations()
    assert in_the_pull_request.report["plan"]["checksum"] == job.report["plan"]["checksum"]


@pytest.mark.parametrize("setting", [{}, {"stubs_published": False}, {"job_publishes_as_client": False}])
def test_flows_that_name_each_other_are_created_with_the_platforms_stub(lab: Lab, setting: dict[str, object]) -> None:
    lab.org.settings(**setting)
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))

    first = lab.sync()
    second = lab.sync()

    assert first.code == 0
    assert set(first.statuses().values()) == {"done"}
    assert set(second.statuses().values()) == {"unchanged"}
    assert sorted(flow.name for flow in lab.org.flows()) == ["Ping", "Pong"]


def test_a_run_that_ended_between_a_stub_and_its_flow_is_continued(lab: Lab) -> None:
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    lab.org.job_fault(flow="Pong", times=1, outcome="failure", messages=["no"])

    first = lab.sync()
    second = lab.sync()

    assert first.statuses() == {"Ping": "done", "Pong": "failed"}
    assert (second.code, second.statuses()) == (0, {"Ping": "unchanged", "Pong": "done"})


def test_a_flow_that_went_from_git_is_left_alone_and_said_so(lab: Lab) -> None:
    lab.write("One")
    lab.write("Two")
    lab.sync()
    (lab.root / "flows" / "dev" / "all" / "two.yaml").unlink()

    planned = lab.plan()
    done = lab.sync()

    assert planned.operations() == {"One": "unchanged", "Two": "left-alone"}
    assert done.code == 0
    assert sorted(flow.name for flow in lab.org.flows()) == ["One", "Two"]


def test_a_flow_that_somebody_renamed_in_the_organisation_is_made_again_and_the_plan_warns_of_it(lab: Lab) -> None:
    lab.write("One")
    assert lab.sync().code == 0
    lab.org.act("rename", "One", value="Uno", user="A colleague")

    planned = lab.plan()

    assert planned.operations()["One"] == "create"
    assert any("'Uno'" in warning for warning in planned.report["plan"]["changes"][0]["warnings"])


def test_a_renamed_flow_is_a_second_one_and_the_plan_warns_of_it(lab: Lab) -> None:
    lab.write("One")
    lab.sync()
    lab.write("One", workflow("Uno"))

    planned = lab.plan()

    change = next(one for one in planned.report["plan"]["changes"] if one["identity"]["name"] == "Uno")
    assert planned.operations() == {"Uno": "create", "One": "left-alone"}
    assert "workflow 'One' before" in change["warnings"][0]


def test_a_subset_says_nothing_of_the_others(lab: Lab) -> None:
    lab.write("One")
    lab.write("Two", "# x-flowsync: {labels: [sales]}\n" + workflow("Two"))
    lab.sync()

    assert lab.plan("--label", "sales").operations() == {"Two": "unchanged"}


def test_what_a_publish_resets_although_the_file_is_silent_is_put_back(lab: Lab) -> None:
    lab.write("One")
    lab.sync()
    lab.org.act("set-description", "One", user="Supervisor", value="Written by hand")
    lab.org.settings(publish_resets_metadata=True)
    lab.write("One", end="Finish")

    done = lab.sync()

    assert (done.code, done.statuses()) == (0, {"One": "done"})
    assert lab.org.flow("One").description == "Written by hand"


def test_a_flow_that_somebody_moves_to_another_division_during_the_job_stays_there(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.org.add("authorization/divisions", "Sales")
    lab.write("One")
    lab.sync()
    lab.write("One", end="Finish")
    wait = FlowJobs.wait

    def moved_meanwhile(jobs: FlowJobs, job_id: str) -> JobState:
        lab.org.act("set-division", "One", user="Supervisor", value="Sales")
        return wait(jobs, job_id)

    monkeypatch.setattr(FlowJobs, "wait", moved_meanwhile)
    done = lab.sync()

    sales = next(one for one in lab.org.dump()["objects"]["authorization/divisions"] if one["name"] == "Sales")
    assert (done.code, lab.org.flow("One").division_id) == (0, sales["id"])
    assert "somebody moved it from division 'Home' to 'Sales'" in str(done.outcome("One")["warnings"])


def test_what_the_file_says_is_not_overwritten_when_the_rest_is_put_back(lab: Lab) -> None:
    lab.org.add("authorization/divisions", "Sales")
    lab.write("One", description="Old")
    lab.sync()
    lab.org.act("set-division", "One", user="Supervisor", value="Sales")
    lab.org.settings(publish_resets_metadata=True)
    lab.write("One", description="New", end="Finish")

    done = lab.sync()

    division = next(one["id"] for one in lab.org.dump()["objects"]["authorization/divisions"] if one["name"] == "Sales")
    assert (done.code, done.statuses()) == (0, {"One": "done"})
    assert (lab.org.flow("One").description, lab.org.flow("One").division_id) == ("New", division)
    assert "reset division, which was put back" in str(done.outcome("One")["warnings"])


def test_a_state_that_was_lost_is_rebuilt_without_a_publish(lab: Lab) -> None:
    lab.write("One")
    lab.sync()
    (lab.root / "state.json").unlink()

    again = lab.sync()
    after = lab.sync()

    assert (again.code, again.operations(), again.statuses()) == (0, {"One": "adopt"}, {"One": "unchanged"})
    assert after.operations() == {"One": "unchanged"}
    assert lab.publishes("One") == 1


def test_a_new_flow_that_is_missing_from_lists_for_a_while_is_waited_for(lab: Lab) -> None:
    lab.org.settings(consistency_seconds=300)
    lab.write("One")

    assert lab.sync().statuses() == {"One": "done"}


def test_what_depends_on_a_failed_flow_is_skipped_and_its_siblings_are_not(lab: Lab) -> None:
    lab.write("Callee")
    lab.write("Caller", then="Callee")
    lab.write("Sibling")
    lab.org.job_fault(flow="Callee", times=1, outcome="failure", messages=["no"])

    done = lab.sync()

    assert done.code == 1
    assert done.statuses() == {"Callee": "failed", "Caller": "skipped", "Sibling": "done"}
    assert "workflow 'Callee'" in done.outcome("Caller")["message"]
    assert lab.sync().statuses() == {"Callee": "done", "Caller": "done", "Sibling": "unchanged"}


def test_on_failure_stop_starts_nothing_new(lab: Lab) -> None:
    lab.write("A")
    lab.write("B")
    lab.org.job_fault(flow="A", times=1, outcome="failure", messages=["no"])

    done = lab.sync("--on-failure", "stop", "--concurrency", "1")

    assert (done.code, done.statuses()) == (1, {"A": "failed", "B": "not-tried"})


SECRET = """
environments:
  dev:
    variables:
      key: {$env: API_KEY}
"""


def test_a_plan_that_cannot_read_a_secret_agrees_with_the_sync_that_could(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lab.root / "environments.yaml").write_text(SECRET)
    lab.write("One", end="Use {{key}}")
    lab.write("Two")
    monkeypatch.setenv("API_KEY", "first-secret")
    synced = lab.sync()
    after = lab.plan()
    monkeypatch.delenv("API_KEY")

    blind = lab.plan()

    assert (synced.code, blind.code) == (0, 0)
    assert set(blind.operations().values()) == {"unchanged"}
    assert blind.report["plan"]["checksum"] == after.report["plan"]["checksum"]


def test_neither_the_new_nor_the_former_secret_is_shown(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (lab.root / "environments.yaml").write_text(SECRET)
    lab.write("One", end="Use {{key}}")
    monkeypatch.setenv("API_KEY", "first-secret")
    lab.sync()
    monkeypatch.setenv("API_KEY", "second-secret")

    planned = lab.plan()
    monkeypatch.delenv("API_KEY")
    lab.write("One", end="Now use {{key}}")
    blind = lab.plan()

    assert planned.operations() == blind.operations() == {"One": "update"}
    shown = "".join(capfd.readouterr()) + str(planned.report) + str(blind.report)
    assert "first-secret" not in shown
    assert "second-secret" not in shown


@pytest.mark.parametrize("setting", [{}, {"stubs_published": False}, {"client_as_publisher": False}])
def test_the_stub_of_a_job_that_publishes_as_the_platform_is_ours_in_the_next_run(
    lab: Lab, setting: dict[str, object]
) -> None:
    lab.org.settings(job_publishes_as_client=False, **setting)
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    lab.org.job_fault(flow="Pong", times=1, outcome="failure", messages=["no"])

    first = lab.sync()
    second = lab.sync()

    assert first.statuses() == {"Ping": "done", "Pong": "failed"}
    assert (second.code, second.statuses()) == (0, {"Ping": "unchanged", "Pong": "done"})


@pytest.mark.parametrize("as_client", [True, False])
def test_what_somebody_published_over_a_stub_is_not_overwritten(lab: Lab, as_client: bool) -> None:
    lab.org.settings(job_publishes_as_client=as_client)
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    lab.org.job_fault(flow="Pong", times=1, outcome="failure", messages=["no"])
    lab.sync()
    lab.org.act("edit", "Pong", user="Supervisor", document=call("Pong", then="Pong"))

    ended = lab.sync()

    assert (ended.code, ended.outcome("Pong")["status"]) == (8, "conflict")
    assert "Supervisor" in ended.outcome("Pong")["message"]


def test_a_stub_of_a_flow_that_was_ours_and_was_deleted_is_ours_too(lab: Lab) -> None:
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    assert lab.sync().code == 0
    for name in ("Ping", "Pong"):
        lab.org.act("delete", name, user="Supervisor")
    lab.org.job_fault(flow="Pong", times=1, outcome="failure", messages=["no"])

    first = lab.sync()
    second = lab.sync()

    assert first.statuses() == {"Ping": "done", "Pong": "failed"}
    assert (second.code, second.statuses()) == (0, {"Ping": "unchanged", "Pong": "done"})


@pytest.mark.parametrize("setting", [{}, {"stubs_published": False}])
def test_what_another_tool_published_over_a_stub_in_the_platforms_name_is_not_overwritten(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, setting: dict[str, object]
) -> None:
    lab.org.settings(job_publishes_as_client=False, **setting)
    lab.write("Ping", call("Ping", then="Pong"))
    lab.write("Pong", call("Pong", then="Ping"))
    lab.org.job_fault(flow="Pong", times=1, outcome="failure", messages=["no"])
    assert lab.sync().statuses()["Pong"] == "failed"
    lab.org.client("another-tool", "secret-of-another-tool")
    with monkeypatch.context() as another:
        another.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "another-tool")
        another.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "secret-of-another-tool")
        another.setenv("FLOWSYNC_STATE", "none")
        lab.write("Pong", call("Pong", then="Ping").replace("Hand over", "Hand on"))
        assert lab.sync("--on-drift", "overwrite").code == 0
    lab.write("Pong", call("Pong", then="Ping"))
    published = lab.publishes("Pong")

    ended = lab.sync()

    assert (ended.code, ended.outcome("Pong")["status"], lab.publishes("Pong")) == (8, "conflict", published)
