from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from simulator.places import ScenarioError
from simulator.scenario import ScenarioFile
from simulator.world import World
from tests.simulator.conftest import document
from tests.simulator.test_process import caller, process

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "simulator" / "scenario.yaml"


def scenario(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(tmp_path: Path, text: str) -> World:
    world = World()
    ScenarioFile(scenario(tmp_path, text)).apply(world)
    return world


def test_the_example_runs_as_it_is() -> None:
    with process("--scenario", str(EXAMPLE)) as (_, urls):
        api = caller(urls, ("flowsync-demo", "demo-secret"))
        flows = {flow["name"]: flow for flow in api.get("flows")["entities"]}
        faults = requests.get(f"{urls['admin']}/faults", timeout=5).json()
        acts = requests.get(f"{urls['admin']}/acts", timeout=5).json()
        api.http.close()

    assert flows["Front Desk"]["publishedVersion"]["id"] == "3.0"
    assert flows["Front Desk"]["division"]["name"] == "Customer Service"
    assert flows["Night Line"]["publishedVersion"]["createdByClient"]["name"] == "flow sync (demo)"
    assert [fault["enabled"] for fault in faults] == [False, False, True]
    assert (len(acts["planned"]), len(acts["staged"])) == (3, 1)


def test_documents_are_read_from_files_beside_the_scenario(tmp_path: Path) -> None:
    folder = tmp_path / "flows" / "deep"
    folder.mkdir(parents=True)
    for name in ("One", "Two"):
        (folder / f"{name}.yaml").write_text(document(name))

    world = loaded(tmp_path, "flows:\n  - files: flows/**/*.yaml\n    publishedBy: {user: Somebody}\n")

    assert sorted(flow.name for flow in world.state.flows.values()) == ["One", "Two"]
    assert {flow.published_by.name for flow in world.state.flows.values() if flow.published_by} == {"Somebody"}


def test_native_configurations_are_told_by_their_content(tmp_path: Path) -> None:
    natives: dict[str, object] = {
        name: {"name": name, "type": "workflow", "flowSequenceItemList": []} for name in ("One", "Two")
    }
    (tmp_path / "one.json").write_text(json.dumps(natives["One"]))
    (tmp_path / "archy.json").write_text(json.dumps({"workflow": {"name": "Three"}}))
    (tmp_path / "flow.json").write_text("{workflow: {name: Four}}")
    rows = f"flows:\n  - files: '*.json'\n  - native: {json.dumps(natives['Two'])}\n"

    world = loaded(tmp_path, rows)

    found = {flow.name: flow.versions[-1].native for flow in world.state.flows.values()}
    assert found == {**natives, "Three": None, "Four": None}
    with pytest.raises(ScenarioError, match="one of document, native, file and files"):
        loaded(tmp_path, rows.replace("native:", "file: one.json\n    native:"))


def test_settings_that_a_scenario_does_not_name_keep_their_defaults(tmp_path: Path) -> None:
    world = loaded(tmp_path, "settings: {jobSeconds: 1}\n")

    assert (world.state.settings.job_seconds, world.state.settings.export_seconds) == (1.0, 2.0)


def test_an_empty_scenario_is_the_usual_organisation(tmp_path: Path) -> None:
    assert list(loaded(tmp_path, "").state.clients) == ["flowsync"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [\n", ":2: "),
        ("settings: {}\nsettings: {}\n", ":2: 'settings' stands here twice"),
        ("speed: 1\nsetings: {}\n", ":2: setings: 'setings' is not known here"),
        ("settings:\n  latencySeconds: soon\n", ":2: settings.latencySeconds: "),
        ("faults:\n  - match: {path: x}\n    fault:\n      status: 42\n", ":4: faults[0].fault.status: "),
        ("faults:\n  - fault: {}\n    match:\n      path: '('\n", ":4: faults[0].match.path: '(' is no regular"),
        ("acts:\n  - do: edit\n", ":2: acts[0]: 'flow' is missing"),
        ("acts:\n  - {do: lock, flow: {name: Nobody}}\n", ":2: acts[0]: There is no flow 'Nobody'"),
        ("acts:\n  - {do: dance, flow: {name: A}, after: 1}\n", ":2: acts[0]: 'dance' is none of"),
        ("acts:\n  - {do: lock, flow: {name: A}, after: 1, atCall: {path: x}}\n", "not for both"),
        ("objects:\n  routing/quues: [A]\n", ":2: objects.routing/quues[0]: "),
        ("flows:\n  - file: gone.yaml\n", "gone.yaml: No such file"),
        ("flows:\n  - {file: a, files: b}\n", "one of document, native, file and files"),
        ("flows:\n  - files: nothing/*.yaml\n", "matches 'nothing/*.yaml'"),
        ("traffic:\n  flows: {Nobody: 3}\n", ":2: traffic: There is no flow 'Nobody'"),
    ],
)
def test_what_is_wrong_is_told_by_file_line_and_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, text)

    assert str(caught.value).startswith(str(tmp_path / "scenario.yaml"))
    assert said in str(caught.value)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, "speed: 0\nnothing: 1\nclients: 3\n")

    assert len(str(caught.value).splitlines()) == 3


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="No such file"):
        ScenarioFile(tmp_path / "gone.yaml")
