"""``flowsync convert``: from what an export gives to JSON that reviewers can read."""

from __future__ import annotations

import json

import pytest

from hook.documents.native.packing import pack
from tests.cli.harness import Desk, document
from tests.run.native_sample import call_flow, id_of

PACKED = "Main Line.i3InboundFlow"
RAW = "raw.json"
STRANGE = id_of("something strange")


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """One flow, packed as Architect exports it, and as the platform answers it."""
    flow = call_flow("Main Line", description="Calls from everywhere")
    desk.lay({PACKED: pack(flow), RAW: json.dumps(flow)})
    return desk


def test_one_file_goes_to_stdout_with_names_in_place_of_ids(stocked: Desk) -> None:
    shown = stocked.run("convert", PACKED)
    assert (shown.code, shown.err) == (0, "")
    assert list(shown.data)[:3] == ["name", "type", "description"]
    assert "@{queue/Support}" in shown.out
    assert id_of("queue Support") not in shown.out
    assert stocked.simulator.org.calls() == []


def test_every_form_of_a_flow_gives_the_same_bytes_and_so_does_a_second_time(stocked: Desk) -> None:
    first = stocked.run("convert", PACKED).out
    stocked.lay({"named.json": first})
    assert stocked.run("convert", RAW).out == first
    assert stocked.run("convert", "named.json").out == first


def test_files_get_readable_names_in_a_folder_that_is_made(stocked: Desk) -> None:
    stocked.lay({"other.json": json.dumps(call_flow("../Other: Line"))} | {})
    assert stocked.run("convert", PACKED, "--out", "flows/dev").code == 0, stocked.last.err
    assert stocked.last.out == "wrote  flows/dev/Main-Line.json  inboundcall 'Main Line'\n"
    assert stocked.run("convert", PACKED, "--out", "flows/dev").out.startswith("unchanged  ")
    assert [path.name for path in (stocked.root / "flows/dev").iterdir()] == ["Main-Line.json"]


def test_two_flows_of_one_name_get_two_files_in_any_order(desk: Desk) -> None:
    voice, work = call_flow("Main"), {**call_flow("Main"), "type": "workflow"}
    desk.lay({"voice.json": json.dumps(voice), "work.json": json.dumps(work)})
    assert desk.run("convert", "work.json", "voice.json", "--out", "out").code == 0, desk.last.err
    files = {path.name: json.loads(path.read_text())["type"] for path in (desk.root / "out").iterdir()}
    assert files == {"Main.json": "inboundcall", "Main.workflow.json": "workflow"}
    for name in ("voice.json", "work.json"):
        assert desk.run("convert", name, "--out", "out", "--overwrite").out.startswith("unchanged")


def test_another_content_is_overwritten_only_when_told_so(stocked: Desk) -> None:
    stocked.lay({"out/Main-Line.json": "mine\n"})
    stocked.lay({"other.json": json.dumps(call_flow("Other"))})
    assert stocked.run("convert", PACKED, "other.json", "--out", "out").code == 3
    assert "out/Main-Line.json: there is such a file already" in stocked.last.err
    assert "--overwrite" in stocked.last.err
    assert (stocked.root / "out/Main-Line.json").read_text() == "mine\n"
    assert not (stocked.root / "out/Other.json").exists()
    assert stocked.run("convert", PACKED, "--out", "out", "--overwrite").code == 0
    assert json.loads((stocked.root / "out/Main-Line.json").read_text())["name"] == "Main Line"


def test_metadata_and_placeholders_stay(desk: Desk) -> None:
    flow = {**call_flow("{{environment}} Main"), "x-flowsync": {"environment": "dev", "labels": ["vip"]}}
    desk.lay({RAW: json.dumps(flow)})
    shown = desk.run("convert", RAW)
    assert shown.code == 0, shown.err
    assert shown.data["x-flowsync"] == flow["x-flowsync"]
    assert shown.data["name"] == "{{environment}} Main"
    desk.lay({"named.json": shown.out})
    assert desk.run("convert", "named.json").out == shown.out


