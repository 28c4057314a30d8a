"""Which ids the document defines, and which nothing explains."""

import json
from typing import Any

import pytest

from hook.documents.native.ids import UnexplainedId, local_ids, unexplained
from hook.documents.native.naming import name_ids
from tests.unit.documents.native.configuration import (
    ACTION,
    ACTION_GUID,
    BOT,
    CASE,
    QUEUE,
    VARIABLE,
    guid,
    raw_configuration,
)

FOREIGN = guid("somebody else's")


def test_a_whole_flow_has_no_id_that_nothing_explains() -> None:
    assert unexplained(raw_configuration()) == ()
    assert unexplained(name_ids(raw_configuration())) == ()


def test_the_document_defines_its_parts() -> None:
    assert local_ids(raw_configuration()) == {
        guid("task"),
        VARIABLE,
        CASE,
        *(guid(f"action {number}") for number in range(2, 7)),
    }


@pytest.mark.parametrize(
    "part",
    [
        {"menuChoiceList": [{"id": FOREIGN, "name": "Choice", "digit": "1"}]},
        {"value": {"uiMetaData": {"builder": {"id": FOREIGN, "builderParts": []}}}},
        {"value": {"uiMetaData": {"builder": {"id": guid("b"), "builderParts": [{"id": FOREIGN}]}}}},
        {"action": {"id": FOREIGN, "trackingId": 3}},
        {"action": {"id": FOREIGN, "__type": "DisconnectAction"}},
        {"variables": [{"id": FOREIGN, "name": "Flow.y"}]},
        {"task": {"__type": "Task", "id": guid("t"), "paths": [{"label": "Yes", "outputId": FOREIGN}]}},
        {"switch": {"__type": "SwitchAction", "id": guid("t"), "cases": [{"referenceId": FOREIGN}]}},
        {"value": {"metaData": {"references": [{"id": FOREIGN, "name": "Task.Removed", "isSysRef": False}]}}},
        {"nluMetaData": {"rawNlu": json.dumps({"intents": [{"name": "x", "utterances": [{"id": FOREIGN}]}]})}},
    ],
)
def test_parts_of_a_flow_are_its_own(part: dict[str, Any]) -> None:
    configuration = raw_configuration() | part | {"used": FOREIGN}
    assert FOREIGN in local_ids(configuration)
    assert unexplained(configuration) == ()


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ({"responseLibrary": {"id": FOREIGN, "name": "Thanks"}}, "responseLibrary.id"),
        ({"worktype": {"statuses": [{"id": FOREIGN, "name": "Open"}]}}, "worktype.statuses[0].id"),
        ({"text": f"/api/v2/things/{FOREIGN}/more"}, "text"),
        ({"map": {FOREIGN: 1}}, f'map["{FOREIGN}"]'),
        ({"uiMetaData": {"flowOutcomes": [{"id": FOREIGN, "trackingId": 1}]}}, "uiMetaData.flowOutcomes[0].id"),
        (
            {"value": {"metaData": {"references": [{"id": FOREIGN, "name": "Prompt.x"}]}}},
            "value.metaData.references[0].id",
        ),
        (
            {"call": {"__type": "CallX", "flowId": BOT, "id": guid("c"), "paths": [{"outputId": FOREIGN}]}},
            "call.paths[0].outputId",
        ),
        ({"nluMetaData": {"rawNlu": f'{{"id": "{FOREIGN}"'}}, "nluMetaData.rawNlu"),
        ({"paths": [{"outputId": FOREIGN}]}, "paths[0].outputId"),
        ({"text": f"Q{FOREIGN}Q"}, "text"),
    ],
)
def test_everything_else_is_somebody_elses(part: dict[str, Any], path: str) -> None:
    assert unexplained(raw_configuration() | part) == (UnexplainedId(FOREIGN, (path,)),)


def test_an_id_of_the_manifest_in_another_letter_case_is_unexplained() -> None:
    (found,) = unexplained(raw_configuration() | {"a": QUEUE.upper(), "b": [QUEUE.upper(), QUEUE]})
    assert found == UnexplainedId(QUEUE.upper(), ("a", "b[0]"))


def test_entries_without_a_name_or_of_unknown_kinds_are_unexplained_wherever_they_stand() -> None:
    configuration = raw_configuration() | {
        "settings": {"domain": guid("nlu"), "thanks": "response-7", "no": "response-77"}
    }
    configuration["manifest"] |= {
        "nluDomain": [{"id": guid("nlu"), "version": guid("nlu version")}],
        "response": [{"id": "response-7", "name": "Thanks"}],
    }
    assert unexplained(configuration) == (
        UnexplainedId(guid("nlu"), ("manifest.nluDomain[0].id", "settings.domain"), "nluDomain"),
        UnexplainedId(guid("nlu version"), ("manifest.nluDomain[0].version",)),
        UnexplainedId("response-7", ("manifest.response[0].id", "settings.thanks"), "response 'Thanks'"),
    )


def test_a_guid_among_constants_belongs_to_one_organisation() -> None:
    configuration = raw_configuration()
    configuration["manifest"]["grammar"] = [{"id": FOREIGN, "name": "Digits"}, {"id": "builtin", "name": "x"}]
    assert [found.value for found in unexplained(configuration)] == [FOREIGN]


def test_the_bare_guid_of_a_data_action_is_explained_and_the_empty_guid_is_no_id() -> None:
    configuration = raw_configuration() | {"a": ACTION_GUID, "b": ACTION, "c": "00000000-0000-0000-0000-000000000000"}
    assert unexplained(configuration) == ()


def test_names_of_tokens_are_not_searched() -> None:
    configuration = raw_configuration()
    configuration["manifest"]["user"] = [{"id": guid("user"), "name": f"U {FOREIGN}"}]
    assert [found.paths for found in unexplained(configuration)] == [("manifest.user[0].name",)]


def test_the_id_in_a_token_that_is_not_trusted_is_told_by_the_token() -> None:
    named = name_ids(raw_configuration(), trusts=lambda token, _: token.kind != "queue")
    assert QUEUE in json.dumps(named)
    assert unexplained(named) == ()


def test_what_the_editor_only_repeats_is_told_apart() -> None:
    inside = raw_configuration() | {"uiMetaData": {"botFlows": [{"division": {"id": FOREIGN}}]}}
    outside = inside | {"division": FOREIGN}
    assert [found.is_repeated_only for found in unexplained(inside)] == [True]
    assert [found.is_repeated_only for found in unexplained(outside)] == [False]
