from __future__ import annotations

from pathlib import Path

import pytest

from hook.errors import CredentialsMissing
from hook.genesys.credentials import ID_VARIABLE, SECRET_VARIABLE, Credentials, load_credentials


def mount(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8")
    return directory


def test_the_environment_wins_over_the_mount(tmp_path: Path) -> None:
    directory = mount(tmp_path, client_id="mounted", client_secret="mounted-secret")
    found = load_credentials(environ={ID_VARIABLE: "id", SECRET_VARIABLE: "secret"}, directory=directory)
    assert found == Credentials("id", "secret", "environment variables")


def test_a_trailing_newline_of_a_mounted_file_does_not_belong_to_the_secret(tmp_path: Path) -> None:
    found = load_credentials(environ={}, directory=mount(tmp_path, client_id="id\n", client_secret="secret\r\n"))
    assert (found.client_id, found.client_secret) == ("id", "secret")
    assert str(tmp_path) in found.source


def test_the_secret_is_not_shown() -> None:
    assert "hidden-thing" not in repr(Credentials("id", "hidden-thing"))


def refusal(environ: dict[str, str], directory: Path | None) -> str:
    with pytest.raises(CredentialsMissing) as caught:
        load_credentials(environ=environ, directory=directory)
    assert ID_VARIABLE in caught.value.hint
    return caught.value.message


def test_half_an_environment_is_not_completed_from_the_mount(tmp_path: Path) -> None:
    directory = mount(tmp_path, client_id="other", client_secret="other-secret")
    text = refusal({ID_VARIABLE: "id", SECRET_VARIABLE: " "}, directory)
    assert f"{SECRET_VARIABLE} is empty" in text
    assert ID_VARIABLE not in text


def test_a_missing_mount_is_named(tmp_path: Path) -> None:
    text = refusal({}, tmp_path / "absent")
    assert f"the directory {tmp_path / 'absent'} does not exist" in text
    assert f"{ID_VARIABLE} is not set" in text


def test_without_a_directory_that_is_said() -> None:
    assert "no credentials directory was given" in refusal({}, None)


def test_each_broken_file_of_a_mount_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'client_secret'} does not exist" in refusal({}, mount(tmp_path, client_id="id"))
    assert f"{tmp_path / 'client_secret'} is empty" in refusal({}, mount(tmp_path, client_secret="\n"))
    (tmp_path / "client_secret").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refusal({}, tmp_path)
    (tmp_path / "client_secret").unlink()
    (tmp_path / "client_secret").mkdir()
    assert "cannot be read (Is a directory)" in refusal({}, tmp_path)
