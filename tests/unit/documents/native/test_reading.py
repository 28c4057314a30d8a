"""A native file is read whole, or refused with everything that is wrong, at its place, with the way out."""

import base64
import json
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hook.documents.limits import Limits
from hook.documents.native.naming import name_ids
from hook.documents.native.packing import pack
from hook.documents.native.reading import NativeDocument, is_native, read_native
from hook.documents.native.writing import pretty
from hook.documents.nodes import Mapping, plain_data
from hook.errors import InvalidInput
from hook.model import FLOWS, Identity, Problem
from tests.unit.documents.native.configuration import (
    BOT,
    HOLD,
    QUEUE,
    Configuration,
    guid,
    raw_configuration,
)
from tests.unit.documents.native.mutations import TEXTS, configurations, mutilated

Change = Callable[[Configuration], object]


def text_of(configuration: Configuration) -> str:
    return json.dumps(configuration, indent=2)


def named() -> Configuration:
    return name_ids(raw_configuration())


def read(text: str, file: str = "main.json", **limits: int) -> NativeDocument:
    return read_native(text, file=file, limits=Limits(**limits))


def problems_of(text: str, file: str = "main.json", **limits: int) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        read(text, file, **limits)
    assert all(problem.hint and problem.place.file == file for problem in caught.value.problems)
    return caught.value.problems


def line_of(text: str, wanted: str) -> int:
    (line,) = (number for number, line in enumerate(text.splitlines(), 1) if wanted in line)
    return line


def packed(text: str) -> str:
    return base64.b64encode(urllib.parse.quote(text).encode()).decode()


class TestReads:
    @pytest.mark.parametrize(
        "text",
        [text_of(raw_configuration()), pack(raw_configuration()).decode(), pretty(named()), text_of(named())],
        ids=["with ids", "packed", "as convert writes it", "with names"],
    )
    def test_the_same_from_every_form(self, text: str) -> None:
        document = read(text)
        assert document.identity == Identity(FLOWS, "inboundcall", "Main line")
        assert document.configuration == named()
        assert document.attributes == (("description", "The first one"),)
        assert document.unexplained == ()
        assert document.warnings == ()
        assert {(one.kind, one.type, one.name) for one in document.references} == {
            ("routing/queues", "", "Sales"),
            ("routing/queues", "", "Support"),
            ("routing/skills", "", "English"),
            ("integrations/actions", "Web Services", "Look up"),
            ("architect/prompts", "", "Welcome"),
            (FLOWS, "bot", "Helper"),
            (FLOWS, "inqueuecall", "Hold music"),
        }

    def test_places_have_lines_in_a_file_for_people_and_paths_in_a_packed_one(self) -> None:
        text = pretty(named())
        document = read(text)
        assert str(document.place) == "main.json:2:11 (name)"
        assert str(read(pack(raw_configuration()).decode(), "main.i3").place) == "main.i3 (name)"

    def test_the_type_may_be_in_capitals(self) -> None:
        configuration = raw_configuration() | {"type": "INBOUNDCALL"}
        document = read(text_of(configuration))
        assert document.identity.type == "inboundcall"
        assert document.configuration["type"] == "INBOUNDCALL"

    @pytest.mark.parametrize("form", [text_of, lambda one: pack(one).decode()], ids=["plain", "packed"])
    def test_metadata_stands_beside_and_is_no_part_of_the_flow(self, form: Callable[[Configuration], str]) -> None:
        metadata = {"environment": "prod", "labels": ["a", "b"], "off": None}
        document = read(form({"x-flowsync": metadata, **raw_configuration()}))
        assert isinstance(document.metadata, Mapping)
        assert plain_data(document.metadata) == metadata
        assert document.configuration == named()
        assert str(document.place).endswith("(name)")
        assert document.place.line in {
            0,
            line_of(text_of({"x-flowsync": metadata, **raw_configuration()}), "Main line"),
        }

    def test_without_a_description_there_is_no_attribute(self) -> None:
        configuration = raw_configuration()
        del configuration["description"]
        assert read(text_of(configuration)).attributes == ()
        assert read(text_of(raw_configuration() | {"description": None})).attributes == ()

    def test_literal_openings_survive_in_each_form(self) -> None:
        raw = raw_configuration() | {"greeting": "Hello @{you} @{}"}
        expected = "Hello @{}you} @{}}"
        for text in (text_of(raw), pack(raw).decode(), pretty(name_ids(raw))):
            assert read(text).configuration["greeting"] == expected

    def test_a_packed_flow_without_objects_is_raw_all_the_same(self) -> None:
        raw = {"name": "A", "type": "workflow", "manifest": {}, "text": "@{queue/Sales} @{}"}
        document = read(pack(raw).decode())
        assert document.configuration["text"] == "@{}queue/Sales} @{}}"
        assert document.references == ()

    def test_a_token_that_the_manifest_does_not_have_is_a_reference(self) -> None:
        configuration = named()
        configuration["flowSequenceItemList"][0]["actionList"][1]["inputs"][0]["value"]["text"] = "@{queue/Other}"
        document = read(text_of(configuration))
        (reference,) = (one for one in document.references if one.name == "Other")
        assert reference.place.line == line_of(text_of(configuration), "@{queue/Other}")

    def test_a_dynamic_lookup_is_a_warning_where_it_stands(self) -> None:
        configuration = raw_configuration()
        value = configuration["flowSequenceItemList"][0]["actionList"][1]["inputs"][3]["value"]
        value["text"] = "FindQueue(Flow.x)"
        (warning,) = read(text_of(configuration)).warnings
        assert (warning.code, warning.severity, warning.place.path) == (
            "dynamic-reference",
            "warning",
            "flowSequenceItemList[0].actionList[1].inputs[3].value",
        )
        assert warning.place.line == line_of(text_of(configuration), '"text": "FindQueue(Flow.x)",\n'.strip())

    def test_what_nothing_explains_is_told_with_its_paths(self) -> None:
        (found,) = read(text_of(raw_configuration() | {"settings": {"domain": guid("nlu")}})).unexplained
        assert (found.value, found.paths) == (guid("nlu"), ("settings.domain",))


