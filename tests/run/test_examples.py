"""The example repository against the example organisation: what it holds of each kind is also found equal again."""

from __future__ import annotations

import json
import shutil

import pytest
import yaml

from tests.run.conftest import Lab
from tests.run.processes import EXAMPLES, REPOSITORY


def test_without_a_state_the_examples_are_published_once_and_found_equal_by_export(lab: Lab) -> None:
    shutil.copytree(REPOSITORY, lab.root, dirs_exist_ok=True)
    lab.org.load(json.loads((EXAMPLES / "organisation.json").read_text(encoding="utf-8")))

    first = lab.sync("--state", "none")
    published = {flow.id: flow.publish_count for flow in lab.org.flows()}
    second = lab.sync("--state", "none")

    files = {change["desired"]["file"] for change in first.report["plan"]["changes"]}
    assert {file.rpartition(".")[2] for file in files} == {"yaml", "json"}
    assert first.code == 0
    assert set(first.statuses().values()) == {"done"}
    assert second.code == 0, second.report["outcomes"]
    assert set(second.operations().values()) == {"adopt"}
    assert set(second.statuses().values()) == {"unchanged"}
    assert {flow.id: flow.publish_count for flow in lab.org.flows()} == published


GUARDS = {
    "thresholds": {"maxCreates": 5},
    "licence": {"tier": "CX1"},
    "peakHours": {"windows": [{"days": "mon-sun", "from": "00:00", "to": "24:00", "timeZone": "UTC"}]},
    "capacity": {"types": {"inboundcall": 50}},
    "trunks": {"required": ["Carrier"]},
}


def test_all_guards_together_say_what_they_found_in_one_readable_block(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(REPOSITORY, lab.root, dirs_exist_ok=True)
    (lab.root / "environments.yaml").unlink()
    fixture = json.loads((EXAMPLES / "organisation.json").read_text(encoding="utf-8"))
    lab.org.load(fixture)
    environment = yaml.safe_load((REPOSITORY / "environments.yaml").read_text(encoding="utf-8"))["environments"]["dev"]
    lab.environment.update(environment, guards=GUARDS)
    front_door = lab.root / "flows" / "dev" / "messaging" / "message-front-door.yaml"
    shutil.copyfile(EXAMPLES / "demo" / "missing-queue" / "flows" / "dev" / "messaging" / front_door.name, front_door)
    capsys.readouterr()

    planned = lab.plan()

    lines = capsys.readouterr().out.splitlines()
    block = lines[lines.index("Guards") + 1 : -1]
    assert planned.code == 6
    assert [line[:23].split() for line in block] == [
        ["refused", "references"],
        ["refused", "thresholds"],
        ["warning", "licence"],
        ["warning", "licence"],
        ["refused", "peakHours"],
        ["refused", "trunks"],
        ["passed", "environment,"],
    ]
    assert "Mesage Suport" in block[0]
    assert "message-front-door.yaml:118:51" in block[0]
    assert block[-1] == "  passed   environment, permissions, capacity"
    assert lines[-1].startswith("11 to write, 4 refusals; nothing was written.")
