from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.testing import Simulator, running
from tests.cli.harness import SECRET, Desk


@pytest.fixture(autouse=True)
def clean_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("FLOWSYNC_", "GENESYSCLOUD_")) or name == "EXPECTED_FLOWS_DIGEST":
            monkeypatch.delenv(name)
    monkeypatch.setenv("FLOWSYNC_STATE", f"file:{tmp_path / 'state.json'}")
    monkeypatch.setenv("FLOWSYNC_POLL_INTERVAL", "0.05")
    monkeypatch.setenv("FLOWSYNC_CREDENTIALS_DIR", str(tmp_path / "no-credentials"))


@pytest.fixture(scope="module")
def server() -> Iterator[Simulator]:
    with running(speed=200) as simulator:
        yield simulator


@pytest.fixture
def desk(
    server: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """An empty repository as the working directory, an empty organisation, and credentials that fit."""
    server.org.reset()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())  # no terminal, wherever the tests run
    monkeypatch.setenv("FLOWSYNC_API_BASE", server.api)
    monkeypatch.setenv("FLOWSYNC_LOGIN_BASE", server.login)
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "flowsync")
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", SECRET)

    def read() -> tuple[str, str]:
        captured = capsys.readouterr()
        return captured.out, captured.err

    return Desk(root=tmp_path, simulator=server, read=read)
