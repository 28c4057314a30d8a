"""The real native configurations as files for Git: converted, deployed by name, and exported again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from hook.cli import run
from hook.documents.native.kinds import MANIFEST_KINDS
from hook.documents.native.outline import canonical_digest
from hook.documents.native.packing import pack
from hook.documents.native.tokens import find_tokens
from hook.workspace.checking import load_files
from simulator.testing import Org, running

PLACES = {
    "architect/prompts": "architect/prompts",
    "architect/data-tables": "flows/datatables",
    "integrations/actions": "integrations/actions",
    "routing/queues": "routing/queues",
    "routing/skills": "routing/skills",
}
"""Where the simulator keeps the kinds that the configurations name."""


def converted(corpus: Path, folder: Path) -> dict[str, bytes]:
    """Convert all of them into a folder."""
    assert run(["convert", *map(str, sorted((corpus / "native").iterdir())), "--out", str(folder)]) == 0
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_converting_is_stable_and_leaves_no_id_of_the_manifest(corpus: Path, tmp_path: Path) -> None:
    first = converted(corpus, tmp_path / "first")
    assert len(first) == 8
    originals = [json.loads(path.read_bytes()) for path in (corpus / "native").iterdir()]
    packed = tmp_path / "packed"
    packed.mkdir()
    for number, original in enumerate(originals):
        (packed / f"{number}.i3Flow").write_bytes(pack(original))
    for folder in (tmp_path / "first", packed):
        again = tmp_path / f"{folder.name}-again"
        assert run(["convert", *map(str, sorted(folder.iterdir())), "--out", str(again)]) == 0
        assert {path.name: path.read_bytes() for path in again.iterdir()} == first
    everything = b"".join(first.values()).decode().casefold()
    for original in originals:
        for kind, entries in original["manifest"].items():
            for entry in entries if kind in MANIFEST_KINDS else ():
                assert entry["id"].casefold() not in everything


@pytest.fixture
def org(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Org]:
    with running(speed=300) as simulator:
        for name in [name for name in os.environ if name.startswith(("FLOWSYNC_", "GENESYSCLOUD_"))]:
            monkeypatch.delenv(name)
        for name, value in {
            "GENESYSCLOUD_OAUTHCLIENT_ID": "flowsync",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": "secret-of-flowsync",
            "FLOWSYNC_API_BASE": simulator.api,
            "FLOWSYNC_LOGIN_BASE": simulator.login,
            "FLOWSYNC_STATE": "none",
            "FLOWSYNC_POLL_INTERVAL": "0.05",
            "FLOWSYNC_DEADLINE": "60",
            "FLOWSYNC_LOG_LEVEL": "warning",
        }.items():
            monkeypatch.setenv(name, value)
        yield simulator.org


def stock(org: Org, files: Mapping[str, bytes]) -> None:
    """Make everything that files name by tokens, under ids of this organisation; flows are among the files."""
    tokens = {token for content in files.values() for _, _, token in find_tokens(content.decode()) if token}
    wanted = {(MANIFEST_KINDS[token.kind].kind, token.qualifier, token.name) for token in tokens}
    for kind, category, name in sorted(wanted):
        if kind in PLACES:
            org.add(PLACES[kind], name, **({"category": category} if category else {}))


def test_what_was_deployed_by_name_is_exported_again_as_the_same_flows(corpus: Path, tmp_path: Path, org: Org) -> None:
    folder = tmp_path / "flows" / "dev"
    files = converted(corpus, folder)
    stock(org, files)
    unexplained = [
        problem.message.split()[5]
        for checked in load_files([folder])
        for problem in checked.problems
        if problem.code == "unexplained-id"
    ]
    assert len(unexplained) == 2
    dev = {"organizationId": org.id, "nativeFlows": {"allowedIds": unexplained}}
    (tmp_path / "environments.json").write_text(json.dumps({"environments": {"dev": dev}}))
    sync = ["sync", "--confirm", "-e", "dev", "--workspace", str(tmp_path)]
    assert run(sync) == 0
    out = tmp_path / "exported"
    export = ["export", "-e", "dev", "--workspace", str(tmp_path), "--format", "native", "--out"]
    assert run([*export, str(out)]) == 0
    digests = [
        {document["name"]: canonical_digest(document) for document in map(json.loads, map(Path.read_bytes, paths))}
        for paths in (folder.iterdir(), out.iterdir())
    ]
    assert digests[0] == digests[1]
    assert len(digests[0]) == 8
    assert run([*export, str(folder)]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    published = {flow.name: flow.published for flow in org.flows()}
    assert run([*sync, "--flows-dir", str(out)]) == 0
    assert {flow.name: flow.published for flow in org.flows()} == published
