"""However an uncertain fact about the platform is read, what the simulator answers is something the SDKs understand."""

from __future__ import annotations

import pytest

from tests.contract import trials
from tests.contract.checks import complaints
from tests.contract.conftest import present
from tests.contract.trials import SCENARIOS
from tests.switches.readings import Reading, cover, label

ASKED = (
    "login",
    "identity",
    "lists of flows",
    "publish jobs",
    "export jobs",
    "life of a flow",
    "locks",
    "history",
    "observations",
    "groups",
)


@pytest.mark.parametrize("reading", cover(), ids=label)
def test_under_every_reading_the_sdk_copes_and_the_answers_keep_to_the_models(reading: Reading) -> None:
    present("javascript")
    with trials.stage(trials.sdk("javascript")) as case:
        case.org.settings(**reading)
        verdicts = [trials.verdict(case, SCENARIOS[one]) for one in ASKED]
        said = {one for exchange in case.recording.api() for one in complaints(exchange)}
    assert [one for one in verdicts if "chokes" in one] == []
    assert said == set()
