"""Real flows, from files into an organisation: published once, then left alone, refused when a name is missing."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from hook.cli import run
from simulator.testing import Org, running
from tests.corpus.repository import (
    DYNAMIC,
    ENVIRONMENT,
    FOLDER,
    IDS,
    LANGUAGE_IS_A_PLACEHOLDER,
    USED,
    Used,
    build,
    fixture,
    named_at,
)

DOCUMENTS = 24
PAGE = 500
"""Flows on one page of the platform's list."""


@dataclass(frozen=True)
class Stage:
    """The repository, the organisation, and the documents with their values by path."""

    root: Path
    org: Org
    documents: dict[str, str]

    def sync(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Run ``flowsync sync``; return its exit code and its report."""
        report = self.root / "report.json"
        command = ["sync", "--confirm", "--environment", ENVIRONMENT, "--workspace", str(self.root)]
        code = run([*command, "--report", str(report), *arguments])
        return code, json.loads(report.read_text(encoding="utf-8"))

    def published(self) -> dict[tuple[str, str], list[str]]:
        """Return by type and name the documents of all versions that were published."""
        return {(flow.type, flow.name): [version.document for version in flow.versions] for flow in self.org.flows()}

    def writes(self) -> list[str]:
        """Return the calls received that may have changed something; a login is none."""
        calls = [call for call in self.org.calls() if call.method != "GET" and call.listener != "login"]
        return [f"{call.method} {call.path}" for call in calls]


MakeStage = Callable[..., Stage]


@pytest.fixture
def make_stage(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeStage]:
    with running(speed=300) as simulator:
        for name in [name for name in os.environ if name.startswith(("FLOWSYNC_", "GENESYSCLOUD_"))]:
            monkeypatch.delenv(name)
        for name, value in {
            "GENESYSCLOUD_OAUTHCLIENT_ID": "flowsync",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": "secret-of-flowsync",
            "FLOWSYNC_API_BASE": simulator.api,
            "FLOWSYNC_LOGIN_BASE": simulator.login,
            "FLOWSYNC_STATE": f"file:{tmp_path / 'state.json'}",
            "FLOWSYNC_POLL_INTERVAL": "0.05",
            "FLOWSYNC_DEADLINE": "60",
            "FLOWSYNC_LOG_LEVEL": "warning",
        }.items():
            monkeypatch.setenv(name, value)

        def make(*, without: Used | None = None) -> Stage:
            simulator.org.load(fixture(without=without))
            if without and without.name == "Home":
                simulator.org.remove(without.place, without.name)
            documents = build(tmp_path, corpus, without=without.file if without else "")
            return Stage(tmp_path, simulator.org, documents)

        yield make


def wanted(documents: dict[str, str]) -> dict[tuple[str, str], list[str]]:
    """Return by type and name the one version that each document shall have become."""
    types = {"botFlow": "bot"}
    result = {}
    for text in documents.values():
        (key, body), *more = yaml.load(text, Loader=yaml.BaseLoader).items()  # noqa: S506  (makes nothing but texts)
        assert not more
        result[types.get(key, key.lower()), body["name"]] = [text]
    assert len(result) == DOCUMENTS
    return result


def test_every_document_is_published_exactly_once_and_then_left_alone(
    make_stage: MakeStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = make_stage()
    code, report = stage.sync()
    assert (code, report["exitCode"]) == (0, 0), capsys.readouterr().out
    assert {outcome["status"] for outcome in report["outcomes"]} == {"done"}
    assert stage.published() == wanted(stage.documents)
    assert {flow.publish_count for flow in stage.org.flows()} == {1}
    capsys.readouterr()
    stage.org.reset_calls()

    code, report = stage.sync()
    assert code == 0
    assert f"Nothing to do: {DOCUMENTS} unchanged." in capsys.readouterr().out
    assert len(stage.org.calls()) <= math.ceil(DOCUMENTS / PAGE) + 4
    assert stage.writes() == []
    assert report["calls"] == len(stage.org.calls())


def test_without_a_state_equality_is_shown_by_export_and_nothing_is_published_again(
    make_stage: MakeStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = make_stage()
    assert stage.sync("--state", "none")[0] == 0
    before = stage.published()
    stage.org.reset_calls()

    code, report = stage.sync("--state", "none")
    assert code == 0, capsys.readouterr().out
    assert {change["operation"] for change in report["plan"]["changes"]} == {"adopt"}
    assert {outcome["status"] for outcome in report["outcomes"]} == {"unchanged"}
    assert stage.published() == before
    assert set(stage.writes()) == {"POST /api/v2/flows/export/jobs"}


def test_without_a_state_a_setting_that_differs_is_found_in_every_document_that_has_it(make_stage: MakeStage) -> None:
    stage = make_stage()
    assert stage.sync("--state", "none")[0] == 0
    before = stage.published()

    code, report = stage.sync("--state", "none", "--set", "default_language=de-de")
    refused = {
        change["desired"]["file"].removeprefix(f"{FOLDER}/"): change["refusal"]["details"]
        for change in report["plan"]["changes"]
        if change["refusal"]
    }
    assert code == 8
    assert set(refused) == LANGUAGE_IS_A_PLACEHOLDER
    for details in refused.values():
        assert "defaultLanguage: 'en-us' -> 'de-de'" in details[0]
    assert stage.published() == before


@pytest.mark.parametrize("missing", USED, ids=lambda one: one.words)
def test_a_missing_object_is_refused_with_every_place_that_names_it(
    missing: Used, make_stage: MakeStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = make_stage(without=missing)
    code, report = stage.sync("--state", "none")
    output = capsys.readouterr().out
    refusals = [finding for finding in report["findings"] if finding["verdict"] == "refuse"]
    assert (code, report["exitCode"]) == (6, 6), output
    (message,) = {finding["message"] for finding in refusals}
    # An action of that name in the other category is told as well.
    assert re.match(rf"there is no {re.escape(missing.words)}(\.|, but )", message)
    places = [finding["place"] for finding in refusals]
    assert sorted((place["file"], place["line"]) for place in places) == sorted(
        (f"{FOLDER}/{file}", line) for file, lines in missing.lines.items() for line in lines
    )
    for place in places:
        document = stage.documents[place["file"].removeprefix(f"{FOLDER}/")]
        assert missing.name in document.splitlines()[place["line"] - 1][place["column"] - 1 :]
        assert named_at(document, place["path"]) == missing.name
        shown = f"{place['file']}:{place['line']}:{place['column']} ({place['path']})"
        assert f"{shown}: {message}" in output
    assert stage.writes() == []
    assert stage.org.flows() == []


def test_names_that_only_the_running_flow_knows_and_ids_are_told_and_refuse_nothing(make_stage: MakeStage) -> None:
    stage = make_stage()
    _, report = stage.sync("--dry-run")
    warnings = [finding for finding in report["findings"] if finding["message"] and finding["verdict"] == "warn"]
    told = {
        (finding["place"]["file"].removeprefix(f"{FOLDER}/"), finding["place"]["line"])
        for finding in warnings
        if finding["guard"] == "references"
    }
    assert told == {DYNAMIC, *IDS.items()}
    assert all(finding["verdict"] in {"pass", "warn", "off"} for finding in report["findings"])
    assert report["exitCode"] == 0