class TestIsNative:
    @pytest.mark.parametrize(
        ("text", "file", "native"),
        [
            (pack(raw_configuration()).decode(), "a.txt", True),
            (text_of(raw_configuration()), "a.yaml", True),
            ('{"flowSequenceItemList": []}', "a.json", True),
            ('{"manifest": {}, "type": "bot"}', "a.json", True),
            ('{"manifest": {}}', "a.json", False),
            ('{"inboundCall": {"name": "x", "manifest": {}, "type": "y"}}', "a.i3InboundFlow", False),
            ('{"flowType": "x", "elements": []}', "a.json", False),
            ("inboundCall:\n  name: x\n", "a.i3InboundFlow", False),
            ("[1, 2]", "a.json", False),
            ('{"flowSequenceItemList": [', "a.json", False),
            ('{"flowSequenceItemList": [', "a.i3WorkFlow", True),
            ("aGVsbG8gd29ybGQ=", "a.i3WorkFlow", True),
            ("aGVsbG8gd29ybGQ=", "a.yaml", False),
            ("", "a.i3WorkFlow", False),
            ('{"a":' * 100_000, "a.json", False),
        ],
    )
    def test_content_decides(self, text: str, file: str, native: bool) -> None:
        assert is_native(text, file) is native


class TestRefusesTheText:
    @pytest.mark.parametrize(
        ("text", "code", "message"),
        [
            (pack(raw_configuration()).decode()[:-2], "not-packed", "the base64 is damaged"),
            ("aGVsbG8gd29ybGQ=", "not-packed", "neither the content of an .i3 file"),
            (packed('{"name": "A", }'), "json-syntax", "near "),
            (packed('{"name": NaN}'), "json-syntax", "NaN is no JSON number"),
            (packed('{"name": 1e999}'), "json-syntax", "the number 1e999 is too large"),
            (packed('{"a": ' * 100_000), "nested-too-deeply", "deeper than"),
            ("[]", "not-a-flow", "no JSON object"),
            ('{"name": NaN}', "json-syntax", "NaN is no JSON number"),
            ('{"name": 1e999}', "json-syntax", "the number 1e999 is too large"),
            ('{"name": "\\ud800"}', "invalid-character", "half of a surrogate pair"),
            ("\ufeff{}", "json-syntax", "BOM"),
            ("", "empty-file", "empty"),
        ],
    )
    def test_that_is_damaged(self, text: str, code: str, message: str) -> None:
        (problem,) = problems_of(text)
        assert problem.code == code
        assert message in problem.message

    def test_with_keys_that_stand_twice_by_line_or_by_path(self) -> None:
        text = '{"name": "A",\n "manifest": {"queue": [], "queue": []},\n "name": "B"}'
        assert {(one.code, one.place.line) for one in problems_of(text)} == {("duplicate-key", 2), ("duplicate-key", 3)}
        assert [(one.code, one.place.line, one.place.path) for one in problems_of(packed(text))] == [
            ("duplicate-key", 0, "name"),
            ("duplicate-key", 0, "manifest.queue"),
        ]

    def test_with_half_a_surrogate_pair_in_a_packed_file(self) -> None:
        (problem, other) = problems_of(packed('{"a": ["\\udfff"], "\\ud800": 1}'))
        assert {problem.place.path, other.place.path} == {"a[0]", '["\\ud800"]'}

    @pytest.mark.parametrize("form", [lambda text: text, packed], ids=["plain", "packed"])
    def test_beyond_the_limits(self, form: Callable[[str], str]) -> None:
        (deep,) = problems_of(form(text_of(raw_configuration() | {"a": {"b": {"c": {"d": 1}}}})), nesting=3)
        assert deep.code == "nested-too-deeply"
        (many,) = problems_of(form(text_of(raw_configuration())), nodes=50)
        assert many.code == "too-many-nodes"
        assert read(form(text_of(raw_configuration())), nesting=60, nodes=2000).identity.name == "Main line"

    def test_a_packed_file_is_as_deep_as_the_same_file_unpacked(self) -> None:
        text = text_of(raw_configuration() | {"a": {"b": {"c": {"d": [[[[1]]]]}}}})
        for depth in range(1, 14):
            codes = []
            for form in (text, packed(text)):
                try:
                    read(form, nesting=depth)
                except InvalidInput as error:
                    codes.append(error.problems[0].code)
            assert len(set(codes)) <= 1
            assert len(codes) in {0, 2}, depth


