"""Which places name another object; one test per shape, so that a wrong row in the rules is seen."""

import textwrap

import pytest

from hook.documents.document import FlowDocument, read_document
from hook.documents.expressions import Kind, Mention, is_literal_id, mentions
from hook.documents.rules import FINDERS, RULES

GUID = "1a785101-0000-4000-8000-0123456789ab"


def read(settings: str, key: str = "inboundCall") -> FlowDocument:
    text = f"{key}:\n  name: Main\n" + textwrap.indent(textwrap.dedent(settings).strip("\n"), "  ") + "\n"
    return read_document(text, file="flow.yaml")


def found(settings: str, key: str = "inboundCall") -> list[tuple[str, str, str]]:
    return [(reference.kind, reference.type, reference.name) for reference in read(settings, key).references]


SHAPES = [
    ("targetQueue: {lit: {name: Sales}}", ("routing/queues", "", "Sales")),
    ("targetQueue: {name: Sales}", ("routing/queues", "", "Sales")),
    ("queue: {lit: {name: Sales}}", ("routing/queues", "", "Sales")),
    ("destination: {queue: {targetQueue: {lit: {name: Sales}}}}", ("routing/queues", "", "Sales")),
    ("acdSkills: [{acdSkill: {lit: {name: Santa}}}]", ("routing/skills", "", "Santa")),
    ("acdSkills: {lit: [{name: Santa}]}", ("routing/skills", "", "Santa")),
    ("languageSkill: {lit: {name: French}}", ("routing/languages", "", "French")),
    ("supportedLanguages: {fr: {defaultLanguageSkill: {lit: {name: F}}}}", ("routing/languages", "", "F")),
    ("targetUser: {lit: {name: Ann}}", ("users/users", "", "Ann")),
    ("preferredAgents: [{preferredAgent: {lit: {name: Ann}}}]", ("users/users", "", "Ann")),
    ("targetGroup: {lit: {name: Team}}", ("groups/groups", "", "Team")),
    ("wrapupCode: {lit: {name: Done}}", ("routing/wrapup-codes", "", "Done")),
    ("contactList: {lit: {name: L}}", ("outbound/contact-lists", "", "L")),
    ("dataTable: {Blacklist: {foundOutputs: {}}}", ("architect/data-tables", "", "Blacklist")),
    ("callBotFlow: {botFlow: {My Bot: {ver_latestPublished: {}}}}", ("architect/flows", "bot", "My Bot")),
    ("callCommonModule: {commonModule: {CM: {ver_latestPublished: {}}}}", ("architect/flows", "commonmodule", "CM")),
    ("a: {digitalBotFlow: {D: {ver_latestPublished: {}}}}", ("architect/flows", "digitalbot", "D")),
    ("category: {Cat: {dataAction: {Act: {inputs: {x: {lit: 1}}}}}}", ("integrations/actions", "Cat", "Act")),
    ("screenPopScript: {Pop: {inputs: {}}}", ("scripts/scripts", "", "Pop")),
    ("evaluationType: {schedule: {selectedSchedule: {lit: {name: h}}, name: h}}", ("architect/schedules", "", "h")),
    ("scheduleGroup: {lit: {name: G}}", ("architect/schedule-groups", "", "G")),
    ("emergencyGroup: {lit: {name: E}, name: E}", ("architect/emergency-groups", "", "E")),
    ("flowOutcome: {name: O}", ("architect/flow-outcomes", "", "O")),
    ("milestone: {name: M}", ("architect/flow-milestones", "", "M")),
    ("surveyForm: {name: S}", ("quality/survey-forms", "", "S")),
    ("knowledgeBase: {name: K}", ("knowledge/knowledge-bases", "", "K")),
    ("audio: {prompt: Prompt.welcome}", ("architect/prompts", "", "welcome")),
    ("holdMusic: {lit: {name: Prompt.jazz}}", ("architect/prompts", "", "jazz")),
    ("audio: {exp: 'Append(Prompt.hello, ToAudioTTS(\"x\"))'}", ("architect/prompts", "", "hello")),
    ("division: Home", ("authorization/divisions", "", "Home")),
    ("findQueue: {findName: {lit: Q}, findResult: {var: T}}", ("routing/queues", "", "Q")),
    ("findLanguageSkill: {findName: {lit: F}}", ("routing/languages", "", "F")),
    ("statements: [{queue: {variable: V, value: {lit: {name: Q}}}}]", ("routing/queues", "", "Q")),
    ("statements: [{skillCollection: {variable: V, value: {lit: [{name: S}]}}}]", ("routing/skills", "", "S")),
    ("statements: [{schedule: {variable: V, value: {lit: {name: h}}}}]", ("architect/schedules", "", "h")),
    ("variables: [{queueVariable: {name: V, initialValue: {lit: {name: Q}}}}]", ("routing/queues", "", "Q")),
    ("variables: [{userCollectionVariable: {name: V, initialValue: {lit: [{name: A}]}}}]", ("users/users", "", "A")),
    ("targetQueue: {exp: 'FindQueue(\"Sales\")'}", ("routing/queues", "", "Sales")),
    ('x: {inputs: {y: {exp: \'findskill( "Sa\\"nta" )\'}}}', ("routing/skills", "", 'Sa"nta')),
]


