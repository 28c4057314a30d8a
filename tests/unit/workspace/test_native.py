"""Native configurations in an environment: off unless it says otherwise, and no id that nobody knows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hook.documents.native.packing import pack
from hook.documents.native.writing import pretty
from hook.errors import InvalidInput
from hook.model import Severity
from hook.workspace.checking import load_files
from hook.workspace.environments import NativeFlows, parse_environments
from hook.workspace.loading import Workspace
from tests.run.native_sample import call_flow, id_of, moved

from .conftest import Repository, flow

SETTING = "environments.json:4:7 (environments.dev.nativeFlows)"
STRANGE = id_of("something strange")
MAIN = "flows/dev/main.json"


def raw(name: str = "Main", **more: Any) -> str:
    return json.dumps(call_flow(name, **more))


def strange(name: str = "Main") -> str:
    """A flow that gives an id which nothing explains to a data action."""
    return raw(name, data_action="Look up", unknown=STRANGE)


def codes(workspace: Workspace) -> list[tuple[str, str]]:
    return [(warning.code, str(warning.place)) for warning in workspace.warnings]


@pytest.fixture
def open_repository(repository: Repository) -> Repository:
    """A repository whose environment takes native flows."""
    repository.declare(dev={"nativeFlows": True})
    return repository


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("true", NativeFlows()),
        ("True", NativeFlows()),
        ("'true'", NativeFlows()),
        ("{}", NativeFlows()),
        ("{layout: true}", NativeFlows(layout=True)),
        (f"{{allowedIds: [{STRANGE.upper()}]}}", NativeFlows(allowed_ids=(STRANGE,))),
        ("false", None),
        ("", None),
    ],
)
def test_the_setting_is_a_switch_or_a_mapping(written: str, read: NativeFlows | None) -> None:
    text = f"environments:\n  dev:\n    nativeFlows: {written}\n"
    assert parse_environments(text.encode(), file="environments.yaml").by_name["dev"].native_flows == read


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("maybe", "3:5 (environments.dev.nativeFlows): true, false, or a mapping"),
        ("[true]", "3:5 (environments.dev.nativeFlows): true, false, or a mapping"),
        ("{layuot: true}", "'layuot' is no key of nativeFlows. Did you mean 'layout'?"),
        ("{layout: perhaps}", "(environments.dev.nativeFlows.layout): input should be a valid boolean"),
        ("{allowedIds: ['*']}", "(environments.dev.nativeFlows.allowedIds[0]): an id such as"),
        (f"{{allowedIds: {STRANGE}}}", "(environments.dev.nativeFlows.allowedIds): input should be a list"),
    ],
)
def test_a_wrong_setting_is_refused_at_its_place(written: str, words: str) -> None:
    text = f"environments:\n  dev:\n    nativeFlows: {written}\n"
    with pytest.raises(InvalidInput) as caught:
        parse_environments(text.encode(), file="environments.yaml")
    (problem,) = caught.value.problems
    assert words in str(problem)


@pytest.mark.parametrize("dev", [{}, {"nativeFlows": False}, None])
def test_a_native_file_is_refused_where_the_setting_is_off(repository: Repository, dev: dict[str, Any] | None) -> None:
    if dev is not None:
        repository.declare(dev=dev)
    repository.write(MAIN, raw())
    (problem,) = repository.problems()
    assert (problem.code, problem.place.file) == ("native-configuration", MAIN)
    where = "environments.yaml" if dev is None else "environments.json:"
    assert f"set nativeFlows: true at {where}" in problem.hint
    assert "(environments.dev.nativeFlows)" in problem.hint
    assert "export the flow as YAML" in problem.hint


@pytest.mark.parametrize(
    ("declared", "place"),
    [
        ("environments:\n  dev:\n    nativeFlows: false\n", "environments.yaml:3:5 (environments.dev.nativeFlows)"),
        ("environments:\n  dev:\n    region: x\n", "environments.yaml:2:3 (environments.dev.nativeFlows)"),
        ("dev:\n  region: x\n", "environments.yaml:1:1 (dev.nativeFlows)"),
        ("environments:\n  prod: {}\n", "environments.yaml (environments.dev.nativeFlows)"),
    ],
)
def test_the_place_of_the_setting_is_told_exactly(repository: Repository, declared: str, place: str) -> None:
    repository.write("environments.yaml", declared)
    repository.write(MAIN, raw())
    (problem,) = repository.problems()
    assert f"set nativeFlows: true at {place};" in problem.hint


@pytest.mark.parametrize("form", ["raw", "named", "packed"])
def test_every_form_of_a_flow_becomes_the_same_desired_object(open_repository: Repository, form: str) -> None:
    (checked,) = load_files([open_repository.write("other/main.json", raw(description="Ours"))])
    assert checked.desired is not None
    named = checked.desired.content
    content, path = {
        "raw": (raw(description="Ours").encode(), MAIN),
        "named": (named, MAIN),
        "packed": (pack(call_flow("Main", description="Ours")), "flows/dev/Main.i3InboundFlow"),
    }[form]
    open_repository.write(path, content)
    (desired,) = open_repository.load().desired
    assert (desired.native, desired.layout, str(desired.identity)) == (True, False, "inboundcall 'Main'")
    assert (desired.content, desired.digest) == (named, checked.desired.digest)
    assert desired.public_digest == desired.digest
    assert dict(desired.attributes) == {"description": "Ours"}
    assert b"@{queue/Support}" in desired.content
    assert id_of("queue Support").encode() not in desired.content
    assert {(reference.kind, reference.name) for reference in desired.references} == {("routing/queues", "Support")}


def test_there_is_one_warning_for_all_native_files(open_repository: Repository) -> None:
    open_repository.write(MAIN, raw())
    open_repository.write("flows/dev/other.json", raw("Other"))
    open_repository.write("flows/dev/archy.yaml", flow("Archy"))
    workspace = open_repository.load()
    assert codes(workspace) == [("native-flows", SETTING)]
    assert "2 flows go" in workspace.warnings[0].message


def test_without_native_files_there_is_no_warning(open_repository: Repository) -> None:
    open_repository.write("flows/dev/archy.yaml", flow("Archy"))
    assert open_repository.load().warnings == ()


def test_a_moved_box_is_no_change_unless_layout_counts(repository: Repository) -> None:
    digests = {}
    for layout in (False, True):
        repository.declare(dev={"nativeFlows": {"layout": layout}})
        for name, configuration in {"before": call_flow("Main"), "after": moved(call_flow("Main"))}.items():
            repository.write(MAIN, json.dumps(configuration))
            (desired,) = repository.load().desired
            assert desired.layout is layout
            digests[layout, name] = desired.digest
    assert digests[False, "before"] == digests[False, "after"]
    assert digests[True, "before"] != digests[True, "after"]


def test_an_unexplained_id_is_one_error_with_all_its_places_and_the_ways_out(open_repository: Repository) -> None:
    open_repository.write(MAIN, strange())
    open_repository.write("flows/dev/other.json", strange("Other"))
    (problem,) = open_repository.problems()
    assert (problem.code, problem.place.file) == ("unexplained-id", MAIN)
    assert problem.place.path.startswith("flowSequenceItemList[0].actionList[1].inputs[0].value")
    assert f"nothing tells what the id {STRANGE} is" in problem.message
    assert "flows/dev/other.json" in problem.message
    assert "and 1 more" in problem.message
    for way in ("@{queue/NAME}", "{{placeholder}}", "environments.json:4:7 (environments.dev.nativeFlows.allowedIds)"):
        assert way in problem.hint


def test_an_id_may_be_allowed_by_name_whatever_its_case(repository: Repository) -> None:
    repository.declare(dev={"nativeFlows": {"allowedIds": [STRANGE.upper()]}})
    repository.write(MAIN, strange())
    assert [code for code, _ in codes(repository.load())] == ["native-flows"]


def test_an_allowed_id_that_no_file_has_is_a_warning_unless_files_were_left_out(repository: Repository) -> None:
    unused = id_of("nothing at all")
    repository.declare(dev={"nativeFlows": {"allowedIds": [STRANGE, unused]}})
    repository.write("flows/dev/voice/main.json", strange())
    repository.write("flows/dev/other/other.json", raw("Other"))
    (told,) = [warning for warning in repository.load().warnings if warning.code == "unused-allowed-id"]
    assert unused in told.message
    assert told.place.path == "environments.dev.nativeFlows.allowedIds[1]"
    assert [code for code, _ in codes(repository.load(categories=["other"]))] == ["native-flows"]


def test_ids_that_only_the_editor_has_noted_are_one_warning_for_each_flow(open_repository: Repository) -> None:
    notes = {"botFlows": [{"nluInfo": {"id": id_of(f"note {number}")}} for number in range(5)]}
    open_repository.write(MAIN, json.dumps({**call_flow("Main"), "uiMetaData": notes}))
    workspace = open_repository.load()
    (told,) = [warning for warning in workspace.warnings if warning.code == "copied-id"]
    assert told.place.file == MAIN
    assert f"{id_of('note 2')} (uiMetaData.botFlows[2].nluInfo.id)" in told.message
    assert id_of("note 3") not in told.message
    assert "and 2 more" in told.message


def test_a_noted_id_that_stands_in_the_flow_too_is_an_error(open_repository: Repository) -> None:
    open_repository.write(MAIN, json.dumps({**call_flow("Main"), "uiMetaData": {"bots": [{"id": STRANGE}]}}))
    open_repository.write("flows/dev/other.json", strange("Other"))
    assert [problem.code for problem in open_repository.problems()] == ["unexplained-id"]


def test_an_object_that_cannot_be_looked_up_is_named_with_its_id(open_repository: Repository) -> None:
    flow_ = call_flow("Main")
    flow_["manifest"]["response"] = [{"id": STRANGE, "name": "Thanks", "context": []}]
    open_repository.write(MAIN, json.dumps(flow_))
    (problem,) = open_repository.problems()
    assert problem.code == "unexplained-id"
    assert f"the response 'Thanks' cannot be looked up by name, so its id {STRANGE}" in problem.message


def test_an_id_may_be_the_value_of_a_placeholder(repository: Repository) -> None:
    repository.declare(dev={"nativeFlows": True, "variables": {"strange": STRANGE}})
    repository.write(MAIN, strange().replace(STRANGE, "{{strange}}"))
    (desired,) = repository.load().desired
    assert STRANGE.encode() in desired.content
    repository.write("flows/dev/other.json", strange("Other"))
    assert [(problem.code, problem.place.file) for problem in repository.problems()] == [
        ("unexplained-id", "flows/dev/other.json")
    ]


def test_a_secret_is_in_the_content_and_only_its_placeholder_in_the_public_digest(repository: Repository) -> None:
    repository.declare(dev={"nativeFlows": True, "variables": {"pin": {"$env": "PIN"}}})
    repository.write(MAIN, raw(greeting="Your pin is {{pin}}"))
    one, other = (
        repository.load(getenv=lambda _, value=value: value).desired[0]  # type: ignore[misc]
        for value in ("4711", "4712")
    )
    assert one.has_secrets
    assert b"4711" in one.content
    assert one.digest != other.digest
    assert one.public_digest == other.public_digest
    assert one.public_digest not in {one.digest, other.digest}


def test_a_secret_number_has_a_public_digest_too(repository: Repository) -> None:
    repository.declare(dev={"nativeFlows": True, "variables": {"number": {"$env": "NUMBER"}}})
    repository.write(MAIN, raw().replace('"nextTrackingNumber": 20', '"someNumber": {{number}}'))
    one, other = (
        repository.load(getenv=lambda _, value=value: value).desired[0]  # type: ignore[misc]
        for value in ("4711", "4712")
    )
    assert one.digest != other.digest
    assert one.public_digest == other.public_digest


def test_a_placeholder_in_a_packed_file_is_refused_unless_it_is_the_flows_own(repository: Repository) -> None:
    repository.declare(dev={"nativeFlows": True, "variables": {"company": "Example"}})
    repository.write("flows/dev/Main.i3InboundFlow", pack(call_flow("Main", greeting="{{company}}")))
    (problem,) = repository.problems()
    assert problem.code == "placeholder-in-packed-file"
    assert "{{company}}" in problem.message
    assert "flowsync convert" in problem.hint
    repository.declare(dev={"nativeFlows": True, "literalPlaceholders": ["company"]})
    assert len(repository.load().desired) == 1


def test_metadata_is_a_sibling_key_and_no_part_of_the_content(open_repository: Repository) -> None:
    said = {"x-flowsync": {"environment": "dev", "labels": ["vip"]}}
    open_repository.write(MAIN, json.dumps({**call_flow("Main"), **said}))
    (desired,) = open_repository.load(labels=["vip"]).desired
    assert desired.labels == {"vip"}
    assert b"x-flowsync" not in desired.content
    said["x-flowsync"]["environment"] = "prod"
    open_repository.write(MAIN, json.dumps({**call_flow("Main"), **said}, indent=1))
    (problem,) = open_repository.problems()
    assert (problem.code, problem.place.path) == ("file-of-another-environment", "x-flowsync")
    assert problem.place.line > 1


def test_a_file_name_of_another_environment_is_refused_for_native_files_too(repository: Repository) -> None:
    repository.declare(dev={"nativeFlows": True}, prod={})
    repository.write("flows/dev/prod_Main.i3InboundFlow", pack(call_flow("Main")))
    assert [code for code, _, _ in repository.codes()] == ["file-of-another-environment"]


def test_an_archy_and_a_native_file_of_one_flow_are_refused(open_repository: Repository) -> None:
    open_repository.write(MAIN, raw())
    open_repository.write("flows/dev/main.yaml", flow("Main"))
    (problem,) = open_repository.problems()
    assert problem.code == "same-identity"


def test_checked_alone_a_native_file_is_read_and_its_unexplained_ids_are_warnings(repository: Repository) -> None:
    (checked,) = load_files([repository.write("main.json", strange())])
    assert not checked.failed
    assert checked.desired is not None
    assert [(one.code, one.severity) for one in checked.problems] == [
        ("native-flows", Severity.WARNING),
        ("unexplained-id", Severity.WARNING),
    ]
    assert "nativeFlows: true" in checked.problems[0].message
    assert "nativeFlows.allowedIds of the environment" in checked.problems[1].hint


def test_what_is_wrong_inside_a_native_file_is_told_like_anything_else(open_repository: Repository) -> None:
    open_repository.write(MAIN, pretty({**call_flow("Main"), "type": "inboundcal"}))
    (problem,) = open_repository.problems()
    assert (problem.code, problem.place.line) == ("unknown-flow-type", 3)
