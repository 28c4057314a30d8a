"""docs/simulator.md tells what there is."""

from __future__ import annotations

import re
from pathlib import Path

from simulator import admin, control
from simulator.acts import ACTS
from simulator.fault import FaultEffect
from simulator.scenario import Scenario

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


def test_every_call_of_the_admin_api_has_a_row_and_no_other() -> None:
    rows = {(method, path.replace(":path", "")) for method, path, _ in (*admin.ROWS, *control.ROWS)}
    rows |= {("POST", "reset"), ("GET", "calls"), ("DELETE", "calls")}
    told = re.findall(r"^\| `([A-Z]+) /_sim/([^`]+)` \|", PAGE, re.MULTILINE)

    assert sorted(told) == sorted(rows)


def test_every_part_of_a_scenario_and_every_effect_of_a_fault_is_told() -> None:
    fields = (*Scenario.model_fields.values(), *FaultEffect.model_fields.values())

    assert [field.alias for field in fields if f"`{field.alias}`" not in PAGE and f"`{field.alias}:" not in PAGE] == []


def test_every_act_is_told() -> None:
    assert [act for act in ACTS if f"`{act}`" not in PAGE] == []
