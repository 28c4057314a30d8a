"""Native configurations in the words of Architect, and what is a difference between two of them."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest

from hook.documents.comparison import compare, same
from hook.documents.document import FlowDocument
from hook.documents.emission import emit_yaml
from hook.documents.native.outline import canonical_digest, outline
from hook.documents.nodes import Entry, Mapping, Node, Sequence, is_blank
from hook.errors import InvalidInput
from hook.model import Difference, DifferenceOperation, DifferenceSubject, Identity
from tests.unit.documents.native.configuration import entry, guid, literal, value
from tests.unit.documents.native.outline_samples import (
    OTHER_QUEUE,
    QUEUE,
    Configuration,
    chained,
    choice,
    decision,
    empty,
    flow,
    reference,
    spoken,
    step,
    task,
    transfer,
    variable,
    way,
    whole,
)

A, R, C = DifferenceOperation.ADDED, DifferenceOperation.REMOVED, DifferenceOperation.CHANGED
ACTION, REFERENCE, SETTING = DifferenceSubject.ACTION, DifferenceSubject.REFERENCE, DifferenceSubject.SETTING
MIRROR = {A: R, R: A, C: C}


def differences(before: Configuration, after: Configuration, *, layout: bool = False) -> list[Difference]:
    """Compare in both directions, and hold ``same`` and the digests against the result."""
    old, new = outline(before, layout=layout), outline(after, layout=layout)
    found, back = list(compare(old, new)), compare(new, old)
    assert same(old, new) == (not found)
    digests = canonical_digest(before, layout=layout), canonical_digest(after, layout=layout)
    assert (digests[0] == digests[1]) == (not found)
    assert Counter((one.operation, one.subject, one.before, one.after) for one in found) == Counter(
        (MIRROR[one.operation], one.subject, one.after, one.before) for one in back
    )
    return found


def text(document: FlowDocument, *keys: str) -> str:
    """Return a part of a document as YAML, without what says nothing."""

    def shown(node: Node) -> Node:
        if isinstance(node, Mapping):
            return Mapping(tuple(Entry(one.key, shown(one.value)) for one in node.entries if not is_blank(one.value)))
        return Sequence(tuple(map(shown, node.items))) if isinstance(node, Sequence) else node

    return emit_yaml(shown(Mapping(tuple(one for one in document.body.entries if one.key.value in keys))))


MENUS = """\
menus:
- menu:
    name: Main Menu
    choices:
    - menuTransferToAcd:
        name: Sales
        dtmf: digit_1
        globalDtmf: true
        actionName: Transfer
        targetQueue:
          lit:
            name: Sales
        acdSkills: []
        outputs:
          failure:
            actions: []
    - menuTask:
        name: More
        dtmf: digit_2
        task:
          name: More of it
          variables: []
          actions:
          - playAudio:
              name: Listen
              audio:
                tts: Listen
              audioBargeIn:
                lit: 'true'
              audioCases: []
          - disconnect:
              name: End
    - menuJumpToTask:
        name: Check
        dtmf: digit_3
        targetTaskRef: task[Checking]
    settingsMenu:
      repeatCount:
        lit: '3'
    audio:
      tts: Press one
    audioBargeIn:
      lit: 'true'
    audioCases: []
"""
TASKS = """\
tasks:
- task:
    name: Checking
    variables: []
    actions:
    - decision:
        name: Is it?
        condition:
          exp: Flow.x == 1
        outputs:
          'yes':
            actions:
            - playAudio:
                name: Hello
                audio:
                  tts: Hello
                audioBargeIn:
                  lit: 'true'
                audioCases: []
          'no':
            actions:
            - disconnect:
                name: Goodbye
"""
SETTINGS = """\
name: Main
startUpRef: menu[Main Menu]
supportedLanguages:
  en-US:
    supported: 'true'
settingsErrorHandling:
  errorHandling: Disconnect
settingsActionDefaults:
  callData:
    timeout:
      lit: 1 minute 30 seconds
