"""Which files of a folder are read: plain trees, and mounts of ConfigMap shards."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from hook.errors import InvalidInput
from hook.workspace.source import read_source

from .conftest import Repository, flow


def paths(root: Path, *, strip: str = "") -> list[str]:
    return [file.path for file in read_source(root, strip=strip).files]


def codes(root: Path) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read_source(root)
    assert all(problem.hint for problem in caught.value.problems)
    return [(problem.code, problem.place.file) for problem in caught.value.problems]


def test_flow_files_are_read_and_hidden_and_other_files_are_not(repository: Repository) -> None:
    for path in ("a.yaml", "x/b.YML", "x/y/c.json", "d.i3InboundFlow", "e.yaml.tftpl", "ü ö.yaml"):
        repository.write(path, "x")
    for path in (".git/config.yaml", ".hidden.yaml", "x/.gitkeep", "README.md", "logo.png", "..2024/a.yaml"):
        repository.write(path, "x")
    source = read_source(repository.root)
    assert [file.path for file in source.files] == sorted(
        ["a.yaml", "d.i3InboundFlow", "e.yaml.tftpl", "x/b.YML", "x/y/c.json", "ü ö.yaml"]
    )
    assert source.warnings == ()


@pytest.mark.parametrize(
    "name", ["main.yaml.bak", "main.yml~", "main.yaml.orig", "main.txt", "main.json_old", "m.tftpl"]
)
def test_a_file_that_looks_forgotten_is_a_warning(repository: Repository, name: str) -> None:
    repository.write(name, "x")
    (warning,) = read_source(repository.root, shown="flows/dev/").warnings
    assert (warning.code, warning.place.file) == ("file-not-read", f"flows/dev/{name}")


def test_links_are_followed_inside_the_folder_only(repository: Repository, tmp_path: Path) -> None:
    inside = repository.write("root/a.yaml", "1")
    outside = repository.write("outside.yaml", "2")
    (tmp_path / "root/b.yaml").symlink_to(inside)
    assert paths(tmp_path / "root") == ["a.yaml", "b.yaml"]
    (tmp_path / "root/c.yaml").symlink_to(outside)
    (tmp_path / "root/up").symlink_to(tmp_path / "root")
    assert codes(tmp_path / "root") == [("link-leads-outside", "c.yaml"), ("link-in-a-circle", "up")]


def test_what_cannot_be_read_is_named(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write("root/good.yaml", "x")
    (repository.root / "root/gone.yaml").symlink_to(repository.root / "root/nothing")
    os.mkfifo(repository.root / "root/pipe.yaml")
    assert codes(repository.root / "root") == [("unreadable-file", "gone.yaml"), ("unreadable-file", "pipe.yaml")]
    assert codes(repository.root / "missing") == [("unreadable-folder", str(repository.root / "missing"))]


def test_a_file_without_permission_is_named_with_the_reason(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("a.yaml", "x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidInput, match=r"a\.yaml: the file cannot be read: Permission denied"):
        read_source(repository.root)


def mount(repository: Repository, shards: dict[str, dict[str, str]]) -> Path:
    """Write files as Kubernetes mounts ConfigMaps: links to ``..data``, itself a link."""
    folder = repository.root / "mount"
    data = folder / "..2024_01_01"
    for shard, files in shards.items():
        for key in files:
            repository.write(f"mount/..2024_01_01/{key}", flow(key))
            (folder / key).symlink_to(Path("..data") / key)
        index = f"flowsync-index{shard}.json"
        repository.write(f"mount/..2024_01_01/{index}", json.dumps({"files": files}))
        (folder / index).symlink_to(Path("..data") / index)
    (folder / "..data").symlink_to(data.name)
    return folder


def test_an_index_gives_mounted_files_their_names_back(repository: Repository) -> None:
    folder = mount(
        repository,
        {"-1": {"main-0a.yaml": "flows/dev/sales/Main line ü.yaml"}, "-2": {"b-1b.yaml": "b.yaml", "r-2": "README.md"}},
    )
    assert paths(folder, strip="flows/dev/") == ["b.yaml", "sales/Main line ü.yaml"]


def test_a_mount_has_the_digest_of_the_tree_that_it_was_made_from(repository: Repository) -> None:
    folder = mount(repository, {"": {"k1": "flows/dev/sales/a.yaml", "k2": "flows/dev/b.yaml"}})
    repository.write("flows/dev/sales/a.yaml", flow("k1"))
    repository.write("flows/dev/b.yaml", flow("k2"))
    tree = read_source(repository.root / "flows/dev")
    assert read_source(folder, strip="flows/dev/", expected_digest=tree.digest).files == tree.files


def test_messages_about_a_mount_name_the_repository_s_files(repository: Repository) -> None:
    folder = mount(repository, {"": {"k1": "flows/dev/a/x.yaml", "k2": "b/y.yaml"}})
    (folder / "..data/k1").write_text("inboundCall:\n  name: a/b\n")
    assert repository.codes(flows_dir=folder) == [("name-with-slash", "flows/dev/a/x.yaml", 2)]


@pytest.mark.parametrize(
    ("index", "code", "shown"),
    [
        ({"k1": "a.yaml", "k2": "b.yaml"}, "not-in-mount", "flowsync-index.json"),
        ({}, "not-in-index", "k1"),
        ({"k1": "../a.yaml"}, "bad-index", "flowsync-index.json"),
        ({"k1": "/etc/a.yaml"}, "bad-index", "flowsync-index.json"),
        ({"k1": ""}, "bad-index", "flowsync-index.json"),
    ],
)
def test_an_index_that_does_not_fit_is_refused(
    repository: Repository, index: dict[str, str], code: str, shown: str
) -> None:
    repository.write("k1", flow())
    repository.write("flowsync-index.json", json.dumps({"files": index}))
    assert codes(repository.root) == [(code, shown)]


def test_two_keys_for_one_path_and_an_index_that_is_no_index_are_refused(repository: Repository) -> None:
    repository.write("k1", flow())
    repository.write("k2", flow())
    repository.write("flowsync-index-1.json", json.dumps({"files": {"k1": "a.yaml", "k2": "a.yaml"}}))
    assert codes(repository.root) == [("bad-index", "flowsync-index-1.json")]
    repository.write("flowsync-index-1.json", "[]")
    assert codes(repository.root) == [("bad-index", "flowsync-index-1.json")]


def test_the_command_in_the_docs_prints_the_digest_of_what_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "flows-repository.md").read_text(encoding="utf-8")
    command = page[page.index("    find . -type f") :].split("\n\n")[0]
    for name in (
        "voice/a b.yaml",
        "b.yml",
        "c.json",
        "d.yaml.tftpl",
        "Main Line.i3InboundFlow",
        ".hidden/x.yaml",
        "n.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    source = read_source(tmp_path)
    assert len(source.files) == 5
    assert f"sha256:{done.stdout.strip()}" == source.digest
