"""What environments.json or .yaml may say, and the values that placeholders get from it."""

import json
from typing import Any

import pytest

from hook.documents.digest import digest
from hook.errors import InvalidInput
from hook.workspace.environments import parse_environments

from .conftest import Repository, flow

FULL = {
    "organizationId": "0f5e",
    "region": "mypurecloud.ie",
    "variables": {"queue": "Sales", "count": 3, "version": 1.10, "on": True},
    "files": {"*.yaml": {"queue": "Service"}},
    "literalPlaceholders": ["customer"],
    "requireEnvironmentMark": True,
    "guards": {"capacity": {"limit": 5}},
    "approvals": ["sha256:1"],
}


@pytest.mark.parametrize("outer", [True, False])
def test_every_setting_is_read_with_or_without_the_outer_key(outer: bool) -> None:
    data = {"environments": {"dev": FULL}} if outer else {"dev": FULL}
    environments = parse_environments(json.dumps(data).encode(), file="environments.json")
    settings = environments.by_name["dev"]
    assert (settings.organization_id, settings.region) == ("0f5e", "mypurecloud.ie")
    assert settings.variables == {"queue": "Sales", "count": "3", "version": "1.1", "on": "true"}
    assert settings.files == {"*.yaml": {"queue": "Service"}}
    assert settings.literal_placeholders == ("customer",)
    assert settings.require_environment_mark
    assert settings.guards == {"capacity": {"limit": "5"}}
    assert settings.approvals == ("sha256:1",)


def test_a_number_in_yaml_stays_the_text_that_was_written() -> None:
    environments = parse_environments(b"dev: {variables: {version: 1.10, off: no}}", file="environments.yaml")
    assert environments.by_name["dev"].variables == {"version": "1.10", "off": "no"}


