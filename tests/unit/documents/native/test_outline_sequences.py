"""Actions in the order in which they run: branches, joins, cycles, and what hangs in the air."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hook.documents.comparison import compare
from hook.documents.native.outline import outline
from hook.documents.native.outline.nesting import DEEPEST, Jump, Step, nest
from hook.documents.nodes import Mapping, Node, Sequence
from hook.model import DifferenceOperation, DifferenceSubject
from tests.unit.documents.native.configuration import guid
from tests.unit.documents.native.outline_samples import (
    Configuration,
    chained,
    choice,
    decision,
    flow,
    step,
    task,
    way,
    whole,
)
from tests.unit.documents.native.test_outline import differences


def shape(document: Configuration) -> Any:
    """Return of the only task what runs in it, as names, branches and jumps."""
    tasks = outline(document).body.get("tasks")
    assert isinstance(tasks, Sequence)
    (item,) = tasks.items
    assert isinstance(item, Mapping)
    return shaped(item.entries[0].value)


def shaped(node: Node | None) -> Any:
    if not isinstance(node, Mapping):
        return None
    found: list[Any] = []
    actions = node.get("actions")
    for item in actions.items if isinstance(actions, Sequence) else ():
        assert isinstance(item, Mapping)
        entry = item.entries[0]
        if not isinstance(entry.value, Mapping):
            found.append(f"-> {item.text(entry.key.value).value}")  # type: ignore[union-attr]  # it is a text
            continue
        name = entry.value.text("name")
        outputs = entry.value.get("outputs")
        ways = {one.key.value: shaped(one.value) for one in outputs.entries} if isinstance(outputs, Mapping) else {}
        found.append((name.value if name else "", ways) if ways else name.value if name else "")
    apart = node.get("apart")
    for item in apart.items if isinstance(apart, Sequence) else ():
        assert isinstance(item, Mapping)
        found.append(["apart", *shaped(item.entries[0].value)])
    return found


def test_branches_stand_below_and_what_follows_behind() -> None:
    first = {**decision("Yes", "No"), "nextAction": guid("After")}
    actions = [step("After"), first, step("Yes"), *chained(step("No"), step("No more"))]
    configuration = flow({**task("T", actions), "startAction": first["id"]})
    assert shape(configuration) == [("Is it?", {"yes": ["Yes"], "no": ["No", "No more"]}), "After"]


def test_ways_that_join_meet_at_one_place_and_name_it() -> None:
    actions = [decision("Yes", "No"), *chained(step("Yes"), step("Both")), {**step("No"), "nextAction": guid("Both")}]
    joined = ("Is it?", {"yes": ["Yes", "Both"], "no": ["No", "-> playAudio 'Both' in task[T]"]})
    assert shape(flow(task("T", actions))) == [joined]


def test_a_way_that_joins_the_main_line_leaves_it_where_it_is() -> None:
    first = {**decision("After", "No"), "nextAction": guid("After")}
    assert shape(flow(task("T", [first, step("After"), step("No")]))) == [
        ("Is it?", {"yes": ["-> playAudio 'After' in task[T]"], "no": ["No"]}),
        "After",
    ]


def test_a_cycle_ends_where_it_began() -> None:
    actions = [{**step("One"), "nextAction": guid("Two")}, {**step("Two"), "nextAction": guid("One")}]
    assert shape(flow(task("T", actions))) == ["One", "Two", "-> playAudio 'One' in task[T]"]
    own = {**step("One"), "nextAction": guid("One")}
    assert shape(flow(task("T", [own]))) == ["One", "-> playAudio 'One' in task[T]"]


def test_actions_of_one_name_are_numbered_where_they_are_named() -> None:
    second = {**step("Same"), "id": guid("second"), "nextAction": guid("second")}
    actions = [{**step("Same"), "nextAction": guid("second")}, second]
    assert shape(flow(task("T", actions))) == ["Same", "Same", "-> playAudio 'Same' in task[T]#2"]


def test_an_id_that_no_action_has_is_told() -> None:
    actions = [{**step("One"), "nextAction": guid("lost")}]
    assert shape(flow(task("T", actions))) == ["One", f"-> {guid('lost')}, which no action here has"]
    assert shape(flow({**task("T", []), "startAction": "x"})) == ["-> x, which no action here has"]


def test_actions_that_nothing_reaches_stand_apart() -> None:
    lonely = [{**step("C"), "nextAction": guid("D")}, {**step("D"), "nextAction": guid("C")}]
    actions = [step("One"), *chained(step("B"), step("A")), *lonely]
    assert shape(flow(task("T", actions))) == [
        "One",
        ["apart", "B", "A"],
        ["apart", "C", "D", "-> playAudio 'C' in task[T]"],
    ]


def test_an_id_that_is_no_guid_leads_on_all_the_same_and_counts() -> None:
    one, other = {**step("One"), "id": "a", "nextAction": "b"}, {**step("Two"), "id": "b", "nextAction": "a"}
    assert shape(flow(task("T", [one, other]))) == ["One", "Two", "-> a"]
    (found,) = differences(flow(task("T", [step("One")])), flow(task("T", [{**step("One"), "id": "a"}])))
    assert found.after == "a"


def test_an_id_that_two_actions_have_is_that_of_the_first() -> None:
    twice = {**step("Two"), "id": guid("One")}
    assert shape(flow(task("T", [step("One"), twice]))) == ["One", ["apart", "Two"]]


def test_a_long_row_of_else_is_nested_only_so_deep() -> None:
    count = DEEPEST * 3
    actions = [{**decision("", f"{one + 1}"), "id": guid(f"{one}"), "name": f"{one}"} for one in range(count)]
    before = flow(task("T", actions))
    after = copy.deepcopy(before)
    after["flowSequenceItemList"][0]["actionList"][count - 1]["name"] = "changed"
    found = compare(outline(before), outline(after))
    assert {one.operation for one in found} == {DifferenceOperation.ADDED, DifferenceOperation.REMOVED}
    placed = nest(actions, actions[0]["id"])
    assert sorted(int(one.action["name"]) for one in placed.steps()) == list(range(count))
    assert placed.apart


def test_what_is_no_action_is_kept() -> None:
    before = flow(task("T", [step("One"), 5, None]))  # type: ignore[list-item]  # no step, on purpose
    (found,) = differences(before, flow(task("T", [step("One"), 6, None])))  # type: ignore[list-item]  # no step, on purpose
    assert found.path == "inboundCall.tasks[0].task.noActions[0]"


def test_a_menu_stands_in_the_choice_that_opens_it_alone() -> None:
    inner = menu("Inner", choice("Bye", 1, step("Bye", "DisconnectAction")))
    outer = menu("Outer", choice("Go", 1, step("Go", "MenuAction", menuReference=guid("Inner"))))
    body = outline(flow(outer, inner)).body
    menus = body.get("menus")
    assert isinstance(menus, Sequence)
    assert len(menus.items) == 1
    twice = menu("Other", choice("Go", 1, step("Go there", "MenuAction", menuReference=guid("Inner"))))
    menus = outline(flow(outer, inner, twice)).body.get("menus")
    assert isinstance(menus, Sequence)
    assert len(menus.items) == 3


def test_menus_that_open_each_other_stand_beside_each_other() -> None:
    one = menu("One", choice("Go", 1, step("Go", "MenuAction", menuReference=guid("Two"))))
    two = menu("Two", choice("Back", 1, step("Back", "MenuAction", menuReference=guid("One"))))
    start = task("Start", [])
    menus = outline(flow(start, one, two)).body.get("menus")
    assert isinstance(menus, Sequence)
    assert len(menus.items) == 2
    own = menu("Own", choice("Again", 1, step("Again", "MenuAction", menuReference=guid("Own"))))
    assert isinstance(outline(flow(start, own)).body.get("menus"), Sequence)


def test_what_follows_on_a_choice_is_told() -> None:
    action = step("Go", "TransferPureMatchAction", paths=[way("FAILURE", "Sorry")], nextAction=guid("After"))
    one = {**menu("One", choice("Go", 1, action)), "actionList": [step("Sorry"), step("After")]}
    before = flow(one)
    after = copy.deepcopy(before)
    del after["flowSequenceItemList"][0]["menuChoiceList"][0]["action"]["nextAction"]
    assert [one.operation.value for one in differences(before, after)] == ["removed", "added"]


def menu(name: str, *choices: Configuration) -> Configuration:
    return {"__type": "Menu", "id": guid(name), "name": name, "menuChoiceList": list(choices)}


def test_a_removed_choice_is_one_difference() -> None:
    after = whole()
    del after["flowSequenceItemList"][0]["menuChoiceList"][0]
    after["manifest"] = {}
    (found,) = differences(whole(), after)
    assert (found.operation, found.subject) == (DifferenceOperation.REMOVED, DifferenceSubject.ACTION)
    assert (found.path, found.before) == ("inboundCall.menus[0].menu.choices[0]", "menuTransferToAcd 'Sales'")


unhurried = settings(deadline=None)
names = st.sampled_from("abc")
links = st.sampled_from(["", *"0123456789"])
lists = st.lists(st.tuples(names, links, links, links), max_size=9)


def linked(items: list[tuple[str, str, str, str]]) -> list[Configuration]:
    """Return actions that lead to each other in any way."""
    return [
        {
            **step(name),
            "id": guid(f"{number}"),
            "nextAction": guid(following) if following else None,
            "paths": [{"outputId": "__YES__", "nextActionId": guid(yes)}, {"label": "x", "nextActionId": guid(no)}],
        }
        for number, (name, following, yes, no) in enumerate(items)
    ]


@unhurried
@given(lists)
def test_every_action_stands_in_the_tree_exactly_once(items: list[tuple[str, str, str, str]]) -> None:
    actions = linked(items)
    placed = nest(actions, guid("0"))
    assert sorted(id(one.action) for one in placed.steps()) == sorted(map(id, actions))
    known = {action["id"] for action in actions}
    for chain in [placed.main, *placed.apart]:
        for one in chain:
            assert isinstance(one, Step) or (isinstance(one, Jump) and (one.target is not None) == (one.id in known))


@unhurried
@given(lists, st.integers(0, 2**16))
def test_other_local_ids_are_no_difference(items: list[tuple[str, str, str, str]], seed: int) -> None:
    random = Random(seed)  # noqa: S311  (ids, no secrets)
    before = flow(task("T", linked(items)))
    text = json.dumps(before)
    for own in [guid("T"), *(guid(str(number)) for number in range(len(items)))]:
        text = text.replace(own, str(UUID(int=random.getrandbits(128))))
    assert differences(before, json.loads(text)) == []


@unhurried
@given(lists, lists)
def test_tangled_actions_are_compared_in_both_directions(
    one: list[tuple[str, str, str, str]], other: list[tuple[str, str, str, str]]
) -> None:
    differences(flow(task("T", linked(one))), flow(task("T", linked(other))))
