"""Bad input that the files alone show: code, place and way out of each; and what a good environment gives."""

import json
from pathlib import Path

import pytest
import yaml

from hook.documents.digest import digest, tree_digest
from hook.documents.limits import Limits
from hook.model import Severity

from .conftest import Repository, flow

BAD_FILES = [
    pytest.param(b"inboundCall:\n  name: M\xfcller\n", "not-utf-8", 2, id="not UTF-8"),
    pytest.param(b"\xef\xbb\xbfinboundCall:\n  name: M\n", "byte-order-mark", 1, id="BOM"),
    pytest.param("inboundCall:\n\tname: M\n", "tab-indentation", 2, id="indenting tab"),
    pytest.param("inboundCall:\n  name: M\n  a: 1\n  a: 2\n", "duplicate-key", 4, id="duplicate key"),
    pytest.param("inboundCall:\n  name: M\n---\nworkflow:\n  name: W\n", "several-documents", 3, id="two documents"),
    pytest.param("inboundCall:\n  name: M\nworkflow:\n  name: W\n", "two-flow-types", 3, id="two flow types"),
    pytest.param("inboundCal:\n  name: M\n", "unknown-flow-type", 1, id="unknown flow type"),
    pytest.param("inboundCall:\n  division: Home\n", "missing-name", 1, id="missing name"),
    pytest.param("inboundCall:\n  name: a/b\n", "name-with-slash", 2, id="slash"),
    pytest.param(f"inboundCall:\n  name: {'x' * 201}\n", "name-too-long", 2, id="long name"),
    pytest.param("inboundCall:\n  name: x-debug\n", "name-ends-with-debug", 2, id="debug"),
    pytest.param("inboundCall:\n  name: '{{who}}'\n", "placeholder-left-over", 2, id="left-over placeholder"),
    pytest.param(b"#" * 10_000_000, "file-too-large", 0, id="10 MB"),
    pytest.param("", "empty-file", 0, id="empty file"),
    pytest.param('{"name": "M", "flowType": "x", "elements": []}', "not-a-platform-format", 1, id="guide's shape"),
    pytest.param('{"name": "M", "flowSequenceItemList": []}', "native-configuration", 0, id="native"),
    pytest.param("# x-flowsync: {environment: prod}\n" + flow(), "file-of-another-environment", 1, id="metadata"),
    pytest.param("# x-flowsync: {labels: 3}\n" + flow(), "bad-metadata", 1, id="metadata of a wrong shape"),
    pytest.param("# x-flowsync: {label: [a]}\n" + flow(), "bad-metadata", 1, id="metadata with an unknown key"),
    pytest.param("# x-flowsync: {}\n# x-flowsync: {}\n" + flow(), "two-metadata", 2, id="metadata twice"),
]


@pytest.mark.parametrize(("content", "code", "line"), BAD_FILES)
def test_a_bad_file_is_named_with_line_and_way_out(
    repository: Repository, content: str | bytes, code: str, line: int
) -> None:
    repository.write("flows/dev/sales/bad.yaml", content)
    assert repository.codes() == [(code, "flows/dev/sales/bad.yaml", line)]


def test_an_alias_bomb_is_refused(repository: Repository) -> None:
    levels = "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
    repository.write("flows/dev/bomb.yaml", f"inboundCall:\n  name: M\n  a0: &a0 [x, x]\n{levels}")
    assert [code for code, _, _ in repository.codes()] == ["too-many-nodes"]


def test_problems_of_all_files_are_told_at_once(repository: Repository) -> None:
    repository.write("flows/dev/a.yaml", "inboundCall:\n  name: a/b\n  x: 1\n")
    repository.write("flows/dev/b.yaml", "{{one}}: {{two}}\n")
    repository.write("flows/dev/c.yaml", flow())
    assert repository.codes() == [
        ("name-with-slash", "flows/dev/a.yaml", 2),
        ("placeholder-left-over", "flows/dev/b.yaml", 1),
        ("placeholder-left-over", "flows/dev/b.yaml", 1),
    ]