class TestRefusesTheContent:
    @pytest.mark.parametrize(
        ("change", "codes", "path"),
        [
            ({"name": None}, ["not-a-text"], "name"),
            ({"name": 5}, ["not-a-text"], "name"),
            ({"name": " "}, ["missing-name"], "name"),
            ({"name": "a/b"}, ["name-with-slash"], "name"),
            ({"type": 5}, ["not-a-text"], "type"),
            ({"type": "inboundcal"}, ["unknown-flow-type"], "type"),
            ({"description": []}, ["not-a-text"], "description"),
            ({"flowSequenceItemList": {}}, ["not-a-list"], "flowSequenceItemList"),
            ({"manifest": []}, ["bad-manifest"], "manifest"),
            ({"manifest": {"queue": {}}}, ["bad-manifest"], "manifest.queue"),
            ({"manifest": {"queue": ["x"]}}, ["bad-manifest"], "manifest.queue[0]"),
            ({"manifest": {"queue": [{"name": "x"}]}}, ["bad-manifest"], "manifest.queue[0]"),
            ({"manifest": {"queue": [{"id": "", "name": "x"}]}}, ["bad-manifest"], "manifest.queue[0]"),
            ({"manifest": {"queue": [{"id": "x", "name": 1}]}}, ["bad-manifest"], "manifest.queue[0].name"),
        ],
    )
    def test_with_the_wrong_shape(self, change: dict[str, Any], codes: list[str], path: str) -> None:
        text = text_of(raw_configuration() | change)
        problems = problems_of(text)
        assert [one.code for one in problems] == codes
        assert [one.place.path for one in problems] == [path]
        assert all(one.place.line for one in problems)
        assert [one.code for one in problems_of(packed(text))] == codes

    def test_without_name_type_and_manifest_all_at_once(self) -> None:
        problems = problems_of('{"flowSequenceItemList": []}')
        assert [one.code for one in problems] == ["missing-name", "missing-type", "no-manifest"]

    def test_with_an_unknown_type_and_names_the_nearest(self) -> None:
        (problem,) = problems_of(text_of(raw_configuration() | {"type": "inbondcall"}))
        assert problem.hint == "Did you mean 'inboundcall'?"

    @pytest.mark.parametrize(
        ("token", "code", "hint"),
        [
            ("@{queue/a%2fb}", "malformed-token", "Write @{queue/a%2Fb}."),
            ("@{queue/a/b}", "malformed-token", "A slash in a name is written %2F."),
            ("@{queue:guid/a}", "malformed-token", "Leave it out."),
            ("@{queue}", "malformed-token", "A text @{ that is no token is written @{}."),
            ("@{", "malformed-token", "A text @{ that is no token is written @{}."),
            ("@{queu/Sales}", "unknown-token-kind", "Did you mean 'queue'?"),
            ("@{xyzzy/Sales}", "unknown-token-kind", "Known are: queue,"),
            (f"@{{queue/Sales!{QUEUE}}}", "untrusted-id", "@{queue/NAME}"),
            ("@{queue/Sales#2}", "ambiguous-name", "different names"),
        ],
    )
    def test_with_a_token_that_means_nothing(self, token: str, code: str, hint: str) -> None:
        text = text_of(named() | {"greeting": f"Hello {token} and {token}", "again": token})
        (problem,) = problems_of(text)
        assert problem.code == code
        assert hint in problem.hint
        assert (problem.place.line, problem.place.column, problem.place.path) == (
            line_of(text, "Hello"),
            text.splitlines()[line_of(text, "Hello") - 1].index('"Hello') + 1,
            "greeting",
        )

    def test_with_a_bad_token_as_a_key(self) -> None:
        text = text_of(named() | {"map": {"@{queu/Sales}": 1}})
        (problem,) = problems_of(text)
        assert (problem.code, problem.place.path) == ("unknown-token-kind", 'map["@{queu/Sales}"]')
        line = line_of(text, "@{queu/Sales}")
        assert problem.place.line == line
        assert problem.place.column == text.splitlines()[line - 1].index('"@{queu') + 1

    @pytest.mark.parametrize("token", ["@{queue/Other}", "@{queu/Other}", "@{queue/a%2fb}"])
    def test_with_a_token_among_ids(self, token: str) -> None:
        text = text_of(raw_configuration() | {"greeting": f"x {token}", "again": token})
        (problem,) = problems_of(text)
        assert (problem.code, problem.place.line) == ("token-among-ids", line_of(text, '"greeting"'))
        document = read(packed(text))
        assert document.configuration["again"] == f"@{{}}{token[2:]}"

    def test_with_names_in_a_packed_file(self) -> None:
        assert {one.code for one in problems_of(pack(named()).decode())} == {"token-among-ids"}

    def test_with_one_name_for_two_objects(self) -> None:
        raw = raw_configuration()
        raw["manifest"]["queue"].append({"id": guid("other"), "name": "Sales"})
        (problem,) = problems_of(text_of(raw))
        assert (problem.code, problem.place.path) == ("ambiguous-name", "manifest.queue[1].id")
        assert problem.place.line == line_of(text_of(raw), guid("other"))

    def test_with_two_names_for_one_object(self) -> None:
        raw = raw_configuration()
        raw["manifest"]["queue"].append({"id": QUEUE, "name": "Renamed"})
        (problem,) = problems_of(text_of(raw))
        assert (problem.code, problem.place.path) == ("name-mismatch", "manifest.queue[1].name")
        assert problem.place.line == line_of(text_of(raw), "Renamed")

    @pytest.mark.parametrize(
        ("entry", "code", "path"),
        [
            ({"id": "@{queue/A}", "name": "B"}, "name-mismatch", "manifest.queue[1].name"),
            ({"id": "@{queue/A}"}, "name-mismatch", "manifest.queue[1]"),
            ({"id": "@{user/A}", "name": "A"}, "kind-mismatch", "manifest.queue[1].id"),
            ({"id": "@{queu/A}", "name": "A"}, "unknown-token-kind", "manifest.queue[1].id"),
        ],
    )
    def test_with_an_entry_that_disagrees_with_its_token(self, entry: dict[str, str], code: str, path: str) -> None:
        configuration = named()
        configuration["manifest"]["queue"].append(entry)
        (problem,) = problems_of(text_of(configuration))
        assert (problem.code, problem.place.path) == (code, path)

    def test_with_one_id_in_two_lists(self) -> None:
        raw = raw_configuration()
        raw["manifest"]["inboundCallFlow"] = [{"id": BOT, "name": "Helper"}]
        (problem,) = problems_of(text_of(raw))
        assert problem.code == "kind-mismatch"

    def test_with_an_id_in_a_name(self) -> None:
        raw = raw_configuration()
        raw["manifest"]["acdSkill"][0]["name"] = f"skill of {QUEUE}"
        problems = problems_of(text_of(raw))
        assert ("id-in-name", "manifest.acdSkill[0].name") in {(one.code, one.place.path) for one in problems}

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            (lambda one: one["manifest"]["botFlow"][0].update(version="4.0"), "manifest.botFlow[0].version"),
            (
                lambda one: one["manifest"]["inqueueCallFlow"][0].update(version=3),
                "manifest.inqueueCallFlow[0].version",
            ),
            (
                lambda one: one["flowSequenceItemList"][0]["actionList"][2].update(flowLatestVersion=False),
                "flowSequenceItemList[0].actionList[2].flowLatestVersion",
            ),
            (
                lambda one: one["flowSequenceItemList"][0]["actionList"][2].update(flowDebugPublished=True),
                "flowSequenceItemList[0].actionList[2].flowDebugPublished",
            ),
        ],
    )
    def test_with_a_pinned_version(self, change: Change, path: str) -> None:
        raw = raw_configuration()
        change(raw)
        (problem,) = problems_of(text_of(raw))
        assert (problem.code, problem.place.path) == ("pinned-version", path)
        assert ("Hold music" if "inqueue" in path else "Helper") in problem.message
        assert problem.place.line

    def test_with_an_id_and_its_token_as_keys_of_one_object(self) -> None:
        configuration = named()
        configuration["manifest"]["user"] = [{"id": guid("user"), "name": "A"}]
        configuration["both"] = {guid("user"): 1, "@{user/A}": 2}
        (problem,) = problems_of(text_of(configuration))
        assert problem.code == "same-keys"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (
            lambda actions: actions[0]["queues"][0]["config"]["lit"].update(text="Service"),
            "flowSequenceItemList[0].actionList[0].queues[0].config.lit.text",
        ),
        (
            lambda actions: actions[0].update(inQueueFlowName="x"),
            "flowSequenceItemList[0].actionList[0].inQueueFlowName",
        ),
        (lambda actions: actions[1].update(actionName="x"), "flowSequenceItemList[0].actionList[1].actionName"),
        (
            lambda actions: actions[2].update(other={"id": HOLD, "name": "x"}),
            "flowSequenceItemList[0].actionList[2].other.name",
        ),
    ],
)
def test_a_text_that_disagrees_with_the_token_beside_it_is_a_warning(change: Change, path: str) -> None:
    raw = raw_configuration()
    change(raw["flowSequenceItemList"][0]["actionList"])
    (warning,) = read(text_of(raw)).warnings
    assert (warning.code, warning.severity, warning.place.path) == ("text-mismatch", "warning", path)
    assert warning.place.line