@pytest.mark.parametrize(
    ("text", "code", "line", "path", "hint"),
    [
        ("dev:\n  organisationId: x\n", "unknown-key", 2, "dev.organisationId", "Did you mean 'organizationId'?"),
        ("environments:\n  dev: {}\nextra: 1\n", "unknown-key", 3, "extra", "Only 'environments'"),
        ("dev:\n  variables:\n    a: [1]\n", "bad-value", 3, "dev.variables.a", '{"$env": NAME}'),
        ("dev:\n  variables:\n    a: {$env: X, other: 1}\n", "bad-value", 3, "dev.variables.a", "$file"),
        ("dev:\n  variables:\n    a:\n", "bad-value", 3, "dev.variables.a", "A value is a text"),
        ("dev:\n  files:\n    '*': text\n", "bad-value", 3, 'dev.files["*"]', "a file glob has a mapping"),
        ("dev:\n  requireEnvironmentMark: perhaps\n", "bad-value", 2, "dev.requireEnvironmentMark", "Correct"),
        ("dev: text\n", "bad-value", 1, "dev", "Correct"),
        ("- dev\n", "bad-value", 1, "", "Correct"),
        ("de v: {}\n", "bad-environment-name", 1, '["de v"]', "Use letters"),
        ("dev: {}\ndev: {}\n", "duplicate-key", 2, "", "Remove"),
    ],
)
def test_what_does_not_belong_is_named_at_its_place(text: str, code: str, line: int, path: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_environments(text.encode(), file="environments.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line, problem.place.path) == (code, line, path)
    assert hint in problem.hint


def test_two_files_that_declare_environments_are_refused(repository: Repository) -> None:
    repository.declare(dev={})
    repository.write("environments.yaml", "dev: {}\n")
    repository.write("flows/dev/a.yaml", flow())
    assert repository.codes() == [("two-environment-files", "environments.yaml", 0)]


def names(repository: Repository, **options: Any) -> list[str]:
    return [desired.identity.name for desired in repository.load(**options).desired]


def test_the_strongest_value_wins(repository: Repository) -> None:
    repository.declare(
        dev={
            "variables": {"a": "env", "b": "env", "c": "env", "d": "env"},
            "files": {"*.yaml": {"b": "glob", "c": "glob", "d": "glob"}, "sales/*": {"c": "later", "d": "later"}},
        }
    )
    repository.write("flows/dev/sales/x.yaml", flow("{{a}} {{b}} {{c}} {{d}} {{environment}}"))
    assert names(repository, overrides={"d": "set"}) == ["env glob later set dev"]


def test_a_glob_that_matches_nothing_is_a_warning(repository: Repository) -> None:
    repository.declare(dev={"files": {"sales/*": {"a": "1"}}})
    repository.write("flows/dev/x.yaml", flow())
    (warning,) = repository.load().warnings
    assert (warning.code, warning.place.path) == ("unused-glob", 'environments.dev.files["sales/*"]')


def test_placeholders_of_the_flow_stay(repository: Repository) -> None:
    repository.declare(dev={"literalPlaceholders": ["customer"]})
    repository.write("flows/dev/x.yaml", flow(more='  tts: "Hello {{customer}}"\n'))
    (desired,) = repository.load().desired
    assert b"Hello {{customer}}" in desired.content


def test_the_built_in_name_is_reserved_and_names_must_be_names(repository: Repository) -> None:
    repository.declare(dev={"variables": {"environment": "x", "a b": "y"}})
    repository.write("flows/dev/x.yaml", flow())
    assert [code for code, _, _ in repository.codes(overrides={"environment": "z"})] == [
        "reserved-variable",
        "bad-variable-name",
        "reserved-variable",
    ]


SECRETS = {"variables": {"key": {"$env": "KEY"}, "file": {"$file": "secrets/f"}, "unused": {"$env": "NOT_SET"}}}
TEXT = flow(more="  a: {{key}}\n  b: {{file}}\n")


def test_secrets_come_from_the_process_or_a_file_and_are_told_apart(repository: Repository) -> None:
    repository.declare(dev=SECRETS)
    repository.write("secrets/f", "from-file\n")
    repository.write("flows/dev/x.yaml", TEXT)
    workspace = repository.load(getenv={"KEY": "from-env"}.get)
    (desired,) = workspace.desired
    assert desired.content == flow(more="  a: from-env\n  b: from-file\n").encode()
    assert workspace.secrets == ("from-env", "from-file")
    public = flow(more="  a: {{$secret:key}}\n  b: {{$secret:file}}\n").encode()
    assert desired.public_digest == digest(public) != desired.digest


def test_a_secret_that_cannot_be_read_is_an_error_only_where_it_is_used(repository: Repository) -> None:
    repository.declare(dev=SECRETS)
    repository.write("flows/dev/x.yaml", TEXT)
    problems = repository.problems()
    assert [(problem.code, problem.place.path) for problem in problems] == [
        ("secret-not-readable", "environments.dev.variables.file"),
        ("secret-not-readable", "environments.dev.variables.key"),
    ]
    assert "secrets/f: No such file" in problems[0].message
    assert problems[1].hint == "Set KEY where this runs."


def test_a_plan_without_the_secrets_has_the_same_public_digest(repository: Repository) -> None:
    repository.declare(dev=SECRETS)
    repository.write("flows/dev/x.yaml", TEXT)
    without = repository.load(require_secrets=False)
    repository.write("secrets/f", "from-file")
    with_secrets = repository.load(getenv={"KEY": "from-env"}.get)
    assert without.desired[0].public_digest == with_secrets.desired[0].public_digest
    assert [warning.code for warning in without.warnings] == ["secret-not-readable"] * 2
    assert without.secrets == ()


def test_a_secret_is_shown_in_no_message(repository: Repository) -> None:
    repository.declare(dev=SECRETS)
    repository.write("flows/dev/x.yaml", flow("{{key}}/x"))
    (problem,) = repository.problems(getenv={"KEY": "hunter22"}.get)
    assert problem.code == "name-with-slash"
    assert "hunter22" not in str(problem)


def test_a_secret_with_a_line_break_is_refused(repository: Repository) -> None:
    repository.declare(dev=SECRETS)
    repository.write("flows/dev/x.yaml", flow("{{key}}"))
    (problem,) = repository.problems(getenv={"KEY": "one\ntwo"}.get)
    assert (problem.code, problem.place.path) == ("value-with-newline", "environments.dev.variables.key")
