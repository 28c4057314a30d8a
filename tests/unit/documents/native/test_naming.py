"""Ids to names and back: what a token stands for, and that nothing else is touched."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from hook.documents.native.naming import SameKeys, Unbound, bind, is_named, name_ids
from hook.documents.native.tokens import Token
from tests.unit.documents.native import laws
from tests.unit.documents.native.configuration import (
    ACTION,
    ACTION_GUID,
    BOT,
    QUEUE,
    SKILL,
    Configuration,
    guid,
    raw_configuration,
)
from tests.unit.documents.native.mutations import configurations

RANDOM = configurations(raw_configuration())


@pytest.mark.parametrize(
    "law",
    [
        laws.named_and_back,
        laws.no_id_survives,
        laws.named_twice_is_named_once,
        laws.written_is_stable,
        laws.packed_and_back,
    ],
    ids=lambda law: law.__name__,
)
def test_for_random_configurations(law: "object") -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(RANDOM)
    def check(configuration: Configuration) -> None:
        law(configuration)  # type: ignore[operator]  # a law is a function

    check()


def test_an_id_is_replaced_wherever_it_stands() -> None:
    named = name_ids(raw_configuration())
    transfer, data_action, bot, *_ = named["flowSequenceItemList"][0]["actionList"]
    assert named["manifest"]["queue"][0]["id"] == "@{queue/Sales}"
    assert transfer["queues"][0]["config"]["lit"] == {"pos": 1, "text": "Sales", "type": "que", "val": "@{queue/Sales}"}
    assert transfer["skills"][0]["skill"]["config"]["lit"]["val"] == "@{acdSkill/English}"
    assert transfer["inQueueFlowId"] == "@{inqueueCallFlow/Hold music}"
    assert data_action["actionId"] == "@{dataAction/Web Services/Look up}"
    assert [one["value"]["text"] for one in data_action["inputs"][:3]] == [
        "@{queue/Sales}",
        "@{dataAction:guid/Web Services/Look up}",
        '"/queues/@{queue/Sales}/users?x=@{}y}"',
    ]
    assert bot["flowId"] == "@{botFlow/Helper}"
    assert named["uiMetaData"]["actionServiceActions"][0]["id"] == "@{dataAction/Web Services/Look up}"


def test_what_the_platform_has_everywhere_and_what_the_flow_defines_stays() -> None:
    before, named = raw_configuration(), name_ids(raw_configuration())
    assert named["manifest"]["systemPrompt"] == before["manifest"]["systemPrompt"]
    assert named["manifest"]["language"] == before["manifest"]["language"]
    assert named["variables"] == before["variables"]
    assert named["initialSequence"] == before["initialSequence"]
    assert [one["id"] for one in named["flowSequenceItemList"][0]["actionList"]] == [
        one["id"] for one in before["flowSequenceItemList"][0]["actionList"]
    ]


def test_another_letter_case_is_not_the_id_of_the_manifest() -> None:
    configuration = raw_configuration() | {"extra": QUEUE.upper()}
    assert name_ids(configuration)["extra"] == QUEUE.upper()


def test_an_id_that_is_no_guid_is_replaced_as_a_whole_text_only() -> None:
    configuration = raw_configuration() | {"whole": "main", "inside": "the main road", "main": 1}
    configuration["manifest"]["user"] = [{"id": "main", "name": "Boss"}]
    named = name_ids(configuration)
    assert (named["whole"], named["inside"], named["@{user/Boss}"]) == ("@{user/Boss}", "the main road", 1)


def test_an_id_that_contains_another_one_is_replaced_as_the_longer_one() -> None:
    configuration = raw_configuration()
    configuration["manifest"]["queue"].append({"id": ACTION_GUID, "name": "Odd"})
    configuration["text"] = f"{ACTION} {ACTION_GUID}"
    assert name_ids(configuration)["text"] == "@{dataAction/Web Services/Look up} @{queue/Odd}"


def test_a_category_that_the_document_does_not_tell_clearly_is_left_out() -> None:
    configuration = raw_configuration()
    other = dict(configuration["flowSequenceItemList"][0]["actionList"][1], category={"id": "B", "name": "Other"})
    configuration["flowSequenceItemList"][0]["actionList"].append(other)
    assert name_ids(configuration)["manifest"]["dataAction"][0]["id"] == "@{dataAction/Look up}"


def test_a_second_object_of_one_kind_and_name_has_a_number() -> None:
    configuration = raw_configuration()
    configuration["manifest"]["queue"] += [
        {"id": guid("other queue"), "name": "Sales"},
        {"id": QUEUE, "name": "Sales"},
        {"id": QUEUE, "name": "Renamed"},
    ]
    assert [one["id"] for one in name_ids(configuration)["manifest"]["queue"]] == [
        "@{queue/Sales}",
        "@{queue/Sales#2}",
        "@{queue/Sales}",
        "@{queue/Sales}",
    ]


def test_an_id_that_is_not_trusted_stays_beside_the_name() -> None:
    seen: list[tuple[Token, str]] = []

    def trusts(token: Token, identifier: str) -> bool:
        seen.append((token, identifier))
        return token.kind != "queue"

    named = name_ids(raw_configuration(), trusts=trusts)
    assert (Token("queue", "Sales"), QUEUE) in seen
    assert (Token("dataAction", "Look up", "Web Services"), ACTION) in seen
    assert named["manifest"]["queue"][0]["id"] == f"@{{queue/Sales!{QUEUE}}}"
    assert named["manifest"]["acdSkill"][0]["id"] == "@{acdSkill/English}"
    assert name_ids(named) == named


def test_binding_asks_once_for_each_token_and_takes_the_prefix_off_for_a_bare_one() -> None:
    asked: list[Token] = []

    def id_of(token: Token) -> str:
        asked.append(token)
        return f"custom_-_{guid('new action')}" if token.kind == "dataAction" else f"new {token.kind}"

    bound = bind(name_ids(raw_configuration()), id_of=id_of)
    inputs = bound["flowSequenceItemList"][0]["actionList"][1]["inputs"]
    assert [one["value"]["text"] for one in inputs[:3]] == [
        "new queue",
        guid("new action"),
        '"/queues/new queue/users?x=@{y}"',
    ]
    assert bound["manifest"]["dataAction"][0]["id"] == f"custom_-_{guid('new action')}"
    assert len(asked) == len(set(asked)) == 6
    assert not any(token.bare for token in asked)


def test_binding_to_an_action_without_prefix_takes_nothing_off() -> None:
    bound = bind({"a": "@{dataAction:guid/Look up}"}, id_of=lambda _: "bridge-7")
    assert bound == {"a": "bridge-7"}


def test_binding_names_every_token_without_an_id() -> None:
    with pytest.raises(Unbound) as caught:
        bind(name_ids(raw_configuration()), id_of=lambda token: None if token.kind in {"queue", "botFlow"} else "x")
    assert {str(token) for token in caught.value.tokens} == {"@{queue/Sales}", "@{botFlow/Helper}"}


def test_keys_that_become_one_are_never_merged() -> None:
    with pytest.raises(SameKeys, match="two of these keys mean one object"):
        bind({"a": {"@{queue/Sales}": 1, "@{queue/SALES}": 2, "x": 3}}, id_of=lambda _: QUEUE)
    named = name_ids(raw_configuration())
    named["manifest"]["queue"].append({"id": guid("b"), "name": "B"})
    named["both"] = {"@{queue/B}": 1, guid("b"): 2}
    with pytest.raises(SameKeys):
        name_ids(named)


def test_an_id_that_a_person_adds_to_a_named_configuration_is_named_and_its_texts_stay() -> None:
    named = name_ids(raw_configuration())
    named["manifest"]["user"] = [{"id": guid("user"), "name": "Someone"}]
    named |= {"who": guid("user"), "text": "@{}literal @{queue/Other}"}
    again = name_ids(named)
    assert (again["who"], again["text"]) == ("@{user/Someone}", "@{}literal @{queue/Other}")


def test_named_or_not_is_told_by_the_manifest() -> None:
    raw = raw_configuration()
    assert not is_named(raw)
    assert is_named(name_ids(raw))
    assert is_named({"manifest": {"language": [{"id": "en-us"}]}, "text": "@{queue/Sales}"})
    raw["manifest"]["queue"].append({"id": "@{queue/Other}", "name": "Other"})
    assert is_named(raw)


def test_nothing_is_dropped_and_the_given_configuration_is_left_alone() -> None:
    raw = raw_configuration()
    named = name_ids(raw)
    assert raw == raw_configuration()
    shapes = [
        json.dumps(one).replace(QUEUE, "").replace("@{queue/Sales}", "").count('"')
        for one in (raw["manifest"]["queue"], named["manifest"]["queue"])
    ]
    assert shapes[0] == shapes[1]
    assert list(raw) == list(named)
    assert (BOT in json.dumps(raw), BOT in json.dumps(named), SKILL in json.dumps(named)) == (True, False, False)