def test_yaml_becomes_a_desired_object_byte_for_byte(repository: Repository) -> None:
    metadata = "# x-flowsync: {labels: [vip, night]}"
    text = f"{metadata}\r\ninboundCall:\r\n  name: Main # kept\r\n  outputs: {{yes: {{a: 1}}, no: 2}}\r\n"
    repository.write("flows/dev/sales/main.yaml", text)
    workspace = repository.load()
    (desired,) = workspace.desired
    assert desired.content == text.encode()
    assert desired.digest == desired.public_digest == digest(text.encode())
    assert desired.labels == {"vip", "night"}
    assert str(desired.place) == "flows/dev/sales/main.yaml:3:9 (inboundCall.name)"
    assert workspace.digest == tree_digest([("sales/main.yaml", text.encode())])
    assert workspace.warnings == ()


def test_json_is_emitted_as_yaml_without_its_metadata(repository: Repository) -> None:
    body = {"name": "Main", "a": [True, None, 1.50, "yes", "1.0", "0o7", ""], "description": "two\nlines"}
    repository.write("flows/dev/main.json", json.dumps({"x-flowsync": {"labels": ["vip"]}, "inboundCall": body}))
    (desired,) = repository.load().desired
    assert yaml.safe_load(desired.content) == {"inboundCall": body}
    assert desired.labels == {"vip"}
    assert dict(desired.attributes) == {"description": "two\nlines"}
    assert desired.digest == digest(desired.content)


@pytest.mark.parametrize("twin", ["Main", "MAIN", "ＭＡＩＮ"])
def test_one_identity_twice_names_both_files_also_by_case_and_unicode_form(repository: Repository, twin: str) -> None:
    repository.write("flows/dev/a.yaml", flow("Main"))
    repository.write("flows/dev/b.yaml", flow(twin))
    (problem,) = repository.problems()
    assert (problem.code, problem.place.file) == ("same-identity", "flows/dev/b.yaml")
    assert "flows/dev/a.yaml:2:9" in problem.message


def test_one_name_in_two_types_is_a_warning(repository: Repository) -> None:
    repository.write("flows/dev/a.yaml", flow("Main"))
    repository.write("flows/dev/b.yaml", flow("main", "workflow"))
    workspace = repository.load()
    assert len(workspace.desired) == 2
    assert [(warning.code, warning.severity) for warning in workspace.warnings] == [
        ("same-name-two-types", Severity.WARNING)
    ]


def test_an_empty_folder_is_refused(repository: Repository) -> None:
    (repository.root / "flows/dev").mkdir(parents=True)
    repository.write("flows/dev/.gitkeep", "")
    repository.write("flows/dev/README.md", "x")
    assert repository.codes() == [("no-flows", "flows/dev/", 0)]


def test_a_declared_environment_without_folder_is_refused(repository: Repository) -> None:
    repository.declare(dev={})
    assert [code for code, _, _ in repository.codes()] == ["no-flows"]


def test_an_unknown_environment_names_the_nearest(repository: Repository) -> None:
    repository.declare(prod={})
    repository.write("flows/staging/a.yaml", flow())
    (problem,) = repository.problems("stagin")
    assert (problem.code, problem.hint) == ("no-such-environment", "Did you mean 'staging'?")
    (problem,) = repository.problems("zzz")
    assert problem.hint == "Known are: prod, staging."


def test_an_environment_cannot_lead_out_of_the_repository(repository: Repository) -> None:
    assert [code for code, _, _ in repository.codes("../x")] == ["bad-environment-name"]