@pytest.mark.parametrize(("settings", "expected"), SHAPES, ids=[settings for settings, _ in SHAPES])
def test_each_shape_names_one_object(settings: str, expected: tuple[str, str, str]) -> None:
    document = read(settings)
    assert [(entry.kind, entry.type, entry.name) for entry in document.references] == [expected]
    assert not document.warnings


def test_every_rule_has_a_shape_above() -> None:
    covered = " ".join(settings for settings, _ in SHAPES)
    missing = {key for key in RULES if f"{key}:" not in covered}
    assert missing <= {"targetFlow", "overrideInQueueFlow", "user", "group", "script", "directAgent", "flowMilestone"}


@pytest.mark.parametrize(
    ("key", "setting", "of_type"),
    [
        ("inboundCall", "overrideInQueueFlow", "inqueuecall"),
        ("inboundEmail", "overrideInQueueFlow", "inqueueemail"),
        ("inboundShortMessage", "overrideInQueueFlow", "inqueueshortmessage"),
        ("inqueueCall", "overrideInQueueFlow", "inqueuecall"),
        ("workflow", "overrideInQueueFlow", ""),
        ("inboundCall", "targetFlow", "inboundcall"),
        ("inboundShortMessage", "targetFlow", "inboundshortmessage"),
        ("outboundCall", "targetFlow", ""),
    ],
)
def test_the_type_of_a_flow_that_is_named_follows_from_the_own_type(key: str, setting: str, of_type: str) -> None:
    assert found(f"{setting}: {{name: Other}}", key) == [("architect/flows", of_type, "Other")]


def test_a_secure_flow_is_the_target_of_its_own_action() -> None:
    assert found("transferToFlowSecure: {targetFlow: {name: Pay}}") == [("architect/flows", "securecall", "Pay")]


@pytest.mark.parametrize(
    "settings",
    [
        "audio: {prompt: PromptSystem.on_hold_music}",
        "holdMusic: {lit: {name: PromptSystem.on_hold_music}}",
        "audio: {exp: PromptSystem.processing}",
        "targetQueue: {noValue: true}",
        "dataTable: {noValue: true}",
        "targetQueue: {var: Task.Queue}",
        "targetQueue: {exp: Task.Queue}",
        "actions: [{playAudio: {name: Play}}]",
        "user: {name: anything}",
        "inputs: {targetQueue: {name: a parameter}}",
        "outputs: {dataTable: {var: Flow.x}}",
        "referencedObjects: {flows: [{flow: {name: X, targetQueue: {lit: {name: Q}}}}]}",
        "tts: Please say Prompt.welcome or FindQueue(1)",
        "exitReason: {lit: 'FindQueue(\"x\")'}",
        "text: {exp: '\"say FindQueue(x) and Prompt.y\"'}",
        "slot: {name: OrderNumber}",
    ],
)
def test_what_names_no_object_of_the_organisation_is_no_reference(settings: str) -> None:
    document = read(settings)
    assert document.references == ()
    assert document.warnings == ()