def test_references_stand_where_a_person_looks_for_them() -> None:
    document = read(text_of(raw_configuration()))
    lines = text_of(raw_configuration()).splitlines()
    where = [(one.place.path, lines[one.place.line - 1].strip()) for one in document.references if one.name == "Sales"]
    start = "flowSequenceItemList[0].actionList"
    assert where == [
        ("manifest.queue[0].id", f'"id": "{QUEUE}",'),
        (f"{start}[0].queues[0]", f'"val": "{QUEUE}"'),
        (f"{start}[1].inputs[0].value", f'"text": "{QUEUE}",'),
        (f"{start}[1].inputs[2].value", f'"text": "\\"/queues/{QUEUE}/users?x=@{{y}}\\"",'),
    ]
    (literal,) = (one for one in document.references if one.name == "Support")
    assert literal.place.path == f"{start}[1].inputs[3].value"
    assert lines[literal.place.line - 1].strip() == '"text": "FindQueue(\\"Support\\")",'


def test_what_only_the_editor_repeats_is_a_reference_once() -> None:
    raw = raw_configuration()
    raw["uiMetaData"]["queues"] = [{"id": guid("other")}, {"id": QUEUE}]
    raw["manifest"]["user"] = [{"id": guid("user"), "name": "U"}]
    document = read(text_of(raw))
    assert not [one for one in document.references if one.place.path.startswith("uiMetaData")]
    configuration = named()
    configuration["uiMetaData"]["queues"] = ["@{queue/Only here}"]
    (reference,) = (one for one in read(text_of(configuration)).references if one.name == "Only here")
    assert reference.place.path == "uiMetaData.queues[0]"


