"""The commands as a person or a pipeline uses them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

import hook
from hook.model import ExitCode
from tests.cli.harness import GOOD, Desk, document

OTHER = "flows/dev/messaging/other.yaml"


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """Two good flows in two categories, one of them labelled."""
    desk.environments()
    labelled = "# x-flowsync: {labels: [sales]}\n" + document("Other", key="inboundShortMessage")
    desk.lay({GOOD: document("Good"), OTHER: labelled})
    return desk


@pytest.mark.parametrize("command", [[], ["sync"], ["plan"], ["validate"], ["convert"], ["export"]])
def test_help_lists_every_exit_code(desk: Desk, command: list[str]) -> None:
    assert desk.run(*command, "--help").code == 0
    listed = re.findall(r"^ +(\d+) {2,}\S", desk.last.out, re.MULTILINE)
    assert [int(code) for code in listed] == [int(code) for code in ExitCode]


def test_help_tells_the_variable_of_a_setting(desk: Desk) -> None:
    assert "FLOWSYNC_ON_DRIFT" in desk.run("sync", "--help").out


def test_version_is_the_packages_own(desk: Desk) -> None:
    assert desk.run("--version").code == 0
    assert desk.last.out == f"flowsync, version {hook.__version__}\n"


def test_a_usage_error_names_the_command_that_was_meant(desk: Desk) -> None:
    assert desk.run("sync").code == 3
    assert "Usage: flowsync sync" in desk.last.err
    assert "--environment" in desk.last.err


def test_a_second_sync_changes_nothing_in_few_calls(stocked: Desk) -> None:
    assert stocked.sync().code == 0, stocked.last.text
    before = stocked.published
    stocked.simulator.org.reset_calls()
    assert stocked.sync().code == 0
    assert "Nothing to do: 2 unchanged" in stocked.last.out
    assert stocked.published == before
    assert stocked.writes == []
    assert len(stocked.simulator.org.calls()) <= 5


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ({"flag": "json", "variable": "markdown", "config": "text"}, "json"),
        ({"variable": "markdown", "config": "text"}, "markdown"),
        ({"config": "json"}, "json"),
        ({}, "text"),
    ],
    ids=["a flag is stronger than a variable", "a variable than the config file", "the file than the default", "none"],
)
def test_settings_have_an_order_of_weight(
    stocked: Desk, monkeypatch: pytest.MonkeyPatch, given: Mapping[str, str], form: str
) -> None:
    if "variable" in given:
        monkeypatch.setenv("FLOWSYNC_OUTPUT", given["variable"])
    stocked.lay({"run.yaml": f"output: {given['config']}\n" if "config" in given else ""})
    arguments = ("-o", given["flag"]) if "flag" in given else ()
    assert stocked.plan("--config", "run.yaml", *arguments).code == 0, stocked.last.text
    beginning = {"json": "{", "markdown": "## flowsync", "text": "Plan for dev"}
    assert stocked.last.out.startswith(beginning[form])


def test_the_config_file_may_be_named_by_a_variable_and_give_what_is_required(
    stocked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked.lay({"run.yaml": "environment: dev\nconfirm: true\nconcurrency: 2\ncategory: [voice]\nlabel: []\n"})
    monkeypatch.setenv("FLOWSYNC_CONFIG", "run.yaml")
    assert stocked.run("sync").code == 0, stocked.last.text
    assert set(stocked.published) == {"Good"}


def test_a_setting_that_may_be_repeated_takes_a_single_value_in_the_config_file(stocked: Desk) -> None:
    stocked.lay({"run.yaml": "category: voice\n"})
    assert stocked.sync("--config", "run.yaml").code == 0, stocked.last.text
    assert set(stocked.published) == {"Good"}


def test_a_setting_of_another_command_is_no_error_in_a_shared_config_file(stocked: Desk) -> None:
    stocked.lay({"run.yaml": "confirm: true\nsetMissing: true\n"})
    assert stocked.plan("--config", "run.yaml").code == 0, stocked.last.text


def test_a_plan_that_still_holds_may_be_applied(stocked: Desk) -> None:
    assert stocked.plan("--out", "plan.json").code == 0
    assert stocked.writes == []
    assert stocked.sync("--plan", "plan.json").code == 0, stocked.last.text
    assert set(stocked.published) == {"Good", "Other"}


def test_a_plan_that_no_longer_holds_because_of_the_files_is_refused(stocked: Desk) -> None:
    stocked.plan("--out", "plan.json")
    stocked.lay({GOOD: document("Good", more="  # another comment\n")})
    assert stocked.sync("--plan", "plan.json").code == 8, stocked.last.text
    assert "not the one that was approved" in stocked.last.out
    assert stocked.writes == []


def test_a_plan_that_no_longer_holds_because_of_the_organisation_is_refused(stocked: Desk) -> None:
    stocked.plan("--out", "plan.json")
    stocked.simulator.org.add_flow(document("Good"), user="Supervisor")
    assert stocked.sync("--plan", "plan.json").code == 8, stocked.last.text
    assert stocked.writes == []


def test_detailed_exit_codes_tell_whether_there_is_something_to_write(stocked: Desk) -> None:
    assert stocked.plan("--detailed-exitcode").code == 2
    assert stocked.plan().code == 0
    assert stocked.sync().code == 0, stocked.last.text
    assert stocked.plan("--detailed-exitcode").code == 0


def test_a_dry_run_writes_nothing_and_says_what_a_plan_says(stocked: Desk) -> None:
    planned = stocked.plan().out
    dry = stocked.run("sync", "--dry-run", "-e", "dev")
    assert dry.code == 0, dry.text
    assert _without_figures(dry.out) == _without_figures(planned)
    assert stocked.writes == []
    assert not stocked.state.exists()


def _without_figures(text: str) -> str:
    return re.sub(r"\d+\.\d s", "", text)


@pytest.mark.parametrize(
    ("arguments", "published"),
    [
        (("--category", "messaging"), {"Other"}),
        (("--category", "messaging", "--category", "voice"), {"Good", "Other"}),
        (("--label", "sales"), {"Other"}),
    ],
)
def test_a_selection_publishes_only_what_was_selected(
    stocked: Desk, arguments: tuple[str, ...], published: set[str]
) -> None:
    assert stocked.sync(*arguments).code == 0, stocked.last.text
    assert set(stocked.published) == published


def test_a_selection_does_not_call_the_rest_gone_from_git(stocked: Desk) -> None:
    stocked.sync()
    assert "left-alone" not in stocked.plan("--category", "voice").out


def test_what_is_gone_from_git_is_left_alone_and_said_so(stocked: Desk) -> None:
    stocked.sync()
    (stocked.root / OTHER).unlink()
    assert stocked.sync().code == 0, stocked.last.text
    assert "left-alone inboundshortmessage 'Other'" in stocked.last.out
    assert "left-alone (DELETE*) inboundshortmessage 'Other'" in stocked.plan().out
    assert set(stocked.published) == {"Good", "Other"}


REFUSED: Mapping[str, tuple[str, ...]] = {
    "done": (),
    "conflict": ("--plan", "plan.json"),
    "invalid": ("--category", "voce"),
}


@pytest.mark.parametrize("arguments", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("form", ["json", "markdown", "text"])
def test_every_output_and_every_report_hold_the_one_exit_code(
    stocked: Desk, form: str, arguments: tuple[str, ...]
) -> None:
    stocked.lay({"plan.json": '{"checksum": "sha256:0"}'})
    for extension in ("json", "md", "txt", "xml"):
        shown = stocked.sync("-o", form, "--report", f"report.{extension}", *arguments)
        report = (stocked.root / f"report.{extension}").read_text(encoding="utf-8")
        assert _code(form, shown.out) == shown.code
        assert _code({"md": "markdown", "txt": "text"}.get(extension, extension), report) == shown.code


def _code(form: str, text: str) -> int:
    if form == "json":
        return int(json.loads(text)["exitCode"])
    found = re.findall(r"exit (\d+)\.", text)
    assert len(found) == 1
    return int(found[0])


def test_stdout_holds_the_result_alone_and_stderr_one_json_event_a_line(stocked: Desk) -> None:
    shown = stocked.sync("-o", "json", "--log-level", "debug")
    assert shown.data["outcomes"][0]["status"] == "done"
    events = [json.loads(line) for line in shown.err.splitlines()]
    assert {"timestamp", "level", "event", "run", "environment"} <= set.intersection(*map(set, events))
    assert {event["run"] for event in events} == {shown.data["runId"]}
    assert {event.get("object") for event in events} >= {"inboundcall 'Good'", "inboundshortmessage 'Other'"}
    assert any(event.get("correlation_id") for event in events)


def test_the_log_can_be_readable_text(stocked: Desk) -> None:
    shown = stocked.plan("--log-format", "text")
    assert "planned" in shown.err
    assert not shown.err.startswith("{")


def test_validate_needs_neither_environment_nor_network(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FLOWSYNC_API_BASE", "FLOWSYNC_LOGIN_BASE", "GENESYSCLOUD_OAUTHCLIENT_ID"):
        monkeypatch.delenv(name)
    desk.lay({GOOD: document("{{brand}} line"), OTHER: "inboundCall: {}\n"})
    shown = desk.run("validate", "-o", "json", "--set", "brand=Acme", "flows")
    assert shown.code == 3
    assert shown.data["exitCode"] == 3
    by_file = {one["file"]: one for one in shown.data["documents"]}
    assert by_file[GOOD]["identity"]["name"] == "Acme line"
    assert [problem["code"] for problem in by_file[OTHER]["problems"]] == ["missing-name"]
    assert desk.run("validate", "--set-missing", GOOD).code == 0, desk.last.text
    assert "inboundcall 'brand line'" in desk.last.out
    assert desk.simulator.org.calls() == []


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8"])
def test_a_terminal_of_any_encoding_shows_the_result(desk: Desk, encoding: str) -> None:
    desk.lay({GOOD: document("Café → Ω")})
    done = subprocess.run(
        [sys.executable, "-m", "hook", "validate", GOOD],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 0, done.stderr
    assert "Café → Ω".encode(encoding, "backslashreplace") in done.stdout


def test_a_plan_of_the_platform_that_is_gone_says_so(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWSYNC_LOGIN_BASE", "http://127.0.0.1:9")
    shown = stocked.plan("--deadline", "1", "--report", "report.json")
    assert shown.code == 5, shown.text
    assert json.loads((stocked.root / "report.json").read_text(encoding="utf-8"))["exitCode"] == 5
