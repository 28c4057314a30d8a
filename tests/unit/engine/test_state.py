from __future__ import annotations

import json
from pathlib import Path

import pytest

from hook.engine.state import State
from hook.engine.stores import FileStore, Intent, NoStore
from hook.errors import InvalidInput
from tests.unit.engine.build import flow

INTENT = Intent(digest="sha256:1", job_id="j-1", planned_version="1.0", at="2026-03-02T09:30:00+00:00")


def state_in(path: Path, *, organisation: str = "org-1", environment: str = "dev") -> State:
    return State(FileStore(path), organisation_id=organisation, environment=environment, run_id="r-1")


def test_what_was_noted_is_there_in_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    first = state_in(file)
    first.intend(flow("Main"), INTENT)
    first.published(flow("Main"), digest="sha256:1", public_digest="sha256:p", version="2.0", flow_id="f-1", at="now")
    first.intend(flow("Other"), INTENT)

    second = state_in(file)

    main = second.entry(flow("MAIN"))
    other = second.entry(flow("Other"))
    assert main is not None
    assert (main.digest, main.version, main.intent, main.run) == ("sha256:1", "2.0", None, "r-1")
    assert other is not None
    assert other.intent == INTENT
    assert second.problems == ()


def test_an_intent_that_came_to_nothing_leaves_what_was_published(tmp_path: Path) -> None:
    state = state_in(tmp_path / "state.json")
    state.published(flow("Main"), digest="sha256:1", public_digest="sha256:p", version="2.0", flow_id="f-1", at="now")
    state.intend(flow("Main"), INTENT)
    state.forget_intent(flow("Main"))
    state.forget_intent(flow("Unknown"))

    known = state_in(tmp_path / "state.json").entry(flow("Main"))

    assert known is not None
    assert (known.version, known.intent) == ("2.0", None)


def test_a_stub_is_expected_until_it_is_published(tmp_path: Path) -> None:
    state = state_in(tmp_path / "state.json")
    state.expect_stub(flow("Main"))
    expected = state.entry(flow("Main"))
    state.published(flow("Main"), digest="sha256:1", public_digest="sha256:p", version="2.0", flow_id="f-1", at="now")
    done = state.entry(flow("Main"))

    assert expected is not None
    assert expected.stub
    assert done is not None
    assert not done.stub


def test_a_folder_holds_one_file_per_organisation(tmp_path: Path) -> None:
    state_in(tmp_path, organisation="org-1").intend(flow("Main"), INTENT)
    state_in(tmp_path, organisation="org-2").intend(flow("Main"), INTENT)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["org-1.json", "org-2.json"]


def test_only_the_objects_of_the_environment_are_told(tmp_path: Path) -> None:
    state_in(tmp_path, environment="dev").intend(flow("Main"), INTENT)

    assert [one.name for one in state_in(tmp_path, environment="dev").entries()] == ["Main"]
    assert state_in(tmp_path, environment="prod").entries() == ()


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b'{"organisation": "org-1", "extra": 1}'])
def test_a_state_that_cannot_be_understood_is_reported_kept_and_not_trusted(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content)

    state = state_in(file)
    untouched = file.read_bytes()
    state.intend(flow("Main"), INTENT)

    assert [problem.code for problem in state.problems] == ["state-not-usable"]
    assert untouched == content
    assert (tmp_path / "state.json.set-aside").read_bytes() == content
    assert json.loads(file.read_text())["entries"][0]["name"] == "Main"


def test_a_state_of_another_organisation_is_not_trusted(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    state_in(file, organisation="org-2").intend(flow("Main"), INTENT)

    state = state_in(file, organisation="org-1")

    assert state.entry(flow("Main")) is None
    assert "org-2" in str(state.problems[0])


def test_a_state_that_cannot_be_written_is_invalid_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state = State(FileStore(tmp_path / "other" / "state.json"), organisation_id="org-1", environment="dev", run_id="r")
    (tmp_path / "other").write_text("in the way")

    with pytest.raises(InvalidInput, match="cannot be written"):
        state.intend(flow("Main"), INTENT)


def test_a_state_that_cannot_be_read_is_invalid_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InvalidInput, match="cannot be read"):
        state_in(tmp_path / "file" / "state.json")


def test_without_a_store_nothing_is_kept() -> None:
    state = State(NoStore(), organisation_id="org-1", environment="dev", run_id="r-1")
    state.intend(flow("Main"), INTENT)

    again = State(NoStore(), organisation_id="org-1", environment="dev", run_id="r-2")
    assert state.entry(flow("Main")) is not None
    assert again.entry(flow("Main")) is None


def test_a_plan_without_the_secrets_compares_public_digests(tmp_path: Path) -> None:
    state = state_in(tmp_path / "state.json")
    state.published(flow("Main"), digest="sha256:1", public_digest="sha256:p", version="2.0", flow_id="f-1", at="now")

    blind = State(
        FileStore(tmp_path / "state.json"), organisation_id="org-1", environment="dev", run_id="r-2", public=True
    )

    known = blind.entry(flow("Main"))
    assert known is not None
    assert known.digest == "sha256:p"


def test_a_stub_takes_the_place_of_a_flow_that_was_ours_and_is_gone(tmp_path: Path) -> None:
    state = state_in(tmp_path / "state.json")
    state.published(flow("Main"), digest="sha256:1", public_digest="sha256:p", version="2.0", flow_id="f-1", at="now")
    state.expect_stub(flow("Main"))

    expected = state_in(tmp_path / "state.json").entry(flow("Main"))

    assert expected is not None
    assert (expected.stub, expected.version, expected.flow_id, expected.digest) == (True, None, None, None)
