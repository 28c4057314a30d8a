"""Digests: what they depend on."""

import hashlib
import random
import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hook.documents.digest import digest, tree_digest

trees = st.dictionaries(st.text("abc/. ü", min_size=1, max_size=6), st.binary(max_size=8), max_size=5)


def test_the_digest_is_sha256_with_its_name() -> None:
    assert digest(b"abc") == "sha256:" + hashlib.sha256(b"abc").hexdigest()


@given(trees, st.randoms())
def test_the_order_of_files_does_not_matter(files: dict[str, bytes], source: random.Random) -> None:
    items = list(files.items())
    source.shuffle(items)
    assert tree_digest(items) == tree_digest(files.items())


@given(trees, trees)
def test_trees_have_one_digest_only_if_they_are_equal(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert (tree_digest(one.items()) == tree_digest(other.items())) == (one == other)


def test_a_shell_computes_the_same(tmp_path: Path) -> None:
    files = {"a/b c.yaml": b"1", "a.yaml": b"2", "z.json": b"3"}
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    command = "LC_ALL=C find * -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"
    shell = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert tree_digest(files.items()) == "sha256:" + shell.stdout.split()[0]
