"""Names of files that are made of names of flows."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hook.model import fold
from hook.workspace.file_names import LONGEST, TakenNames, numbered, readable
from hook.workspace.index import is_index
from hook.workspace.source import _FLOW_FILE


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Call Park - Agent Inbound Flow", "Call-Park-Agent-Inbound-Flow"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "flow"),
        (".hidden", "hidden"),
        ("C:\\temp\\x", "C-temp-x"),
        ("a/b", "a-b"),
        ("Grüße & Küsse", "Grüße-Küsse"),
        ("🎄", "flow"),
        ("v1.2 (beta).", "v1.2-beta"),
        ("CON", "_CON"),
        ("aux.2", "_aux.2"),
        ("flowsync-index", "_flowsync-index"),
        ("line\nbreak\x00\ud800", "line-break"),
        ("e\u0301", "é"),
    ],
)
def test_a_name_stays_readable_and_leads_nowhere(name: str, expected: str) -> None:
    assert readable(name) == expected


@settings(deadline=None)
@given(st.text())
def test_whatever_a_flow_is_called_its_file_lies_in_the_folder_and_is_read(name: str) -> None:
    for file in (f"{readable(name)}.json", f"{readable(name)}.inboundcall.yaml"):
        assert PurePosixPath(file).name == file
        assert not file.startswith(".")
        assert not set(file) & set('<>:"/\\|?*\0')
        assert _FLOW_FILE.match(file)
        assert not is_index(file)
        assert len(file.encode()) < LONGEST + 30


@settings(deadline=None)
@given(st.lists(st.text(alphabet="aAbＡß.-", min_size=1), max_size=20))
def test_no_two_files_are_one_on_a_file_system_that_ignores_case(names: list[str]) -> None:
    taken = TakenNames(["Aa.json"])
    files = [taken.take(numbered(readable(name), ".json")) for name in names]
    assert len({fold(file) for file in (*files, "Aa.json")}) == len(files) + 1
