"""What the platform exports is looked at before it becomes a file."""

from __future__ import annotations

import pytest

from hook.commands.export import documents
from hook.commands.export.documents import CurrentNames
from hook.documents.native.packing import pack
from hook.errors import InvalidInput, PermissionDenied
from hook.model import FLOWS, Identity, Known, Live
from hook.workspace.environments import EnvironmentSettings
from tests.run.native_sample import call_flow, id_of

LIVE = Live(Identity(FLOWS, "inboundcall", "Main"), "flow-1", "3.0")
SETTINGS = EnvironmentSettings()


def names(*known: Known) -> CurrentNames:
    return CurrentNames([LIVE], lambda kind: [one for one in known if one.identity.kind == kind])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"inboundCall: [\n", "no valid YAML"),
        (b"inboundCall:\n  name: Other\n", "it is of inboundcall 'Other'"),
        (b"workflow:\n  name: Main\n", "it is of workflow 'Main'"),
        (b"inboundCall:\n  name: Main\n#" + b"x" * 5_000_000, "a file may have 5000000"),
        (b"", "the file is empty"),
    ],
)
def test_an_archy_export_that_would_not_load_again_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        documents.archy(content, LIVE, SETTINGS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"inboundCall:\n  name: Main\n", "it is no packed configuration"),
        (pack(call_flow("Main"))[:-7], "the export of inboundcall 'Main' cannot be used"),
        (pack(call_flow("Other")), "it is of inboundcall 'Other'"),
        (b"\xff\xfe", "it is no packed configuration"),
    ],
)
def test_a_native_export_that_would_not_load_again_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        documents.native(content, LIVE, SETTINGS, names())


def test_each_kind_is_listed_once_and_only_when_it_is_named() -> None:
    listed: list[str] = []

    def listing(kind: str) -> list[Known]:
        listed.append(kind)
        return [Known(Identity(kind, "", "Help"), id_of("queue Support"))]

    current = CurrentNames([LIVE], listing)
    for _ in range(2):
        document = documents.native(pack(call_flow("Main")), LIVE, SETTINGS, current)
    assert listed == ["routing/queues"]
    assert b"@{queue/Help}" in document.content
    assert document.notes == ()


def test_a_kind_that_cannot_be_listed_keeps_its_names_and_is_told_once() -> None:
    def refused(kind: str) -> list[Known]:
        raise PermissionDenied(f"no {kind}")

    current = CurrentNames([LIVE], refused)
    for _ in range(2):
        document = documents.native(pack(call_flow("Main")), LIVE, SETTINGS, current)
    assert b"@{queue/Support}" in document.content
    assert len(current.notes) == 1
    assert "no routing/queues" in current.notes[0]
