from __future__ import annotations

from pathlib import Path

import pytest

import hook.cli  # the settings are those that its commands declare
from hook.errors import InvalidInput
from hook.model import ExitCode
from hook.settings import check_variables, key_of, pairs, read_config, variable_of

assert hook.cli.cli.commands


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "run.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content", ["onDrift: overwrite\nconfirm: true\n", '{"onDrift": "overwrite", "confirm": true}']
)
def test_a_config_file_is_yaml_or_json_with_values_as_they_are_written(tmp_path: Path, content: str) -> None:
    assert read_config(written(tmp_path, content)) == {"on_drift": "overwrite", "confirm": "true"}


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "{}"])
def test_an_empty_config_file_says_nothing(tmp_path: Path, content: str) -> None:
    assert read_config(written(tmp_path, content)) == {}


def test_lists_of_texts_are_kept(tmp_path: Path) -> None:
    assert read_config(written(tmp_path, "label: [sales, 007]\n")) == {"label": ["sales", "007"]}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("onDrift: [", "config-unreadable"),
        (b"onDrift: \xff", "config-unreadable"),
        ("- onDrift", "config-shape"),
        ("overwrite", "config-shape"),
        ("on-drift: overwrite", "unknown-setting"),
        ("config: other.yaml", "unknown-setting"),
        ("onDrift: {policy: overwrite}", "setting-shape"),
        ("label: [[sales]]", "setting-shape"),
        ("onDrift: fail\nonDrift: overwrite", "setting-twice"),
        ("onDrift: !!python/name:os.system ''", "onDrift"),
    ],
)
def test_what_is_no_config_file_is_refused(tmp_path: Path, content: str | bytes, code: str) -> None:
    path = written(tmp_path, content)
    if code == "onDrift":
        assert read_config(path) == {"on_drift": ""}
        return
    with pytest.raises(InvalidInput) as caught:
        read_config(path)
    assert caught.value.exit_code is ExitCode.INVALID_INPUT
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.place.file == str(path)


def test_every_unknown_setting_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_config(written(tmp_path, "onDrfit: fail\nxyzzy: 1\n"))
    assert [problem.hint for problem in caught.value.problems] == [
        "Did you mean onDrift?",
        "See --help for those that exist.",
    ]


def test_a_missing_config_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_config(tmp_path / "none.yaml")


def test_names_follow_from_the_setting() -> None:
    assert variable_of("on-drift") == "FLOWSYNC_ON_DRIFT"
    assert key_of("on-drift") == key_of("on_drift") == "onDrift"


@pytest.mark.parametrize(
    "name",
    [
        "FLOWSYNC_ON_DRIFT",
        "FLOWSYNC_SERVICE_HOST",
        "FLOWSYNC_SERVICE_PORT",
        "FLOWSYNC_SERVICE_PORT_HTTPS",
        "FLOWSYNC_PORT",
        "FLOWSYNC_PORT_443_TCP_PROTO",
        "FLOWSYNC_SYNC_SERVICE_HOST",
        "FLOW_SYNC",
        "PATH",
    ],
)
def test_variables_of_ours_of_kubernetes_and_of_others_are_fine(name: str) -> None:
    check_variables([name])


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("FLOWSYNC_ON_DRFIT", "Did you mean FLOWSYNC_ON_DRIFT?"),
        ("FLOWSYNC_REGION", "Did you mean GENESYSCLOUD_REGION?"),
        ("FLOWSYNC_EXPECTED_DIGEST", "Did you mean EXPECTED_FLOWS_DIGEST?"),
        ("FLOWSYNC_A_SETTING_THAT_NEVER_WAS_ANY", "See --help for those that exist."),
    ],
)
def test_a_variable_that_names_no_setting_is_refused(name: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_variables([name, "PATH"])
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (f"{name} is no setting.", hint)


def test_every_unknown_variable_is_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_variables(["FLOWSYNC_A1", "FLOWSYNC_B2"])
    assert len(caught.value.problems) == 2


def test_pairs_keep_what_stands_behind_the_first_equals_sign() -> None:
    assert pairs(["a=1", " b =x=y", "c="], flag="--set") == {"a": "1", "b": "x=y", "c": ""}


@pytest.mark.parametrize("value", ["company", "=Acme", "  =Acme", ""])
def test_what_is_no_pair_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="--set takes NAME=VALUE"):
        pairs(["a=1", value], flag="--set")
