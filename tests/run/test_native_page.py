"""docs/native-flows.md, followed to the letter: its settings, and every command in its order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from textwrap import dedent

import pytest

from hook.cli import run
from hook.documents.native.kinds import MANIFEST_KINDS
from hook.documents.native.packing import pack
from hook.documents.native.tokens import parse_token
from hook.workspace.environments import parse_environments
from tests.run.conftest import Lab
from tests.run.native_sample import call_flow

PAGE = (Path(__file__).parents[2] / "docs" / "native-flows.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ {4}flowsync (.+)$", PAGE, re.MULTILINE)
SETTINGS = [dedent(found) for found in re.findall(r"^ +environments:\n(?:^ {4,}\S.*\n)+", PAGE, re.MULTILINE)]


def test_every_command_of_the_page_works_in_its_order(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lab.root)
    lab.org.add("routing/queues", "Support")
    (lab.root / "environments.yaml").write_text(SETTINGS[0], encoding="utf-8")
    (lab.root / "Main Line.i3InboundFlow").write_bytes(pack(call_flow("Main Line")))
    for command in COMMANDS:
        code = run(shlex.split(command))
        shown = capsys.readouterr()
        assert code == 0, f"flowsync {command}\n{shown.out}{shown.err}"
    assert [command.split()[0] for command in COMMANDS] == ["convert", "validate", "plan", "sync", "export", "export"]
    assert (lab.root / "flows/dev/voice/Main-Line.json").is_file()
    assert [path.name for path in (lab.root / "flows/dev").rglob("*.json")] == ["Main-Line.json"]
    assert [path.name for path in (lab.root / "archive").iterdir()] == ["Main-Line.inboundcall.yaml"]
    assert len(lab.org.flow("Main Line").versions) == 1


def test_every_setting_of_the_page_is_one() -> None:
    read = [
        parse_environments(text.encode(), file="environments.yaml").by_name["dev"].native_flows for text in SETTINGS
    ]
    assert [one is not None and len(one.allowed_ids) for one in read] == [0, 1]


def test_every_token_of_the_page_is_one() -> None:
    tokens = [parse_token(text) for text in re.findall(r"^\| `(@\{[^`]+\})` \|", PAGE, re.MULTILINE)]
    assert [token.kind for token in tokens if token] == ["queue", "dataAction", "dataAction", "inqueueCallFlow"]
    assert {token.kind for token in tokens if token} <= MANIFEST_KINDS.keys()