def test_placeholders_in_names_of_objects_stay_placeholders(desk: Desk) -> None:
    raw = json.dumps(call_flow("Main")).replace("Support", "{{ environment }}_Support")
    desk.lay({RAW: raw})
    first = desk.run("convert", RAW)
    assert first.code == 0, first.err
    assert "@{queue/{{ environment }}_Support}" in first.out
    desk.lay({"flows/dev/main.json": first.out})
    assert desk.run("convert", "flows/dev/main.json").out == first.out
    desk.environments(nativeFlows=True)
    desk.simulator.org.add("routing/queues", "dev_Support")
    assert desk.sync().code == 0, desk.last.text
    assert list(desk.published) == ["Main"]


def test_a_mistake_beside_a_placeholder_is_told_in_the_words_of_the_file(desk: Desk) -> None:
    desk.lay({RAW: json.dumps(call_flow("{{environment}}/Main"))})
    assert desk.run("convert", RAW).code == 3
    assert "the name '{{environment}}/Main' contains a slash" in desk.last.err


def test_unexplained_ids_are_told_on_stderr_with_their_places(desk: Desk) -> None:
    desk.lay({RAW: json.dumps(call_flow("Main", data_action="Look up", unknown=STRANGE))})
    shown = desk.run("convert", RAW)
    assert shown.code == 0
    assert json.loads(shown.out)["name"] == "Main"
    assert f"warning: {RAW} (flowSequenceItemList[0].actionList[1].inputs[0].value" in shown.err
    assert STRANGE in shown.err
    assert "@{queue/NAME}" in shown.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (document("Main"), "this is an Archy document, inboundcall 'Main'. It is fit for Git already"),
        (document("{{name}}"), "this is an Archy document, inboundcall 'name'. It is fit for Git already"),
        ('{"inboundCall": {"name": "Main"}}', "this is an Archy document"),
        ('{"name": "Sales", "flowType": "INBOUND", "elements": []}', "flowType, elements is the shape of a guide"),
        ("just words", "this is no native configuration"),
        ("", "the file is empty"),
        (json.dumps({**call_flow("Main"), "name": "a/b"}), "contains a slash"),
        ("JTdCJTIybmFtZ", "base64 is damaged"),
        (json.dumps({**call_flow("Main"), "type": "x"}), "'x' is no type of flow"),
    ],
    ids=[
        "Archy",
        "Archy with a placeholder",
        "Archy as JSON",
        "a guide's",
        "words",
        "nothing",
        "bad name",
        "damaged",
        "bad type",
    ],
)
def test_what_is_no_native_configuration_is_refused_with_what_it_is(stocked: Desk, content: str, words: str) -> None:
    stocked.lay({"bad": content})
    assert stocked.run("convert", "bad", PACKED, "--out", "out").code == 3
    assert "error: bad" in stocked.last.err
    assert words in stocked.last.err
    assert not (stocked.root / "out").exists()


def test_several_files_need_a_folder(stocked: Desk) -> None:
    assert stocked.run("convert", PACKED, RAW).code == 3
    assert "--out" in stocked.last.err


def test_one_flow_from_two_files_is_refused(stocked: Desk) -> None:
    assert stocked.run("convert", PACKED, RAW, "--out", "out").code == 3
    assert f"is already described by {PACKED}" in stocked.last.err


def test_a_folder_is_told_as_one_with_how_to_name_its_files(stocked: Desk) -> None:
    stocked.lay({"exported/a.json": "{}"})
    refused = stocked.run("convert", "exported", "--out", "flows/dev")
    assert refused.code == 3
    assert refused.err == "error: exported: this is a folder. Name the files in it: exported/*\n"


def test_a_file_that_is_not_there_is_told(desk: Desk) -> None:
    assert desk.run("convert", "nowhere.i3InboundFlow").code == 3
    assert "nowhere.i3InboundFlow" in desk.last.err
