from __future__ import annotations

from itertools import combinations, product

from simulator.settings import Settings
from simulator.uncertain import doubts
from tests.switches.readings import VALUES, cover, singles


def test_every_pair_of_values_occurs_together() -> None:
    rows = cover()

    for (one, values), (other, others) in combinations(VALUES.items(), 2):
        seen = [(row[one], row[other]) for row in rows]
        assert [pair for pair in product(values, others) if pair not in seen] == []


def test_every_value_but_the_defaults_occurs_alone() -> None:
    alone = [next(iter(row.items())) for row in singles()]

    assert all(len(row) == 1 for row in singles())
    assert [(name, value) for name, values in VALUES.items() for value in values[1:]] == alone


def test_the_first_case_of_every_doubt_is_the_default_and_every_case_is_a_value() -> None:
    defaults = Settings().model_dump()

    for name, one in doubts(Settings).items():
        assert one.cases[0].value == defaults[name]
        assert len(one.cases) > 1
        assert [Settings.model_validate({name: case.value}).model_dump()[name] for case in one.cases] == VALUES[name]
