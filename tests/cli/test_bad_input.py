"""Bad input, item by item, through the whole command line: exit code, place, way out, and nothing written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from simulator.testing import Simulator
from tests.cli.bad_files import BAD, BAD_FILES, BadFiles
from tests.cli.bad_surroundings import BAD_SURROUNDINGS, ID, BadSurroundings
from tests.cli.harness import GOOD, SECRET, Desk, document

ORGANISATION = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def before(desk: Desk) -> dict[str, str]:
    """One flow that was in the organisation before, and a good one in the repository."""
    desk.simulator.org.add_flow(document("Somebody's"), user="Supervisor")
    desk.environments(variables={"division": "Home"})
    desk.lay({GOOD: document("Good")})
    return desk.published


def assert_refused(desk: Desk, before: Mapping[str, str], *words: str, code: int) -> None:
    """The last command was refused with these words, and nobody will find a trace of it."""
    rest = desk.last.text
    for word in words:
        assert word in rest, desk.last.text
        rest = rest.partition(word)[2]
    assert desk.last.code == code, desk.last.text
    assert desk.writes == []
    assert desk.published == before
    assert not desk.state.exists()


@pytest.mark.parametrize("case", BAD_FILES, ids=lambda case: case.item)
def test_a_bad_file_stops_the_good_one_beside_it_before_any_call(
    desk: Desk, before: dict[str, str], case: BadFiles
) -> None:
    desk.lay(case.files)
    desk.sync()
    assert_refused(desk, before, *case.words, code=3)
    assert desk.simulator.org.calls() == []


def test_all_bad_files_are_told_at_once(desk: Desk, before: dict[str, str]) -> None:
    desk.lay({BAD: "inboundCall: {}\n", "flows/dev/voice/worse.yaml": document("a/b")})
    desk.sync()
    assert_refused(desk, before, BAD, "no name", "worse.yaml:2:9", "slash", "2 errors", code=3)


def test_an_empty_folder_is_refused(desk: Desk, before: dict[str, str]) -> None:
    (desk.root / GOOD).unlink()
    desk.sync()
    assert_refused(desk, before, "flows/dev", "holds no flow", "Put Archy documents", "Nothing is ever deleted", code=3)


def test_an_environment_without_a_folder_is_refused(desk: Desk, before: dict[str, str]) -> None:
    (desk.root / GOOD).unlink()
    (desk.root / "flows/dev/voice").rmdir()
    (desk.root / "flows/dev").rmdir()
    desk.sync()
    assert_refused(desk, before, "flows/dev", "has no folder", "--flows-dir", code=3)


def test_an_environment_that_does_not_exist_is_refused_with_the_nearest(desk: Desk, before: dict[str, str]) -> None:
    desk.run("sync", "--confirm", "-e", "dve")
    assert_refused(desk, before, "no environment 'dve'", "Did you mean 'dev'?", code=3)


def test_a_file_that_cannot_be_read_is_refused(desk: Desk, before: dict[str, str]) -> None:
    # A link to nothing, since the superuser can read whatever the permissions say.
    (desk.root / BAD).symlink_to("gone.yaml")
    desk.sync()
    assert_refused(desk, before, BAD, "cannot be read", "what a link names", code=3)


def test_a_file_name_that_is_not_utf_8_is_refused(desk: Desk, before: dict[str, str]) -> None:
    path = (desk.root / BAD).as_posix().encode().replace(b"bad", b"b\xe4d")
    Path(path.decode("utf-8", "surrogateescape")).write_text("inboundCall: {}\n", encoding="utf-8")
    desk.run("validate", "flows")
    assert_refused(desk, before, "b\ufffdd.yaml", "not UTF-8", "Rename", code=3)
    desk.sync()
    assert_refused(desk, before, "b\ufffdd.yaml", "not UTF-8", "Rename", code=3)


@pytest.mark.parametrize("key", ["yes", "no", "on", "off", "1.10"])
def test_unquoted_keys_that_yaml_takes_for_something_else_are_published_as_they_are(desk: Desk, key: str) -> None:
    desk.environments()
    content = document("Good", more=f"  outputs:\n    {key}:\n      actions: []\n")
    desk.lay({GOOD: content})
    assert desk.sync().code == 0, desk.last.text
    assert desk.published == {"Good": content}


def test_line_ends_of_windows_are_accepted_and_kept(desk: Desk) -> None:
    desk.environments()
    content = document("Good").replace("\n", "\r\n")
    desk.lay({GOOD: content})
    assert desk.sync().code == 0, desk.last.text
    assert desk.published == {"Good": content}


def test_another_organisation_than_the_environments_is_refused_by_the_guard(desk: Desk, before: dict[str, str]) -> None:
    desk.environments(organizationId=ORGANISATION)
    desk.sync()
    words = ("environment", ORGANISATION, desk.simulator.org.id, "Use the OAuth client of the right organisation")
    assert_refused(desk, before, *words, code=6)


@pytest.mark.parametrize("case", BAD_SURROUNDINGS, ids=lambda case: case.item)
def test_bad_surroundings_are_refused(
    desk: Desk, before: dict[str, str], monkeypatch: pytest.MonkeyPatch, case: BadSurroundings
) -> None:
    for name, value in case.variables.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    desk.lay(case.files)
    desk.sync(*case.arguments)
    assert_refused(desk, before, *case.words, code=case.code)
    assert [call.path for call in desk.simulator.org.calls() if not call.path.endswith("/oauth/token")] == []


def test_a_login_that_is_refused_is_not_tried_again(
    desk: Desk, before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ID, "a-client-of-frankfurt")
    desk.sync()
    assert [call.path for call in desk.simulator.org.calls()] == ["/oauth/token"]


def test_a_client_that_may_not_list_flows_is_told_which_permission_it_lacks(desk: Desk, before: dict[str, str]) -> None:
    desk.simulator.org.client("flowsync", SECRET, permissions=("routing:*",))
    desk.sync()
    assert_refused(desk, before, "PermissionDenied (4)", "architect:flow:", code=4)


def test_a_client_that_may_not_list_what_a_flow_names_is_told_which_permission_it_lacks(
    desk: Desk, before: dict[str, str]
) -> None:
    transfer = "  tasks:\n    - transferToAcd:\n        targetQueue:\n          lit:\n            name: Sales\n"
    desk.lay({GOOD: document("Good", more=transfer)})
    desk.simulator.org.client("flowsync", SECRET, permissions=("architect:*",))
    desk.sync()
    assert_refused(desk, before, "PermissionDenied (4)", "routing:queue:view", code=4)


def test_variables_that_kubernetes_injects_for_a_service_are_ignored(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT", "PORT_80_TCP", "PORT_80_TCP_ADDR"):
        monkeypatch.setenv(f"FLOWSYNC_{name}", "10.0.0.1")
    desk.environments()
    desk.lay({GOOD: document("Good")})
    assert desk.sync().code == 0, desk.last.text
    assert desk.published == {"Good": document("Good")}


def test_sync_without_a_terminal_asks_for_confirm_before_any_call(desk: Desk, before: dict[str, str]) -> None:
    desk.run("sync", "-e", "dev")
    assert_refused(desk, before, "nobody can be asked here", "--confirm", code=3)
    assert desk.simulator.org.calls() == []


def test_a_bad_file_is_named_by_every_command_in_the_same_words(desk: Desk, before: dict[str, str]) -> None:
    desk.lay({BAD: document("a/b")})
    told: list[str] = []
    commands: tuple[Callable[[], object], ...] = (desk.sync, desk.plan, lambda: desk.run("validate", BAD))
    for command in commands:
        command()
        assert_refused(desk, before, f"{BAD}:2:9 (inboundCall.name)", code=3)
        told += [line.partition(BAD)[2] for line in desk.last.out.splitlines() if f"{BAD}:2:9" in line]
    assert len(told) == 3
    assert len(set(told)) == 1


def test_the_simulator_would_have_taken_the_good_flow(desk: Desk, before: dict[str, str], server: Simulator) -> None:
    # Without this, "nothing was written" would say nothing.
    assert desk.sync().code == 0, desk.last.text
    assert desk.published == before | {"Good": document("Good")}
    assert [call.path for call in desk.writes] != []
