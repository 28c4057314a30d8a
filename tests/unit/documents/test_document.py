"""What a document is: its identity, and every reason to refuse it, at its place with the way out."""

import base64
import json
import urllib.parse

import pytest

from hook.documents.document import FlowDocument, read_document
from hook.documents.nodes import Mapping
from hook.documents.types import FLOW_TYPES, FlowType
from hook.errors import InvalidInput
from hook.model import FLOWS, Identity, Problem


def read(text: str, file: str = "flow.yaml") -> FlowDocument:
    return read_document(text, file=file)


def problems_of(text: str, file: str = "flow.yaml") -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        read(text, file)
    assert all(problem.hint and problem.place.file == file for problem in caught.value.problems)
    return caught.value.problems


def test_identity_place_and_attributes_come_from_the_document() -> None:
    document = read('inboundCall:\n  name: Main line\n  division: Home\n  description: ""\n')
    assert document.identity == Identity(FLOWS, "inboundcall", "Main line")
    assert str(document.place) == "flow.yaml:2:9 (inboundCall.name)"
    assert document.attributes == (("division", "Home"), ("description", ""))
    assert not document.warnings


@pytest.mark.parametrize("entry", FLOW_TYPES, ids=lambda entry: entry.key)
def test_every_type_of_flow_is_known_and_an_unproven_key_is_a_warning(entry: FlowType) -> None:
    document = read(f"{entry.key}:\n  name: A flow\n")
    assert document.identity.type == entry.platform == entry.platform.lower()
    assert [warning.code for warning in document.warnings] == ([] if entry.proven else ["unproven-flow-type"])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a/b", "name-with-slash"),
        ("x" * 201, "name-too-long"),
        ("Main-debug", "name-ends-with-debug"),
        ("Main-DeBuG", "name-ends-with-debug"),
        ("123 - 4", "name-without-letter"),
        ('" Main"', "name-with-blanks"),
        ('""', "missing-name"),
        ("[Main]", "not-a-text"),
    ],
)
def test_names_that_the_platform_refuses_are_refused_at_the_name(name: str, code: str) -> None:
    (problem,) = problems_of(f"inboundCall:\n  name: {name}\n")
    assert (problem.code, problem.place.line, problem.place.column) == (code, 2, 9)
    assert problem.place.path == "inboundCall.name"


@pytest.mark.parametrize("name", ["x" * 200, "Ж", "main-debugger", "1a"])
def test_names_that_the_platform_takes_pass(name: str) -> None:
    assert read(f"inboundCall:\n  name: {name}\n").identity.name == name


def test_all_problems_of_a_document_are_told_at_once() -> None:
    text = "inboundCall:\n  name: 1/2-debug\n  division: [Home]\nworkflow:\n  name: Other\nextra: 1\n"
    assert [problem.code for problem in problems_of(text)] == [
        "two-flow-types",
        "extra-key",
        "name-with-slash",
        "name-ends-with-debug",
        "not-a-text",
    ]


def test_a_missing_name_points_at_the_flow_type() -> None:
    (problem,) = problems_of("inboundCall:\n  division: Home\n")
    assert (problem.code, problem.place.line, problem.place.path) == ("missing-name", 1, "inboundCall")


@pytest.mark.parametrize(
    ("key", "meant"), [("inboundcall", "inboundCall"), ("inqueCall", "inqueueCall"), ("bot", "botFlow")]
)
def test_an_unknown_type_names_the_nearest(key: str, meant: str) -> None:
    (problem,) = problems_of(f"{key}:\n  name: Main\n")
    assert problem.code == "unknown-flow-type"
    assert f"'{key}'" in problem.message
    assert problem.hint == f"Did you mean '{meant}'?"


def test_a_type_that_is_like_none_lists_all() -> None:
    (problem,) = problems_of("zzzzzz:\n  name: Main\n")
    assert all(entry.key in problem.hint for entry in FLOW_TYPES)


def test_a_key_beside_the_flow_is_named_at_its_place() -> None:
    (problem,) = problems_of("inboundCall:\n  name: Main\nmenus: []\n")
    assert (problem.code, problem.place.line, problem.place.path) == ("extra-key", 3, "menus")
    assert "Indent it" in problem.hint


def test_two_types_point_at_the_second() -> None:
    (problem,) = problems_of("inboundCall: {name: A}\nworkflow: {name: B}\n")
    assert (problem.code, problem.place.line) == ("two-flow-types", 2)


@pytest.mark.parametrize("text", ["- a\n", "just text\n", "inboundCall: text\n", "{}\n"])
def test_what_is_no_flow_says_how_one_begins(text: str) -> None:
    (problem,) = problems_of(text)
    assert problem.code == "not-a-flow"


@pytest.mark.parametrize("key", ["yes", "no", "'yes'"])
def test_branch_keys_survive_whether_quoted_or_not(key: str) -> None:
    document = read(f"workflow:\n  name: W\n  outputs:\n    {key}: {{lit: 1}}\n")
    outputs = document.body.get("outputs")
    assert isinstance(outputs, Mapping)
    assert outputs.keys() == (key.strip("'"),)


def test_json_reads_like_yaml_and_may_carry_metadata() -> None:
    text = json.dumps({"x-flowsync": {"labels": ["a"]}, "inboundCall": {"name": "Main"}}, indent="\t")
    document = read(text, "flow.json")
    assert document.identity == Identity(FLOWS, "inboundcall", "Main")
    assert document.place.line == 8
    assert document.is_json
    assert document.metadata is not None
    assert document.root.keys() == ("inboundCall",)


def test_metadata_as_a_key_of_yaml_is_refused_since_it_would_be_uploaded() -> None:
    (problem,) = problems_of("x-flowsync: {labels: [a]}\ninboundCall:\n  name: Main\n")
    assert problem.code == "metadata-key"
    assert "comment line: # x-flowsync:" in problem.hint


NATIVE = json.dumps({"name": "Main", "type": "inboundcall", "manifest": {}, "flowSequenceItemList": []})
PACKED = base64.b64encode(urllib.parse.quote(NATIVE, safe="~()*!.'").encode()).decode()


@pytest.mark.parametrize(
    ("text", "file"),
    [(NATIVE, "a.json"), (NATIVE, "a.yaml"), (PACKED, "a.i3InboundFlow"), (PACKED[:40] + "\n" + PACKED[40:], "a.yaml")],
)
def test_native_configuration_is_recognised_by_content_and_refused_with_the_way_out(text: str, file: str) -> None:
    (problem,) = problems_of(text, file)
    assert problem.code == "native-configuration"
    assert "Export the flow as Archy YAML" in problem.hint


def test_the_shape_of_the_guides_is_refused_with_the_way_to_an_export() -> None:
    text = json.dumps({"name": "Main", "flowType": "INBOUNDCALL", "version": "1.0", "elements": []})
    (problem,) = problems_of(text, "guide.json")
    assert problem.code == "not-a-platform-format"
    assert "flowType, elements" in problem.message
    assert "archy export" in problem.hint
