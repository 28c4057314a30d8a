"""Real native configurations: what is a difference between two of them, and how it is told."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hook.documents.comparison import compare, same
from hook.documents.document import FlowDocument, read_document
from hook.documents.native.naming import name_ids
from hook.documents.native.outline import canonical_digest, outline
from hook.documents.native.packing import Configuration
from hook.documents.nodes import Mapping, Node, Sequence, children
from hook.model import Difference, DifferenceOperation, DifferenceSubject
from tests.corpus.native_edits import (
    actions,
    at,
    laid_out_anew,
    leaves,
    renumbered,
    says_nothing,
    shuffled,
    with_inserted,
    with_leaf,
    with_swapped,
    without_action,
)

A, R, C = DifferenceOperation.ADDED, DifferenceOperation.REMOVED, DifferenceOperation.CHANGED
ACTION, REFERENCE, SETTING = DifferenceSubject.ACTION, DifferenceSubject.REFERENCE, DifferenceSubject.SETTING
MIRROR = {A: R, R: A, C: C}

BLACKLIST = "Blacklist.i3WorkFlow.json"
PARK = "Call_Park_-_Agent_Inbound_Flow.i3InboundFlow.json"
ORBIT = "Orbit_-_Parked_Call_Retrieval.i3InboundFlow.json"
SMS = "SMS_Schedule_Callback.i3InboundMessage.json"
SUPERVISOR = "Send_SMS_and_Create_Supervisor_Callback.i3WorkFlow.json"
NAMES = (
    BLACKLIST,
    PARK,
    "Default_In-Queue_Flow.i3InQueueFlow.json",
    "InQueue_-_Orbit_Call_Park_Hold.i3InQueueFlow.json",
    ORBIT,
    SMS,
    SUPERVISOR,
    "Send_SMS_to_Schedule_Callback.i3WorkFlow.json",
)
TWINS = {
    BLACKLIST: "ani-blacklist/blacklist.yaml",
    PARK: "genesys-cloud-call-park/call-park-agent-inbound-flow.yaml",
    NAMES[2]: "genesys-cloud-call-park/default-in-queue-flow.yaml",
    NAMES[3]: "genesys-cloud-call-park/in-queue-orbit-call-park-hold.yaml",
    ORBIT: "genesys-cloud-call-park/orbit-parked-call-retrieval.yaml",
    SMS: "automatic-offer-callback-for-disconnected-call/SMS Schedule Callback.yaml",
    SUPERVISOR: "negative-sentiment-callback/Send_SMS_and_Create_Supervisor_Callback.yaml",
    NAMES[7]: "automatic-offer-callback-for-disconnected-call/Send SMS to Schedule Callback.yaml",
}

Read = Callable[[str], Configuration]
fixture_is_data = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="session")
def read(corpus: Path) -> Read:
    """Reads one of the configurations anew each time."""
    return lambda name: json.loads((corpus / "native" / name).read_text(encoding="utf-8"))


def differences(before: Configuration, after: Configuration) -> list[Difference]:
    """Compare in both directions, and hold ``same`` and the digests against the result."""
    old, new = outline(before), outline(after)
    found, back = list(compare(old, new)), compare(new, old)
    assert same(old, new) == (not found)
    assert (canonical_digest(before) == canonical_digest(after)) == (not found)
    assert Counter((one.operation, one.subject, one.before, one.after) for one in found) == Counter(
        (MIRROR[one.operation], one.subject, one.after, one.before) for one in back
    )
    return found


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_what_is_no_content_is_no_difference(read: Read, name: str, seed: int) -> None:
    random = Random(seed)  # noqa: S311  (a shuffle, no secret)
    before = read(name)
    after = shuffled(laid_out_anew(renumbered(before, random), random), random)
    assert after != before
    assert differences(before, after) == []


@pytest.mark.parametrize("name", NAMES)
def test_ids_and_names_in_their_place_are_one_content(read: Read, name: str) -> None:
    assert differences(read(name), name_ids(read(name))) == []


@given(name=st.sampled_from(NAMES), data=st.data())
@fixture_is_data
def test_every_other_leaf_counts(read: Read, name: str, data: st.DataObject) -> None:
    before = read(name)
    counting = [(location, value) for location, value in leaves(before) if not says_nothing(before, location, value)]
    location, value = data.draw(st.sampled_from(counting))
    if isinstance(value, bool):
        new: Any = not value
    elif isinstance(value, str):
        new = data.draw(st.sampled_from([f"{value}x", value.swapcase(), value[:-1], f" {value}", None, 7, True]))
    else:
        new = data.draw(st.sampled_from([value + 1, str(value), None]))
    if new != value or isinstance(new, bool) != isinstance(value, bool):
        found = differences(before, with_leaf(before, location, new))
        assert found, f"{location}: {value!r} became {new!r}"


@given(name=st.sampled_from(NAMES), data=st.data())
@fixture_is_data
def test_a_removed_action_is_seen(read: Read, name: str, data: st.DataObject) -> None:
    before = read(name)
    action, _ = data.draw(st.sampled_from(list(actions(before))))
    found = differences(before, without_action(before, action["id"]))
    if not any("nextActionId" in path for path in action.get("paths", [])):
        assert [(one.operation, one.subject) for one in found] == [(R, ACTION)]
    assert found


@given(name=st.sampled_from(NAMES), data=st.data())
@fixture_is_data
def test_the_order_of_actions_counts(read: Read, name: str, data: st.DataObject) -> None:
    before = read(name)
    followed = [action for action, _ in actions(before) if "nextAction" in action]
    if followed:
        found = differences(before, with_swapped(before, data.draw(st.sampled_from(followed))["id"]))
        assert found


@given(name=st.sampled_from(NAMES), data=st.data())
@fixture_is_data
def test_an_inserted_action_is_one_insertion(read: Read, name: str, data: st.DataObject) -> None:
    before = read(name)
    action, _ = data.draw(st.sampled_from(list(actions(before))))
    inserted = {"id": "0f0f0f0f-0000-4000-8000-00000000000f", "__type": "DisconnectAction", "name": "Hang up"}
    (found,) = differences(before, with_inserted(before, action["id"], inserted))
    assert (found.operation, found.subject, found.after) == (A, ACTION, "disconnect 'Hang up'")


OTHER_ID = "0f0f0f0f-1111-4111-8111-0f0f0f0f0f0f"


def test_another_object_behind_the_same_name_is_told(read: Read) -> None:
    before, after = read(SMS), read(SMS)
    transfer = next(action for action, _ in actions(after) if action["__type"] == "TransferPureMatchAction")
    transfer["queues"][0]["config"]["lit"]["val"] = OTHER_ID
    after["manifest"]["queue"].append({"id": OTHER_ID, "name": "Cocoa Mining"})
    (found,) = differences(before, after)
    assert (found.operation, found.subject) == (C, REFERENCE)
    assert found.before == 'Cocoa Mining (lit "Cocoa Mining": que = @{queue/Cocoa Mining})'
    assert found.after == 'Cocoa Mining (lit "Cocoa Mining": que = @{queue/Cocoa Mining#2})'


def test_what_only_the_manifest_lists_counts(read: Read) -> None:
    before = read(PARK)
    after = copy.deepcopy(before)
    after["manifest"]["group"] = [{"id": OTHER_ID, "name": "Night Shift", "context": []}]
    assert differences(before, after) == [
        Difference(A, REFERENCE, 'inboundCall.dependencies.group["Night Shift"].id', after="@{group/Night Shift}")
    ]


def edited_prompt(configuration: Configuration) -> Configuration:
    edited: Configuration = json.loads(json.dumps(configuration).replace("Hello, welcome to U C C.", "Good day."))
    return edited


def edited_queue(configuration: Configuration) -> Configuration:
    text = json.dumps(configuration)
    text = text.replace("1a785101-ad66-435d-9716-85709d364c6e", OTHER_ID)
    edited: Configuration = json.loads(text.replace("Call Park Agent Inbound Queue", "Sales"))
    return edited


def without_a_choice(configuration: Configuration) -> Configuration:
    del configuration["flowSequenceItemList"][1]["menuChoiceList"][0]
    for kind in ("queue", "inqueueCallFlow"):
        del configuration["manifest"][kind]
    return configuration


MENU = "inboundCall.menus[0].menu.choices[0]"


@pytest.mark.parametrize(
    ("name", "edit", "told"),
    [
        (
            PARK,
            edited_prompt,
            Difference(
                C,
                SETTING,
                "inboundCall.initialGreeting.tts",
                "Hello, welcome to U C C.  You have the opportunity to join Team Z!",
                "Good day.  You have the opportunity to join Team Z!",
            ),
        ),
        (
            PARK,
            edited_queue,
            Difference(
                C,
                REFERENCE,
                f"{MENU}.menuTransferToAcd.targetQueue.lit.name",
                "Call Park Agent Inbound Queue",
                "Sales",
            ),
        ),
        (PARK, without_a_choice, Difference(R, ACTION, MENU, "menuTransferToAcd 'Transfer to ACD'")),
    ],
    ids=["prompt", "queue", "menu choice"],
)
def test_a_typical_edit_is_one_difference_in_architects_words(
    read: Read, name: str, edit: Callable[[Configuration], Configuration], told: Difference
) -> None:
    assert differences(read(name), edit(read(name))) == [told]


def test_an_edited_condition_is_one_difference(read: Read) -> None:
    before, after = read(SUPERVISOR), read(SUPERVISOR)
    decision = next(action for action, _ in actions(after) if action["__type"] == "DecisionAction")
    value = decision["expression"]
    value["text"] = value["config"]["<"]["text"] = "State.SentimentScore < 2"
    value["config"]["<"]["operands"][1]["lit"]["text"] = "2"
    path = "workflow.states[0].state.actions[1].callData.outputs.success.actions[0].decision.condition.exp"
    assert differences(before, after) == [
        Difference(C, SETTING, path, "State.SentimentScore < 1", "State.SentimentScore < 2")
    ]


def test_an_action_inserted_into_a_branch_is_told_with_its_place(read: Read) -> None:
    before = read(ORBIT)
    inserted = {"id": OTHER_ID, "__type": "PlayAudioAction", "name": "Please wait"}
    path = ("flowSequenceItemList", 0, "actionList", 1, "id")
    assert differences(before, with_inserted(before, at(before, path), inserted)) == [
        Difference(
            A,
            ACTION,
            "inboundCall.tasks[0].task.actions[0].collectInput.outputs.success.actions[0]",
            after="playAudio 'Please wait'",
        )
    ]


def test_the_layout_counts_where_it_is_asked_for(read: Read) -> None:
    before, after = read(SMS), read(SMS)
    after["flowSequenceItemList"][0]["actionList"][0]["uiMetaData"]["collapsed"] = True
    (found,) = compare(outline(before, layout=True), outline(after, layout=True))
    assert found.path.endswith(".disconnect.uiMetaData.collapsed")
    assert canonical_digest(before, layout=True) != canonical_digest(after, layout=True)
    assert differences(before, after) == []


LISTS = frozenset({"actions", "choices", "startUpTaskActions", "menus", "tasks", "states", "variables", "attributes"})


def words(document: FlowDocument) -> Counter[str]:
    """Count the actions, choices, menus, tasks, states and variables of a document by their words."""
    found: Counter[str] = Counter()

    def walk(node: Node, key: str) -> None:
        if isinstance(node, Mapping):
            for entry in node.entries:
                walk(entry.value, entry.key.value)
        elif isinstance(node, Sequence):
            for item in node.items:
                if key in {
                    "actions",
                    "choices",
                    "startUpTaskActions",
                    "menus",
                    "tasks",
                    "states",
                    "variables",
                    "attributes",
                }:
                    found.update(item.keys() if isinstance(item, Mapping) else ())
                walk(item, key)

    walk(document.body, "")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_those_of_the_archy_document_of_the_same_flow(read: Read, corpus: Path, name: str) -> None:
    file = TWINS[name]
    text = (corpus / "archy" / file).read_text(encoding="utf-8")
    twin = read_document(re.sub(r"\{\{(\w+)\}\}", r"\1", text), file=file)
    assert words(outline(read(name))) == words(twin)


@pytest.mark.parametrize("name", NAMES)
def test_an_outline_names_what_the_manifest_lists(read: Read, name: str) -> None:
    before = read(name)
    document = outline(before)
    listed = {
        (kind, entry["name"])
        for kind, entries in before["manifest"].items()
        for entry in entries
        if kind not in {"systemPrompt", "ttsEngine", "ttsVoice", "language"}
    }
    assert {reference.name for reference in document.references} == {entry for _, entry in listed}
    paths = set(_paths(document.root, ""))
    assert {reference.place.path for reference in document.references} <= paths


def _paths(node: Node, path: str) -> list[str]:
    return [path, *(found for below, item in children(node, path) for found in _paths(item, below))]
