"""The capacity guard, from the file that configures it to the exit code."""

from __future__ import annotations

from typing import Any

import pytest

from hook.model import ExitCode
from tests.run.conftest import CALL, Answer, Lab

ENVIRONMENTS = """\
environments:
  dev:
    guards:
      capacity:
        flows: {{Main: {capacity}}}
"""
TO_QUEUE = """\
          - transferToAcd:
              name: To sales
              targetQueue:
                lit:
                  name: Sales
"""
PATHS = {kind: f"/api/v2/analytics/{kind}/observations/query" for kind in ("flows", "queues")}


@pytest.fixture
def main(lab: Lab) -> Lab:
    """A call flow that sends to a queue, published and changed, with a capacity of 50."""
    lab.org.add("routing/queues", "Sales")
    lab.write("Main", CALL.format(name="Main", actions=TO_QUEUE))
    assert lab.sync().code == ExitCode.DONE
    lab.write("Main", CALL.format(name="Main", actions=TO_QUEUE.replace("To sales", "On to sales")))
    (lab.root / "environments.yaml").write_text(ENVIRONMENTS.format(capacity=50), encoding="utf-8")
    return lab


def said(answer: Answer) -> list[dict[str, Any]]:
    return [one for one in answer.report["findings"] if one["guard"] == "capacity"]


def asked(lab: Lab) -> dict[str, int]:
    return {kind: len(lab.calls(method="POST", path=path)) for kind, path in PATHS.items()}


def test_a_flow_that_is_too_busy_is_not_changed(main: Lab) -> None:
    main.org.traffic(flow="Main", count=41)
    answer = main.sync()
    assert answer.code == ExitCode.GUARD
    assert "inboundcall 'Main': 41 of 50 interactions (82 %), limit 80 %." in said(answer)[0]["message"]
    assert main.publishes("Main") == 1
    assert asked(main) == {"flows": 1, "queues": 1}


def test_a_queue_that_is_too_busy_stops_the_flow_that_sends_to_it(main: Lab) -> None:
    main.org.queue_load("Sales", interacting=4, waiting=3, on_queue=5)
    answer = main.sync()
    assert answer.code == ExitCode.GUARD
    assert said(answer)[0]["message"].startswith("queue 'Sales': 7 of 5 interactions (140 %), limit 80 %")
    assert main.publishes("Main") == 1


@pytest.mark.parametrize("no_results", ["empty", "missing", "null"])
@pytest.mark.parametrize("zero_rows", [True, False])
def test_a_quiet_flow_is_changed_however_the_platform_says_so(main: Lab, no_results: str, zero_rows: bool) -> None:
    main.org.settings(observation_no_results=no_results, observation_zero_rows=zero_rows)
    assert main.sync().code == ExitCode.DONE
    assert main.publishes("Main") == 2


@pytest.mark.parametrize("by_status", [True, False])
def test_agents_count_however_the_platform_splits_them(main: Lab, by_status: bool) -> None:
    main.org.settings(on_queue_by_status=by_status)
    main.org.queue_load("Sales", interacting=4, on_queue=5)
    answer = main.sync()
    assert answer.code == ExitCode.DONE
    assert "queue 'Sales': 4 of 5 interactions (80 %)" in said(answer)[0]["message"]


def test_waiting_gets_past_it_once_the_load_has_fallen(main: Lab) -> None:
    main.org.traffic(flow="Main", count=41, falls_to=10, after_calls=2)
    assert main.sync("--wait", "10").code == ExitCode.DONE
    assert main.publishes("Main") == 2
    assert asked(main)["flows"] >= 3


def test_a_client_that_may_not_look_is_refused(main: Lab) -> None:
    main.org.fault(path=PATHS["queues"], status=403)
    answer = main.sync()
    assert answer.code == ExitCode.GUARD
    assert said(answer)[0]["verdict"] == "unknown"
    assert main.publishes("Main") == 1


def test_nothing_is_asked_when_nothing_changes_or_nothing_is_configured(main: Lab) -> None:
    (main.root / "environments.yaml").unlink()
    assert main.sync().code == ExitCode.DONE
    (main.root / "environments.yaml").write_text(ENVIRONMENTS.format(capacity=0), encoding="utf-8")
    assert main.sync().code == ExitCode.DONE
    assert asked(main) == {"flows": 0, "queues": 0}
