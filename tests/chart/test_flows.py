"""From files in the repository to files in the container: the same files, the same bytes, the same digest."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hook.errors import InvalidInput
from hook.workspace.source import read_source
from tests.chart.helm import Helm, HelmError, Object
from tests.chart.mount import environment, mount
from tests.chart.repository import FLOW, add, lay
from tests.chart.variants import BASE

LIMIT = 1_000_000
ENDINGS = [
    ".yaml",
    ".yml",
    ".YAML",
    ".json",
    ".i3InboundFlow",
    ".i3x.json",
    ".yaml.tftpl",
    ".txt",
    ".yaml.bak",
    ".jſon",
    ".İ3x",
    "",
]

names = st.builds(
    "{}{}".format,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=20),
    st.sampled_from(ENDINGS),
).filter(lambda name: name not in {".", ".."})
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200).map(str.encode)
contents = st.one_of(texts, st.binary(max_size=200), st.integers(LIMIT - 4, LIMIT).map(lambda size: b"x" * size))


def fits(files: dict[str, bytes]) -> bool:
    """Return whether a file system can hold the paths: no path leads through a file."""
    return not any(other.startswith(path + "/") for path in files for other in files)


def without_mark(content: bytes) -> bytes:
    """Return a file as helm reads it, without a byte order mark."""
    return content.removeprefix(b"\xef\xbb\xbf")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=st.dictionaries(paths, contents, max_size=8).filter(fits))
@example(files={"voice/Zentrale Köln (Nord).yaml": b"a\r\nb\n", "voice/☎ 🚀.yml": b"\x00\xff", "empty.json": b""})
@example(
    files={"a b/.hidden.yaml": b"x", ".git/x.yaml": b"x", "..x.yaml": b"x", "x..yaml": b"x", "line\nbreak.yaml": b"x"}
)
@example(files={"'\"{{ fail }}\\.yaml": b"{{ fail }}", "$(X).yaml": b"$(X) ${Y}", "#: -.yaml": b"---\n...\n"})
@example(files={"controls.yaml": "\ufeff\u0085\u2028\u2029\x7f\x1b\ufffe\U0001fffe\U000e0001".encode()})
def test_the_container_reads_what_git_has_and_the_chart_knows_the_digest(
    files: dict[str, bytes], any_helm: Helm
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = lay(folder / "repository", {"flows/dev/always.yaml": FLOW, "flows/prod/other.yaml": b"not ours"})
        add(root / "flows" / "dev", files)
        objects = any_helm.render(root, BASE)
        mounted = read_source(
            mount(objects, "flows", folder / "mount"), expected_digest=environment(objects)["EXPECTED_FLOWS_DIGEST"]
        )
        in_git = read_source(root / "flows" / "dev")
        assert [(file.path, file.content) for file in mounted.files] == [
            (file.path, without_mark(file.content)) for file in in_git.files
        ]
        check_sizes(objects)


def check_sizes(objects: list[Object]) -> None:
    """Hold each ConfigMap against what the API server takes: 1 MiB of data, 1.5 MiB with the record of its managers."""
    for entry in objects:
        if entry["kind"] == "ConfigMap":
            text = sum(len(value.encode()) for value in entry.get("data", {}).values())
            binary = sum(len(value) * 3 // 4 for value in entry.get("binaryData", {}).values())
            keys = sum(3 * len(key) for key in [*entry.get("data", {}), *entry.get("binaryData", {})])
            assert text + binary <= 1_048_576
            assert text + binary + keys <= 1_400_000
            assert all(
                re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key)
                for key in [*entry.get("data", {}), *entry.get("binaryData", {})]
            )


def shards(objects: list[Object]) -> list[Object]:
    return [entry for entry in objects if re.search(r"-hook-flows-\d+$", entry["metadata"]["name"])]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([LIMIT], 1),
        ([LIMIT - 1000, 100], 1),
        ([LIMIT, 1], 2),
        ([600_000, 600_000, 300_000], 2),
        ([500_000] * 5, 5),
        ([499_000] * 4, 2),
    ],
)
def test_flows_are_packed_into_as_many_config_maps_as_they_need(
    sizes: list[int], expected: int, any_helm: Helm, tmp_path: Path
) -> None:
    files = {f"flows/dev/Ansage {number:02} ä.yaml": b"#" * size for number, size in enumerate(sizes)}
    root = lay(tmp_path / "repository", files)
    objects = any_helm.render(root, BASE)
    assert len(shards(objects)) == expected
    check_sizes(objects)
    source = read_source(
        mount(objects, "flows", tmp_path / "mount"), expected_digest=environment(objects)["EXPECTED_FLOWS_DIGEST"]
    )
    assert [len(file.content) for file in source.files] == sizes


def test_thousands_of_small_files_stay_below_the_limits(any_helm: Helm, tmp_path: Path) -> None:
    files = {f"flows/dev/folder-{number % 50}/flow-with-a-longer-name-{number:05}.yaml": b"x" for number in range(3000)}
    objects = any_helm.render(lay(tmp_path / "repository", files), BASE)
    check_sizes(objects)
    assert len(read_source(mount(objects, "flows", tmp_path / "mount")).files) == 3000


def test_every_shard_has_an_index_of_its_own_keys(any_helm: Helm, tmp_path: Path) -> None:
    files = {f"flows/dev/{number}.yaml": b"#" * 700_000 for number in range(3)}
    for entry in shards(any_helm.render(lay(tmp_path / "repository", files), BASE)):
        (index,) = (key for key in entry["data"] if key.startswith("flowsync-index-"))
        assert json.loads(entry["data"][index])["files"].keys() == entry["data"].keys() - {index}


def test_readable_text_stays_readable_in_the_cluster(any_helm: Helm, tmp_path: Path) -> None:
    root = lay(
        tmp_path / "repository",
        {"flows/dev/a.yaml": "name: Köln ☎\r\n\tx: '\"'\n".encode(), "flows/dev/b.yaml": b"\xff"},
    )
    (shard,) = shards(any_helm.render(root, BASE))
    assert "name: Köln ☎\r\n\tx: '\"'\n" in shard["data"].values()
    assert len(shard["binaryData"]) == 1


def test_another_commit_in_the_mount_is_noticed(any_helm: Helm, tmp_path: Path) -> None:
    root = lay(tmp_path / "repository", {"flows/dev/a.yaml": b"one"})
    old = any_helm.render(root, BASE)
    (root / "flows/dev/a.yaml").write_bytes(b"two")
    new = any_helm.render(root, BASE)
    with pytest.raises(InvalidInput, match="digest"):
        read_source(mount(old, "flows", tmp_path / "mount"), expected_digest=environment(new)["EXPECTED_FLOWS_DIGEST"])


def test_a_file_that_fits_nowhere_is_named(helm: Helm, tmp_path: Path) -> None:
    root = lay(tmp_path / "repository", {"flows/dev/large.yaml": b"x" * (LIMIT + 1)})
    with pytest.raises(
        HelmError, match=r"flows/dev/large\.yaml has 1000001 bytes; a file in a ConfigMap may have 1000000"
    ):
        helm.template(root, BASE)


@pytest.mark.parametrize("path", ["flows/dev/bad-\udcff.yaml", "flows/dev/bad-\udcff/x.yaml"])
def test_a_name_that_is_no_text_is_refused(helm: Helm, tmp_path: Path, path: str) -> None:
    root = lay(tmp_path / "repository", {"flows/dev/good.yaml": FLOW, path: FLOW})
    with pytest.raises(HelmError, match="is not UTF-8: rename it"):
        helm.template(root, BASE)


@pytest.mark.parametrize("name", ["flowsync-index.json", "flowsync-index-7.json"])
def test_names_of_the_index_are_reserved(any_helm: Helm, tmp_path: Path, name: str) -> None:
    root = lay(tmp_path / "repository", {f"flows/dev/{name}": b"{}"})
    with pytest.raises(HelmError, match=f"{name} has a name that is reserved"):
        any_helm.template(root, BASE)
    shutil.rmtree(root)
    deeper = lay(tmp_path / "repository", {f"flows/dev/voice/{name}": b"{}"})
    assert shards(any_helm.render(deeper, BASE))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"flows/prod/a.yaml": FLOW},
        {"flows/dev/readme.txt": b"x", "flows/dev/.hidden/a.yaml": FLOW},
        {"flows/development/a.yaml": FLOW},
    ],
    ids=["nothing", "another environment", "no flows", "a longer name"],
)
def test_an_empty_environment_is_refused(helm: Helm, tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(HelmError, match="there is no flow file below flows/dev/"):
        helm.template(lay(tmp_path / "repository", files), BASE)


def test_flows_may_lie_in_another_folder(any_helm: Helm, tmp_path: Path) -> None:
    root = lay(tmp_path / "repository", {"genesys/ivr/dev/a.yaml": FLOW})
    objects = any_helm.render(root, {**BASE, "flows": {"folder": "genesys/ivr/"}})
    assert [file.path for file in read_source(mount(objects, "flows", tmp_path / "mount")).files] == ["a.yaml"]


def test_the_settings_are_mounted_as_they_are_in_git(any_helm: Helm, tmp_path: Path) -> None:
    text = "# Köln\r\nenvironments: {dev: {region: mypurecloud.de}}\n".encode()
    root = lay(tmp_path / "repository", {"flows/dev/a.yaml": FLOW, "environments.yml": text})
    mounted = mount(any_helm.render(root, BASE), "settings", tmp_path / "mount")
    assert (mounted / "environments.yml").read_bytes() == text
    assert {entry.name for entry in mounted.iterdir() if not entry.name.startswith(".")} == {
        "config.yaml",
        "environments.yml",
    }
