"""Whether the judges and the model check would notice that the simulator is wrong."""

from __future__ import annotations

import pytest

from tests.contract import case, trials
from tests.contract.checks import complaints
from tests.contract.conftest import present
from tests.contract.mutants import MUTANTS, Changing, Mutant
from tests.contract.trials import SCENARIOS


def test_there_are_at_least_twenty_mistakes() -> None:
    assert len({one.mistake for one in MUTANTS}) == len(MUTANTS) >= 20


def heard(name: str, scenarios: tuple[str, ...], change: Changing | None) -> list[str]:
    """Return what judges and models say of scenarios that is not said without a change."""
    with trials.stage(trials.sdk(name), change=change) as stage:
        verdicts = [trials.verdict(stage, SCENARIOS[one]) for one in scenarios]
        said = {one for exchange in stage.recording.api() for one in complaints(exchange)}
    return [*filter(None, verdicts), *sorted(said - trials.tried(name).complaints())]


def test_without_a_mistake_nothing_is_heard() -> None:
    present("javascript")
    scenarios = tuple(dict.fromkeys(name for one in MUTANTS for name in one.scenarios))
    assert heard("javascript", scenarios, None) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.mistake)
def test_a_mistake_of_the_simulator_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    present(mutant.sdk)
    sound = trials.tried(mutant.sdk)
    assert not any(sound.verdicts[one] for one in mutant.scenarios), "the scenarios fail without the mistake"
    monkeypatch.setattr(case, "PATIENCE", 1.0)
    change = mutant.make()
    assert isinstance(change, Changing)
    said = heard(mutant.sdk, mutant.scenarios, change)
    assert change.count, "the scenarios never meet the mistake"
    assert said, f"'{mutant.mistake}' survives"
