"""The official SDKs do what their documentation's examples do; where they choke, the simulator is wrong."""

from __future__ import annotations

import pytest

from tests.contract import javascript_sdk
from tests.contract.coverage import succeeded
from tests.contract.routes import served
from tests.contract.trials import SCENARIOS, Trial


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_an_official_sdk_does_what_its_examples_do(trial: Trial, scenario: str) -> None:
    assert trial.verdicts[scenario] == ""


def test_every_operation_that_the_simulator_serves_is_done_by_the_sdk(trial: Trial, sdk_name: str) -> None:
    known = {one.key for one in served()}
    if sdk_name == "javascript":
        known &= javascript_sdk.operations()
    assert known - succeeded(trial.exchanges) == set()
