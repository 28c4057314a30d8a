"""Bad input, item by item, through the whole command line: exit code, place, way out, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from simulator.testing import Simulator
from tests.cli.harness import GOOD, SECRET, Desk, document

Files = Mapping[str, str | bytes]
BAD = "flows/dev/voice/bad.yaml"
ORGANISATION = "00000000-0000-4000-8000-000000000001"


def bad(content: str | bytes) -> Files:
    return {BAD: content}


@dataclass(frozen=True)
class BadFiles:
    """Files that are refused with 3, beside a good one; ``words`` stand in what is shown, in this order."""

    item: str
    files: Files
    words: tuple[str, ...]


BOMB = "inboundCall:\n  name: Bomb\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 8)
)
GUIDE = json.dumps({"name": "Sales", "flowType": "INBOUND", "elements": [{"type": "MENU"}]}, indent=2)
NATIVE = json.dumps({"name": "Sales", "type": "inboundcall", "manifest": {}, "flowSequenceItemList": []})
LONG = "n" * 201

BAD_FILES = (
    BadFiles("not UTF-8", bad(b"inboundCall:\n  name: Caf\xe9\n"), (f"{BAD}:2:12", "0xe9", "Save the file as UTF-8")),
    BadFiles("UTF-16", bad("inboundCall:\n".encode("utf-16")), (f"{BAD}:1:1", "UTF-16", "Save the file as UTF-8")),
    BadFiles("byte order mark", bad(b"\xef\xbb\xbf" + document("Bad").encode()), (f"{BAD}:1:1", "BOM", "without BOM")),
    BadFiles(
        "a tab that indents", bad("inboundCall:\n  name: Bad\n\tdescription: x\n"), (f"{BAD}:3:1", "tab", "blanks only")
    ),
    BadFiles(
        "a key twice",
        bad("inboundCall:\n  name: Bad\n  name: Worse\n"),
        (f"{BAD}:3:3", "'name' stands twice", "on line 2 and on line 3", "Remove or rename one"),
    ),
    BadFiles(
        "two documents in a file",
        bad(document("Bad") + "---\n" + document("Worse")),
        (f"{BAD}:4:1", "second YAML document", "file of its own"),
    ),
    BadFiles(
        "two types of flow in a file",
        bad(document("Bad") + document("Worse", key="workflow")),
        (f"{BAD}:4:1 (workflow)", "'inboundCall'", "file of its own"),
    ),
    BadFiles(
        "a type that is nearly one",
        bad(document("Bad", key="inboundcal")),
        (f"{BAD}:1:1 (inboundcal)", "no type of flow", "Did you mean 'inboundCall'?"),
    ),
    BadFiles(
        "no name", bad("inboundCall:\n  description: x\n"), (f"{BAD}:1:1 (inboundCall)", "no name", "Add 'name: …'")
    ),
    BadFiles("an empty name", bad("inboundCall:\n  name: ''\n"), (f"{BAD}:2:9 (inboundCall.name)", "empty")),
    BadFiles(
        "a slash in the name",
        bad(document("Sales/Support")),
        (f"{BAD}:2:9 (inboundCall.name)", "'Sales/Support' contains a slash", "another character"),
    ),
    BadFiles(
        "a name of over 200 characters",
        bad(document(LONG)),
        (f"{BAD}:2:9 (inboundCall.name)", "201 characters", "Shorten it"),
    ),
    BadFiles(
        "a name that ends in -debug",
        bad(document("Sales-Debug")),
        (f"{BAD}:2:9 (inboundCall.name)", "'-debug'", "another ending"),
    ),
    BadFiles(
        "one identity twice",
        bad(document("Good")),
        (f"{GOOD}:2:9", "inboundcall 'Good' is already described at", f"{BAD}:2:9", "Rename one"),
    ),
    BadFiles(
        "one identity twice but for case",
        bad(document("GOOD")),
        (f"{GOOD}:2:9", "spelled 'GOOD' there", "Rename one"),
    ),
    BadFiles(
        "one identity twice but for the Unicode form",
        {BAD: document("Cafe\u0301"), "flows/dev/voice/cafe.yaml": document("Caf\u00e9")},
        ("flows/dev/voice/cafe.yaml:2:9", "already described at", BAD, "Rename one"),
    ),
    BadFiles(
        "a placeholder that is left over",
        bad(document("Bad", more="  division: {{devision}}\n")),
        (f"{BAD}:4:13", "{{devision}} has no value", "--set", "Did you mean 'division'?"),
    ),
    BadFiles("an alias bomb", bad(BOMB), (BAD, "alias")),
    BadFiles(
        "a file of 10 MB",
        bad(document("Bad", more="  # " + "x" * 10_000_000 + "\n")),
        (BAD, "larger than 5 MB", "split the flow"),
    ),
    BadFiles(
        "the shape of a guide",
        {"flows/dev/voice/bad.json": GUIDE},
        ("flows/dev/voice/bad.json:1:1", "flowType, elements", "Export the flow as Archy YAML"),
    ),
    BadFiles(
        "native configuration",
        {"flows/dev/voice/bad.i3inboundflow": NATIVE},
        ("flows/dev/voice/bad.i3inboundflow", "native configuration", "Export the flow as Archy YAML"),
    ),
    BadFiles(
        "a file of another environment, by its prefix",
        {"flows/dev/voice/prod_bad.yaml": document("Bad"), "flows/prod/voice/sales.yaml": document("Sales")},
        ("flows/dev/voice/prod_bad.yaml", "for 'prod'", "'dev'", "Move it to flows/prod/"),
    ),
    BadFiles(
        "a file of another environment, by its metadata",
        bad("# x-flowsync: {environment: prod}\n" + document("Bad")),
        (f"{BAD}:1:1 (x-flowsync)", "for 'prod'", "'dev'", "Move the file"),
    ),
)


@pytest.fixture
def before(desk: Desk) -> dict[str, str]:
    """One flow that was in the organisation before, and a good one in the repository."""
    desk.simulator.org.add_flow(document("Somebody's"), user="Dana")
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


def test_a_file_name_that_is_not_utf_8_is_shown_and_does_no_harm(desk: Desk, before: dict[str, str]) -> None:
    path = (desk.root / BAD).as_posix().encode().replace(b"bad", b"b\xe4d")
    Path(path.decode("utf-8", "surrogateescape")).write_text("inboundCall: {}\n", encoding="utf-8")
    desk.run("validate", "flows")
    assert_refused(desk, before, "b\\udce4d.yaml", "no name", code=3)
    desk.run("validate", "flows", "-o", "json")
    assert desk.last.data["documents"][0]["file"] == "flows/dev/voice/b\udce4d.yaml"


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


@dataclass(frozen=True)
class BadSurroundings:
    """Variables (``None`` takes one away), arguments and files besides a good repository, and what comes of them."""

    item: str
    code: int
    words: tuple[str, ...]
    variables: Mapping[str, str | None] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    files: Files = field(default_factory=dict)


ID, PASSWORD = "GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_SECRET"

BAD_SURROUNDINGS = (
    BadSurroundings(
        "no credentials",
        4,
        ("no OAuth client credentials", f"{ID} is not set", "no-credentials does not exist", f"Set {ID}"),
        {ID: None, PASSWORD: None},
    ),
    BadSurroundings("an empty secret", 4, (f"{PASSWORD} is empty", f"Set {ID}"), {PASSWORD: ""}),
    BadSurroundings("a secret of blanks", 4, (f"{PASSWORD} is empty", f"Set {ID}"), {PASSWORD: "  "}),
    BadSurroundings("an id without its secret", 4, (f"{PASSWORD} is not set",), {PASSWORD: None}),
    BadSurroundings(
        "a mounted secret without its half",
        4,
        ("mounted/client_secret does not exist", f"Set {ID}"),
        {ID: None, PASSWORD: None},
        ("--credentials-dir", "mounted"),
        {"mounted/client_id": "flowsync"},
    ),
    BadSurroundings(
        "a client that this region does not know",
        4,
        ("invalid_client", "Check the client id and secret", "and the region", "another region gets the same answer"),
        {ID: "a-client-of-frankfurt"},
    ),
    BadSurroundings("a wrong secret", 4, ("invalid_client", "environment variables"), {PASSWORD: "not-it"}),
    BadSurroundings(
        "no region and no hosts",
        4,
        ("no Genesys Cloud region", "Set GENESYSCLOUD_REGION"),
        {"FLOWSYNC_API_BASE": None, "FLOWSYNC_LOGIN_BASE": None},
    ),
    BadSurroundings(
        "a region that does not exist",
        3,
        ("'mypurecloud.dee' is no Genesys Cloud region", "Did you mean 'mypurecloud.de'?"),
        {"GENESYSCLOUD_REGION": "mypurecloud.dee"},
    ),
    BadSurroundings("an unknown flag", 3, ("--conferm", "--confirm"), arguments=("--conferm",)),
    BadSurroundings("an unknown choice", 3, ("--on-drift", "'fail'", "'overwrite'"), arguments=("--on-drift", "x")),
    BadSurroundings(
        "an unknown setting in the config file",
        3,
        ("run.yaml", "'onDrfit' is no setting", "Did you mean onDrift?"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "onDrfit: overwrite\n"},
    ),
    BadSurroundings(
        "a value in the config file that cannot be",
        3,
        ("concurrency", "'many'"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "concurrency: many\n"},
    ),
    BadSurroundings(
        "a setting twice in the config file",
        3,
        ("run.yaml:2:1", "'onDrift'", "twice"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "onDrift: fail\nonDrift: overwrite\n"},
    ),
    BadSurroundings(
        "a mapping in the config file",
        3,
        ("run.yaml", "'report' holds a mapping", "Write a text"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "report: {file: report.json}\n"},
    ),
    BadSurroundings(
        "a list in the config file where one value belongs",
        3,
        ("run.yaml", "'report' takes one value"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "report: [report.json, report.md]\n"},
    ),
    BadSurroundings("no config file", 3, ("run.yaml", "cannot be read"), arguments=("--config", "run.yaml")),
    BadSurroundings(
        "a config file that is a list",
        3,
        ("run.yaml", "must hold a mapping"),
        arguments=("--config", "run.yaml"),
        files={"run.yaml": "- onDrift\n"},
    ),
    BadSurroundings(
        "an unknown variable",
        3,
        ("FLOWSYNC_ON_DRFIT is no setting", "Did you mean FLOWSYNC_ON_DRIFT?"),
        {"FLOWSYNC_ON_DRFIT": "overwrite"},
    ),
    BadSurroundings(
        "a variable that has another name",
        3,
        ("FLOWSYNC_EXPECTED_DIGEST is no setting", "Did you mean EXPECTED_FLOWS_DIGEST?"),
        {"FLOWSYNC_EXPECTED_DIGEST": "sha256:0"},
    ),
    BadSurroundings(
        "another digest than expected",
        3,
        ("flows/dev", "sha256:", "sha256:0000 is expected", "sync again"),
        {"EXPECTED_FLOWS_DIGEST": "sha256:0000"},
    ),
    BadSurroundings(
        "a report without a format",
        3,
        ("report.pdf", "'.pdf'", "Use one of .txt, .json, .md, .xml"),
        arguments=("--report", "report.pdf"),
    ),
    BadSurroundings(
        "a report in no folder",
        3,
        ("reports/report.json", "does not exist", "Make it"),
        arguments=("--report", "reports/report.json"),
    ),
    BadSurroundings(
        "a variable without a value", 3, ("--set takes NAME=VALUE", "'company'"), arguments=("--set", "company")
    ),
    BadSurroundings(
        "a category that does not exist",
        3,
        ("no category 'voce'", "Did you mean 'voice'?"),
        arguments=("--category", "voce"),
    ),
    BadSurroundings(
        "a label that no file has", 3, ("no file has one of the labels sales",), arguments=("--label", "sales")
    ),
    BadSurroundings(
        "a state that cannot be", 3, ("--state cannot be 'postgres'", "file:PATH"), arguments=("--state", "postgres")
    ),
    BadSurroundings(
        "a plan that is none",
        3,
        ("plan.json", "is no plan"),
        arguments=("--plan", "plan.json"),
        files={"plan.json": "{}"},
    ),
    BadSurroundings(
        "a guard in a mode that does not exist",
        3,
        ("guard 'references'", "'silent'", "enforce, warn or off"),
        files={"environments.json": '{"environments": {"dev": {"guards": {"references": "silent"}}}}'},
    ),
    BadSurroundings(
        "a guard that does not exist",
        3,
        ("no guard 'reference'", "environment, references"),
        files={"environments.json": '{"environments": {"dev": {"guards": {"reference": "off"}}}}'},
    ),
)


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
