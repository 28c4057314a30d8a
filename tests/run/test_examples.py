"""The example repository against the example organisation: what it holds of each kind is also found equal again."""

from __future__ import annotations

import json
import shutil

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
