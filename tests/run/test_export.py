"""From the organisation to files, and back without a change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from hook.cli import run
from tests.run.conftest import Lab, workflow
from tests.run.native_sample import ACTION_CATEGORY, Configuration, call_flow, id_of

STRANGE = id_of("something strange")
ACTION = "Look up a customer"


class Desk:
    """Exports in a lab, whose organisation has a few flows and what they name."""

    def __init__(self, lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
        self.lab = lab
        self._read = capsys
        self.out = ""
        self.err = ""

    def export(self, *arguments: str) -> int:
        """Run ``flowsync export`` on the environment ``dev``."""
        self.declare()
        return self.run("export", "-e", "dev", "--workspace", str(self.lab.root), *arguments)

    def run(self, *arguments: str) -> int:
        self._read.readouterr()
        code = run(arguments)
        self.out, self.err = self._read.readouterr()
        return code

    def declare(self) -> None:
        settings = {"organizationId": self.lab.org.id, **self.lab.environment}
        (self.lab.root / "environments.json").write_text(json.dumps({"environments": {"dev": settings}}))

    @property
    def folder(self) -> Path:
        return self.lab.root / "flows" / "dev"

    @property
    def files(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def bound(self, configuration: Configuration) -> Configuration:
        """Return a configuration with the ids of this organisation, of objects that are made here."""
        text = json.dumps(configuration)
        for queue in ("Support", "Sales"):
            text = text.replace(id_of(f"queue {queue}"), self.object("routing/queues", queue)["id"])
        action = self.object("integrations/actions", ACTION, category=ACTION_CATEGORY)
        text = text.replace(f"custom_-_{id_of('action ' + ACTION)}", action["id"])
        bound: Configuration = json.loads(text)
        return bound

    def object(self, kind: str, name: str, **more: Any) -> dict[str, Any]:
        if (kind, name) not in self._objects:
            self._objects[kind, name] = self.lab.org.add(kind, name, **more)
        return self._objects[kind, name]

    def add_native(self, name: str, **more: Any) -> None:
        self.lab.org.add_flow(native=self.bound(call_flow(name, **more)), user="Supervisor")

    def add_archy(self, name: str, **more: str) -> None:
        self.lab.org.add_flow(workflow(name, **more), user="Supervisor")

    def writes(self) -> list[tuple[str, str]]:
        harmless = ("/oauth/token", "/api/v2/flows/export/jobs")
        calls = self.lab.calls()
        return [(method, path) for method, path, _ in calls if method != "GET" and not path.endswith(harmless)]

    _objects: dict[tuple[str, str], dict[str, Any]]


@pytest.fixture
def desk(lab: Lab, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(lab, capsys)
    made._objects = {}
    return made


def test_archy_documents_are_exported_and_a_sync_of_them_writes_nothing(desk: Desk) -> None:
    desk.add_archy("Night Service")
    desk.add_archy("Day / Service".replace("/", "&"), then="Night Service")
    assert desk.export() == 0, desk.out + desk.err
    assert desk.files == ["Day-Service.workflow.yaml", "Night-Service.workflow.yaml"]
    assert "new          " in desk.out
    assert desk.run("validate", str(desk.folder)) == 0, desk.out
    desk.lab.environment["organizationId"] = desk.lab.org.id
    answer = desk.lab.sync("--state", "none")
    assert (answer.code, set(answer.operations().values())) == (0, {"adopt"})
    assert desk.writes() == []


def test_native_configurations_are_exported_by_name_and_a_sync_of_them_writes_nothing(desk: Desk) -> None:
    desk.add_native("Main Line", data_action=ACTION)
    desk.add_native("Other Line", queue="Sales")
    desk.lab.environment["nativeFlows"] = True
    assert desk.export("--format", "native") == 0, desk.out + desk.err
    assert desk.files == ["Main-Line.inboundcall.json", "Other-Line.inboundcall.json"]
    text = desk.text("Main-Line.inboundcall.json")
    assert f"@{{dataAction/{ACTION_CATEGORY}/{ACTION}}}" in text
    assert "@{queue/Support}" in text
    for made in desk._objects.values():
        assert made["id"] not in text
    assert desk.run("validate", str(desk.folder)) == 0, desk.out
    desk.lab.environment["organizationId"] = desk.lab.org.id
    answer = desk.lab.sync("--state", "none")
    assert (answer.code, set(answer.operations().values())) == (0, {"adopt"}), answer.report
    assert desk.writes() == []


def test_a_second_export_touches_no_file(desk: Desk) -> None:
    desk.add_archy("Night Service")
    desk.add_native("Main Line")
    for form in ("archy", "native"):
        folder = str(desk.lab.root / form)
        assert desk.export("--format", form, "--out", folder) == 0, desk.out + desk.err
        before = {path: path.stat().st_mtime_ns for path in Path(folder).iterdir()}
        assert desk.export("--format", form, "--out", folder) == 0, desk.out + desk.err
        assert "2 unchanged" in desk.out
        assert {path: path.stat().st_mtime_ns for path in Path(folder).iterdir()} == before


def test_a_file_that_says_what_is_live_in_other_words_stays_as_it_is(desk: Desk) -> None:
    desk.lab.environment["variables"] = {"night": "Night Service"}
    desk.lab.write("night", "# ours\n" + workflow("'{{night}}'"))
    desk.declare()
    assert desk.lab.sync().code == 0
    assert desk.export() == 0, desk.out + desk.err
    assert desk.files == ["all/night.yaml"]
    assert desk.text("all/night.yaml").startswith("# ours")


def test_a_file_with_other_content_is_overwritten_only_when_told_so(desk: Desk) -> None:
    marked = "# x-flowsync: {environment: dev, labels: [night]}\n" + workflow("'{{night}}'", end="Ours")
    desk.lab.environment["variables"] = {"night": "Night Service"}
    desk.lab.write("night", marked)
    desk.add_archy("Night Service", end="Theirs")
    desk.add_archy("Another")
    assert desk.export() == 3
    assert "flows/dev/all/night.yaml: there is such a file already" in desk.err
    assert "--overwrite" in desk.err
    assert desk.files == ["all/night.yaml"]
    assert desk.text("all/night.yaml") == marked
    assert desk.export("--overwrite") == 0, desk.out + desk.err
    assert desk.files == ["Another.workflow.yaml", "all/night.yaml"]
    assert "overwritten" in desk.out
    assert "the former file had {{night}}" in desk.out
    text = desk.text("all/night.yaml")
    assert text.startswith('# x-flowsync: {"environment": "dev", "labels": ["night"]}\n')
    assert "Theirs" in text


def test_a_native_file_keeps_its_metadata_when_it_is_overwritten(desk: Desk) -> None:
    desk.add_native("Main Line")
    desk.lab.environment["nativeFlows"] = True
    assert desk.export("--format", "native") == 0
    path = desk.folder / "Main-Line.inboundcall.json"
    content = {**json.loads(path.read_text()), "x-flowsync": {"labels": ["vip"]}}
    path.write_text(json.dumps(content).replace("Welcome", "Hello"))
    assert desk.export("--format", "native", "--overwrite") == 0, desk.out + desk.err
    assert json.loads(path.read_text())["x-flowsync"] == {"labels": ["vip"]}
    assert "Welcome" in path.read_text()


def test_a_file_with_a_secret_that_cannot_be_read_is_not_overwritten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.lab.environment["variables"] = {"key": {"$env": "SECRET_KEY"}}
    desk.lab.write("night", workflow("Night", end="'{{key}}'"))
    desk.add_archy("Night", end="k-47114711")
    assert desk.export("--overwrite") == 3
    assert "the file has {{key}}, a secret that cannot be read here" in desk.err
    assert "{{key}}" in desk.text("all/night.yaml")
    monkeypatch.setenv("SECRET_KEY", "k-47114711")
    assert desk.export("--overwrite") == 0, desk.out + desk.err
    assert "1 unchanged" in desk.out


def test_what_is_wrong_with_a_file_is_told_without_its_secrets(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "k-47114711/")
    desk.lab.environment["variables"] = {"key": {"$env": "SECRET_KEY"}}
    desk.lab.write("night", workflow("'{{key}}'"))
    assert desk.export() == 3
    assert "contains a slash" in desk.err
    assert "k-47114711" not in desk.err


def test_an_archy_document_as_json_is_not_overwritten_with_yaml(desk: Desk) -> None:
    desk.folder.mkdir(parents=True)
    content = json.dumps(yaml.safe_load(workflow("Night")))
    (desk.folder / "night.json").write_text(content)
    desk.add_archy("Night")
    assert desk.export() == 0, desk.out + desk.err
    assert "1 unchanged" in desk.out
    desk.add_archy("Other")
    (desk.folder / "other.json").write_text(json.dumps(yaml.safe_load(workflow("Other", end="Ours"))))
    assert desk.export("--overwrite") == 3
    assert "flows/dev/other.json: the file is an Archy document as JSON" in desk.err
    assert "Rename it to .yaml first" in desk.err
    assert desk.text("night.json") == content


def test_a_native_export_without_an_environment_tells_unexplained_ids_too(desk: Desk) -> None:
    desk.add_native("Main Line", data_action=ACTION, unknown=STRANGE)
    arguments = ("--workspace", str(desk.lab.root), "--out", str(desk.lab.root / "backup"), "--format", "native")
    assert desk.run("export", *arguments) == 0, desk.err
    assert f"nothing tells what the id {STRANGE} is" in desk.out


def test_the_other_format_does_not_get_a_second_file_for_one_flow(desk: Desk) -> None:
    desk.add_native("Main Line")
    assert desk.export("--format", "native") == 0
    assert desk.export("--format", "archy", "--overwrite") == 3
    assert "describes inboundcall 'Main Line' already, as native configuration" in desk.err
    assert "--format native" in desk.err
    assert desk.files == ["Main-Line.inboundcall.json"]


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (("--name", "night*"), ["Night-Service.workflow.yaml"]),
        (("--name", "night*", "--name", "Main Line"), ["Main-Line.inboundcall.yaml", "Night-Service.workflow.yaml"]),
        (("--type", "inboundCall"), ["Main-Line.inboundcall.yaml"]),
        (("--type", "workflow", "--name", "M*"), []),
    ],
)
def test_flows_are_chosen_by_name_and_type(desk: Desk, arguments: tuple[str, ...], files: list[str]) -> None:
    desk.add_archy("Night Service")
    desk.add_native("Main Line")
    code = desk.export(*arguments)
    assert (code, desk.files) == ((0 if files else 3), files), desk.out + desk.err


def test_a_type_that_does_not_exist_is_refused_with_the_nearest(desk: Desk) -> None:
    assert desk.export("--type", "inboundcal") == 3
    assert "Did you mean 'inboundCall'?" in desk.err


def test_a_flow_that_has_no_published_version_is_told_and_left_out(desk: Desk) -> None:
    desk.add_archy("Night Service")
    desk.add_archy("Just Begun")
    desk.lab.org.act("deactivate", "Just Begun", user="Supervisor")
    assert desk.export() == 0, desk.out + desk.err
    assert desk.files == ["Night-Service.workflow.yaml"]
    assert "left out     workflow 'Just Begun': it has no published version" in desk.out


def test_a_flow_that_cannot_be_exported_does_not_keep_the_others(desk: Desk) -> None:
    for name in ("One", "Two", "Three"):
        desk.add_archy(name)
    desk.lab.org.job_fault(job="export", flow="Two", outcome="failure", messages=["Two is broken"], times=10)
    assert desk.export() == 1, desk.out + desk.err
    assert desk.files == ["One.workflow.yaml", "Three.workflow.yaml"]
    assert "failed       workflow 'Two'" in desk.out
    assert "Two is broken" in desk.out


def test_names_that_are_one_to_a_file_system_get_files_of_their_own(desk: Desk) -> None:
    for name in ("Main?", "main!", "../main", "Main*"):
        desk.add_archy(name.replace("/", "∕"))
    assert desk.export() == 0, desk.out + desk.err
    assert len({name.casefold() for name in desk.files}) == 4
    assert all(name.casefold().startswith("main") for name in desk.files)


def test_a_file_is_not_taken_for_another_environments(desk: Desk) -> None:
    (desk.lab.root / "flows" / "prod").mkdir(parents=True)
    desk.add_archy("Prod - Night")
    assert desk.export() == 0, desk.out + desk.err
    assert desk.files == ["dev_Prod-Night.workflow.yaml"]
    desk.lab.environment["organizationId"] = desk.lab.org.id
    assert desk.lab.sync("--state", "none").code == 0


def test_a_file_says_which_environment_it_is_for_where_that_is_required(desk: Desk) -> None:
    desk.lab.environment |= {"requireEnvironmentMark": True, "organizationId": desk.lab.org.id}
    desk.add_archy("Night")
    assert desk.export() == 0, desk.out + desk.err
    assert desk.files == ["dev_Night.workflow.yaml"]
    assert desk.lab.sync("--state", "none").code == 0


def test_what_another_organisation_has_is_not_written_into_the_environment(desk: Desk) -> None:
    desk.add_archy("Night")
    desk.lab.environment["organizationId"] = "00000000-0000-4000-8000-000000000001"
    assert desk.export() == 6
    assert "means organisation 00000000-0000-4000-8000-000000000001" in desk.err
    assert not desk.folder.exists()


def test_in_a_shared_organisation_only_the_environments_own_flows_are_exported(desk: Desk) -> None:
    desk.lab.environment["guards"] = {"environment": {"prefix": "dev_"}}
    desk.add_archy("dev_Night")
    desk.add_archy("prod_Night")
    assert desk.export() == 0, desk.out + desk.err
    assert desk.files == ["dev_Night.workflow.yaml"]


def test_a_folder_alone_needs_no_environment(desk: Desk) -> None:
    desk.add_archy("Night")
    out = desk.lab.root / "backup"
    assert desk.run("export", "--workspace", str(desk.lab.root), "--out", str(out)) == 0, desk.err
    assert [path.name for path in out.iterdir()] == ["Night.workflow.yaml"]
    assert desk.run("export", "--workspace", str(desk.lab.root)) == 3
    assert "Name one with --environment, or a folder with --out." in desk.err


def test_a_mistyped_environment_makes_no_folder(desk: Desk) -> None:
    desk.declare()
    assert desk.run("export", "-e", "dve", "--workspace", str(desk.lab.root)) == 3
    assert "Did you mean 'dev'?" in desk.err
    assert not (desk.lab.root / "flows").exists()


def test_a_broken_file_in_the_folder_stops_the_export(desk: Desk) -> None:
    desk.add_archy("Night")
    desk.folder.mkdir(parents=True)
    (desk.folder / "broken.yaml").write_text("workflow: [\n")
    assert desk.export() == 3
    assert "broken.yaml" in desk.err
    assert desk.files == ["broken.yaml"]


def test_braces_that_a_sync_would_take_for_a_placeholder_are_told(desk: Desk) -> None:
    desk.add_archy("Night", end="'Bye {{customer}}'")
    assert desk.export() == 0, desk.out + desk.err
    assert "it holds {{customer}}" in desk.out
    assert "literalPlaceholders" in desk.out
    desk.lab.environment |= {"literalPlaceholders": ["customer"], "organizationId": desk.lab.org.id}
    assert desk.lab.sync("--state", "none").operations() == {"Night": "adopt"}


@pytest.mark.parametrize("form", ["archy", "native"])
def test_the_value_of_a_secret_does_not_go_into_a_file(desk: Desk, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    desk.lab.environment |= {"nativeFlows": True, "organizationId": desk.lab.org.id}
    desk.lab.environment["variables"] = {"key": {"$env": "SECRET_KEY"}, "pin": {"$env": "SECRET_PIN"}}
    greeting = "Your key is k-47114711, your pin 1234"
    if form == "native":
        desk.add_native("Main", greeting=greeting)
    else:
        desk.add_archy("Main", end=greeting)
    monkeypatch.setenv("SECRET_KEY", "k-47114711")
    monkeypatch.setenv("SECRET_PIN", "1234")
    assert desk.export("--format", form) == 0, desk.out + desk.err
    (file,) = desk.files
    assert "k-47114711" not in desk.text(file) + desk.out
    assert "Your key is {{key}}" in desk.text(file)
    assert "it may hold the value of the secret 'pin'" in desk.out
    assert desk.lab.sync("--state", "none").operations() == {"Main": "adopt"}
    assert desk.writes() == []
    assert desk.export("--format", form) == 0, desk.out + desk.err
    assert "1 unchanged" in desk.out


def test_a_secret_that_cannot_be_read_is_told(desk: Desk) -> None:
    desk.lab.environment["variables"] = {"key": {"$env": "SECRET_KEY"}}
    desk.add_archy("Main")
    assert desk.export() == 0, desk.out + desk.err
    assert "the secret 'key' cannot be read here" in desk.out
    assert "Set SECRET_KEY" in desk.out


def test_a_native_export_tells_what_the_environment_must_say(desk: Desk) -> None:
    desk.add_native("Main Line", data_action=ACTION, unknown=STRANGE)
    assert desk.export("--format", "native") == 0, desk.out + desk.err
    assert "environment 'dev' does not take native files yet: set nativeFlows: true" in desk.out
    assert f"nothing tells what the id {STRANGE} is" in desk.out
    desk.lab.environment["nativeFlows"] = {"allowedIds": [STRANGE]}
    assert desk.export("--format", "native") == 0, desk.out + desk.err
    assert "note" not in desk.out
    desk.lab.environment["organizationId"] = desk.lab.org.id
    assert desk.lab.sync("--state", "none").operations() == {"Main Line": "adopt"}


def test_an_object_that_was_renamed_since_is_exported_under_its_present_name(desk: Desk) -> None:
    desk.add_native("Main Line")
    queue = desk.object("routing/queues", "Support")
    desk.lab.org.remove("routing/queues", "Support")
    desk.lab.org.add("routing/queues", "Help", id=queue["id"])
    assert desk.export("--format", "native") == 0, desk.out + desk.err
    text = desk.text("Main-Line.inboundcall.json")
    assert "@{queue/Help}" in text
    assert "@{queue/Support}" not in text
    desk.lab.environment |= {"nativeFlows": True, "organizationId": desk.lab.org.id}
    assert desk.lab.sync("--state", "none").operations() == {"Main Line": "adopt"}
    assert desk.writes() == []


def test_an_object_that_is_gone_is_told(desk: Desk) -> None:
    desk.add_native("Main Line")
    desk.lab.org.remove("routing/queues", "Support")
    assert desk.export("--format", "native") == 0, desk.out + desk.err
    assert "it uses the queue 'Support'" in desk.out
    assert "which the organisation does not show" in desk.out


def test_names_that_the_client_may_not_list_are_those_of_the_manifest(desk: Desk) -> None:
    desk.add_native("Main Line")
    desk.lab.org.client("flowsync", "secret-of-flowsync", permissions=("architect:*",))
    assert desk.export("--format", "native") == 0, desk.out + desk.err
    assert "routing/queues cannot be listed" in desk.out
    assert "@{queue/Support}" in desk.text("Main-Line.inboundcall.json")


def test_a_client_that_may_not_export_is_told_which_permission_it_lacks(desk: Desk) -> None:
    desk.add_archy("Night")
    desk.lab.org.client("flowsync", "secret-of-flowsync", permissions=("architect:flow:view",))
    assert desk.export() == 4
    assert "architect:jobExport:create" in desk.err
    assert not desk.folder.exists()


def test_two_flows_whose_names_differ_in_case_alone_do_not_both_become_files(desk: Desk) -> None:
    desk.add_archy("Night")
    desk.add_archy("NIGHT")
    assert desk.export() == 1, desk.out + desk.err
    assert len(desk.files) == 1
    assert "differs from that of workflow 'NIGHT' only in case" in desk.out


def test_a_file_in_place_of_the_folder_is_refused(desk: Desk) -> None:
    desk.add_archy("Night")
    (desk.lab.root / "backup").write_text("a file")
    assert desk.export("--out", str(desk.lab.root / "backup")) == 3
    assert "this is no folder" in desk.err


def test_the_mount_of_a_cluster_is_not_written_to(desk: Desk) -> None:
    mount = desk.lab.root / "mount"
    mount.mkdir()
    (mount / "flowsync-index-0.json").write_text('{"files": {}}')
    assert desk.export("--out", str(mount)) == 3
    assert "this is the mount of a cluster" in desk.err