"""


def plain(text: str) -> str:
    """Without the quotes that tell texts from numbers, which the comparison does not look at."""
    return text.replace("'", "")


def test_a_configuration_reads_like_an_archy_document() -> None:
    document = outline(whole())
    assert document.identity == Identity("architect/flows", "inboundcall", "Main")
    assert (document.key, document.place.path) == ("inboundCall", "inboundCall.name")
    assert plain(text(document, "menus")) == plain(MENUS)
    assert plain(text(document, "tasks")) == plain(TASKS)
    keys = ("name", "startUpRef", "supportedLanguages", "settingsErrorHandling", "settingsActionDefaults")
    assert plain(text(document, *keys)) == plain(SETTINGS)


def test_what_a_document_names_has_its_place_in_the_outline() -> None:
    (found,) = outline(whole()).references
    path = "inboundCall.menus[0].menu.choices[0].menuTransferToAcd.targetQueue.lit.name"
    assert (found.kind, found.name, found.place.path) == ("routing/queues", "Sales", path)


def test_another_queue_is_one_changed_reference() -> None:
    after = whole()
    after["flowSequenceItemList"][0]["menuChoiceList"][0]["action"] = transfer(OTHER_QUEUE, "Support")
    after["manifest"] = {"queue": [entry("Support", OTHER_QUEUE)]}
    path = "inboundCall.menus[0].menu.choices[0].menuTransferToAcd.targetQueue.lit.name"
    assert differences(whole(), after) == [Difference(C, REFERENCE, path, "Sales", "Support")]


def test_another_queue_behind_the_same_text_shows_what_it_stands_for() -> None:
    before = flow(task("T", [transfer()]), manifest={"queue": [entry("Sales", QUEUE)]})
    after = flow(task("T", [transfer(OTHER_QUEUE)]), manifest={"queue": [entry("Sales Berlin", OTHER_QUEUE)]})
    (found,) = differences(before, after)
    assert (found.before, found.after) == (
        'Sales (lit "Sales": que = @{queue/Sales})',
        'Sales (lit "Sales": que = @{queue/Sales Berlin})',
    )


def test_a_tree_that_does_not_say_what_its_text_says_is_told() -> None:
    before = flow(task("T", [decision()]), variables=[variable("Flow.x")])
    after = copy.deepcopy(before)
    operands = after["flowSequenceItemList"][0]["actionList"][0]["expression"]["config"]["=="]["operands"]
    operands[1]["lit"]["text"] = "2"
    (found,) = differences(before, after)
    assert found.path == "inboundCall.tasks[0].task.actions[0].decision.condition.exp"
    tree = '"==" "Flow.x == 1"(ref "Flow.x": int = variable[Flow.x], lit'
    assert (found.before, found.after) == (
        f'Flow.x == 1 ({tree} "1": int): bln)',
        f'Flow.x == 1 ({tree} "2": int): bln)',
    )


def test_another_variable_behind_the_same_text_is_told_by_its_name() -> None:
    variables = [variable("Flow.x"), variable("Flow.y")]
    before = flow(task("T", [decision()]), variables=variables)
    after = copy.deepcopy(before)
    operands = after["flowSequenceItemList"][0]["actionList"][0]["expression"]["config"]["=="]["operands"]
    operands[0]["ref"]["val"] = guid("Flow.y")
    (found,) = differences(before, after)
    assert "variable[Flow.x]" in str(found.before)
    assert "variable[Flow.y]" in str(found.after)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (literal("5", "int"), literal("6", "int"), (C, "a.lit", "5", "6")),
        (literal("P0D0H0M5S0F", "dur"), literal("P0D1H0M0S250F", "dur"), (C, "a.lit", "5 seconds", "1 hour 250 ms")),
        (literal("P0D0H0M0S0F", "dur"), literal("5 s", "dur"), (C, "a.lit", "0 seconds", "5 s")),
        (empty("str"), literal("x", "str"), (C, "a", "noValue", "lit: x")),
        (literal("x", "str"), value("x", "str", reference("x", "str", "__X__")), (C, "a", "lit: x", "exp: x")),
        (literal("Yes", "str"), {**literal("Yes", "str"), "outOfService": True}, (C, "a.lit", None, None)),
        (literal("Yes", "str"), {**literal("Yes", "str"), "version": 3}, (C, "a.lit", None, None)),
        (empty("str"), {**empty("str"), "version": 3}, (C, "a", "noValue", "lit: ")),
        (empty("str"), {**empty("str"), "type": "int"}, (C, "a", "noValue", "lit: ")),
        (literal("on_hold", "pmt", "__on_hold__"), literal("on_hold", "pmt", guid("p")), (C, "a.lit.name", None, None)),
        ("1", 1, (C, "a", "1 (a text)", "1")),
        (True, "true", (C, "a", "true", "true (a text)")),
        (None, "", (C, "a", "null", "")),
        (1, 2.5, (C, "a", "1", "2.5")),
        ([], [1], (A, "a[0]", None, "1")),
        ({"x": 1}, [1], (C, "a", "x: 1", "[1]")),
    ],
)
def test_a_changed_value_is_one_difference(one: Any, other: Any, told: tuple[Any, ...]) -> None:
    (found,) = differences(flow(a=one), flow(a=other))
    assert (found.operation, found.path) == (told[0], f"inboundCall.{told[1]}")
    assert found.before != found.after
    if told[2:] != (None, None):
        assert (found.before, found.after) == told[2:]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (empty("que"), {**empty("que"), "outOfService": True, "properties": {}}),
        (literal("x", "str"), {**literal("x", "str"), "metaData": {"references": []}, "uiMetaData": {"mode": 4}}),
        (1, 1.0),
        ({"b": 1, "c": 2}, {"c": 2, "b": 1}),
        ({"b": {}, "trackingId": 1}, {"trackingId": 2}),
    ],
)
def test_what_says_nothing_is_no_difference(one: Any, other: Any) -> None:
    assert differences(flow(a=one), flow(a=other)) == []


def test_the_form_in_which_a_value_was_typed_in_counts_with_the_layout() -> None:
    before, after = flow(a=literal("x", "str")), flow(a={**literal("x", "str"), "uiMetaData": {"mode": 4}})
    assert len(differences(before, after, layout=True)) == 1
    assert len(differences(flow(a=empty("str")), flow(a={**empty("str"), "uiMetaData": {}}), layout=True)) == 1


def test_a_volatile_key_with_data_of_somebody_counts() -> None:
    assert len(differences(flow(a={"trackingId": "a"}), flow(a={"trackingId": "b"}))) == 1
    assert len(differences(flow(a={"metaData": 1}), flow(a={"metaData": 2}))) == 1
    assert len(differences(flow(a={"pos": 1}), flow(a={"pos": 2}))) == 1
    assert len(differences(flow(a={"noValue": True}), flow())) == 1


STATEMENTS = [
    {"variable": value("Flow.x", "str", reference("Flow.x", "str", guid("Flow.x"))), "expression": literal("1", "str")},
    {"variable": value("Flow.y", "que_coll", {"emp": {}}), "expression": empty("que_coll")},
]


def test_statements_keep_their_order_and_tell_the_kind_of_their_variable() -> None:
    update = step("Update", "UpdateVariableAction", variables=STATEMENTS)
    document = outline(flow(task("T", [update])))
    assert "statements:\n        - string:\n            variable: Flow.x" in text(document, "tasks")
    assert "- queueCollection:\n            variable: Flow.y" in text(document, "tasks")
    swapped = step("Update", "UpdateVariableAction", variables=STATEMENTS[::-1])
    assert differences(flow(task("T", [update])), flow(task("T", [swapped])))
    unknown = step("Other", "OtherAction", deeper={"variables": [1, 2]})
    other = step("Other", "OtherAction", deeper={"variables": [2, 1]})
    assert differences(flow(task("T", [unknown])), flow(task("T", [other])))


def data_action(
    name: str, inputs: Configuration | None = None, *, category: str = "Web", identifier: str = ""
) -> Configuration:
    return step(
        "Call",
        "DataAction",
        actionId=identifier or f"custom_-_{guid(name)}",
        actionName=name,
        category={"id": category, "name": category},
        inputs=[{"name": key, "value": item} for key, item in (inputs or {}).items()],
        errorBindings=[{"name": "status", "value": empty("int")}],
    )


def calling(name: str, category: str = "Web", **inputs: Configuration) -> Configuration:
    called = data_action(name, inputs, category=category)
    manifest = {"dataAction": [entry(name, called["actionId"])]}
    return flow(task("T", [called]), manifest=manifest)


CALL = "inboundCall.tasks[0].task.actions[0].callData.category"


def test_another_data_action_is_one_difference_and_its_inputs_are_compared() -> None:
    before = calling("Old", a=literal("1", "str"), trackingId=literal("x", "str"))
    after = calling("New", a=literal("2", "str"), trackingId=literal("y", "str"))
    assert [(one.subject, one.path, one.before, one.after) for one in differences(before, after)] == [
        (REFERENCE, f"{CALL}.Web.dataAction.New", "Old", "New"),
        (SETTING, f"{CALL}.Web.dataAction.New.inputs.a.lit", "1", "2"),
        (SETTING, f"{CALL}.Web.dataAction.New.inputs.trackingId.lit", "x", "y"),
    ]


def test_a_data_action_of_another_category_is_one_difference() -> None:
    (found,) = differences(calling("Get", "Web"), calling("Get", "Cloud"))
    assert (found.path, found.before, found.after) == (f"{CALL}.Cloud", "Web", "Cloud")


def test_an_input_without_a_value_says_nothing() -> None:
    one = literal("1", "str")
    assert differences(calling("Get"), calling("Get", a=empty("str"))) == []
    assert differences(calling("Get", b=one), calling("Get", a=empty("str"), b=one)) == []
    assert differences(calling("Get"), calling("Get", b=one)) != []


def test_the_id_behind_a_name_counts_where_no_manifest_explains_it() -> None:
    one, other = data_action("Get"), data_action("Get", identifier=guid("another"))
    (found,) = differences(flow(task("T", [one])), flow(task("T", [other])))
    assert found.path == f"{CALL}.Web.dataAction.Get.id"


def test_a_language_that_is_added_without_settings_is_seen() -> None:
    before = flow(supportedLanguages=["en-US"], supportedLanguageOptions=[{"language": "en-US"}])
    after = flow(supportedLanguages=["de", "en-US"], supportedLanguageOptions=[{"language": "en-US"}])
    assert [(one.operation, one.path, one.after) for one in differences(before, after)] == [
        (A, "inboundCall.supportedLanguages.de.supported", "without options")
    ]
    after["supportedLanguageOptions"] = []
    assert [one.after for one in differences(before, after)] == ["without options", "without options"]


def test_attributes_and_choices_and_variables_are_called_as_in_archy() -> None:
    attribute = {"variable": literal("Key", "str"), "expression": literal("1", "str")}
    actions = [step("Set", "SetAttributesAction", variables=[attribute])]
    nothing = choice("Nothing", 4, None)  # type: ignore[arg-type]  # a choice without an action, on purpose
    menu = {"__type": "Menu", "id": guid("M"), "name": "M", "menuChoiceList": [nothing]}
    many = {**variable("Flow.many"), "isCollection": True}
    shown = text(outline(flow(task("T", actions, variables=[many]), menu)), "menus", "tasks")
    assert "attributes:\n        - attribute:\n            name:\n              lit: Key\n" in shown
    assert "- stringCollectionVariable:" in shown
    assert "- menuChoice:\n        name: Nothing" in shown


def test_too_deep_a_configuration_is_refused() -> None:
    deep: Any = 1
    for _ in range(250):
        deep = [deep]
    with pytest.raises(InvalidInput, match="nested deeper"):
        outline(flow(a=deep))
    for _ in range(20_000):
        deep = [deep]
    with pytest.raises(InvalidInput, match="nested deeper"):
        outline(flow(a=deep))


def test_prompts_are_told_by_name_and_audio_that_is_more_as_an_expression() -> None:
    def audio(inner: Configuration) -> Configuration:
        operands = [inner, {"lit": {"text": "true", "type": "bln"}}]
        config = {"AudioPlaybackOptions": {"text": "shown", "operands": operands, "type": "aud"}}
        return {"defaultAudio": value("shown", "aud", config)}

    prompt = {"ToAudio": {"operands": [reference("Prompt.Hi", "pmt", guid("Hi"))], "type": "aud"}}
    both = {"Append": {"operands": [prompt, prompt], "type": "aud"}}
    strange = {"ToAudioTTS": {"operands": [{"lit": {"text": 5}}], "type": "aud"}}
    for inner, shown in (prompt, "prompt: Prompt.Hi"), (both, "exp: shown"), (strange, "exp: shown"):
        document = outline(flow(initialPrompts=audio(inner)))
        assert text(document, "initialGreeting") == f"initialGreeting:\n  {shown}\n"
    quiet = {**spoken("x"), "flushExpression": literal("true", "bln")}
    (one,) = differences(flow(initialPrompts=spoken("x")), flow(initialPrompts=quiet))
    assert one.path == "inboundCall.initialGreetingFlush.lit"


def test_a_flow_of_any_type_and_without_one_has_a_key() -> None:
    assert outline({"type": "BOT", "name": "B"}).key == "botFlow"
    assert outline({"type": "somethingnew"}).key == "somethingnew"
    assert outline({}).key == "flow"
    assert outline({"type": 7, "name": 3}).identity == Identity("architect/flows", "", "")
    assert differences({"type": "inboundcall"}, {"type": "inboundCall"})


def test_ways_out_are_called_by_output_and_label() -> None:
    case = guid("case 1")
    cases = [{"referenceId": case, "value": literal("1", "str")}]
    paths = [{"label": "Case One", "outputId": case, "nextActionId": guid("Hello")}, way("DEFAULT")]
    switch = step("Switch", "SwitchAction", cases=cases, paths=paths)
    loop = step("Loop", "LoopAction", path={"label": "Loop", "outputId": "__LOOP__", "nextActionId": guid("Bye")})
    actions = [*chained(switch, loop), step("Hello"), step("Bye", "DisconnectAction")]
    shown = text(outline(flow(task("T", actions))), "tasks")
    assert "caseOne:\n            actions:\n            - playAudio:\n                name: Hello" in shown
    assert "referenceId: output 'Case One' of switch 'Switch' in task[T]" in shown
    assert "loop:\n            actions:\n            - disconnect:\n                name: Bye" in shown
