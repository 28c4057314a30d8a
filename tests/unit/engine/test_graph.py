from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hook.engine.graph import cycles, order
from hook.model import Identity
from tests.unit.engine.build import flow

A, B, C, D = flow("A"), flow("B"), flow("C"), flow("D")
NODES = [flow(f"n{index}") for index in range(8)]
graphs = st.fixed_dictionaries({node: st.lists(st.sampled_from(NODES), max_size=4) for node in NODES})


def test_what_is_named_comes_first() -> None:
    steps = order({A: [B], B: [C], C: [], D: []})

    names = [step.identity for step in steps]
    assert names.index(C) < names.index(B) < names.index(A)
    assert {step.identity: step.depends_on for step in steps}[A] == (B,)


def test_a_cycle_of_new_flows_needs_one_stub_to_begin() -> None:
    steps = order({A: [B], B: [A]})

    assert [(step.identity, step.depends_on, step.stubs) for step in steps] == [(A, (), (B,)), (B, (A,), ())]


def test_a_cycle_of_flows_that_exist_needs_no_stub() -> None:
    steps = order({A: [B], B: [A]}, existing=[A, B])

    assert all(step.stubs == () for step in steps)


def test_names_outside_the_plan_do_not_count() -> None:
    assert order({A: [D]})[0].depends_on == ()


def test_cycles_are_spelled_out() -> None:
    assert cycles({A: [B], B: [A], C: [A]}) == ((A, B),)
    assert cycles({A: [B], B: []}) == ()


@given(graphs, st.sets(st.sampled_from(NODES)))
def test_every_object_comes_once_and_every_name_is_there_waited_for_or_stubbed(
    graph: dict[Identity, list[Identity]], existing: set[Identity]
) -> None:
    steps = order(graph, existing=existing)

    assert sorted(step.identity for step in steps) == sorted(graph)
    done: set[Identity] = set()
    for step in steps:
        assert set(step.depends_on) <= done
        for named in set(graph[step.identity]) - {step.identity}:
            assert named in done or named in existing or named in step.stubs
        done.add(step.identity)


@given(graphs)
def test_the_order_is_the_same_for_equal_input(graph: dict[Identity, list[Identity]]) -> None:
    shuffled = {node: list(reversed(graph[node])) for node in reversed(graph)}

    assert order(graph) == order(shuffled)


@given(graphs)
def test_stubs_are_asked_for_only_inside_cycles(graph: dict[Identity, list[Identity]]) -> None:
    circular = {node for component in cycles(graph) for node in component}

    for step in order(graph):
        assert not step.stubs or step.identity in circular
        assert set(step.stubs) <= circular


def test_inside_a_cycle_those_go_first_that_can_ask_for_stubs() -> None:
    steps = order({A: [B], B: [C], C: [D], D: [A]}, late=[A, B, C])

    assert [(step.identity, step.stubs) for step in steps] == [(D, (A,)), (C, ()), (B, ()), (A, ())]


@given(graphs, st.sets(st.sampled_from(NODES)))
def test_the_late_ones_need_a_stub_only_of_each_other(
    graph: dict[Identity, list[Identity]], late: set[Identity]
) -> None:
    among = {node: [other for other in named if other in late] for node, named in graph.items() if node in late}
    needing = {member for cycle in cycles(among) for member in cycle}

    for step in order(graph, late=late):
        if step.identity in late and step.identity not in step.stubs:
            assert not step.stubs or step.identity in needing
