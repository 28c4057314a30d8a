"""What both helms make of the charts."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from charts.generate import made
from tests.chart.helm import (
    APPLICATION,
    CHARTS,
    LIBRARY,
    NEWEST,
    VERSIONS,
    Helm,
    HelmError,
    NoHelmError,
    find_helm,
    parse,
)
from tests.chart.repository import lay
from tests.chart.variants import BASE, DIGEST, VARIANTS, Variant

each_variant = pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)


@each_variant
def test_both_helms_render_the_same_and_twice_the_same_bytes(
    variant: Variant, tmp_path: Path, repositories: Path
) -> None:
    rendered = []
    chart = variant.chart(repositories)
    for number, variable in enumerate(VERSIONS):
        try:
            path = find_helm(variable)
        except NoHelmError as error:
            pytest.skip(str(error))
        home = tmp_path / str(number)
        home.mkdir()
        helm = Helm(path, home)
        first, second = (helm.template(chart, variant.values) for _ in range(2))
        assert first == second
        rendered.append(parse(first))
    three, four = rendered
    assert three
    assert three == four


@each_variant
def test_lint_has_nothing_to_say(variant: Variant, helm: Helm, repositories: Path) -> None:
    chart = variant.chart(repositories)
    values = helm.written(variant.values)
    said = helm.run("lint", "--strict", "--kube-version", NEWEST, chart, "--values", values)
    assert "0 chart(s) failed" in said
    assert "[WARNING]" not in said


def test_the_library_itself_passes_lint(helm: Helm) -> None:
    assert "0 chart(s) failed" in helm.run("lint", "--strict", LIBRARY)


@pytest.mark.parametrize("entry", [True, False], ids=["dependency named", "no dependency named"])
@pytest.mark.parametrize("form", ["folder", "archive", "link", "file address"])
def test_the_library_may_be_vendored_in_every_way(helm: Helm, tmp_path: Path, form: str, entry: bool) -> None:
    expected = helm.render(lay(tmp_path / "plain"), BASE)
    root = lay(tmp_path / form)
    chart = root / "Chart.yaml"
    vendored = root / "charts" / "flow-sync-lib"
    head = chart.read_text().split("dependencies:")[0]
    dependency = "dependencies:\n  - {name: flow-sync-lib, version: 0.1.0}\n"
    if form != "folder":
        vendored.rename(root.parent / f"library-{form}")
    library = root.parent / f"library-{form}"
    if form == "archive":
        helm.run("package", library, "--destination", root / "charts")
    elif form == "link":
        vendored.symlink_to(library)
    elif form == "file address":
        dependency = (
            f"dependencies:\n  - {{name: flow-sync-lib, version: 0.1.0, repository: 'file://../library-{form}'}}\n"
        )
    chart.write_text(head + (dependency if entry or form == "file address" else ""), encoding="utf-8")
    if form == "file address":
        helm.run("dependency", "build", root)
    assert helm.render(root, BASE) == expected


def test_the_packaged_application_chart_needs_nothing_beside_it(helm: Helm, tmp_path: Path) -> None:
    values = {**BASE, "flows": {"existingConfigMap": "flows", "digest": DIGEST}}
    helm.run("package", APPLICATION, "--destination", tmp_path)
    (package,) = tmp_path.glob("*.tgz")
    with tarfile.open(package) as archive:
        assert "genesys-flow-sync/charts/flow-sync-lib/templates/_all.tpl" in archive.getnames()
        assert not [member for member in archive.getmembers() if member.issym()]
    assert helm.render(package, values) == helm.render(APPLICATION, values)


def test_notes_say_what_to_do_next(any_helm: Helm, repositories: Path) -> None:
    variant = VARIANTS[0]
    said = any_helm.run(
        "install",
        "flows",
        variant.chart(repositories),
        "--dry-run=client",
        "--values",
        any_helm.written(variant.values),
    )
    notes = said.split("NOTES:")[1]
    assert "1 flow files in 1 ConfigMap(s)" in notes
    assert "create secret generic genesys-oauth" in notes
    assert "create job --from=cronjob/flows-rerun" in notes


def test_what_is_made_from_the_values_is_up_to_date() -> None:
    outdated = [str(path.relative_to(CHARTS)) for path, content in made().items() if path.read_text() != content]
    assert not outdated, f"run make charts: {outdated}"


def test_values_below_the_librarys_key_are_refused(any_helm: Helm, repositories: Path) -> None:
    chart = VARIANTS[0].chart(repositories)
    with pytest.raises(HelmError, match="belong at the root of the values file"):
        any_helm.template(chart, {**BASE, "flow-sync-lib": {"environment": "prod"}})


def test_own_values_of_a_wrapper_are_not_in_the_way(any_helm: Helm, repositories: Path) -> None:
    chart = VARIANTS[0].chart(repositories)
    assert any_helm.render(chart, {**BASE, "x-own": {"a": 1}, "global": {"b": 2}}) == any_helm.render(chart, BASE)


def test_without_the_schema_null_leaves_the_default_and_unknown_keys_are_refused_all_the_same(
    any_helm: Helm, tmp_path: Path
) -> None:
    chart = lay(tmp_path / "chart")
    (chart / "values.schema.json").unlink()
    assert any_helm.render(chart, {**BASE, "lock": None, "state": {"enabled": None}}) == any_helm.render(chart, BASE)
    with pytest.raises(
        HelmError, match=r"'lock\.enable' is no value of this chart\. Known there: enabled, namespace, timeout"
    ):
        any_helm.template(chart, {**BASE, "lock": {"enable": False}})
    with pytest.raises(HelmError, match="'lock' takes a mapping"):
        any_helm.template(chart, {**BASE, "lock": False})
    with pytest.raises(HelmError, match="'region' takes no mapping"):
        any_helm.template(chart, {**BASE, "region": {"name": "x"}})
