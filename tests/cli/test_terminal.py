"""On a terminal, sync shows its plan and asks; and where the state is kept when nobody says."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.harness import GOOD, Desk, document


class Terminal(io.StringIO):
    """What somebody types on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    desk.environments()
    desk.lay({GOOD: document("Good")})
    return desk


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(text))


def test_yes_writes_what_was_shown(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "y\n")
    shown = stocked.run("sync", "-e", "dev")
    assert shown.code == 0, shown.text
    assert "+ create     inboundcall 'Good'" in shown.err
    assert "Write 1 object?" in shown.text
    assert set(stocked.published) == {"Good"}


@pytest.mark.parametrize(
    ("typed", "words"), [("n\n", "was not confirmed"), ("\n", "was not confirmed"), ("", "was not confirmed")]
)
def test_anything_else_writes_nothing(stocked: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, words: str) -> None:
    type_in(monkeypatch, typed)
    shown = stocked.run("sync", "-e", "dev")
    assert shown.code == 3, shown.text
    assert words in shown.text
    assert "nothing was written" in shown.text
    assert stocked.writes == []


def test_confirm_is_not_asked_for_twice(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "")
    assert stocked.sync().code == 0, stocked.last.text


def test_nothing_to_write_is_nothing_to_ask(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stocked.sync()
    type_in(monkeypatch, "")
    shown = stocked.run("sync", "-e", "dev")
    assert shown.code == 0, shown.text
    assert "Write" not in shown.text


def test_the_state_is_kept_in_the_users_own_folder_by_default(stocked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLOWSYNC_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(stocked.root / "home"))
    assert stocked.sync().code == 0, stocked.last.text
    kept = stocked.root / "home/flowsync" / f"{stocked.simulator.org.id}.json"
    assert "inboundcall" in kept.read_text(encoding="utf-8")
    assert "1 unchanged" in stocked.sync().out


def test_without_a_place_for_the_state_the_run_goes_on_with_a_warning(
    stocked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLOWSYNC_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(stocked.root / GOOD))
    assert stocked.sync().code == 0, stocked.last.text
    assert "no state is kept" in stocked.last.err


def test_a_state_that_cannot_be_kept_where_somebody_wants_it_stops_the_run(stocked: Desk) -> None:
    assert stocked.sync("--state", f"file:{GOOD}/state.json").code == 3, stocked.last.text
    assert "--state" in stocked.last.text
    assert stocked.published == {}


def test_without_a_home_no_state_is_kept_and_no_folder_is_made(
    stocked: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FLOWSYNC_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")
    monkeypatch.chdir(tmp_path)

    shown = stocked.sync()

    assert shown.code == 0, shown.text
    assert "no state is kept" in shown.text
    assert not (tmp_path / "not").exists()
