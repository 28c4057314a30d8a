"""What counts as a difference between two documents of one flow, and how it is told."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.documents.alignment import MOST_COMPARISONS, align
from hook.documents.comparison import compare, same
from hook.documents.document import FlowDocument, read_document
from hook.documents.emission import emit_yaml
from hook.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from hook.documents.shorten import LONGEST, shorten_meanings, shorten_pair
from hook.model import Difference, DifferenceOperation, DifferenceSubject

A, R, C = DifferenceOperation.ADDED, DifferenceOperation.REMOVED, DifferenceOperation.CHANGED
MIRROR = {A: R, R: A, C: C}


def document(settings: str) -> FlowDocument:
    text = "inboundCall:\n  name: Main\n" + textwrap.indent(textwrap.dedent(settings).strip("\n"), "  ") + "\n"
    return read_document(text, file="flow.yaml")


def differences(before: str, after: str) -> list[Difference]:
    old, new = document(before), document(after)
    found = list(compare(old, new))
    assert same(old, new) == (not found)
    mirrored = [(MIRROR[entry.operation], entry.subject, entry.after, entry.before) for entry in compare(new, old)]
    assert sorted(map(str, mirrored)) == sorted(
        str((entry.operation, entry.subject, entry.before, entry.after)) for entry in found
    )
    return found


def test_a_changed_leaf_is_one_difference_with_path_and_texts() -> None:
    assert differences("initialGreeting: {tts: Hello}\na: 1", "a: 1\ninitialGreeting: {tts: Hi}") == [
        Difference(C, DifferenceSubject.SETTING, "inboundCall.initialGreeting.tts", "Hello", "Hi")
    ]


def test_quoting_blocks_key_order_and_blank_values_are_no_difference() -> None:
    before = 'a: "x y"\nb: {lit: "1"}\nc: {noValue: true}\nd: {errors: {e: {noValue: true}}}'
    after = "b:\n  lit: 1\na: >-\n  x\n  y"
    assert differences(before, after) == []


LANGUAGES = "defaultLanguage: en-us\nsupportedLanguages:\n  en-us: {defaultLanguageSkill: {noValue: true}}"


def test_a_language_without_settings_is_a_difference_unless_it_is_the_default_one() -> None:
    (found,) = differences(LANGUAGES, f"{LANGUAGES}\n  es: {{defaultLanguageSkill: {{noValue: true}}}}")
    assert (found.operation, found.path) == (A, "inboundCall.supportedLanguages.es")
    assert differences("defaultLanguage: en-us", LANGUAGES) == []
    assert differences("defaultLanguage: en-us\nsupportedLanguages: {en-us: {none: true}}", LANGUAGES) == []
    assert len(differences("defaultLanguage: en-us", "defaultLanguage: en-us\nsupportedLanguages: {es: {}}")) == 1


def test_a_setting_that_an_export_names_at_its_usual_value_is_no_difference() -> None:
    exported = """
    settingsActionDefaults:
      collectInput: {noEntryTimeout: {lit: {seconds: 5}}}
      transferToUser: {connectTimeout: {noValue: true}}
    settingsErrorHandling: {errorHandling: {disconnect: {none: true}}}
    settingsMenu: {repeatCount: {lit: 3}}
    """
    assert differences("", exported) == []
    assert differences("settingsMenu: {repeatCount: {lit: 3}}", "") == []


def test_a_setting_at_another_value_than_the_usual_one_is_a_difference() -> None:
    exported = "settingsActionDefaults:\n  collectInput: {noEntryTimeout: {lit: {seconds: 7}}}"
    (found,) = differences("", exported)
    assert (found.operation, found.after) == (A, "7")
    (found,) = differences("settingsMenu: {repeatCount: {lit: 3}}", "settingsMenu: {repeatCount: {exp: Flow.times}}")
    assert found.operation is A
    (found,) = differences("", "settingsErrorHandling: {errorHandling: {transferToAcd: {name: Help}}}")
    assert found.operation is A


def test_a_value_of_another_kind_is_one_change() -> None:
    assert differences("a: {noValue: true}", "a: {lit: {seconds: 3}}") == [
        Difference(C, DifferenceSubject.SETTING, "inboundCall.a", "noValue", "lit: seconds: 3")
    ]


EXPORTED = """
startUpRef: "/inboundCall/menus/menu[Main Menu_10]"
menus:
  - menu:
      name: Main Menu
      refId: Main Menu_10
      trackingId: 10
      choices:
        - menuJumpToTask: {name: Check, targetTaskRef: "/inboundCall/tasks/task[Checking_13]"}
tasks:
  - task: {name: Other, refId: Other_14}
  - task: {name: Checking, refId: Checking_13}
referencedObjects: {flows: []}
"""
WRITTEN = """
startUpRef: ./menus/menu[mainMenu]
menus:
  - menu:
      name: Main Menu
      refId: mainMenu
      choices:
        - menuJumpToTask: {name: Check, targetTaskRef: "./tasks/task[check]"}