def outcome(text: str) -> object:
    try:
        document = read(text)
    except InvalidInput as error:
        return {problem.code for problem in error.problems}
    return (
        document.identity,
        document.attributes,
        pretty(document.configuration),
        {(one.kind, one.type, one.name) for one in document.references},
        {(one.code, one.place.path) for one in document.warnings},
        {(one.value, frozenset(one.paths)) for one in document.unexplained},
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configurations(raw_configuration()), st.none() | TEXTS)
def test_a_random_flow_reads_the_same_as_export_and_as_convert_writes_it(raw: Configuration, name: str | None) -> None:
    raw["name"] = raw["description"] = name or raw["name"]
    from_export = outcome(pack(raw).decode())
    from_git = outcome(pretty(name_ids(raw, raw=True)))
    assert from_git == from_export
    from_json = outcome(json.dumps(raw))
    assert from_json == from_export or from_json == {"token-among-ids"} | (
        from_export if isinstance(from_export, set) else set()
    )


@pytest.mark.parametrize("name", ["Mail @{home} @{}", "100% off", "{x}", "Sales #2!"])
def test_a_name_with_the_letters_of_tokens_is_the_name(name: str) -> None:
    raw = raw_configuration() | {"name": name, "description": name}
    raw["manifest"]["queue"][0]["name"] = name
    raw["flowSequenceItemList"][0]["actionList"][0]["queues"][0]["config"]["lit"]["text"] = name
    for text in (pack(raw).decode(), pretty(name_ids(raw))):
        document = read(text)
        assert document.identity.name == name
        assert document.attributes == (("description", name),)
        assert document.warnings == ()
        assert name in {one.name for one in document.references}


@pytest.mark.parametrize("key", ["name", "description"])
def test_an_id_in_the_name_or_description_of_the_flow_is_refused(key: str) -> None:
    (problem,) = problems_of(text_of(raw_configuration() | {key: f"Main {QUEUE}"}))
    assert (problem.code, problem.place.path) == ("id-in-name", key)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutilated(raw_configuration()) | mutilated(named()))
def test_whatever_is_wrong_is_told_and_what_is_read_can_be_written(configuration: Configuration) -> None:
    for text in (json.dumps(configuration), pack(configuration).decode()):
        found = outcome(text)
        if isinstance(found, set):
            assert problems_of(text)
        else:
            assert outcome(pretty(read(text).configuration)) == found
