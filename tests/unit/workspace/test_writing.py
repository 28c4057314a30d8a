"""Files are written whole, inside the folder, and over nothing that somebody wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from hook.errors import InvalidInput
from hook.workspace.writing import write_files


def test_files_are_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "flows" / "dev"
    assert write_files(folder, {"a.yaml": b"A", "voice/b.yaml": b"B"}, overwrite=False) == ("a.yaml", "voice/b.yaml")
    assert (folder / "voice" / "b.yaml").read_bytes() == b"B"
    assert sorted(path.name for path in folder.rglob("*")) == ["a.yaml", "b.yaml", "voice"]


def test_a_file_with_this_content_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"A")
    before = (tmp_path / "a.yaml").stat()
    assert write_files(tmp_path, {"a.yaml": b"A"}, overwrite=True) == ()
    assert (tmp_path / "a.yaml").stat().st_ino == before.st_ino


def test_one_file_in_the_way_keeps_all_from_being_written(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"mine")
    (tmp_path / "c.yaml").symlink_to("nowhere")
    with pytest.raises(InvalidInput) as caught:
        write_files(tmp_path, {"a.yaml": b"A", "b.yaml": b"B", "c.yaml": b"C"}, overwrite=False)
    assert [(problem.code, Path(problem.place.file).name) for problem in caught.value.problems] == [
        ("file-exists", "a.yaml"),
        ("file-exists", "c.yaml"),
    ]
    assert (tmp_path / "a.yaml").read_bytes() == b"mine"
    assert not (tmp_path / "b.yaml").exists()


def test_overwriting_replaces_a_link_and_not_what_it_leads_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_bytes(b"theirs")
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "a.yaml").symlink_to(outside)
    assert write_files(folder, {"a.yaml": b"A"}, overwrite=True) == ("a.yaml",)
    assert outside.read_bytes() == b"theirs"
    assert (folder / "a.yaml").read_bytes() == b"A"


def test_overwriting_keeps_the_mode(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"old")
    (tmp_path / "a.yaml").chmod(0o640)
    write_files(tmp_path, {"a.yaml": b"A"}, overwrite=True)
    assert (tmp_path / "a.yaml").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("path", ["../a.yaml", "link/a.yaml", "/tmp/a.yaml", ".."])  # noqa: S108  (never written)
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(InvalidInput, match="not lie in the folder"):
        write_files(folder, {"b.yaml": b"B", path: b"A"}, overwrite=True)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["flows"]
    assert sorted(entry.name for entry in folder.iterdir()) == ["link"]


def test_a_folder_that_cannot_be_made_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "voice").write_bytes(b"a file")
    with pytest.raises(InvalidInput) as caught:
        write_files(tmp_path, {"a.yaml": b"A", "voice/b.yaml": b"B"}, overwrite=True)
    assert caught.value.problems[0].code == "unwritable"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["voice"]
