"""Over real flows: every document parses, and every reference in it is found, and nothing else.

Where a flow was published both as Archy document and as native configuration, the manifest of the native one is the
witness. For the others, ``references.json`` holds what a person found by reading each document.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hook.documents.comparison import compare, same
from hook.documents.document import read_document
from hook.model import FLOWS, Desired
from hook.workspace.checking import CheckedFile, load_files

READ_BY_A_PERSON: dict[str, list[dict[str, object]]] = json.loads(
    (Path(__file__).parent / "references.json").read_text(encoding="utf-8")
)

KINDS = {
    "queue": ("routing/queues", ""),
    "inqueueCallFlow": (FLOWS, "inqueuecall"),
    "acdSkill": ("routing/skills", ""),
    "dataAction": ("integrations/actions", ""),
    "dataTable": ("architect/data-tables", ""),
    "userPrompt": ("architect/prompts", ""),
}
NO_OBJECTS_TO_DEPLOY = {"systemPrompt", "ttsEngine", "ttsVoice", "language", "grammar"}


@dataclass(frozen=True)
class Twin:
    """A flow published twice: the document, the native file, and what to put for the document's placeholders.

    ``only_native`` holds what only the manifest names, each with the reason in words.
    """

    document: str
    native: str
    variables: dict[str, str] = field(default_factory=dict)
    only_native: dict[tuple[str, str, str], str] = field(default_factory=dict)


TWINS = [
    Twin(
        "ani-blacklist/blacklist.yaml",
        "Blacklist.i3WorkFlow.json",
        {"data_table": "Blacklist", "data_action_name": "Disconnect interaction"},
    ),
    Twin(
        "automatic-offer-callback-for-disconnected-call/SMS Schedule Callback.yaml",
        "SMS_Schedule_Callback.i3InboundMessage.json",
        {"sms_queue": "Cocoa Mining", "create_callback_data_action_name": "Create Callback - JVM"},
        {
            ("routing/skills", "", "Santa"): (
                "The author took the skill out of the transfer after the native export; the document has none."
            )
        },
    ),
    Twin(
        "automatic-offer-callback-for-disconnected-call/Send SMS to Schedule Callback.yaml",
        "Send_SMS_to_Schedule_Callback.i3WorkFlow.json",
        {"agentless_sms_data_action_name": "Agentless SMS"},
    ),
    Twin(
        "genesys-cloud-call-park/call-park-agent-inbound-flow.yaml",
        "Call_Park_-_Agent_Inbound_Flow.i3InboundFlow.json",
        {"queue_name": "Call Park Agent Inbound Queue", "in_queue_flow_name": "InQueue - Orbit Call Park Hold"},
    ),
    Twin("genesys-cloud-call-park/default-in-queue-flow.yaml", "Default_In-Queue_Flow.i3InQueueFlow.json"),
    Twin(
        "genesys-cloud-call-park/in-queue-orbit-call-park-hold.yaml",
        "InQueue_-_Orbit_Call_Park_Hold.i3InQueueFlow.json",
        {},
        {
            ("architect/prompts", "", "PleaseHoldAsYourCallIsRetrieved"): (
                "The author replaced the prompt by text to speech, 'Please hold as your call is retrieved'."
            )
        },
    ),
    Twin(
        "genesys-cloud-call-park/orbit-parked-call-retrieval.yaml",
        "Orbit_-_Parked_Call_Retrieval.i3InboundFlow.json",
        # The organisation that exported had imported these data actions, hence their names.
        {
            "data_action_name_1": (
                "Get Waiting Calls in specific Queue based on External Tag - Exported 2023-03-23 @ 8:22"
            ),
            "data_action_name_2": "Replace participant with ANI - Exported 2023-03-23 @ 8:23",
        },
    ),
    Twin(
        "negative-sentiment-callback/Send_SMS_and_Create_Supervisor_Callback.yaml",
        "Send_SMS_and_Create_Supervisor_Callback.i3WorkFlow.json",
        {
            "get_sentiment_name": "Get Sentiment",
            "send_agentless_sms_name": "Send Agentless SMS",
            "create_scheduled_callback_name": "Create Scheduled Callback",
            "update_external_tag_name": "Update External Tag",
            "send_chat_group_notif_name": "Send Chat Group Notification",
        },
    ),
]


def check(path: Path, variables: dict[str, str] | None = None) -> tuple[Desired, CheckedFile]:
    (checked,) = load_files([path], variables=variables, set_missing=True)
    assert checked.desired is not None, checked.problems
    return checked.desired, checked


def test_every_document_of_the_corpus_is_checked_below(corpus: Path) -> None:
    present = {path.relative_to(corpus / "archy").as_posix() for path in (corpus / "archy").rglob("*.*")}
    assert len(present) == 24
    assert present == READ_BY_A_PERSON.keys() | {twin.document for twin in TWINS}


def test_all_documents_parse_and_all_native_files_are_read_with_a_warning(corpus: Path) -> None:
    archy, native = (load_files([corpus / folder], set_missing=True) for folder in ("archy", "native"))
    assert [checked.path for checked in archy if checked.failed] == []
    assert len(archy) == 24
    assert [checked.path for checked in native if checked.failed] == []
    assert [[one.code for one in checked.problems].count("native-flows") for checked in native] == [1] * 8
    # Ids of queues as texts, in the inputs of data actions.
    assert sum(one.code == "unexplained-id" for checked in native for one in checked.problems) == 2


def test_without_substitution_a_placeholder_is_named_at_its_place(corpus: Path) -> None:
    (checked,) = load_files([corpus / "archy/genesys-cloud-call-park/default-in-queue-flow.yaml"])
    assert [(problem.code, problem.place.line, problem.place.column) for problem in checked.problems] == [
        ("placeholder-left-over", 2, 9),
        ("placeholder-left-over", 4, 13),
    ]


def test_the_types_are_those_of_the_index(corpus: Path) -> None:
    for row in (corpus / "INDEX.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        file, *_, key = row.split("\t")
        desired, _ = check(corpus / file)
        assert desired.place.path == f"{key}.name", file


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.native)
def test_references_equal_the_manifest_of_the_native_twin(corpus: Path, twin: Twin) -> None:
    desired, _ = check(corpus / "archy" / twin.document, twin.variables)
    in_document = {
        (reference.kind, reference.type if reference.kind == FLOWS else "", reference.name)
        for reference in desired.references
        # Native configuration does not hold the division.
        if reference.kind != "authorization/divisions"
    }
    native = json.loads((corpus / "native" / twin.native).read_text(encoding="utf-8"))
    assert native["manifest"].keys() <= KINDS.keys() | NO_OBJECTS_TO_DEPLOY
    in_manifest = {
        (*KINDS[kind], str(entry["name"]))
        for kind, entries in native["manifest"].items()
        if kind in KINDS
        for entry in entries
    }
    assert desired.identity.type == native["type"]
    assert in_manifest - in_document == twin.only_native.keys()
    assert in_document <= in_manifest


@pytest.mark.parametrize("file", READ_BY_A_PERSON)
def test_references_equal_what_a_person_found(corpus: Path, file: str) -> None:
    desired, _ = check(corpus / "archy" / file)
    found = [
        {
            "kind": reference.kind,
            "type": reference.type,
            "name": reference.name,
            "path": reference.place.path,
            "line": reference.place.line,
        }
        for reference in desired.references
    ]
    assert found == READ_BY_A_PERSON[file]


def test_the_only_look_up_by_a_variable_is_a_warning(corpus: Path) -> None:
    warnings = {
        (Path(checked.path).name, problem.code, problem.place.line)
        for checked in load_files([corpus / "archy"], set_missing=True)
        for problem in checked.problems
    }
    assert warnings == {("EmailComprehendFlow.yaml", "dynamic-reference", 96)}


def test_yaml_is_uploaded_byte_for_byte(corpus: Path) -> None:
    for path in sorted((corpus / "archy").rglob("*.*")):
        if "{{" not in path.read_text(encoding="utf-8"):
            assert check(path)[0].content == path.read_bytes(), path


def test_a_real_document_equals_itself_and_a_changed_name_is_one_difference(corpus: Path) -> None:
    path = corpus / "archy/simple-ivr-deploy-with-cx-as-code-blueprint/SimpleFinancialIvr_v2-0.yaml"
    text = path.read_text(encoding="utf-8")
    before = read_document(text, file="a.yaml")
    renumbered = read_document(text.replace("Main Menu_10", "Main Menu_77"), file="a.yaml")
    after = read_document(text.replace("Simple Financial IRA queue", "Pensions"), file="a.yaml")
    assert same(before, renumbered)
    (difference,) = compare(before, after)
    assert (difference.path, difference.before, difference.after) == (
        "inboundCall.menus[0].menu.choices[2].menuTransferToAcd.targetQueue.lit.name",
        "Simple Financial IRA queue",
        "Pensions",
    )