def test_a_top_level_bot_flow_is_the_document_and_an_inner_one_a_reference() -> None:
    document = read_document("botFlow:\n  name: B\n  x: {botFlow: {Other: {}}}\n", file="flow.yaml")
    assert [(entry.type, entry.name) for entry in document.references] == [("bot", "Other")]


def test_the_place_is_that_of_the_name() -> None:
    (reference,) = read(
        "tasks:\n  - task:\n      actions:\n        - transferToAcd:\n            targetQueue:\n"
        "              lit:\n                name: Sales\n"
    ).references
    assert str(reference.place) == (
        "flow.yaml:9:25 (inboundCall.tasks[0].task.actions[0].transferToAcd.targetQueue.lit.name)"
    )


def test_the_place_of_a_name_that_is_a_key_is_the_key() -> None:
    (reference,) = read("category:\n  My Cat:\n    dataAction:\n      My Act: {}\n").references
    assert str(reference.place) == 'flow.yaml:6:9 (inboundCall.category["My Cat"].dataAction["My Act"])'


@pytest.mark.parametrize(
    ("settings", "code", "path"),
    [
        ("findQueue: {findName: {exp: Flow.q}}", "dynamic-reference", "inboundCall.findQueue.findName.exp"),
        ("findQueue: {findName: {var: Flow.q}}", "dynamic-reference", "inboundCall.findQueue.findName.var"),
        ("targetQueue: {exp: FindQueue(Flow.q)}", "dynamic-reference", "inboundCall.targetQueue.exp"),
        ("targetQueue: {exp: 'FindQueue(\"a\" + Flow.q)'}", "dynamic-reference", "inboundCall.targetQueue.exp"),
        ("targetQueue: {exp: FindQueueById(Flow.q)}", "dynamic-reference", "inboundCall.targetQueue.exp"),
        (f"targetQueue: {{exp: 'FindQueueById(\"{GUID}\")'}}", "literal-id", "inboundCall.targetQueue.exp"),
        (f"x: {{inputs: {{queueId: {{lit: {GUID}}}}}}}", "literal-id", "inboundCall.x.inputs.queueId.lit"),
        ("x: {inputs: {q: {lit: {name: Y}}}}", "unchecked-reference", "inboundCall.x.inputs.q.lit.name"),
        ("agenticVirtualAgent: {V: {ver_1: {}}}", "unchecked-reference", "inboundCall.agenticVirtualAgent.V"),
    ],
)
def test_what_cannot_be_known_from_the_file_is_a_warning(settings: str, code: str, path: str) -> None:
    document = read(settings)
    assert not document.references
    assert [(warning.code, warning.place.path) for warning in document.warnings] == [(code, path)]
    assert all(warning.hint and warning.severity == "warning" for warning in document.warnings)


def test_a_guid_in_a_name_or_a_sentence_is_no_literal_id() -> None:
    assert not is_literal_id(f"Test {GUID}")
    assert is_literal_id(f"custom_-_{GUID.upper()}")


def test_the_parts_of_an_expression_are_told_apart() -> None:
    expression = 'If(x, FindQueue("A (b)"), FindUser(Flow.u)) + "FindQueue(\\"no\\")" + Prompt.bye + MyFindQueue("n")'
    assert list(mentions(expression)) == [
        Mention(Kind.NAME, "A (b)", "routing/queues"),
        Mention(Kind.DYNAMIC, "FindUser"),
        Mention(Kind.NAME, "bye", "architect/prompts"),
    ]


@pytest.mark.parametrize(("function", "kind"), FINDERS.items())
def test_every_look_up_by_name_is_a_reference_with_a_literal_and_dynamic_with_a_variable(
    function: str, kind: str
) -> None:
    assert list(mentions(f'{function}("X")')) == [Mention(Kind.NAME, "X", kind)]
    assert list(mentions(f"{function}(Flow.x)")) == [Mention(Kind.DYNAMIC, function)]
