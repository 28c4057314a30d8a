"""Two configurations that do different things are never called equal, whatever names and ids stand in them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from hook.documents.comparison import compare
from hook.documents.native.outline import canonical_digest, outline
from tests.unit.documents.native.configuration import guid
from tests.unit.documents.native.outline_samples import reference, step, task

Configuration = dict[str, Any]


def flow(*sequences: Configuration, **settings: Any) -> Configuration:
    return {
        "name": "Main",
        "type": "inboundcall",
        "manifest": {},
        "variables": [],
        "flowSequenceItemList": list(sequences),
        **settings,
    }


def with_action(kind: str, **settings: Any) -> Configuration:
    return flow(task("Start", [step("Do it", kind, **settings)]))


def with_operands(*operands: Configuration) -> Configuration:
    config = {"List": {"text": "a list", "type": "str", "operands": list(operands)}}
    return with_action("SomeAction", what={"config": config, "text": "a list", "type": "str", "version": 2})


def are_told_apart(before: Configuration, after: Configuration) -> bool:
    digests = canonical_digest(before) != canonical_digest(after)
    shown = bool(compare(outline(before), outline(after)))
    assert digests == shown
    return shown


def said(text: str) -> Configuration:
    """Return a task that says something; all of these have one name."""
    return {**task("Say", [step(text, words=text)]), "id": guid(f"task {text}")}


def jump(text: str) -> Configuration:
    return task("Start", [step("Jump", "TransferTaskAction", taskReference=guid(f"task {text}"))])


def test_a_jump_to_another_task_of_the_same_name_counts_in_whatever_order_they_are_listed() -> None:
    hello, bye = said("hello"), said("bye")
    assert are_told_apart(flow(jump("hello"), hello, bye), flow(jump("bye"), bye, hello))
    assert are_told_apart(flow(jump("hello"), hello, bye), flow(jump("bye"), hello, bye))


def test_the_first_of_two_tasks_of_the_same_name_counts() -> None:
    hello, bye = said("hello"), said("bye")
    first = flow(hello, bye, initialSequence=hello["id"])
    assert are_told_apart(first, flow(bye, hello, initialSequence=bye["id"]))


def test_the_order_of_tasks_whose_variables_have_the_same_names_is_no_difference() -> None:
    tasks = []
    for name in ("One", "Two"):
        own = guid(f"variable {name}")
        variable = {"__type": "StringVariable", "id": own, "name": "Text", "trackingId": 7}
        shown = {"config": reference("Task.Text", "str", own), "text": "Task.Text", "type": "str", "version": 2}
        tasks.append(task(name, [step(f"Say in {name}", words=shown)], variables=[variable]))
    assert not are_told_apart(flow(*tasks), flow(*reversed(tasks)))


@pytest.mark.parametrize(
    ("kind", "stem", "one", "other"),
    [
        ("CallBotFlowAction", "flow", "botFlow", "digitalBotFlow"),
        ("CallCommonModuleAction", "flow", "commonModuleFlow", "inboundCallFlow"),
        ("DataAction", "action", "dataAction", "dataTable"),
    ],
)
def test_another_kind_of_object_with_the_same_name_counts(kind: str, stem: str, one: str, other: str) -> None:
    def calling(word: str) -> Configuration:
        return with_action(kind, **{f"{stem}Id": f"@{{{word}/Helper}}", f"{stem}Name": "Helper"})

    assert are_told_apart(calling(one), calling(other))
    assert not are_told_apart(calling(one), calling(one))


def test_a_called_flow_with_a_name_that_is_also_a_way_to_write_values_counts() -> None:
    def calling(name: str) -> Configuration:
        return with_action("CallBotFlowAction", flowId=f"@{{botFlow/{name}}}", flowName=name)

    assert are_told_apart(calling("none"), calling("prompt"))


@pytest.mark.parametrize("more", [{}, {"times": 1}])
def test_an_object_that_refers_to_a_part_of_the_flow_by_id_alone_counts(more: Configuration) -> None:
    start, other = task("Start", [step("Do it")]), task("Other", [])
    here, there = copy.deepcopy([start, other]), copy.deepcopy([start, other])
    here[0]["actionList"][0]["then"] = {"id": start["id"], **more}
    there[0]["actionList"][0]["then"] = {"id": other["id"], **more}
    assert are_told_apart(flow(*here), flow(*there))


def test_a_value_that_looks_like_two_is_not_two() -> None:
    def named(stands_for: str, **more: Any) -> Configuration:
        return {"lit": {"type": "que", "val": stands_for, **more}}

    assert are_told_apart(
        with_operands(named("@{queue/A}"), named("b")), with_operands(named("@{queue/A}, lit: que = b"))
    )
    assert are_told_apart(with_operands(named("x"), {"more": 1}), with_operands(named("x,", more=1)))


@pytest.mark.parametrize("word", ["variables", "menus", "tasks", "states", "bots"])
def test_the_order_of_a_list_counts_that_is_only_called_like_one_without(word: str) -> None:
    def listing(items: list[int]) -> tuple[Configuration, ...]:
        return (
            with_action("SomeAction", inputs=[{"name": word, "value": items}]),
            with_action("SomeAction", settings={word: items}),
            flow(defaultSettings={word: items}),
        )

    for before, after in zip(listing([1, 2]), listing([2, 1]), strict=True):
        assert are_told_apart(before, after)