tasks:
  - task: {name: Checking, refId: check}
  - task: {name: Other, refId: other}
"""


def test_what_an_export_numbers_sorts_and_repeats_is_no_difference() -> None:
    assert differences(EXPORTED, WRITTEN) == []


def test_a_reference_to_another_container_is_a_difference() -> None:
    changed = WRITTEN.replace("task[check]", "task[other]")
    assert [(entry.operation, entry.path, entry.before, entry.after) for entry in differences(EXPORTED, changed)] == [
        (
            C,
            "inboundCall.menus[0].menu.choices[0].menuJumpToTask.targetTaskRef",
            "task[Checking]",
            "task[Other]",
        )
    ]


def actions(*lines: str) -> str:
    return "actions:\n" + "\n".join(f"  - {line}" for line in lines)


PLAY = [f"playAudio: {{name: Play Audio, audio: {{tts: text {number}}}}}" for number in range(4)]


def test_an_inserted_action_is_added_once_also_among_namesakes() -> None:
    assert differences(actions(PLAY[0], PLAY[1], PLAY[2]), actions(PLAY[0], PLAY[3], PLAY[1], PLAY[2])) == [
        Difference(A, DifferenceSubject.ACTION, "inboundCall.actions[1]", None, "playAudio 'Play Audio'")
    ]


def test_a_removed_action_is_removed_once_with_everything_in_it() -> None:
    branch = "decision: {name: Ask, outputs: {yes: {actions: [{disconnect: {name: Bye}}]}}}"
    assert differences(actions(branch, PLAY[0]), actions(PLAY[0])) == [
        Difference(R, DifferenceSubject.ACTION, "inboundCall.actions[0]", "decision 'Ask'", None)
    ]


def test_a_changed_action_shows_what_changed_in_it_at_its_new_place() -> None:
    found = differences(actions(PLAY[0]), actions("disconnect: {name: Bye}", PLAY[0].replace("text 0", "new")))
    assert [(entry.operation, entry.path) for entry in found] == [
        (A, "inboundCall.actions[0]"),
        (C, "inboundCall.actions[1].playAudio.audio.tts"),
    ]


def test_the_order_of_actions_counts() -> None:
    assert [entry.operation for entry in differences(actions(PLAY[0], PLAY[1]), actions(PLAY[1], PLAY[0]))]


def test_a_changed_name_of_an_object_is_a_reference() -> None:
    before = "x: {targetQueue: {lit: {name: Sales}}}"
    assert differences(before, before.replace("Sales", "Service")) == [
        Difference(
            C, DifferenceSubject.REFERENCE, "inboundCall.x.targetQueue.lit.name", before="Sales", after="Service"
        )
    ]


def test_a_renamed_data_action_is_one_change_and_its_inputs_are_compared() -> None:
    before = "category: {C: {dataAction: {Old: {inputs: {a: {lit: 1}, b: {lit: 2}}}}}}"
    after = before.replace("Old", "New").replace("lit: 2", "lit: 3")
    assert [(entry.operation, entry.subject, entry.before, entry.after) for entry in differences(before, after)] == [
        (C, DifferenceSubject.REFERENCE, "Old", "New"),
        (C, DifferenceSubject.SETTING, "2", "3"),
    ]


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("category: {C: {dataAction: {Old: {inputs: {a: {noValue: true}}}}}}", "category.C.dataAction.New"),
        ("dataTable: {Old: {failureOutputs: {a: {noValue: true}}}}", "dataTable.New"),
        ("callBotFlow: {botFlow: {Old: {ver_latestPublished: {}}}}", "callBotFlow.botFlow.New"),
        ("botFlow: {A: {ver_Old: {inputs: {}}}}", "botFlow.A.ver_New"),
    ],
)
def test_another_object_counts_also_where_nothing_is_passed_to_it(before: str, told: str) -> None:
    (found,) = differences(before, before.replace("Old", "New"))
    assert (found.operation, found.path) == (C, f"inboundCall.{told}")


def test_an_object_that_is_added_counts_also_where_nothing_is_passed_to_it() -> None:
    assert [entry.after for entry in differences("x: 1", "x: 1\ny: {botFlow: {A: {ver_1: {}}}}")] == ["ver_1"]


@pytest.mark.parametrize("key", ["commonModule", "botFlow", "digitalBotFlow"])
def test_settings_of_a_flow_are_no_names_whatever_its_type_is_called(key: str) -> None:
    usual = "  settingsErrorHandling: {errorHandling: {disconnect: {none: true}}}\n  x: {noValue: true}\n"
    before = read_document(f"{key}:\n  name: Main\n{usual}", file="flow.yaml")
    after = read_document(f"{key}:\n  name: Main\n", file="flow.yaml")
    assert compare(before, after) == compare(after, before) == ()
    assert same(before, after)


def test_actions_without_a_name_and_settings_are_told_apart() -> None:
    found = differences(actions("disconnect: {}"), actions("endTask: {}"))
    assert sorted((entry.operation, entry.before, entry.after) for entry in found) == [
        (A, None, "endTask"),
        (R, "disconnect", None),
    ]


def test_an_added_value_of_a_list_is_what_it_names_and_a_variable_is_a_setting() -> None:
    found = differences(
        "x: 1", "x: 1\nacdSkills: [{acdSkill: {lit: {name: S}}}]\nvariables: [{stringVariable: {name: V}}]"
    )
    assert [(entry.operation, entry.subject, entry.path, entry.after) for entry in found] == [
        (A, DifferenceSubject.REFERENCE, "inboundCall.acdSkills[0]", "acdSkill: lit: 'S'"),
        (A, DifferenceSubject.SETTING, "inboundCall.variables[0]", "stringVariable 'V'"),
    ]


def test_an_added_setting_is_one_difference_for_each_leaf() -> None:
    found = differences("a: 1", "a: 1\nb: {c: {lit: 1}, d: {var: X}, e: {noValue: true}}")
    assert [(entry.operation, entry.path, entry.after) for entry in found] == [
        (A, "inboundCall.b.c.lit", "1"),
        (A, "inboundCall.b.d.var", "X"),
    ]


def test_texts_are_short_in_one_line_and_show_where_they_differ() -> None:
    before, after = shorten_pair("x" * 500 + "\nold", "x" * 500 + "\nnew")
    assert before.endswith("\\nold")
    assert after.endswith("\\nnew")
    assert max(len(before), len(after)) <= LONGEST


@given(st.text(max_size=400), st.text(max_size=400))
def test_shortened_texts_fit_and_differ_when_the_texts_do(before: str, after: str) -> None:
    short = shorten_pair(before, after)
    assert all(len(text) <= LONGEST and "\n" not in text for text in short)
    assert (short[0] == short[1]) == (before == after)


@given(st.text(max_size=80), st.text(max_size=400), st.text(max_size=400))
def test_shortened_meanings_fit_and_differ_when_the_meanings_do(text: str, before: str, after: str) -> None:
    short = shorten_meanings(text, before, after)
    assert all(len(one) <= LONGEST and "\n" not in one for one in short)
    assert (short[0] == short[1]) == (before == after)


def test_very_long_lists_are_paired_by_position() -> None:
    count = int(MOST_COMPARISONS**0.5) + 1
    left, right = [[Scalar(f"{side}{index}") for index in range(count)] for side in "ab"]
    pairs = list(align(list(left), list(right)))
    assert len([pair for pair in pairs if pair[0] is not None]) == count
    assert len([pair for pair in pairs if pair[1] is not None]) == count


def action_list(items: list[tuple[str, str, Node]]) -> Node:
    def action(kind: str, name: str, inner: Node) -> Node:
        body = Mapping((Entry(Scalar("name"), Scalar(name)), Entry(Scalar("setting"), inner)))
        return Mapping((Entry(Scalar(kind), body),))

    return Sequence(tuple(action(*item) for item in items))


names = st.sampled_from(["a", "b", "c"])
keys = st.sampled_from(["a", "b", "dataAction", "ver_1"])
leaves = st.sampled_from(["true", "1", "x"]).map(Scalar)
values: st.SearchStrategy[Node] = st.builds(
    lambda key, value: Mapping((Entry(Scalar(key), value),)), st.sampled_from(["lit", "exp", "noValue"]), leaves
)
settings_: st.SearchStrategy[Node] = st.recursive(
    leaves | values,
    lambda inner: (
        st.dictionaries(keys, inner, max_size=3).map(
            lambda data: Mapping(tuple(Entry(Scalar(key), value) for key, value in data.items()))
        )
        | st.lists(inner, max_size=3).map(lambda items: Sequence(tuple(items)))
        | st.lists(st.tuples(names, names, inner), max_size=3).map(action_list)
    ),
    max_leaves=12,
)


def documents() -> st.SearchStrategy[FlowDocument]:
    def build(node: Node) -> FlowDocument:
        body = Mapping((Entry(Scalar("name"), Scalar("Main")), Entry(Scalar("x"), node)))
        text = emit_yaml(Mapping((Entry(Scalar("inboundCall"), body),)))
        return read_document(text, file="flow.yaml")

    return settings_.map(build)


@given(documents())
def test_a_document_does_not_differ_from_itself(one: FlowDocument) -> None:
    assert compare(one, one) == ()
    assert same(one, one)


@given(documents(), documents())
def test_differences_are_mirrored_when_the_documents_are_swapped(one: FlowDocument, other: FlowDocument) -> None:
    forth, back = compare(one, other), compare(other, one)
    assert same(one, other) == (not forth)
    assert sorted(str((MIRROR[entry.operation], entry.subject, entry.after, entry.before)) for entry in back) == sorted(
        str((entry.operation, entry.subject, entry.before, entry.after)) for entry in forth
    )