@pytest.mark.parametrize("name", ["prod_sales.yaml", "prod-sales.yaml", "prod.sales.yaml", "PROD_sales.yaml"])
def test_a_file_with_the_prefix_of_another_environment_is_refused(repository: Repository, name: str) -> None:
    repository.declare(dev={}, prod={})
    repository.write(f"flows/dev/{name}", flow())
    (problem,) = repository.problems()
    assert (problem.code, problem.place.file) == ("file-of-another-environment", f"flows/dev/{name}")
    assert "flows/prod/" in problem.hint


@pytest.mark.parametrize("name", ["product.yaml", "dev_prod.yaml", "sales_prod.yaml"])
def test_a_name_that_only_contains_another_environment_passes(repository: Repository, name: str) -> None:
    repository.declare(dev={}, prod={})
    repository.write(f"flows/dev/{name}", flow())
    assert len(repository.load().desired) == 1


def test_the_longest_environment_that_a_name_begins_with_counts(repository: Repository) -> None:
    repository.declare(**{"prod": {}, "prod-eu": {}})
    repository.write("flows/prod-eu/prod-eu_main.yaml", flow())
    assert len(repository.load("prod-eu").desired) == 1


def test_a_required_mark_may_be_a_prefix_or_metadata(repository: Repository) -> None:
    repository.declare(dev={"requireEnvironmentMark": True})
    repository.write("flows/dev/dev_a.yaml", flow("A"))
    repository.write("flows/dev/b.yaml", "# x-flowsync: {environment: dev}\n" + flow("B"))
    repository.write("flows/dev/c.yaml", flow("C"))
    assert repository.codes() == [("environment-mark-missing", "flows/dev/c.yaml", 0)]


def test_categories_and_labels_select_files_and_leave_the_others_unread(repository: Repository) -> None:
    repository.write("flows/dev/sales/a.yaml", "# x-flowsync: {labels: [vip]}\n" + flow("A"))
    repository.write("flows/dev/sales/b.yaml", flow("B"))
    repository.write("flows/dev/service/broken.yaml", "x: [")
    names = [desired.identity.name for desired in repository.load(categories=["sales"]).desired]
    assert names == ["A", "B"]
    (only,) = repository.load(categories=["sales"], labels=["vip", "other"]).desired
    assert only.identity.name == "A"


def test_a_selection_of_nothing_is_refused_with_the_nearest_name(repository: Repository) -> None:
    repository.write("flows/dev/sales/a.yaml", "# x-flowsync: {labels: [vip]}\n" + flow("A"))
    (problem,) = repository.problems(categories=["sale"])
    assert (problem.code, problem.hint) == ("no-such-category", "Did you mean 'sales'?")
    (problem,) = repository.problems(labels=["vipp"])
    assert (problem.code, problem.hint) == ("nothing-selected", "Did you mean 'vip'?")


def test_the_digest_over_the_files_must_be_the_expected_one(repository: Repository) -> None:
    repository.write("flows/dev/a.yaml", flow())
    right = repository.load().digest
    assert repository.load(expected_digest=right.removeprefix("sha256:")).digest == right
    assert repository.load(expected_digest="").digest == right
    (problem,) = repository.problems(expected_digest="sha256:" + "0" * 64)
    assert problem.code == "digest-differs"
    assert right in problem.message


def test_limits_on_number_and_total_size(repository: Repository) -> None:
    for name in "abc":
        repository.write(f"flows/dev/{name}.yaml", flow(name))
    assert [code for code, _, _ in repository.codes(limits=Limits(files=2))] == ["too-many-files"]
    assert repository.codes(limits=Limits(total_bytes=40)) == [("files-too-large", "flows/dev/b.yaml", 0)]


def test_a_folder_may_be_named_instead(repository: Repository) -> None:
    repository.write("elsewhere/a.yaml", flow())
    (desired,) = repository.load(flows_dir=repository.root / "elsewhere").desired
    assert desired.place.file == "elsewhere/a.yaml"
    assert [code for code, _, _ in repository.codes(flows_dir=Path("missing"))] == ["no-flows"]
