"""Checking single files without an environment."""

from pathlib import Path

import pytest

from hook.errors import InvalidInput
from hook.workspace.checking import CheckedFile, load_files

from .conftest import Repository, flow


def summary(checked: tuple[CheckedFile, ...], root: Path) -> list[tuple[str, str, list[str]]]:
    return [
        (
            entry.path.removeprefix(f"{root.as_posix()}/"),
            entry.desired.identity.name if entry.desired else "",
            [problem.code for problem in entry.problems],
        )
        for entry in checked
    ]


def test_a_file_with_problems_does_not_hide_the_others(repository: Repository) -> None:
    repository.write("d/a.yaml", flow("A"))
    repository.write("d/b.yaml", flow("a/b"))
    repository.write("d/c.yaml.bak", "x")
    (repository.root / "d/e.yaml").symlink_to(repository.root / "nothing")
    single = repository.write("other.txt", flow("B", more="  x: {exp: FindQueue(Flow.q)}\n"))
    (repository.root / "empty").mkdir()
    root = repository.root
    checked = load_files([root / "d", single, root / "gone.yaml", root / "empty"])
    assert summary(checked, root) == [
        ("d/a.yaml", "A", []),
        ("d/b.yaml", "", ["name-with-slash"]),
        ("d/e.yaml", "", ["link-leads-outside"]),
        ("d/c.yaml.bak", "", ["file-not-read"]),
        ("other.txt", "B", ["dynamic-reference"]),
        ("gone.yaml", "", ["unreadable-file"]),
        ("empty", "", ["no-flows"]),
    ]
    assert [entry.failed for entry in checked] == [False, True, True, False, False, True, True]


def test_placeholders_get_values_or_their_own_names(repository: Repository) -> None:
    path = repository.write("a.yaml.tftpl", "inboundCall:\n  name: {{flow}} ${terraform}\n  division: {{division}}\n")
    (checked,) = load_files([path], variables={"flow": "Main"}, set_missing=True)
    assert checked.desired is not None
    assert checked.desired.identity.name == "Main ${terraform}"
    assert checked.desired.attribute("division") == "division"
    (checked,) = load_files([path], variables={"flow": "Main"})
    assert [(problem.code, problem.place.line) for problem in checked.problems] == [("placeholder-left-over", 3)]


def test_a_value_that_cannot_be_used_is_refused(repository: Repository) -> None:
    with pytest.raises(InvalidInput, match="line break"):
        load_files([repository.root], variables={"a": "x\ny"})
